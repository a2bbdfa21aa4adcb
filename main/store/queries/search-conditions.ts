// Everything of an alias search that is a condition on columns, and which index leads to the rows.
import type { AliasQuery } from './search-types.ts'
import { shortWords } from './search-text.ts'

export type Values = Record<string, string | number>
export type All = (sql: string, values: Values) => unknown[]

const DAY = 86_400_000
export const USED =
  'coalesce(max(coalesce(a.last_forwarded,0), coalesce(a.last_replied,0), coalesce(a.last_sent,0)), 0)'

interface Sort {
  readonly column: string
  /** Gives rows in this order; undefined where the planner knows one by itself (a column that is unique). */
  readonly index: string | undefined
}

const time = (column: string): Sort => ({ column: `coalesce(a.${column},0)`, index: `alias_sort_${column}` })
const plain = (column: string): Sort => ({ column: `a.${column}`, index: `alias_sort_${column}` })

/** Each with an index of its own: the first page of a million costs what the first of ten does. */
export const SORTS: Readonly<Record<string, Sort>> = {
  created_at: { column: 'a.number', index: 'alias_by_number' },
  email: { column: 'a.address_key', index: undefined },
  local_part: plain('local_part'),
  /** By its name, then by age: see `byDomain`. */
  domain: { column: 'a.domain_id', index: 'alias_number_of_domain' },
  emails_forwarded: plain('forwarded'),
  emails_blocked: plain('blocked'),
  emails_replied: plain('replied'),
  emails_sent: plain('sent'),
  last_used: { column: USED, index: 'alias_used' },
  last_forwarded: time('last_forwarded'),
  last_blocked: time('last_blocked'),
  last_replied: time('last_replied'),
  last_sent: time('last_sent'),
  updated_at: plain('updated_at'),
  deleted_at: time('deleted_at'),
  active: plain('active'),
}

/** What an empty search asks: everything that is not in the bin. */
export const NOT_DELETED = 'a.deleted_at IS NULL'

export function conditions(query: AliasQuery, now: number): { parts: string[]; values: Values } {
  const parts: string[] = []
  const values: Values = {}
  const { used, recipientId, domainId } = query
  if (query.deleted === 'without') parts.push(NOT_DELETED)
  if (query.deleted === 'only') parts.push('a.deleted_at IS NOT NULL')
  if (query.active !== undefined) parts.push(`a.active = ${query.active ? 1 : 0}`)
  if (query.pinned !== undefined) parts.push(`a.pinned = ${query.pinned ? 1 : 0}`)
  if (query.origin !== undefined) parts.push("a.origin = 'catch-all'")
  if (query.leaked) parts.push('a.leak_at IS NOT NULL')
  // There is no OpenPGP in this version, so there is no such alias; the answer says so (`searchNotes`).
  if (query.pgp) parts.push('a.number < 0')
  if (query.unused) parts.push(`${USED} = 0`)
  if (query.domains.length > 0) {
    parts.push('+a.domain_id IN (SELECT id FROM domain WHERE name IN (SELECT value FROM json_each(:domains)))')
    values['domains'] = JSON.stringify(query.domains)
  }
  if (domainId !== undefined) {
    parts.push('+a.domain_id = :domainId')
    values['domainId'] = domainId
  }
  if (recipientId !== undefined) {
    parts.push('EXISTS (SELECT 1 FROM alias_recipient ar WHERE ar.alias_id = a.id AND ar.recipient_id = :recipientId)')
    values['recipientId'] = recipientId
  }
  if (used !== undefined) {
    values['used'] = now - used.value * DAY
    parts.push(used.than === 'more' ? `${USED} < :used` : `${USED} >= :used`)
  }
  for (const name of ['blocked', 'forwarded'] as const) {
    const bound = query[name]
    if (bound === undefined) continue
    values[name] = bound.value
    parts.push(`+a.${name} ${bound.than === 'more' ? '>' : '<'} :${name}`)
  }
  for (const [i, word] of shortWords(query).entries()) {
    parts.push(`(a.address_key >= :short${i} AND a.address_key < :short${i} || char(0x10ffff))`)
    values[`short${i}`] = word
  }
  return { parts, values }
}

/** The narrowest index that gives its rows by number, and the condition that lets SQLite use it. */
export function leader(query: AliasQuery): { index: string; condition: readonly string[] } {
  if (query.deleted === 'only') return { index: 'alias_bin', condition: ['a.deleted_at IS NOT NULL'] }
  if (query.active === false) return { index: 'alias_off', condition: ['a.active = 0'] }
  if (query.leaked) return { index: 'alias_leaked', condition: ['a.leak_at IS NOT NULL'] }
  if (query.domains.length === 1)
    return {
      index: 'alias_number_of_domain',
      condition: ["a.domain_id = (SELECT id FROM domain WHERE name = json_extract(:domains, '$[0]'))"],
    }
  if (query.domainId !== undefined) return { index: 'alias_number_of_domain', condition: ['a.domain_id = :domainId'] }
  if (query.origin !== undefined) return { index: 'alias_auto', condition: ["a.origin = 'catch-all'"] }
  return { index: 'alias_by_number', condition: [] }
}
