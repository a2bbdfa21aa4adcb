// Attachments of replies that carry the user's address: held with the reason, released in each of the ways that the user has, and
// what the log says of them in the end.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { send } from '../../main/headless/demo/world.ts'
import { Wire } from '../world/dialogue.ts'
import { PATIENT, startRelay, type TestRelay } from '../world/relay.ts'
import { startSink, type Received, type Sink } from '../world/sink.ts'

const USER = 'real.person@home.test'
let relay: TestRelay
let sink: Sink
let login: { user: string; pass: string }

beforeAll(async () => {
  sink = await startSink()
  relay = await startRelay({
    init: ['--domain', 'alias.test', '--recipient', USER, '--route', `smtp://127.0.0.1:${sink.port}`, '--catch-all'],
    serve: ['--submission', '127.0.0.1:0'],
  })
  const made = await relay.json<{ username: string; password: string }>('app-password', 'create', '--name', 'test')
  login = { user: made.username, pass: made.password }
})
afterAll(async () => {
  await relay.destroy()
  await sink.close()
})

interface Held {
  id: number
  reason: string
  text: string
}
interface Preview {
  held: string[]
  leaks: string[]
  flagged: { name: string; type: string; trace: string; fate: string }[]
}

/** What `work` makes arrive at the sink. */
async function arriving(work: () => Promise<unknown>): Promise<Received> {
  const before = sink.mails.length
  await work()
  await sink.waitFor(before + 1)
  const mail = sink.mails.at(-1)
  if (mail === undefined) throw new Error('unreachable')
  return mail
}

async function inbound(from: string, to: string, message: string): Promise<void> {
  const wire = await Wire.open(relay.port('smtp'))
  try {
    await wire.reply()
    for (const line of ['EHLO mail.far.test', `MAIL FROM:<${from}>`, `RCPT TO:<${to}>`, 'DATA']) await wire.say(line)
    await wire.say(`${message}\r\n.`)
    await wire.say('QUIT')
  } finally {
    wire.close()
  }
}

/** The reply address of a new contact. */
async function newContact(alias: string): Promise<string> {
  await arriving(() => inbound('pat@far.test', alias, `From: pat@far.test\r\nTo: ${alias}\r\nSubject: hi\r\n\r\nhello`))
  const contacts = await relay.json<{ replyAddress: string }[]>('contact', 'list', '--alias', alias)
  return contacts[0]?.replyAddress ?? ''
}

const FILES: Readonly<Record<string, readonly string[]>> = {
  key: [
    'Content-Type: application/pgp-keys; name="publickey.asc"',
    'Content-Disposition: attachment; filename="publickey.asc"',
    '',
    '-----BEGIN PGP PUBLIC KEY BLOCK-----',
    '',
    Buffer.from(`.........Real Person <${USER}>.........`).toString('base64'),
    '-----END PGP PUBLIC KEY BLOCK-----',
  ],
  winmail: [
    'Content-Type: application/ms-tnef; name="winmail.dat"',
    'Content-Transfer-Encoding: base64',
    '',
    Buffer.from(`x\x9f>"${USER}\0SMTP:${USER.toUpperCase()}\0`, 'utf16le').toString('base64'),
  ],
  eml: [
    'Content-Type: message/rfc822',
    'Content-Disposition: attachment; filename="hello.eml"',
    '',
    `Delivered-To: ${USER}`,
    `Received: from mail.alias.test by mx.home.test (192.0.2.8) for <${USER}>`,
    'From: Pat <pat@far.test>',
    'Subject: hello',
    '',
    'hi',
  ],
  vcf: [
    'Content-Type: text/vcard; name="card.vcf"',
    'Content-Disposition: attachment; filename="card.vcf"',
    '',
    'BEGIN:VCARD',
    'EMAIL;TYPE=INTERNET,HOME,PREF:real.per',
    ' son@home.test',
    'END:VCARD',
  ],
  csv: ['Content-Type: text/csv; charset=x-martian; name="a.csv"', '', 'name;mail'],
  clean: ['Content-Type: image/png; name="picture.png"', '', 'png'],
}

