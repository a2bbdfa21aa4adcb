// A reply as it would leave, and what speaks against it: parts that cannot be scrubbed or searched, attachments that carry the
// user's address, the address left anywhere else. What the user has allowed is no objection. Asked when a reply comes in, when it
// is shown, when it is released and at each attempt to send it, so that all of these decide alike. behaviour.md 4.4, 4.6
import {
  oneLine,
  rewriteReply,
  type FlaggedPart,
  type HeaderBlock,
  type UnscrubbablePart,
  type UnscrubbableReason,
} from '../mail/index.ts'
import type { Note, ReplyFacts } from '../mail/facts.ts'
import type { AliasRow, ContactRow, DeliveryRow, RecipientRow } from '../store/rows.ts'
import type { Address, AddressKey } from '../terms/address.ts'
import { editReply, type BodySource, type EditedBody } from './body-source.ts'
import { findLeftovers, placeInWords } from './leftovers.ts'
import { namedInReply } from './named.ts'
import type { MailParts } from './parts.ts'
import { addressees, gatherReplyFacts } from './reply-facts.ts'

/** What the user has said about a reply, in settings or to this one. */
export interface ReplyWord {
  /** False: its body is not to be searched at all. */
  readonly scrub: boolean
  /** It goes out as it is. */
  readonly asIs: boolean
  /** The user's own addresses stay in it; reply addresses do not. */
  readonly realAddress: boolean
  /** Signed and encrypted parts go out. */
  readonly sealed: boolean
  /** Attachments that carry the address: hold the reply, are taken out, are changed, or go along. */
  readonly attachments: 'hold' | 'remove' | 'scrub' | 'keep'
  /** With `remove`: those that cannot be searched are taken out as well. */
  readonly unread: boolean
}

export interface Said {
  readonly recipient: Pick<RecipientRow, 'allowSealed' | 'flagged'> | undefined
  readonly alias: Pick<AliasRow, 'allowSealed'> | undefined
  readonly contact: Pick<ContactRow, 'allowFlagged'> | undefined
  readonly unscrubbed: boolean
  /** The user asked that their own address stays in it. */
  readonly realAddress: boolean
  /** About this very reply; `keep`: its attachments go along. */
  readonly delivery?: { readonly asIs: number; readonly attachments: DeliveryRow['attachments'] | 'keep' } | undefined
}

/** The closer word counts: the one about this reply, then that about the contact, then the recipient's setting. */
export function wordOf({ recipient, alias, contact, unscrubbed, realAddress, delivery }: Said): ReplyWord {
  const removed = delivery?.attachments === 'remove'
  const keeps = delivery?.attachments === 'keep' || contact?.allowFlagged === true
  const kept = keeps ? 'keep' : (recipient?.flagged ?? 'hold')
  return {
    scrub: !unscrubbed,
    asIs: delivery?.asIs === 1,
    realAddress,
    sealed: alias?.allowSealed === true || recipient?.allowSealed === true,
    attachments: removed ? 'remove' : kept,
    unread: removed,
  }
}

/** A reason to hold a reply: a sentence. */
export interface Objection {
  readonly about: 'attachment' | 'rest'
  readonly text: string
}

export interface ReplyLook {
  readonly header: Buffer
  readonly edited: EditedBody
  readonly facts: ReplyFacts
  readonly notes: readonly Note[]
  /** In To or Cc, and no contact of the alias. */
  readonly strangers: readonly Address[]
  readonly objections: readonly Objection[]
}

export interface ReplyToLookAt {
  readonly alias: Pick<AliasRow, 'id' | 'address' | 'domainId' | 'fromName'>
  readonly header: Buffer
  readonly block: HeaderBlock
  readonly source: BodySource
  readonly sentTo: ReadonlySet<AddressKey>
  readonly messageId: string
  readonly receivedAt: number
}

export const WHY_UNSCRUBBED: Readonly<Record<UnscrubbableReason, string>> = {
  sealed: 'is signed or encrypted',
  'inline-pgp': 'holds PGP text',
  'too-large': 'is too large to be searched',
  charset: 'is in a character set that cannot be read',
  'too-deep': 'is nested too deep',
  'transfer-encoding': 'is encoded in a way that mail programs read differently',
  structure: 'has a structure that mail programs read differently',
  'encoded-file': 'contains a file in uuencode, yEnc or BinHex',
  winmail: 'is a winmail.dat file, which usually names its sender',
  'trace-left': 'would still name you',
  calendar: 'is a calendar that cannot be read',
  'reply-address': 'would still show a reply address',
}

type ReportedPart = Pick<FlaggedPart, 'name' | 'type'>

const NAME_MAX = 60
const NAMES_MAX = 5

/** Files by their names, else by their types; the names are anybody's. */
export function namesOf(parts: readonly ReportedPart[]): string {
  const names = parts.slice(0, NAMES_MAX).map(({ name, type }) => oneLine(name === '' ? type : name).slice(0, NAME_MAX))
  return [...names, ...(parts.length > NAMES_MAX ? ['…'] : [])].join(', ')
}

type Report = EditedBody['report']

