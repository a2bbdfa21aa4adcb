// One set of signing keys after another, so that no mail ever bears a signature that nobody can check: a new key signs only once its
// record is seen in the DNS, and the record of the old one has to stay until the mail that it signed has arrived. RFC 6376 §3.6.1
import type { Lookup } from '../dns/resolver.ts'
import { parseTxt } from '../dns/rdata.ts'
import type { NewLogEntry } from '../store/commands/log.ts'
import type { DkimKeyRow } from '../store/queries/directory.ts'
import type { DomainRow } from '../store/rows.ts'
import { makeDkimKeys } from '../trust/keys.ts'
import { DAY, type MailParts } from './parts.ts'
import { GIVE_UP_AFTER } from './retry.ts'

/** Mail may wait for days with us, and for as long at a server behind us (RFC 5321 §4.5.4.1); a margin for records that are remembered. */
export const RETIRED_FOR = 2 * GIVE_UP_AFTER + 2 * DAY

type Parts = Pick<MailParts, 'store' | 'clock'>

/** Where the record of a key stands. */
export function keyRecordName({ selector }: Pick<DkimKeyRow, 'selector'>, domain: DomainRow): string {
  return `${selector}._domainkey.${domain.name}`
}

/** Makes new keys under selectors that were never used; false where others wait to be seen already. */
export async function rotateKeys({ store, clock }: Parts, domain: DomainRow): Promise<boolean> {
  const numbers = store.directory.dkimKeys(domain.id).map(({ selector }) => Number(/[0-9]+$/.exec(selector)?.[0] ?? 0))
  const next = Math.max(0, ...numbers) + 1
  const keys = (await makeDkimKeys()).map((key) => ({
    ...key,
    selector: key.selector.replace(/[0-9]+$/, String(next)),
  }))
  return store.writer.run('addWaitingKeys', domain.id, keys, clock.now())
}

/** The tags of a key record that matter here. RFC 6376 §3.6.1: white space within `p=` means nothing. */
function publicKeyIn(record: string): string | undefined {
  for (const tag of record.split(';')) {
    const equals = tag.indexOf('=')
    if (equals > 0 && tag.slice(0, equals).trim() === 'p') return tag.slice(equals + 1).replaceAll(/\s/g, '')
  }
  return undefined
}

export type Seen = { readonly seen: true } | { readonly seen: false; readonly why: string }

/** Whether others would find this key now. Two records under a name make every verifier fail. RFC 6376 §3.6.2.2 */
export async function lookupKey(lookup: Lookup, domain: DomainRow, key: DkimKeyRow): Promise<Seen> {
  const name = keyRecordName(key, domain)
  const answer = await lookup(name, 'TXT')
  const no = (why: string): Seen => ({ seen: false, why })
  if (answer.status === 'trouble') return no(`${name} cannot be looked up now: ${answer.reason}`)
  const [rdata, ...others] = answer.data
  if (rdata === undefined) return no(`There is no record at ${name} yet.`)
  if (others.length > 0) return no(`There is more than one record at ${name}.`)
  const record = Buffer.concat([...(parseTxt(rdata) ?? [])]).toString('latin1')
  return publicKeyIn(record) === key.publicKey ? { seen: true } : no(`The record at ${name} has another key.`)
}

function entry(at: number, reason: string, text: string): NewLogEntry {
  return {
    ...{ at, direction: 'none', outcome: 'noticed', reason, text, alias: '', sender: '', recipient: '', subject: '' },
    ...{ size: 0, peer: '', tls: '', messageId: '', verdicts: null },
  }
}

/** Puts the waiting keys of a domain to use where all of them are seen; why not yet, else. */
export async function tendWaiting(
  { store, clock }: Parts,
  lookup: Lookup,
  domain: DomainRow,
): Promise<Seen | undefined> {
  const waiting = store.directory.dkimKeys(domain.id).filter(({ state }) => state === 'waiting')
  if (waiting.length === 0) return undefined
  for (const key of waiting) {
    const found = await lookupKey(lookup, domain, key)
    if (!found.seen) return found
  }
  const names = waiting.map((key) => key.selector).join(' and ')
  const text = `The new keys of ${domain.name} (${names}) are seen in the DNS and sign from now on. Leave the old records where they are for now.`
  await store.writer.run('activateKeys', domain.id, clock.now(), entry(clock.now(), 'keys-activated', text))
  return { seen: true }
}

/** Throws away what has been retired for long enough, and says which record can go. */
async function dropRetired({ store, clock }: Parts, domain: DomainRow): Promise<void> {
  const now = clock.now()
  for (const key of store.directory.dkimKeys(domain.id)) {
    if (key.state !== 'retiring' || now < key.stateSince + RETIRED_FOR) continue
    const text = `The old key ${key.selector} of ${domain.name} is gone: the record ${keyRecordName(key, domain)} can be removed from the DNS.`
    await store.writer.run('dropKey', domain.id, key.selector, entry(now, 'key-retired', text))
  }
}

/** All domains, one after the other: for housekeeping. */
export async function tendKeys(parts: Parts, lookup: Lookup): Promise<void> {
  for (const domain of parts.store.directory.domains()) {
    await tendWaiting(parts, lookup, domain)
    await dropRetired(parts, domain)
  }
}