let count = 0

function reply(to: string, ...names: readonly string[]): string {
  const parts = names.flatMap((name) => ['--w', ...(FILES[name] ?? [])])
  return [
    `From: Real Person <${USER}>`,
    `To: ${to}`,
    'Subject: Re: x',
    `Message-ID: <a${++count}@home.test>`,
    'MIME-Version: 1.0',
    'Content-Type: multipart/mixed; boundary=w',
    '',
    '--w',
    'Content-Type: text/plain',
    '',
    'see the file',
    ...parts,
    '--w--',
    '',
  ].join('\r\n')
}

function submit(to: string, message: string): Promise<string> {
  return send({ port: relay.port('submission'), envelope: { from: USER, to: [to] }, message, login })
}

/** The one reply that is held. */
async function heldReply(): Promise<Held> {
  const held = await relay.json<Held[]>('held', 'list')
  expect(held).toHaveLength(1)
  const [one] = held
  if (one === undefined) throw new Error('nothing is held')
  return one
}

function textOf({ raw }: Received): string {
  return raw.toString('latin1')
}

/** What the log says of the newest reply, once it is delivered. */
async function logged(): Promise<string> {
  const newest = async (): Promise<{ outcome: string; text: string } | undefined> =>
    (await relay.json<{ direction: string; outcome: string; text: string }[]>('log')).find(
      (one) => one.direction === 'reply',
    )
  await expect.poll(async () => (await newest())?.outcome, PATIENT).toBe('delivered')
  return (await newest())?.text ?? ''
}