/** What the log says of the attachments of a reply that was sent; empty where there is nothing to say. */
export function attachmentsInWords({ flagged, unscrubbable }: Pick<Report, 'flagged' | 'unscrubbable'>): string {
  const files = flagged.filter(({ attachment }) => attachment)
  const told = new Set(files.map(({ path }) => path))
  const others = unscrubbable.filter(({ attachment, path }) => attachment && !told.has(path))
  const held = [...new Map(others.map((part): [string, UnscrubbablePart] => [part.path, part])).values()]
  const of = (fate: FlaggedPart['fate']): FlaggedPart[] => files.filter((one) => one.fate === fate)
  // A calendar that was edited and still names the user.
  const naming = held.filter(({ reason }) => reason === 'trace-left')
  const unread = held.filter(({ reason }) => reason !== 'trace-left')
  const said = (parts: readonly ReportedPart[], say: (names: string) => string): string =>
    parts.length === 0 ? '' : ` ${say(namesOf(parts))}`
  return [
    said([...of('stays'), ...naming], (names) => `Attachments that carry your address: ${names}.`),
    said(unread, (names) => `Attachments that could not be searched: ${names}.`),
    said(of('removed'), (names) => `Attachments removed: ${names}.`),
    said(of('scrubbed'), (names) => `Attachments in which your address was replaced: ${names}.`),
  ].join('')
}

function isAllowed({ reason, attachment }: UnscrubbablePart, word: ReplyWord): boolean {
  if (word.sealed && (reason === 'sealed' || reason === 'inline-pgp')) return true
  return attachment && word.attachments === 'keep'
}

function ofPart(part: UnscrubbablePart): Objection {
  const why = WHY_UNSCRUBBED[part.reason]
  if (part.attachment) return { about: 'attachment', text: `The attachment ${namesOf([part])} ${why}.` }
  return { about: 'rest', text: `Part ${part.path === '' ? '1' : part.path} (${part.type}) ${why}.` }
}

function ofFlagged(parts: readonly FlaggedPart[]): readonly Objection[] {
  if (parts.length === 0) return []
  return [{ about: 'attachment', text: `Attachments that carry your address: ${namesOf(parts)}.` }]
}

/** Sentences about parts come first: those about attachments can be mended by leaving them out. */
async function objectionsTo(
  header: Buffer,
  edited: EditedBody,
  because: readonly string[],
  { userAddresses }: ReplyFacts,
  word: ReplyWord,
): Promise<readonly Objection[]> {
  if (word.asIs || !word.scrub) return []
  const whole = because.map((text) => ({ about: 'rest' as const, text }))
  const { unscrubbable, flagged } = edited.report
  // The user's word is about their own address: a reply address of somebody that is left is another matter.
  if (word.realAddress)
    return [...whole, ...unscrubbable.filter(({ reason }) => reason === 'reply-address').map(ofPart)]
  const staying = flagged.filter(({ fate }) => fate === 'stays')
  const held = unscrubbable.filter((part) => !isAllowed(part, word)).map(ofPart)
  const carrying = word.attachments === 'keep' ? [] : ofFlagged(staying.filter(({ attachment }) => attachment))
  // What is in these, is said already or allowed.
  const told = [...staying, ...unscrubbable].map(({ path }) => path)
  const left = await findLeftovers(header, edited, userAddresses, told)
  const rest: readonly Objection[] = [
    ...held.filter(({ about }) => about === 'rest'),
    ...whole,
    ...left.map((trace) => ({ about: 'rest' as const, text: `Your address is left in ${placeInWords(trace)}.` })),
  ]
  return [...rest, ...carrying, ...held.filter(({ about }) => about === 'attachment')]
}

/** Rewrites a reply as it would leave under the user's word, and says what speaks against it. */
export async function lookAtReply(
  parts: Pick<MailParts, 'store' | 'calendarKey' | 'realAddressTag'>,
  { alias, header, block, source, sentTo, messageId, receivedAt }: ReplyToLookAt,
  word: ReplyWord,
): Promise<ReplyLook> {
  const named = await namedInReply(parts, alias, header, source)
  const facts = gatherReplyFacts(parts, { alias, block, sentTo, messageId, receivedAt, named })
  const rewritten = rewriteReply(header, facts)
  const { scrub, realAddress, attachments, unread } = word
  const edits = { facts, scrub, realAddress, attachments, unread }
  const edited = await editReply(parts.store.spoolFolder, source, header, edits)
  // One that cannot be read is left out, and the log says so; where there is no other, nobody knows whom it was meant for.
  const lost = rewritten.notes.some((note) => note.id === 'recipient-unreadable') && addressees(block).length === 0
  const because = [
    ...(lost ? ['No address in To or Cc can be read.'] : []),
    ...(named.tooMany ? ['The reply names more addresses at your domains than can be looked up.'] : []),
  ]
  const objections = await objectionsTo(rewritten.header, edited, because, facts, word)
  const notes = [...rewritten.notes, ...edited.report.notes]
  return { header: rewritten.header, edited, facts, notes, strangers: rewritten.strangers, objections }
}

const TOLD_MAX = 3

/** Why a reply is held; the preview has what is beyond the first reasons. */
export function heldInWords(objections: readonly Objection[]): string {
  const texts = objections.slice(0, TOLD_MAX).map(({ text }) => text)
  return [...texts, 'The reply is held until you release it.'].join(' ')
}

/** The id under which a reply is held for what speaks against it. */
export function reasonOf(objections: readonly Objection[]): 'reply-attachments' | 'reply-unscrubbable' {
  return objections.every(({ about }) => about === 'attachment') ? 'reply-attachments' : 'reply-unscrubbable'
}
