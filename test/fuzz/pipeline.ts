// One message through everything that is done to bytes from outside: looked at, forwarded in both modes, answered, searched for
// traces. Throws where a promise is broken; time is the caller's to measure.
import {
  automaticKind,
  correspondentsOf,
  createBodyEditor,
  createCalendarReader,
  findTraces,
  headerLength,
  parseHeaderBlock,
  readSummary,
  rewriteForward,
  rewriteReply,
  type BodyEdits,
} from '../../main/mail/index.ts'
import { LeftoverScan } from '../../main/queue/leftovers.ts'
import type { ForwardFacts, ReplyFacts } from '../../main/mail/facts.ts'
import { addressKey, type Address, type AddressKey, type Domain } from '../../main/terms/address.ts'
import { instant } from '../../main/terms/brand.ts'
import { RelaxedBodyHash } from '../../main/trust/canonical.ts'

const USER = 'ada@mine.test' as Address
const CALENDAR_KEY = Buffer.alloc(32, 7)

export function forwardFacts(
  mode: 'rewrite' | 'preserve',
  replyAddresses: ReadonlyMap<AddressKey, Address>,
): ForwardFacts {
  return {
    alias: 'shop@alias.test' as Address,
    tag: '',
    reversePath: 'bob@far.test' as Address,
    mode,
    fromMode: 'reply-address',
    fromTemplate: 'quoted',
    replyAddresses,
    messageIds: new Map(),
    trace: {
      helo: 'x.test',
      peer: '192.0.2.1',
      hostname: 'mail.alias.test' as Domain,
      protocol: 'ESMTP',
      id: 'id',
      at: instant(1.8e12),
      tls: undefined,
    },
    authenticationResults: 'mail.alias.test; spf=none',
    loopMark: 'mark',
    unsubscribe: { mode: 'keep', ours: undefined, relay: new Map() },
  }
}

const replyFacts: ReplyFacts = {
  alias: 'shop@alias.test' as Address,
  fromName: '',
  userAddresses: new Set([addressKey(USER)]),
  targets: new Map(),
  messageId: 'x@alias.test',
  messageIds: new Map(),
  at: instant(1.8e12),
  userHosts: new Set(['mine.test']),
  calendarKey: CALENDAR_KEY,
}

function edited(header: Buffer, body: Buffer, edits: BodyEdits) {
  const editor = createBodyEditor(header, edits)
  const bytes = Buffer.concat([...editor.push(body), ...editor.end()])
  const { unscrubbable, flagged } = editor.report()
  return { bytes, sealed: unscrubbable.length > 0, flagged }
}

export interface Done {
  readonly held: boolean
}

export function throughEverything(message: Buffer): Done {
  const length = headerLength(message)
  const header = message.subarray(0, length)
  const body = message.subarray(length)
  const block = parseHeaderBlock(header)
  readSummary(block)
  automaticKind(block)
  const people = correspondentsOf(block, 'bob@far.test' as Address)
  const addresses = new Map(people.map((one, i) => [addressKey(one.address), `r${i}@alias.test` as Address]))
  new RelaxedBodyHash().update(body)
  rewriteForward(header, forwardFacts('rewrite', addresses))
  const banners = [{ position: 'top', style: 'warning', text: 'careful' }] as const
  edited(header, body, { kind: 'forward', banners, calendars: invited(header, body) })
  const preserved = rewriteForward(header, forwardFacts('preserve', addresses))
  const kept = preserved.header.subarray(-header.length)
  if (header.length > 0 && !kept.equals(header) && !endsWithHeader(preserved.header, header))
    throw new Error('preserve mode changed the header')
  const reply = rewriteReply(header, replyFacts)
  const answer = edited(header, body, {
    kind: 'reply',
    facts: replyFacts,
    options: { scrub: true },
  })
  const out = Buffer.concat([reply.header, answer.bytes])
  findTraces(out, { addresses: new Set([addressKey(USER)]), names: [], hosts: [] })
  // What the relay holds a reply for: parts it cannot scrub, and its address left over anywhere but in a flagged attachment.
  const told = answer.flagged.map(({ path }) => path)
  const scan = new LeftoverScan(reply.header, replyFacts.userAddresses, told)
  scan.push(answer.bytes)
  const holds = answer.sealed || scan.end().length > 0
  if (!holds && answer.flagged.length === 0) {
    const shown = out.toString('latin1').toLowerCase()
    // The promise in its plainest form, apart from the finder that the relay itself trusts.
    for (const form of FORMS) if (shown.includes(form)) throw new Error(`a reply would leak ${form}`)
  }
  if (!holds) {
    for (const text of calendarsIn(out))
      for (const form of FORMS) if (text.toLowerCase().includes(form)) throw new Error(`a calendar would leak ${form}`)
  }
  return { held: holds || reply.strangers.length > 0 }
}

function calendarsFound(header: Buffer, body: Buffer) {
  const reader = createCalendarReader(header)
  reader.push(body)
  return reader.end()
}

/** Reply addresses for everybody whom the calendars name. */
function invited(header: Buffer, body: Buffer) {
  const { people, readings } = calendarsFound(header, body)
  const replyAddresses = new Map(people.map((one, i) => [addressKey(one), `c${i}@alias.test` as Address]))
  return { replyAddresses, uids: { alias: replyFacts.alias, key: CALENDAR_KEY }, readings }
}

/** The calendars of a whole message, unfolded. */
function calendarsIn(message: Buffer): string[] {
  const length = headerLength(message)
  return calendarsFound(message.subarray(0, length), message.subarray(length)).calendars.map(({ text }) => text)
}

const FORMS = [
  ...['ada@mine.test', 'ada%40mine.test', 'ada=40mine.test', 'ada&#64;mine.test'],
  // base64 of the address at its three alignments, less the characters that depend on the neighbours.
  ...['YWRhQG1pbmUudGVz', 'FkYUBtaW5lLnRlc3', 'hZGFAbWluZS50ZXN0'].map((form) => form.toLowerCase()),
]

/** A header without its empty line gets one: that is all that may be added behind it. */
function endsWithHeader(whole: Buffer, header: Buffer): boolean {
  const at = whole.indexOf(header)
  return at >= 0 && /^(\r\n)*$/.test(whole.subarray(at + header.length).toString('latin1'))
}
