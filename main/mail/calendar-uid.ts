// Hides UIDs of the user's own events that contain the user's address or host.
//
// A UID must stay the same for as long as the event lives, since updates, answers and the cancellation find the event by it
// (RFC 5546 §1.4). So it is encrypted, not renamed: one event has one UID per alias, an answer that brings it back is decrypted,
// and no table has to be kept. Without the key nobody can test guesses of what the UID was.
import { createCipheriv, createDecipheriv, createHmac } from 'node:crypto'
import type { Address } from '../terms/address.ts'
import { domainOf } from '../terms/address.ts'
import { sliced } from './calendar-ical.ts'
import type { Calendar, ContentLine, Span } from './calendar-lines.ts'
import type { TextEdit } from './text-model.ts'

/** RFC 7986 §5.3 says 255 octets; longer ones are not sealed. */
const UID_MAX = 512
const MARK = 16
/** Properties that name an event by its UID. RFC 5545 §3.8.4.5, §3.8.4.7 */
const NAMING: ReadonlySet<string> = new Set(['UID', 'RELATED-TO'])
/** RFC 5546 §1.4: whoever sends these organises the event, so its UID is theirs. */
const ORGANIZERS: ReadonlySet<string> = new Set(['PUBLISH', 'REQUEST', 'ADD', 'CANCEL', 'DECLINECOUNTER', ''])

export interface UidSeal {
  readonly alias: Address
  /** 32 octets, the same for as long as the relay lives. */
  readonly key: Uint8Array
}

function derived(key: Uint8Array, purpose: string): Buffer {
  return createHmac('sha256', key).update(purpose).digest()
}

/** What stands before the text: it proves that it was sealed here, and no two texts share a key stream. */
function markOf({ alias, key }: UidSeal, uid: string): Buffer {
  return createHmac('sha256', derived(key, 'uid mark')).update(`${alias}\0${uid}`).digest().subarray(0, MARK)
}

/** The UID that the world gets to see. Same UID, alias and key: same result. */
export function sealedUid(uid: string, seal: UidSeal): string {
  const mark = markOf(seal, uid)
  const cipher = createCipheriv('aes-256-ctr', derived(seal.key, 'uid text'), mark)
  const sealed = Buffer.concat([mark, cipher.update(uid, 'utf8'), cipher.final()])
  return `${sealed.toString('base64url')}@${domainOf(seal.alias)}`
}

/** The UID that was sealed; undefined where the text is none of ours. */
export function openedUid(text: string, seal: UidSeal): string | undefined {
  const ending = `@${domainOf(seal.alias)}`
  if (!text.endsWith(ending) || text.length > UID_MAX * 4) return undefined
  const sealed = Buffer.from(text.slice(0, -ending.length), 'base64url')
  if (sealed.length <= MARK) return undefined
  const mark = sealed.subarray(0, MARK)
  const cipher = createDecipheriv('aes-256-ctr', derived(seal.key, 'uid text'), mark)
  const uid = Buffer.concat([cipher.update(sealed.subarray(MARK)), cipher.final()]).toString('utf8')
  return markOf(seal, uid).equals(mark) ? uid : undefined
}

function uidsOf({ text, lines }: Calendar): { readonly place: Span; readonly uid: string }[] {
  return lines
    .filter(({ name, value }) => NAMING.has(name) && value.end - value.start <= UID_MAX * 4)
    .map(({ value }) => ({ place: value, uid: sliced(text, value) }))
}

function methodOf(text: string, lines: readonly ContentLine[]): string {
  const line = lines.find(({ name }) => name === 'METHOD')
  return line === undefined ? '' : sliced(text, line.value).trim().toUpperCase()
}

/** Whether the sender of the calendar organises its events. */
export function isOrganizers(text: string, lines: readonly ContentLine[]): boolean {
  return ORGANIZERS.has(methodOf(text, lines))
}

/** In a reply: the UIDs of the user's own events that tell who the user is, sealed. */
export function sealedUidEdits(calendar: Calendar, seal: UidSeal, isTelling: (uid: string) => boolean): TextEdit[] {
  if (!isOrganizers(calendar.text, calendar.lines)) return []
  return uidsOf(calendar)
    .filter(({ uid }) => uid.length <= UID_MAX && isTelling(uid))
    .map(({ place, uid }) => ({ ...place, text: sealedUid(uid, seal) }))
}

/** In a forward: the UIDs that were sealed, as the user's program knows them. */
export function originalUidEdits(calendar: Calendar, seal: UidSeal): TextEdit[] {
  return uidsOf(calendar).flatMap(({ place, uid }) => {
    const original = openedUid(uid.trim(), seal)
    return original === undefined ? [] : [{ ...place, text: original }]
  })
}
