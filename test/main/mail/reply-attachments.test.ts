// What is found in the attachments of a reply, in every form in which programs carry an address, and what cannot be read.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isReadableCharset } from '../../../main/mail/text-model.ts'
import { holdsEncodedFile } from '../../../main/mail/opaque-file.ts'
import { EncodingCheck, isBroken } from '../../../main/mail/unread-part.ts'
import type { Part } from './reply-cases.ts'
import { USER, attached, inLines, mixed, outcomeOf, part, partBytes } from './reply-cases.ts'

function base64(text: string | Buffer): string {
  return Buffer.from(text).toString('base64')
}

/** A packet with a user ID, as keys have it. RFC 9580 §5.12 */
const KEY = Buffer.concat([Buffer.from([0xcd, 0x20]), Buffer.from('Alice Real <Alice@Real.example>'), Buffer.alloc(90)])
const ARMOUR = `-----BEGIN PGP PUBLIC KEY BLOCK-----\r\n\r\n${inLines(base64(KEY), 64)}\r\n=abcd\r\n-----END PGP PUBLIC KEY BLOCK-----\r\n`
const CARD = ['BEGIN:VCARD', 'VERSION:3.0', 'EMAIL:alice@re', ' al.example', 'END:VCARD', ''].join('\r\n')
const OLD_CARD = [
  'BEGIN:VCARD',
  'VERSION:2.1',
  'EMAIL;ENCODING=QUOTED-PRINTABLE:alice=40re=',
  'al.example',
  'END:VCARD',
]
const MAIL = partBytes(
  part(
    ['From: pat@far.example', 'Subject: x', 'Content-Type: text/plain', 'Content-Transfer-Encoding: base64'],
    inLines(base64('deep inside: alice@real.example'), 12),
  ),
)
const FORWARDED = partBytes(part(['Delivered-To: alice@real.example', 'From: pat@far.example', 'Subject: x'], 'hello'))

const CARRYING: readonly (readonly [string, Part])[] = [
  ['a key in armour', attached('application/pgp-keys', 'key.asc', ARMOUR)],
  ['a key as it is', attached('application/octet-stream', 'key.gpg', KEY)],
  ['a key in armour without a type', part(['Content-Type: application/octet-stream; name=k'], ARMOUR)],
  [
    'a certificate',
    attached('application/pkix-cert', 'me.crt', Buffer.concat([Buffer.from([0x81, 18]), Buffer.from(USER)])),
  ],
  ['a certificate in PEM', attached('application/x-pem-file', 'me.pem', inLines(base64(`xx${USER}xx`), 64))],
  ['a folded vCard', attached('text/vcard', 'card.vcf', CARD)],
  ['a folded vCard without a type', attached('application/octet-stream', 'card.bin', CARD)],
  ['a vCard in quoted-printable', attached('text/x-vcard', 'card.vcf', OLD_CARD.join('\r\n'))],
  [
    'a vCard within a vCard',
    attached('text/vcard', 'c.vcf', `BEGIN:VCARD\r\nAGENT;ENCODING=b:${base64(CARD)}\r\nEND:VCARD`),
  ],
  ['winmail.dat', attached('application/ms-tnef', 'winmail.dat', Buffer.from('SMTP:ALICE@REAL.EXAMPLE', 'utf16le'))],
  ['a forwarded message', part('Content-Type: message/rfc822', FORWARDED)],
  ['a forwarded message in base64', attached('message/rfc822', 'x.eml', FORWARDED)],
  ['a forwarded message of the world', attached('message/global', 'x.u8msg', FORWARDED)],
  ['a file that is a message', attached('application/octet-stream', 'x.eml', MAIL)],
  ['a file that is a message, as it is', part('Content-Type: application/octet-stream; name=x.eml', MAIL)],
  ['a mailbox file', attached('application/mbox', 'x.mbox', `From - x\r\n${MAIL.toString()}\r\nFrom - x\r\n`)],
  ['a text', attached('text/plain', 'notes.txt', `Write to ${USER.toUpperCase()}`)],
  ['a text with a tag', attached('text/plain', 'notes.txt', 'alice+shop@real.example')],
  ['bytes with a tag', attached('application/octet-stream', 'a.db', '\0alice+shop@real.example\0')],
  ['a table', attached('text/csv', 'a.csv', 'name;mail\r\nAlice;alice@real.example')],
  ['a table in UTF-16', attached('text/csv; charset=utf-16le', 'a.csv', Buffer.from(`x;${USER}`, 'utf16le'))],
  ['a page', attached('text/html', 'a.html', '<p>alice&#64;real.<b>example</b></p>')],
  ['a page without a type', attached('application/octet-stream', 'a.htm', '<p>alice&commat;real.example</p>')],
  ['JSON', attached('application/json', 'a.json', '{"mail":"alice\\u0040real.example"}')],
  ['a link', attached('application/octet-stream', 'a.url', 'URL=https://x.example/?m=%61lice%40real.example')],
  ['base64 in capitals that nobody writes', attached('text/plain', 'a.txt', base64('aLiCe@rEaL.eXaMpLe'))],
  ['base64 in UTF-16', attached('text/plain', 'a.txt', base64(Buffer.from(USER, 'utf16le')))],
]

