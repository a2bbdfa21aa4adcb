// What large receivers demand of every message (docs/what-receivers-demand.md), held against each golden message that is forwarded or sent:
// by our own reading, and by Python's email package where there is a python3. Preserve mode is left out: there, what came goes out.
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import {
  fieldsNamed,
  headerLength,
  mailboxesOf,
  namesUtf8Address,
  parseAddressList,
  parseHeaderBlock,
  parseMailDate,
  unfoldedBody,
  type HeaderBlock,
} from '../../../main/mail/index.ts'
import { findProgram, runProgram } from '../../world/programs.ts'

const FOLDER = join(import.meta.dirname, 'golden')
const READER = join(import.meta.dirname, 'read-headers.py')

interface Golden {
  readonly name: string
  readonly path: string
  readonly came: Buffer
  readonly out: Buffer
}

/** A header with LF alone, which the door refuses, stays one. */
const BARE_LF: ReadonlySet<string> = new Set(['129-text-bare-lf', '255-bare-lf'])

const goldens: readonly Golden[] = readdirSync(FOLDER, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && !BARE_LF.has(entry.name))
  .flatMap(({ name }) => {
    const file = (one: string): string => join(FOLDER, name, one)
    const facts = JSON.parse(readFileSync(file('facts.json'), 'utf8')) as { readonly mode?: string }
    if (facts.mode === 'preserve') return []
    const path = file('expected.eml')
    return [{ name, path, came: readFileSync(file('message.eml')), out: readFileSync(path) }]
  })

/** RFC 5322 §3.6, RFC 2045 §3. */
const ONCE = [
  ...['from', 'sender', 'reply-to', 'to', 'cc', 'message-id', 'in-reply-to', 'references', 'subject', 'date'],
  ...['mime-version', 'content-type', 'content-transfer-encoding'],
]
const MESSAGE_ID = /^<[!-;=?A-~]+@[!-;=?A-~]+>$/

function lines(bytes: Buffer): readonly string[] {
  return bytes.toString('latin1').split('\n')
}

const longest = (bytes: Buffer): number => Math.max(...lines(bytes).map((line) => line.replace(/\r$/, '').length))

function authorsOf(block: HeaderBlock): readonly string[] {
  const entries = fieldsNamed(block, 'from').flatMap((field) => parseAddressList(unfoldedBody(field)))
  return mailboxesOf(entries).map(({ address }) => address ?? 'no address')
}

describe('what receivers demand of a message', () => {
  it.each(goldens.map((one) => [one.name, one] as const))('%s', (_name, { came, out }) => {
    const header = out.subarray(0, headerLength(out))
    const block = parseHeaderBlock(header)
    expect(authorsOf(block)).toEqual([expect.stringContaining('@')])
    const counts = ONCE.map((key) => [key, fieldsNamed(block, key).length] as const)
    expect(counts.filter(([, count]) => count > 1)).toEqual([])
    expect(fieldsNamed(block, 'message-id').map(unfoldedBody)).toEqual([expect.stringMatching(MESSAGE_ID)])
    const dates = fieldsNamed(block, 'date').map((field) => parseMailDate(unfoldedBody(field)))
    expect(dates).toEqual([expect.any(Number)])
    // RFC 6531 §3.2: what needs SMTPUTF8 is an address that has such letters, or somebody's signature.
    const plain = block.fields.filter(({ key }) => !/^(dkim-signature|arc-.*)$/.test(key))
    const isPlain = plain.every(({ raw }) => raw.every((byte) => byte < 0x80))
    expect(isPlain || namesUtf8Address(block)).toBe(true)
    // RFC 5322 §2.1.1. A long line of the body is the sender's: to break it would break what they signed.
    expect(longest(header)).toBeLessThanOrEqual(998)
    expect(longest(out.subarray(header.length))).toBeLessThanOrEqual(
      Math.max(998, longest(came.subarray(headerLength(came)))),
    )
    for (const line of lines(header).slice(0, -1)) {
      expect(line).toMatch(/^(?:[!-9;-~]+:|[ \t]+[^ \t\r]|\r$)/)
      expect(line).toMatch(/^[^\0-\x08\x0a-\x1f\x7f]*\r$/)
    }
  })
})

interface Read {
  readonly fields: readonly string[]
  readonly authors: readonly string[]
  readonly dates: readonly boolean[]
  readonly messageIds: readonly string[]
  readonly defects: readonly string[]
}

/** Defects of the header: what the body is made of is the sender's. */
const OF_THE_HEADER = /^(MissingHeaderBodySeparator|FirstHeaderLineIsContinuation|MisplacedEnvelopeHeader)|: /

const python = findProgram('python3')
describe.skipIf(python === undefined || !existsSync(READER))("Python's email package (python3)", () => {
  it('reads the same author, one id and one date in each of them, and no fault in the header', async () => {
    const ran = await runProgram(python ?? '', [READER], JSON.stringify(goldens.map(({ path }) => path)))
    const read = JSON.parse(ran.out) as readonly Read[]
    expect(read).toHaveLength(goldens.length)
    const odd = goldens.flatMap(({ name, out }, index) => {
      const block = parseHeaderBlock(out.subarray(0, headerLength(out)))
      const { fields, authors, dates, messageIds, defects } = read[index] as Read
      const ours = { authors: authorsOf(block), fields: block.fields.map(({ key }) => key), dates: [true] }
      const ids = fieldsNamed(block, 'message-id').map(unfoldedBody)
      const theirs = { authors, fields, dates }
      const faults = defects.filter((one) => OF_THE_HEADER.test(one))
      const same = JSON.stringify([ours, ids, []]) === JSON.stringify([{ ...theirs }, messageIds, faults])
      return same ? [] : [{ name, ours, theirs, ids, messageIds, faults }]
    })
    expect(odd).toEqual([])
  })
})
