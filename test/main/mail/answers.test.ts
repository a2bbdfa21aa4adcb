// Whatever a mail program can answer to is an address of the relay: an answer to anything else would leave from the real mailbox.
import { describe, expect, it } from 'vitest'
import {
  correspondentsOf,
  fieldsNamed,
  headerLength,
  parseHeaderBlock,
  rewriteForward,
} from '../../../main/mail/index.ts'
import { addressKey, type Address } from '../../../main/terms/address.ts'
import { forwardFacts } from './golden-facts.ts'

const PLAIN = [
  ...['Reply-To', 'Sender', 'Mail-Reply-To', 'Mail-Followup-To', 'Mail-Copies-To', 'Errors-To', 'X-BeenThere'],
  ...['Disposition-Notification-To', 'Return-Receipt-To', 'X-Confirm-Reading-To'],
  ...['Resent-From', 'Resent-Sender', 'Resent-Reply-To', 'Resent-To', 'Resent-Cc'],
]
const LISTS = ['List-Post', 'List-Owner', 'List-Help', 'List-Subscribe', 'List-Archive', 'List-Unsubscribe']
const WORDS = ['X-Mailing-List', 'Mailing-List']

const FORMS: readonly (readonly [string, readonly string[], string])[] = [
  ['an address', PLAIN, 'them@far.example'],
  ['a name and an address', PLAIN, 'Them <them@far.example>, "x" <second@far.example>'],
  ['a group', PLAIN, 'All: them@far.example, second@far.example;'],
  ['an encoded word', PLAIN, '=?utf-8?q?Them?= <them@far.example>'],
  ['mailto', LISTS, '<mailto:them@far.example>'],
  ['mailto with what it adds', LISTS, '<MAILTO:them%40far.example?cc=second@far.example&subject=x&to=a@far.example>'],
  ['several mailto', LISTS, '<https://far.example/>, <mailto:them@far.example,second@far.example>'],
  ['words', WORDS, 'contact them@far.example; run by x'],
]
const CASES = FORMS.flatMap(([form, names, value]) => names.map((name) => [`${name}: ${form}`, name, value] as const))

function forwarded(name: string, value: string): readonly string[] {
  const header = Buffer.from(
    `From: Ann <ann@one.example>\r\nTo: shop@relay.example\r\n${name}: ${value}\r\nSubject: x\r\n\r\n`,
  )
  const block = parseHeaderBlock(header.subarray(0, headerLength(header)))
  const replyAddresses = new Map(
    correspondentsOf(block, undefined).map(({ address }, index) => [
      addressKey(address),
      `reply${index}@relay.example` as Address,
    ]),
  )
  const relay = new Map([
    ...replyAddresses,
    [addressKey('them@far.example' as Address), 'reply9@relay.example' as Address],
  ])
  const unsubscribe = { mode: 'keep', ours: undefined, relay } as const
  const result = rewriteForward(header, {
    ...forwardFacts({ direction: 'forward' }, header),
    replyAddresses,
    unsubscribe,
  })
  return fieldsNamed(parseHeaderBlock(result.header), name.toLowerCase()).map(({ raw }) => raw.toString())
}

describe('what a mail program can answer to', () => {
  it.each(CASES)('%s', (_, name, value) => {
    for (const field of forwarded(name, value)) {
      expect(field.replaceAll('https://far.example/', '')).not.toMatch(/@far|%40far|far\.example(?!')/)
      expect(field).toMatch(/@relay\.example|https:/)
    }
  })

  it.each([...PLAIN, 'List-Post', 'List-Owner'])('%s keeps somebody to answer', (name) => {
    const value = name.startsWith('List-') ? '<mailto:them@far.example>' : 'them@far.example'
    expect(forwarded(name, value)).toHaveLength(1)
  })
})
