// What an attack found in single fields: people whom a stranger put into an unsubscribe link, and marks of the user's machine in MIME fields.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { rewriteForward, rewriteReply } from '../../../main/mail/index.ts'
import type { ReplyFacts } from '../../../main/mail/facts.ts'
import { LeftoverScan } from '../../../main/queue/leftovers.ts'
import { addressKey, type Address } from '../../../main/terms/address.ts'
import { instant } from '../../../main/terms/brand.ts'
import { forwardFacts } from '../../fuzz/pipeline.ts'

const LEAVE = 'leave@shop.test' as Address
const relay = new Map([[addressKey(LEAVE), 'r1@alias.test' as Address]])

function unsubscribeOf(query: string): string {
  const header = Buffer.from(`From: a@shop.test\r\nList-Unsubscribe: <mailto:leave@shop.test${query}>\r\n\r\n`)
  const out = rewriteForward(header, forwardFacts('rewrite', relay)).header.toString().replaceAll('\r\n ', ' ')
  return /^List-Unsubscribe: <mailto:([^>]*)>/m.exec(out)?.[1] ?? ''
}

describe('an unsubscribe link that names other people', () => {
  it.each([
    ['', 'r1@alias.test'],
    ['?subject=stop', 'r1@alias.test?subject=stop'],
    ['?subject=stop%20it&body=a%0D%0Ab', 'r1@alias.test?subject=stop%20it&body=a%0D%0Ab'],
    ['?cc=x@evil.test&bcc=y@evil.test&to=z@evil.test&subject=u', 'r1@alias.test?subject=u'],
    ['?SUBJECT=u&Cc=x@evil.test', 'r1@alias.test?subject=u'],
    ['?%63c=x@evil.test', 'r1@alias.test'],
    ['?subject=u&amp;cc=x@evil.test', 'r1@alias.test?subject=u'],
    ['?from=x@evil.test&reply-to=x@evil.test&attach=/etc/passwd', 'r1@alias.test'],
    ['?subject=a%0D%0ABcc:%20x@evil.test', 'r1@alias.test?subject=a%20Bcc%3A%20x%40evil.test'],
    ['?subject=%&body=%zz', 'r1@alias.test'],
  ])('mailto:leave@shop.test%s becomes mailto:%s', (query, want) => {
    expect(unsubscribeOf(query)).toBe(want)
  })

  it('keeps nothing but a subject and a body, whatever stands there', () => {
    const piece = fc.constantFrom(
      'cc',
      'bcc',
      'to',
      'subject',
      'body',
      '=',
      '&',
      '?',
      '%26',
      '%3D',
      '%0D%0A',
      'x@evil.test',
      ';',
      '#',
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
        const [, query] = unsubscribeOf(`?${pieces.join('')}`).split('?')
        for (const pair of (query ?? '').split('&').filter((one) => one !== '')) {
          expect(pair).toMatch(/^(subject|body)=/)
          expect(decodeURIComponent(pair.replace(/^body=/, ''))).not.toMatch(
            pair.startsWith('subject') ? /[\r\n]/ : /\0/,
          )
        }
      }),
    )
  })
})

const USER = 'ada@mine.test' as Address
const facts: ReplyFacts = {
  ...{
    alias: 'shop@alias.test' as Address,
    fromName: '',
    userAddresses: new Set([addressKey(USER)]),
    targets: new Map(),
  },
  ...{ messageId: 'x@alias.test', messageIds: new Map(), at: instant(1.8e12), userHosts: new Set(['mine.test']) },
}
const reply = (fields: string): string => rewriteReply(Buffer.from(`${fields}\r\n\r\n`), facts).header.toString()

describe('marks of the user’s machine in the fields of a reply', () => {
  it.each([
    ['Mime-Version: 1.0 (Mac OS X Mail 16.0 \\(3776.700.51\\))', 'Mime-Version: 1.0'],
    ['MIME-Version: 1 (made at home) . 0', 'MIME-Version: 1.0'],
    ['Content-Transfer-Encoding: 7bit (by Ada)', 'Content-Transfer-Encoding: 7bit'],
    [
      'Content-Type: text/plain (Ada); charset=utf-8 (her \\) keyboard); x-apple-part-url=ABC',
      'Content-Type: text/plain; charset=utf-8',
    ],
    [
      'Content-Type: text/plain; name="a (b).txt"; charset=utf-8',
      'Content-Type: text/plain; name="a (b).txt"; charset=utf-8',
    ],
    [
      'Content-Disposition: attachment; filename=a.txt; creation-date="Sun, 22 Nov 2026 10:00:00 +0900"; x-unix-mode=0644; size=3',
      'Content-Disposition: attachment; filename=a.txt; size=3',
    ],
    ['Content-Language: en (her second)', 'Content-Language: en'],
    ['Auto-Submitted: auto-replied (vacation of Ada); owner=ada', 'Auto-Submitted: auto-replied'],
    ['Content-Type: text/plain; charset=utf-8', 'Content-Type: text/plain; charset=utf-8'],
  ])('%s', (field, want) => {
    expect(reply(field).replaceAll('\r\n ', ' ').split('\r\n')).toContain(want)
  })

  it('no comment leaves in any field, wherever it stood', () => {
    const names = [
      'MIME-Version',
      'Content-Type',
      'Content-Disposition',
      'Content-Transfer-Encoding',
      'Content-Language',
      'Auto-Submitted',
    ]
    const comment = '(S3CRET (nested) \\) end)'
    const body = fc.array(
      fc.constantFrom(
        comment,
        'text/plain',
        '1.0',
        ';',
        ' ',
        'charset=utf-8',
        'filename="a"',
        'base64',
        'en',
        '=',
        ',',
      ),
      {
        maxLength: 12,
      },
    )
    fc.assert(
      fc.property(fc.constantFrom(...names), body, (name, pieces) => {
        expect(reply(`${name}: ${pieces.join('')}`)).not.toContain('S3CRET')
      }),
    )
  })
})

describe('the search for what is left', () => {
  const header = Buffer.from('MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n')
  const attachment = `--b\r\nContent-Type: application/x; name=a\r\n\r\nof ${USER}\r\n`
  // Between the letters of base64 a reader shows nothing, and the finder that reads as readers do sees nothing.
  const hidden = `--b\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\nAAAA ${USER} AAAA\r\n`
  const flag = (removed: boolean): readonly string[] => (removed ? [] : ['1'])
  const scan = (body: string, flagged: ReturnType<typeof flag>): number => {
    const left = new LeftoverScan(header, facts.userAddresses, flagged)
    for (const byte of Buffer.from(body)) left.push(Buffer.from([byte]))
    return left.end().length
  }

  it('goes on behind an attachment that was flagged, and behind one that was removed', () => {
    expect(scan(`${attachment}--b--\r\n`, flag(false))).toBe(0)
    expect(scan(`${attachment}${hidden}--b--\r\n`, flag(false))).toBe(1)
    expect(scan(`--b\r\n\r\n[removed]\r\n${hidden}--b--\r\n`, flag(true))).toBe(1)
    expect(scan(`--b\r\n\r\n[removed]\r\n--b--\r\nepilogue ${USER}\r\n`, flag(true))).toBe(1)
    expect(scan(`${attachment}--b--\r\n`, flag(true))).toBe(1)
  })
})