describe('an attachment that carries the address is flagged', () => {
  it.each(CARRYING)('%s', (_, carrying) => {
    const { flagged, held } = outcomeOf(mixed([carrying]))
    // What Outlook packs, and what is named as sealed, cannot be searched to its end.
    expect(held.filter((line) => !/ (?:winmail|sealed)$/.test(line))).toEqual([])
    expect(flagged).toHaveLength(1)
    expect(flagged[0]).toMatch(/^2 .* alice@real\.example$/)
  })

  it.each(CARRYING)('and taken out where that is wanted: %s', (_, carrying) => {
    const clean = attached('application/octet-stream', 'clean.bin', 'nothing')
    const { out, flagged, left } = outcomeOf(mixed([carrying, clean]), { removeFlagged: true })
    expect(flagged[0]).toMatch(/^2 .* removed$/)
    expect(left).toBe(false)
    expect(out).toContain('[An attachment was removed.]')
    expect(out).toContain('clean.bin')
    expect(out.split('--m').length).toBe(5)
  })

  it('at every place of a group of base64, however short it is', () => {
    for (const user of ['a@b.io', 'al@b.io', 'ali@b.io'])
      for (const before of ['', 'x', 'xx', 'xxx']) {
        const file = attached('application/octet-stream', 'a', `t: ${base64(`${before}${user}!!`)}`)
        expect(outcomeOf(mixed([file]), { userAddresses: [user] }).flagged, `${before}${user}`).toHaveLength(1)
      }
  })

  it('and nobody else is', () => {
    const others = ['alice@real.example.org', 'bob@real.example', 'alice@elsewhere.example', 'lice@real.example']
    for (const other of others.slice(1))
      for (const type of ['text/plain', 'text/vcard', 'application/octet-stream', 'message/rfc822'])
        expect(
          outcomeOf(mixed([attached(type, 'a', `Subject: x\r\n\r\n${other} `)])),
          `${type} ${other}`,
        ).toMatchObject({
          flagged: [],
          held: [],
        })
  })
})