describe('a reply with an attachment that carries the address', () => {
  let to = ''
  beforeAll(async () => {
    to = await newContact('one@alias.test')
  })

  const carried: readonly (readonly [string, string])[] = [
    ['key', 'Attachments that carry your address: publickey.asc.'],
    ['eml', 'Attachments that carry your address: hello.eml.'],
    ['vcf', 'Attachments that carry your address: card.vcf.'],
    ['winmail', 'Attachments that carry your address: winmail.dat.'],
    ['csv', 'The attachment a.csv is in a character set that cannot be read.'],
  ]
  it.each(carried)('is held with the reason: %s', async (name, sentence) => {
    const before = sink.mails.length
    await submit(to, reply(to, name, 'clean'))
    const one = await heldReply()
    expect(one).toMatchObject({
      reason: 'reply-attachments',
      text: expect.stringMatching(/ The reply is held until you release it\.$/) as string,
    })
    expect(one.text).toContain(sentence)
    const preview = await relay.json<Preview>('preview', '--held', String(one.id))
    expect(preview.held).toContain(sentence)
    expect(preview.leaks).toContain(sentence)
    if (name !== 'csv') expect(preview.flagged).toMatchObject([{ trace: USER, fate: 'stays' }])
    expect(sink.mails.length).toBe(before)
    await relay.json('held', 'drop', String(one.id))
  })

  it('goes out as it is on the user’s word, and the log says what it carried', async () => {
    await submit(to, reply(to, 'vcf', 'key'))
    const { id } = await heldReply()
    const mail = await arriving(() => relay.json('held', 'release', String(id)))
    expect(textOf(mail)).toContain('BEGIN:VCARD')
    expect(textOf(mail)).toContain('BEGIN PGP PUBLIC KEY BLOCK')
    expect(await logged()).toBe('Sent from the alias. Attachments that carry your address: card.vcf, publickey.asc.')
  })

  it('goes out without them where the user says so, and also without those that cannot be searched', async () => {
    await submit(to, reply(to, 'vcf', 'clean', 'csv', 'eml', 'winmail'))
    const { id } = await heldReply()
    const mail = await arriving(() => relay.json('held', 'release', String(id), '--attachments', 'remove'))
    expect(textOf(mail).toLowerCase()).not.toContain('home.test')
    expect(textOf(mail)).not.toContain('a.csv')
    expect(textOf(mail)).toContain('picture.png')
    expect(textOf(mail).split('[An attachment was removed.]')).toHaveLength(5)
    expect(await logged()).toBe('Sent from the alias. Attachments removed: card.vcf, a.csv, hello.eml, winmail.dat.')
  })

  it('stays where it would show the address without its attachments as well', async () => {
    await submit(to, reply(to, 'vcf').replace('see the file', 'begin 644 a.txt\r\n#0V%T\r\n`\r\nend'))
    const one = await heldReply()
    expect(one.reason).toBe('reply-unscrubbable')
    for (const how of ['remove', 'always']) {
      const { code, err } = await relay.run('held', 'release', String(one.id), '--attachments', how)
      expect(code).toBe(1)
      expect(err).toContain('contains a file in uuencode, yEnc or BinHex')
    }
    expect((await heldReply()).id).toBe(one.id)
    await relay.json('held', 'drop', String(one.id))
  })

  it('is held no longer for a contact to whom the user always allows them, until that is taken back', async () => {
    const other = await newContact('two@alias.test')
    await submit(other, reply(other, 'vcf'))
    const { id } = await heldReply()
    await arriving(() => relay.json('held', 'release', String(id), '--attachments', 'always'))
    const mail = await arriving(() => submit(other, reply(other, 'eml')))
    expect(textOf(mail)).toContain(`Delivered-To: ${USER}`)
    expect(await logged()).toBe('Sent from the alias. Attachments that carry your address: hello.eml.')
    await submit(to, reply(to, 'eml'))
    await relay.json('held', 'drop', String((await heldReply()).id))
    await relay.json('contact', 'set', other, '--allow-flagged', 'off')
    await submit(other, reply(other, 'eml'))
    await relay.json('held', 'drop', String((await heldReply()).id))
  })

  it('is held in a first message to somebody new, who is a contact then', async () => {
    await submit('new@far.test', reply('new@far.test', 'vcf').replace(`<${USER}>`, '<one@alias.test>'))
    const one = await heldReply()
    expect(one.reason).toBe('reply-attachments')
    const mail = await arriving(() => relay.json('held', 'release', String(one.id), '--attachments', 'always'))
    expect(mail.to).toEqual(['new@far.test'])
    const contacts = await relay.json<{ address: string; allowFlagged: boolean }[]>(
      ...['contact', 'list', '--alias', 'one@alias.test'],
    )
    expect(contacts.find((one) => one.address === 'new@far.test')?.allowFlagged).toBe(true)
  })
})

describe('a reply that is held for something else', () => {
  it('does not take its attachments along: the user is told of them first', async () => {
    const to = await newContact('three@alias.test')
    await inbound(USER, to, reply(to, 'vcf'))
    const one = await heldReply()
    expect(one.reason).toBe('reply-unproven')
    const plain = await relay.run('held', 'release', String(one.id))
    expect(plain.code).toBe(1)
    expect(plain.err).toContain('Attachments that carry your address: card.vcf. Nothing was sent.')
    const mail = await arriving(() => relay.json('held', 'release', String(one.id), '--as-is'))
    expect(textOf(mail)).toContain('BEGIN:VCARD')
  })

  it('does not let an address in the text through either, where signed replies are allowed', async () => {
    const to = await newContact('four@alias.test')
    await relay.json('alias', 'set', 'four@alias.test', '--allow-sealed', 'on')
    await submit(to, reply(to).replace('see the file', `https://x.example/${Buffer.from(USER).toString('base64')}`))
    expect((await heldReply()).text).toBe(
      'Part 1 (text/plain) would still name you. The reply is held until you release it.',
    )
    await relay.json('held', 'drop', String((await heldReply()).id))
    await submit(to, reply(to, 'vcf'))
    await relay.json('held', 'drop', String((await heldReply()).id))
  })
})

