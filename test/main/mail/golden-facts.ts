// The facts of a golden folder: facts.json names what matters for its case, everything else has the defaults below.
import { createHash } from 'node:crypto'
import type {
  Banner,
  ForwardFacts,
  ReplyFacts,
  ReplyTarget,
  TraceFacts,
  UnsubscribeFacts,
} from '../../../main/mail/facts.ts'
import type { BodyEdits } from '../../../main/mail/index.ts'
import {
  correspondentsOf,
  createCalendarReader,
  headerLength,
  parseHeaderBlock,
  removable,
  rewriteForward,
  rewriteReply,
  createBodyEditor,
} from '../../../main/mail/index.ts'
import type { Address, AddressKey, Domain } from '../../../main/terms/address.ts'
import { addressKey, domainOf, parseAddress } from '../../../main/terms/address.ts'
import { instant } from '../../../main/terms/brand.ts'

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json }
export type JsonObject = Readonly<Record<string, Json>>

export function requiredAddress(text: string): Address {
  const parsed = parseAddress(text)
  if (parsed === undefined) throw new Error(`not an address: ${text}`)
  return parsed
}

function text(json: JsonObject, key: string, fallback: string): string {
  const value = json[key]
  return typeof value === 'string' ? value : fallback
}

function plain(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function object(json: JsonObject, key: string): JsonObject {
  const value = json[key]
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {}
}

function strings(json: JsonObject, key: string, fallback: readonly string[]): readonly string[] {
  const value = json[key]
  return Array.isArray(value) ? value.map(plain) : fallback
}

function stringMap(json: JsonObject, key: string): ReadonlyMap<string, string> {
  return new Map(Object.entries(object(json, key)).map(([name, value]) => [name, plain(value)]))
}

export function keyOf(address: string): AddressKey {
  return addressKey(requiredAddress(address))
}

/** A reply address that is the same in every run: 16 letters of the address's hash. */
export function replyAddressOf(address: Address, domain: string): Address {
  const letters = [...createHash('sha256').update(addressKey(address)).digest()]
  const name = letters.slice(0, 16).map((byte) => 'abcdefghijklmnopqrstuvwxyz234567'[byte & 31] ?? '')
  return requiredAddress(`${name.join('')}@${domain}`)
}

/** Whom the calendars of a message name. */
export function invitedIn(header: Buffer, body: Buffer): readonly Address[] {
  const reader = createCalendarReader(header)
  reader.push(body)
  return reader.end().people
}

/** What the engine does before a forward: everybody whom the message names gets a reply address, our own excepted. */
export function replyAddressesOf(
  header: Buffer,
  body: Buffer,
  alias: Address,
  reversePath: Address | undefined,
): Map<AddressKey, Address> {
  const people = correspondentsOf(parseHeaderBlock(header), reversePath).map(({ address }) => address)
  const foreign = [...people, ...invitedIn(header, body)].filter((address) => domainOf(address) !== domainOf(alias))
  return new Map(foreign.map((address) => [addressKey(address), replyAddressOf(address, domainOf(alias))]))
}

/** Under which UIDs are sealed here; the same in every run. */
export const CALENDAR_KEY = Buffer.alloc(32, 7)

function traceFacts(json: JsonObject): TraceFacts {
  return {
    helo: text(json, 'helo', 'mx.example.com'),
    peer: text(json, 'peer', '192.0.2.1'),
    hostname: text(json, 'hostname', 'mail.relay.example') as Domain,
    protocol: text(json, 'protocol', 'ESMTPS'),
    id: text(json, 'id', 'q7k2m4'),
    at: instant(Date.parse(text(json, 'at', '2026-01-14T12:00:00Z'))),
    tls: json['tls'] === null ? undefined : text(json, 'tls', 'TLSv1.3 TLS_AES_256_GCM_SHA384'),
  }
}

function unsubscribeFacts(json: JsonObject): UnsubscribeFacts | undefined {
  if (!('unsubscribe' in json)) return undefined
  const given = object(json, 'unsubscribe')
  const ours = text(given, 'ours', '')
  return {
    mode: text(given, 'mode', 'keep') as UnsubscribeFacts['mode'],
    ours: ours === '' ? undefined : requiredAddress(ours),
    relay: new Map([...stringMap(given, 'relay')].map(([from, to]) => [keyOf(from), requiredAddress(to)])),
  }
}

function banners(json: JsonObject): readonly Banner[] {
  const given = json['banners']
  if (!Array.isArray(given)) return []
  return (given as readonly JsonObject[]).map((one) => ({
    position: text(one, 'position', 'top') as Banner['position'],
    style: text(one, 'style', 'plain') as Banner['style'],
    text: text(one, 'text', ''),
  }))
}

export function forwardFacts(json: JsonObject, header: Buffer, body: Buffer = Buffer.alloc(0)): ForwardFacts {
  const alias = requiredAddress(text(json, 'alias', 'shop@relay.example'))
  const reversePath =
    json['reversePath'] === null ? undefined : requiredAddress(text(json, 'reversePath', 'bob@example.com'))
  const given = object(json, 'replyAddresses')
  const addresses = Object.entries(given).map(([from, to]) => [keyOf(from), requiredAddress(plain(to))] as const)
  return {
    alias,
    tag: text(json, 'tag', ''),
    reversePath,
    mode: text(json, 'mode', 'rewrite') as ForwardFacts['mode'],
    fromMode: text(json, 'fromMode', 'reply-address') as ForwardFacts['fromMode'],
    fromTemplate: text(json, 'fromTemplate', 'quoted') as ForwardFacts['fromTemplate'],
    replyAddresses: 'replyAddresses' in json ? new Map(addresses) : replyAddressesOf(header, body, alias, reversePath),
    messageIds: stringMap(json, 'messageIds'),
    trace: traceFacts(object(json, 'trace')),
    authenticationResults:
      json['authenticationResults'] === null
        ? undefined
        : text(
            json,
            'authenticationResults',
            'mail.relay.example; spf=pass smtp.mailfrom=example.com; dkim=none; dmarc=none',
          ),
    loopMark: typeof json['loopMark'] === 'string' ? json['loopMark'] : undefined,
    subjectTemplate: text(json, 'subjectTemplate', ''),
    unsubscribe: unsubscribeFacts(json),
  }
}

function target(value: Json): ReplyTarget {
  if (typeof value === 'string') return { kind: 'contact', address: requiredAddress(value), displayName: '' }
  const json = value as JsonObject
  const address = requiredAddress(text(json, 'address', ''))
  if (text(json, 'kind', 'contact') === 'alias') return { kind: 'alias', address }
  return { kind: 'contact', address, displayName: text(json, 'displayName', '') }
}

export function replyFacts(json: JsonObject): ReplyFacts {
  const targets =
    'targets' in json
      ? object(json, 'targets')
      : { 'zq4m7xk2w9@relay.example': { address: 'bob@example.com', displayName: 'Bob' } }
  return {
    alias: requiredAddress(text(json, 'alias', 'shop@relay.example')),
    fromName: text(json, 'fromName', ''),
    userAddresses: new Set(strings(json, 'userAddresses', ['alice@real.example']).map(keyOf)),
    targets: new Map(Object.entries(targets).map(([from, to]) => [keyOf(from), target(to)])),
    messageId: text(json, 'messageId', 'k3v9x2@relay.example'),
    messageIds: stringMap(json, 'messageIds'),
    at: instant(Date.parse(text(json, 'at', '2026-01-14T12:00:00Z'))),
    userHosts: new Set(strings(json, 'userHosts', [])),
    calendarKey: CALENDAR_KEY,
    keepListFields: json['keepListFields'] === true,
    bareNames: json['bareNames'] === true,
  }
}

export interface Outcome {
  readonly message: Buffer
  readonly told: {
    readonly notes: readonly string[]
    readonly strangers?: readonly string[]
    readonly flagged?: readonly string[]
    readonly unscrubbable?: readonly string[]
  }
}

export type Edits = BodyEdits & { readonly removeFlagged?: boolean; readonly removeUnread?: boolean }

function passOver(header: Buffer, body: Buffer, edits: BodyEdits, chunk: number) {
  const editor = createBodyEditor(header, edits)
  const out: Buffer[] = []
  for (let at = 0; at < body.length; at += chunk) out.push(...editor.push(body.subarray(at, at + chunk)))
  out.push(...editor.end())
  return { body: Buffer.concat(out), report: editor.report() }
}

/** Runs a body through the editor in pieces of the given size; once more where flagged attachments are to be taken out. */
export function editBody(
  header: Buffer,
  body: Buffer,
  { removeFlagged = false, removeUnread = false, ...edits }: Edits,
  chunk: number,
): { body: Buffer; asText: boolean; told: Outcome['told'] } {
  const first = passOver(header, body, edits, chunk)
  const remove = removable(first.report, removeUnread)
  const asText = first.report.unreadCalendars
  const again = edits.kind === 'reply' && (removeFlagged || removeUnread) && remove.size > 0
  const { body: out, report } = again
    ? passOver(header, body, { ...edits, options: { ...edits.options, remove } }, chunk)
    : edits.kind === 'forward' && edits.calendars !== undefined && asText.size > 0
      ? passOver(header, body, { ...edits, calendars: { ...edits.calendars, asText } }, chunk)
      : first
  const flagged = report.flagged.map(
    (part) => `${part.path} ${part.type} ${part.name} ${part.trace}${part.fate === 'stays' ? '' : ` ${part.fate}`}`,
  )
  const unscrubbable = report.unscrubbable.map((part) => `${part.path} ${part.type} ${part.reason}`)
  return {
    body: out,
    asText: asText.has(''),
    told: {
      notes: report.notes.map((note) => note.id),
      ...(flagged.length > 0 ? { flagged } : {}),
      ...(unscrubbable.length > 0 ? { unscrubbable } : {}),
    },
  }
}

/** A whole message through header and body, as the engine does it. */
export function rewriteMessage(message: Buffer, json: JsonObject, chunk = 1 << 20): Outcome {
  const length = headerLength(message)
  const header = message.subarray(0, length)
  const body = message.subarray(length)
  if (json['direction'] === 'reply') {
    const facts = replyFacts(json)
    const reply = rewriteReply(header, facts)
    const options = { scrub: json['scrub'] !== false, scrubAttachments: json['scrubAttachments'] === true }
    const removeFlagged = json['removeFlagged'] === true
    const removeUnread = json['removeUnread'] === true
    const edited = editBody(header, body, { kind: 'reply', facts, options, removeFlagged, removeUnread }, chunk)
    const notes = [...reply.notes.map((note) => note.id), ...edited.told.notes]
    const strangers = reply.strangers.length > 0 ? { strangers: reply.strangers } : {}
    return { message: Buffer.concat([reply.header, edited.body]), told: { ...edited.told, notes, ...strangers } }
  }
  const facts = forwardFacts(json, header, body)
  const forward = rewriteForward(header, facts)
  const { alias, mode, replyAddresses } = facts
  const edits: BodyEdits =
    mode === 'preserve'
      ? { kind: 'forward', banners: [] }
      : {
          kind: 'forward',
          banners: banners(json),
          calendars: { replyAddresses, uids: { alias, key: CALENDAR_KEY } },
        }
  const edited = editBody(header, body, edits, chunk)
  const notes = [...forward.notes.map((note) => note.id), ...edited.told.notes]
  const written = edited.asText ? rewriteForward(header, { ...facts, calendarAsText: true }).header : forward.header
  return { message: Buffer.concat([written, edited.body]), told: { ...edited.told, notes } }
}