/** Sealed and packed files whose label, name or first octets alone say what they are. */
function opaqueFiles(): readonly (readonly [string, Part, string])[] {
  const noise = Buffer.alloc(6000, 0xa7)
  const hex = (text: string): Buffer => Buffer.concat([Buffer.from(text, 'hex'), noise])
  const armour = '-----BEGIN PGP MESSAGE-----\r\n\r\nhQEMA\r\n-----END PGP MESSAGE-----\r\n'
  const uuencoded = 'begin 644 a.vcf\n#86)C\n`\nend\n'
  const named =
    'smime.p7m smime.p7s certs.p7c x.p7z message.gpg message.pgp signature.sig message.rpmsg a.age SMIME.P7M.'
  const packed = 'a.uu a.uue a.hqx a.ync a.UUE'
  const types = ['application/cms', 'application/pkcs7-signature', 'application/x-pkcs7-signature', 'application/pgp']
  const packedTypes = ['application/mac-binhex40', 'application/x-uuencode', 'text/x-uuencode', 'application/x-yenc']
  const stream = 'application/octet-stream'
  const byContent: readonly (readonly [string, string | Buffer, string])[] = [
    ['enveloped data', hex('30820a0b06092a864886f70d010703a0820a'), 'sealed'],
    ['signed data of unknown length', hex('308006092a864886f70d010702a080'), 'sealed'],
    ['compressed data', hex('308180060b2a864886f70d0109100109a0'), 'sealed'],
    ['an OpenPGP session key', hex('85010c03a1b2c3d4e5f6071801'), 'sealed'],
    ['an OpenPGP session key of the new form', hex('c1c04c03a1b2c3d4e5f6071812'), 'sealed'],
    ['an OpenPGP passphrase', hex('8c0d04090308'), 'sealed'],
    ['rights-managed mail', hex('76e80460c411e386'), 'sealed'],
    ['age', Buffer.from('age-encryption.org/v1\n-> X25519 a\n'), 'sealed'],
    ['PKCS7 in PEM', '-----BEGIN PKCS7-----\r\nMII\r\n-----END PKCS7-----', 'sealed'],
    ['armour', armour, 'inline-pgp'],
    ['armour behind a long text', `${'a line\r\n'.repeat(20_000)}${armour}`, 'inline-pgp'],
    ['TNEF', hex('789f3e220100'), 'winmail'],
    ['uuencode', uuencoded, 'encoded-file'],
    ['uuencode behind a long text', `${'a line\n'.repeat(20_000)}${uuencoded}`, 'encoded-file'],
    ['yEnc', Buffer.concat([Buffer.from('=ybegin line=128 size=3 name=a\r\n'), noise]), 'encoded-file'],
    ['BinHex', '(This file must be converted with BinHex 4.0)\r\n:abc:\r\n', 'encoded-file'],
  ]
  return [
    ...named
      .split(' ')
      .map((name): [string, Part, string] => [name, attached(stream, name, noise), `2 ${stream} sealed`]),
    ...packed
      .split(' ')
      .map((name): [string, Part, string] => [name, attached(stream, name, noise), `2 ${stream} encoded-file`]),
    ...types.map((type): [string, Part, string] => [type, attached(type, 'a', noise), `2 ${type} sealed`]),
    ...packedTypes.map((type): [string, Part, string] => [type, attached(type, 'a', 'x'), `2 ${type} encoded-file`]),
    ['a TNEF type', attached('application/vnd.ms-tnef', 'a.bin', noise), '2 application/vnd.ms-tnef winmail'],
    [
      'the name in Content-Type alone',
      part([`Content-Type: ${stream}; name=smime.p7m`, 'Content-Disposition: attachment; filename=a.bin'], noise),
      `2 ${stream} sealed`,
    ],
    ...byContent.map(([what, content, reason]): [string, Part, string] => [
      what,
      attached(stream, 'a.dat', content),
      `2 ${stream} ${reason}`,
    ]),
    ...byContent.map(([what, content, reason]): [string, Part, string] => [
      `${what} as a picture in an attached message`,
      part('Content-Type: message/rfc822', partBytes(attached('image/png', 'a.png', content))),
      `2 message/rfc822 ${reason}`,
    ]),
  ]
}