describe('the setting of a recipient for such attachments', () => {
  let to = ''
  beforeAll(async () => {
    to = await newContact('five@alias.test')
  })

  it('removes them, each kind, and the log says which', async () => {
    await relay.json('recipient', 'set', USER, '--flagged-attachments', 'remove')
    const mail = await arriving(() => submit(to, reply(to, 'key', 'eml', 'clean', 'vcf', 'winmail')))
    expect(textOf(mail).toLowerCase()).not.toContain('home.test')
    expect(textOf(mail)).toContain('picture.png')
    expect(await logged()).toBe(
      'Sent from the alias. Attachments removed: publickey.asc, hello.eml, card.vcf, winmail.dat.',
    )
  })

  it('still holds what cannot be searched', async () => {
    await submit(to, reply(to, 'csv'))
    await relay.json('held', 'drop', String((await heldReply()).id))
  })

  it('changes those that are text, and holds the others', async () => {
    await relay.json('recipient', 'set', USER, '--flagged-attachments', 'scrub')
    const mail = await arriving(() => submit(to, reply(to, 'vcf')))
    expect(textOf(mail)).toContain('EMAIL;TYPE=INTERNET,HOME,PREF:five@alias.test')
    expect(textOf(mail).toLowerCase()).not.toContain('home.test')
    expect(await logged()).toBe('Sent from the alias. Attachments in which your address was replaced: card.vcf.')
    await submit(to, reply(to, 'vcf', 'key'))
    expect((await heldReply()).text).toContain('Attachments that carry your address: publickey.asc.')
    await relay.json('held', 'drop', String((await heldReply()).id))
  })

  it('is the old switch as well', async () => {
    const shown = (): Promise<{ flaggedAttachments: string; removeFlagged: boolean }> =>
      relay.json('recipient', 'show', USER)
    await relay.json('recipient', 'set', USER, '--remove-flagged', 'on')
    expect(await shown()).toMatchObject({ flaggedAttachments: 'remove', removeFlagged: true })
    await relay.json('recipient', 'set', USER, '--remove-flagged', 'off')
    expect(await shown()).toMatchObject({ flaggedAttachments: 'hold', removeFlagged: false })
  })

  /** A reply that the far server refuses once, and what arrives when it is sent again. */
  async function sentAgain(first: () => Promise<unknown>): Promise<string> {
    sink.refuse({ code: 550, message: '5.1.1 no such user', only: 'pat@far.test' })
    await first()
    const failed = (): Promise<Held[]> => relay.json<Held[]>('held', 'list', '--kind', 'failed')
    await expect.poll(failed, PATIENT).toHaveLength(1)
    sink.refuse(undefined)
    const before = sink.mails.length
    await relay.json('held', 'release', String((await failed())[0]?.id))
    const arrived = (): Received | undefined => sink.mails.slice(before).find((one) => one.to[0] === 'pat@far.test')
    await expect.poll(arrived, PATIENT).toBeDefined()
    return arrived()?.raw.toString('latin1').toLowerCase() ?? ''
  }

  it('counts again when a reply that failed is sent once more', async () => {
    await relay.json('recipient', 'set', USER, '--flagged-attachments', 'remove')
    expect(await sentAgain(() => submit(to, reply(to, 'vcf')))).not.toContain('home.test')
  })

  it('gives way to what the user said of the one reply, also when that is sent once more', async () => {
    await relay.json('recipient', 'set', USER, '--flagged-attachments', 'hold')
    const released = async (...how: readonly string[]): Promise<void> => {
      await submit(to, reply(to, 'eml'))
      await relay.json('held', 'release', String((await heldReply()).id), ...how)
    }
    const removed = await sentAgain(() => released('--attachments', 'remove'))
    expect(removed).toContain('[an attachment was removed.]')
    expect(removed).not.toContain('home.test')
    expect(await sentAgain(() => released())).toContain(`delivered-to: ${USER}`)
  })
})