const UNREAD: readonly (readonly [string, Part, string])[] = [
  ['an unknown charset', attached('text/csv; charset=x-martian', 'a.csv', 'x'), '2 text/csv charset'],
  ['UTF-7', attached('text/plain; charset=utf-7', 'a.txt', 'alice+AEA-real.example'), '2 text/plain charset'],
  ['EBCDIC', attached('text/html; charset=cp500', 'a.html', Buffer.from([0x81, 0x93])), '2 text/html charset'],
  [
    'uuencode as a transfer encoding',
    part(['Content-Type: text/plain; name=a.txt', 'Content-Transfer-Encoding: x-uuencode'], 'begin 644 a'),
    '2 text/plain transfer-encoding',
  ],
  [
    'yEnc as a transfer encoding of a picture',
    part(['Content-Type: image/png; name=a.png', 'Content-Transfer-Encoding: x-yenc'], 'x'),
    '2 image/png transfer-encoding',
  ],
  [
    'a transfer encoding of a multipart',
    part(['Content-Type: multipart/mixed; boundary=n', 'Content-Transfer-Encoding: base64'], base64('--n')),
    '2 multipart/mixed transfer-encoding',
  ],
  [
    'base64 with something behind its padding',
    part(['Content-Type: application/zip; name=a', 'Content-Transfer-Encoding: base64'], 'eA==\r\nYWxpY2U='),
    '2 application/zip transfer-encoding',
  ],
  [
    'base64 with marks in it',
    part(['Content-Type: text/csv; name=a.csv', 'Content-Transfer-Encoding: base64'], 'YWxp*Y2U='),
    '2 text/csv transfer-encoding',
  ],
  [
    'quoted-printable with an equals sign that says nothing',
    part(['Content-Type: text/csv; name=a.csv', 'Content-Transfer-Encoding: quoted-printable'], 'alice=zz@real'),
    '2 text/csv transfer-encoding',
  ],
  [
    'two transfer encodings',
    part(
      ['Content-Type: text/plain; name=a', 'Content-Transfer-Encoding: 7bit', 'Content-Transfer-Encoding: base64'],
      'eA==',
    ),
    '2 text/plain structure',
  ],
  ['two types', part(['Content-Type: image/png', 'Content-Type: text/html'], 'x'), '2 image/png structure'],
  [
    'two boundaries',
    part('Content-Type: multipart/mixed; boundary=n; boundary=o', '--n\r\n\r\nx\r\n--n--'),
    '2 multipart/mixed structure',
  ],
  [
    'two charsets',
    part('Content-Type: text/plain; name=a; charset=us-ascii; charset=utf-7', 'x'),
    '2 text/plain structure',
  ],
  [
    'a line that is no field',
    part(['Content-Type: text/plain; name=a', 'alice=40real.example'], 'x'),
    '2 text/plain structure',
  ],
  ['a piece of a message', part('Content-Type: message/partial; id=x; number=1', 'x'), '2 message/partial structure'],
  [
    'an encrypted message in an attached one',
    part('Content-Type: message/rfc822', 'Content-Type: multipart/encrypted; boundary=e\r\n\r\n--e\r\n\r\nx\r\n--e--'),
    '2 message/rfc822 sealed',
  ],
  [
    'an encrypted text',
    attached('text/plain', 'a.txt', '-----BEGIN PGP MESSAGE-----\n\nhQEM\n-----END PGP MESSAGE-----'),
    '2 text/plain inline-pgp',
  ],
  [
    'an unknown transfer encoding in an attached message',
    part('Content-Type: message/rfc822', 'Content-Transfer-Encoding: x-yenc\r\n\r\nx'),
    '2 message/rfc822 transfer-encoding',
  ],
  [
    'winmail.dat, whatever is found in it',
    attached('application/ms-tnef', 'winmail.dat', 'x'),
    '2 application/ms-tnef winmail',
  ],
  ['a file in uuencode', attached('text/plain', 'a.txt', 'begin 644 a\n#0V%T\n`\nend\n'), '2 text/plain encoded-file'],
  ...opaqueFiles(),
]

const SCRUBBED: readonly (readonly [string, Part, RegExp])[] = [
  ['a text', attached('text/plain', 'notes.txt', `Write to ${USER}.`), /Write to shop@relay\.example\./],
  ['a table', attached('text/csv', 'a.csv', `name;mail\r\nAlice;${USER}\r\n`), /Alice;shop@relay\.example\r\n/],
  ['a folded vCard', attached('text/vcard', 'card.vcf', CARD), /EMAIL:shop@relay\.example\r\n/],
  ['a page', attached('text/html', 'a.html', '<p>alice&#64;real.<b>example</b></p>'), /<p>shop@relay\.example/],
  ['a page without a type', attached('application/octet-stream', 'a.htm', 'alice&commat;real.example'), /^shop@relay/],
  ['JSON', attached('application/json', 'a.json', `{"mail":"${USER}"}`), /"shop@relay\.example"/],
]

describe('an attachment that is text', () => {
  it.each(SCRUBBED)('is changed where that is wanted: %s', (_, carrying, expected) => {
    const { out, flagged, held, left } = outcomeOf(mixed([carrying]), { scrubAttachments: true })
    expect({ held, left }).toEqual({ held: [], left: false })
    expect(flagged[0]).toMatch(/^2 .* alice@real\.example scrubbed$/)
    const encoded = out.split('base64\r\n\r\n')[1]?.split('--m')[0] ?? ''
    const shown = Buffer.from(encoded, 'base64').toString().replaceAll('\r\n ', '')
    expect(shown).toMatch(expected)
  })

  const NOT: readonly (readonly [string, Part])[] = [
    ['a vCard in quoted-printable', attached('text/x-vcard', 'card.vcf', OLD_CARD.join('\r\n'))],
    [
      'a vCard within a vCard',
      attached('text/vcard', 'c.vcf', `BEGIN:VCARD\r\nAGENT;ENCODING=b:${base64(CARD)}\r\nEND:VCARD`),
    ],
    ['a key', attached('text/plain', 'key.txt', ARMOUR)],
    ['a key that is called a text', attached('text/plain', 'key.asc', `uid ${USER}`)],
    ['a message', part('Content-Type: message/rfc822; name=x.eml', FORWARDED)],
    ['bytes', attached('application/octet-stream', 'a.bin', `uid ${USER}`)],
  ]
  it.each(NOT)('stays and is flagged where it cannot be changed: %s', (_, carrying) => {
    const { flagged, out } = outcomeOf(mixed([carrying]), { scrubAttachments: true })
    expect(flagged).toHaveLength(1)
    expect(flagged[0]).toMatch(/^2 .* alice@real\.example$/)
    expect(out).toContain(Buffer.from(carrying.content).toString('latin1'))
  })
})

describe('an attachment that cannot be read holds the reply', () => {
  it.each(UNREAD)('%s', (_, unread, held) => {
    expect(outcomeOf(mixed([unread])).held).toContain(held)
  })

  it.each(UNREAD)('or is taken out, where the user says so: %s', (_, unread, held) => {
    // A multipart is no attachment: nobody knows what of it is the user's text.
    const { held: left, out } = outcomeOf(mixed([unread]), { removeUnread: true })
    const removed = !held.includes('multipart/')
    expect(left).toEqual(removed ? [] : [held])
    expect(out.includes('[An attachment was removed.]')).toBe(removed)
  })

  it('and so does the same in the text, where nothing else says what it is', () => {
    const bodies: readonly (readonly [Part, string])[] = [
      [part('Content-Type: text/plain; charset=x-martian', 'x'), 'charset'],
      [part(['Content-Type: text/plain', 'Content-Transfer-Encoding: x-uuencode'], 'x'), 'transfer-encoding'],
      [part(['Content-Type: text/plain', 'Content-Transfer-Encoding: base64'], 'YWxp*Y2U='), 'transfer-encoding'],
      [part(['Content-Type: text/calendar', 'Content-Transfer-Encoding: x-what'], 'x'), 'transfer-encoding'],
      [part('Content-Type: text/plain', 'see\r\nbegin 644 a.txt\r\n#0V%T\r\n`\r\nend\r\n'), 'encoded-file'],
      ...[
        'begin 0100644 a.txt\r\n#0V%T\r\n`\r\nend\r\n',
        '> begin 644 a.txt\r\n> #0V%T\r\n> `\r\n> end\r\n',
        '>> begin 644 a.txt\r\n>> #0V%T\r\n',
        ' begin 644 a.txt\r\n #0V%T\r\n',
        '> =ybegin line=128 size=5 name=a\r\n> x\r\n',
      ].map((text): [Part, string] => [part('Content-Type: text/plain', `see\r\n${text}`), 'encoded-file']),
      [part('Content-Type: application/octet-stream; name=smime.p7m', 'x'), 'sealed'],
      [part('Content-Type: text/plain; name=smime.p7m', 'x'), 'sealed'],
      [
        part('Content-Type: text/plain', 'see\r\n=ybegin line=128 size=5 name=a\r\nx\r\n=yend size=5\r\n'),
        'encoded-file',
      ],
    ]
    for (const [body, reason] of bodies) {
      const { held } = outcomeOf(body)
      expect(
        held.map((line) => line.split(' ').at(-1)),
        reason,
      ).toContain(reason)
    }
  })

  it('but the compressed ones are searched as bytes, and pass', () => {
    const files = [
      attached('application/zip', 'a.zip', Buffer.from([0x50, 0x4b, 3, 4])),
      attached('application/pdf', 'a.pdf', '%PDF-1.7'),
      attached('image/png', 'a.png', Buffer.from([0x89, 0x50])),
    ]
    expect(outcomeOf(mixed(files))).toMatchObject({ held: [], flagged: [] })
  })
})

describe('what decoders agree on', () => {
  it('is all that an encoder writes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.integer({ min: 4, max: 80 }), (bytes, width) => {
        expect(isBroken(Buffer.from(`${inLines(base64(Buffer.from(bytes)), width)}\r\n\r\n`), 'base64')).toBe(false)
        const quoted = [...bytes].map((byte) => `=${byte.toString(16).padStart(2, '0')}`).join('=\r\n')
        expect(isBroken(Buffer.from(quoted), 'quoted-printable')).toBe(false)
      }),
    )
  })

  it('does not depend on how the bytes were cut', () => {
    const piece = fc.constantFrom(
      '=',
      '=4',
      '=40',
      '=\r\n',
      '= \t\r\n',
      '=\r',
      'x',
      '\r\n',
      'YQ',
      '==',
      ' ',
      '*',
      ' '.repeat(70),
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), fc.integer({ min: 1, max: 9 }), (pieces, size) => {
        const bytes = Buffer.from(pieces.join(''))
        for (const encoding of ['base64', 'quoted-printable'] as const) {
          const check = new EncodingCheck(encoding)
          for (let at = 0; at < bytes.length; at += size) check.push(bytes.subarray(at, at + size))
          check.end()
          expect(check.broken, JSON.stringify([encoding, bytes.toString(), size])).toBe(isBroken(bytes, encoding))
        }
      }),
      { numRuns: 2000 },
    )
  })
})

describe('a charset', () => {
  it('is readable where its letters of ASCII are those of ASCII', () => {
    const readable = [
      '',
      'utf-8',
      'us-ascii',
      'iso_8859-1',
      'Windows-1252',
      'cp850',
      'iso-2022-kr',
      'koi8-r',
      'x-mac-roman',
    ]
    expect(readable.filter((one) => !isReadableCharset(one))).toEqual([])
    const unreadable = [
      'utf-7',
      'unicode-1-1-utf-7',
      'utf-32',
      'x-imap4-modified-utf7',
      'cp500',
      'ibm870',
      'hz-gb-2312',
      'scsu',
      'x',
    ]
    expect(unreadable.filter(isReadableCharset)).toEqual([])
  })
})

describe('a text', () => {
  it('holds a file only where programs take one out of it', () => {
    const with64 = 'begin-base64 644 a\nQ2F0\n====\n'
    const withFile = [
      'begin 644 a\n#0V%T\n`\nend',
      'x\r\nbegin 0600 my file.txt\r\n#0V%T\r\n',
      '> begin 644 a\n> #0V%T',
      with64,
    ]
    expect(withFile.filter((text) => !holdsEncodedFile(text))).toEqual([])
    const without = [
      'begin 644 days ago\nand all was well',
      'We begin 644 a\n#0V%T',
      '> begin 644 a\n#0V%T says the other one',
      'begin with 100 words\n#0V%T',
      'the marker =ybegin is what yEnc has',
    ]
    expect(without.filter(holdsEncodedFile)).toEqual([])
  })
})

describe('files that only begin like sealed ones', () => {
  const others: readonly (readonly [string, string, string | Buffer])[] = [
    ['a certificate', 'me.cer', Buffer.from('308203c1308202a9a003020102020900', 'hex')],
    ['a key', 'key.bin', Buffer.from('99010d045f000000010800', 'hex')],
    ['a picture', 'a.png', Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex')],
    ['a text about beginnings', 'a.log', 'begin 644 lines of code\nand then some more text in small letters\nend\n'],
    ['nothing', 'a.bin', ''],
    ['one octet', 'b.bin', Buffer.from([0x85])],
  ]
  it.each(others)('pass: %s', (_, name, content) => {
    expect(outcomeOf(mixed([attached('application/octet-stream', name, content)])).held).toEqual([])
  })
})
