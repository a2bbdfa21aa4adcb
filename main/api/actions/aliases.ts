// Aliases and their contacts.
import { randomUUID } from 'node:crypto'
import { addressHash } from '../../aliases/facts.ts'
import { generateLocalPart, siteName, type AliasFormat } from '../../aliases/generate.ts'
import { isReserved } from '../../aliases/reserved.ts'
import type { AliasRow, ContactRow, DomainRow, WhenDisabled } from '../../store/rows.ts'
import {
  address as joinAddress,
  type LocalPart,
  addressKey,
  domainOf,
  parseAddress,
  mayBeOurs,
  parseLocalPart,
  splitTag,
} from '../../terms/address.ts'
import { randomName } from '../../terms/clock.ts'
import { ApiError, invalid, notFound, type ApiParts } from '../parts.ts'
import { packLabels } from './labels.ts'
import { findRecipient } from './recipients.ts'

type Parts = Pick<ApiParts, 'store' | 'clock' | 'random' | 'announcer'>

export interface AliasInput {
  readonly domain: DomainRow
  readonly format: AliasFormat
  /** Only with format custom. */
  readonly localPart: string | undefined
  readonly words?: number | undefined
  /** For the format site: an address of a page, a host, or a name. */
  readonly site?: string | undefined
  readonly description: string | null
  readonly recipientIds: readonly string[]
}

const ATTEMPTS = 20

export async function addAlias(parts: Parts, input: AliasInput): Promise<AliasRow> {
  const local = input.format === 'custom' ? customLocalPart(parts, input) : freeLocalPart(parts, input)
  const address = joinAddress(local, input.domain.name)
  const id = randomUUID()
  await parts.store.writer.run('addAlias', {
    id,
    address,
    addressKey: addressKey(address),
    localPart: local,
    domainId: input.domain.id,
    description: input.description,
    recipientIds: input.recipientIds,
    at: parts.clock.now(),
  })
  parts.announcer.tell({ kind: 'alias', id })
  return findAlias(parts, id)
}

const FIELD = 'local_part_without_extension'

/** The local part that somebody asked for, without its tag. Throws where it cannot become an alias. */
export function customLocalPart(
  parts: Pick<Parts, 'store'>,
  input: Pick<AliasInput, 'localPart' | 'domain'>,
): LocalPart {
  const parsed = parseLocalPart((input.localPart ?? '').toLowerCase())
  if (parsed === undefined || parsed.startsWith('"'))
    throw invalid(FIELD, 'The local part is not one that mail systems take.')
  const { base } = splitTag(parsed)
  if (!mayBeOurs(base)) throw invalid(FIELD, 'The local part is longer than 64 octets; other servers may refuse that.')
  if (isReserved(base)) throw invalid(FIELD, `${base} is reserved: it is never an alias.`)
  const key = addressKey(joinAddress(base, input.domain.name))
  const { directory } = parts.store
  if (directory.alias(key) !== undefined || directory.contactByReplyAddress(key) !== undefined)
    throw invalid(FIELD, 'That alias exists already.')
  if (directory.isForgotten(addressHash(key))) throw invalid(FIELD, 'That alias was forgotten; it is never made again.')
  return base
}

function freeLocalPart(parts: Parts, input: AliasInput) {
  const { words, site } = input
  const format = input.format === 'custom' ? 'random_characters' : input.format
  if (format === 'site' && siteName(site ?? '') === undefined)
    throw invalid('site', 'Say for which site: an address of a page, a host or a name.')
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const local = generateLocalPart({ format, words, site, now: parts.clock.now() }, parts.random)
    const key = addressKey(joinAddress(local, input.domain.name))
    if (parts.store.directory.alias(key) === undefined && !parts.store.directory.isForgotten(addressHash(key)))
      return local
  }
  throw new ApiError(409, 'No free address was found; choose another format.')
}

/** By address (a tag is ignored) or by id. */
export function findAlias(parts: Pick<Parts, 'store'>, addressOrId: string): AliasRow {
  const address = parseAddress(addressOrId)
  const { directory } = parts.store
  const row =
    directory.aliasById(addressOrId) ?? (address === undefined ? undefined : directory.alias(addressKey(address)))
  if (row === undefined) throw notFound('The alias')
  return row
}

export interface AliasChange {
  readonly description?: string | null | undefined
  readonly fromName?: string | null | undefined
  readonly active?: boolean | undefined
  readonly pinned?: boolean | undefined
  readonly whenDisabled?: WhenDisabled | undefined
  readonly rejectText?: string | null | undefined
  readonly unsubscribe?: AliasRow['unsubscribe'] | undefined
  readonly allowSealed?: boolean | undefined
  readonly deleted?: boolean | undefined
  readonly policy?: AliasRow['policy'] | undefined
  readonly labels?: readonly string[] | undefined
  readonly expiresAt?: number | null | undefined
  readonly expiresAfter?: number | null | undefined
  readonly expiresIdle?: number | null | undefined
  readonly fallbackRecipient?: string | null | undefined
  readonly hourlyLimit?: number | null | undefined
  readonly leak?: false | undefined
  /** Ids or addresses. */
  readonly recipients?: readonly string[] | undefined
}

/** The columns of who may write and for how long. */
function policyValues(parts: Parts, change: AliasChange): Record<string, string | number | null> {
  const values: Record<string, string | number | null> = {}
  const { policy, labels, expiresAt, expiresAfter, expiresIdle, fallbackRecipient, hourlyLimit, leak } = change
  if (policy !== undefined) values['policy'] = policy
  if (labels !== undefined) values['labels'] = packLabels(labels)
  if (expiresAt !== undefined) values['expires_at'] = expiresAt
  if (expiresAfter !== undefined) values['expires_after'] = expiresAfter
  if (expiresIdle !== undefined) values['expires_idle'] = expiresIdle
  if (fallbackRecipient !== undefined)
    values['fallback_recipient_id'] = fallbackRecipient === null ? null : findRecipient(parts, fallbackRecipient).id
  if (hourlyLimit !== undefined) values['hourly_limit'] = hourlyLimit
  if (leak === false) Object.assign(values, { leak_at: null, leak_evidence: null })
  return values
}

export async function changeAlias(parts: Parts, row: AliasRow, change: AliasChange): Promise<AliasRow> {
  const at = parts.clock.now()
  const values = policyValues(parts, change)
  if (change.description !== undefined) values['description'] = change.description
  if (change.fromName !== undefined) values['from_name'] = change.fromName
  if (change.active !== undefined) values['active'] = change.active ? 1 : 0
  if (change.pinned !== undefined) values['pinned'] = change.pinned ? 1 : 0
  if (change.whenDisabled !== undefined) values['when_disabled'] = change.whenDisabled
  if (change.rejectText !== undefined) values['reject_text'] = change.rejectText
  if (change.unsubscribe !== undefined) values['unsubscribe'] = change.unsubscribe
  if (change.allowSealed !== undefined) values['allow_sealed'] = change.allowSealed ? 1 : 0
  if (change.deleted !== undefined) values['deleted_at'] = change.deleted ? at : null
  // Everything is looked up before anything is written, and written at once.
  const recipientIds = change.recipients?.map((one) => findRecipient(parts, one).id)
  const ids = recipientIds === undefined ? {} : { recipientIds: [...new Set(recipientIds)] }
  await parts.store.writer.run('set', { table: 'alias', id: row.id, values, ...ids, at })
  parts.announcer.tell({ kind: 'alias', id: row.id })
  return findAlias(parts, row.id)
}

/** The row and its history go; the address is refused for good. */
export async function forgetAlias(parts: Parts, row: AliasRow): Promise<void> {
  await parts.store.writer.run('forgetAlias', row.id, addressHash(addressKey(row.address)), parts.clock.now())
  parts.announcer.tell({ kind: 'alias', id: row.id })
}

export async function setRecipients(parts: Parts, row: AliasRow, ids: readonly string[]): Promise<void> {
  for (const id of ids)
    if (parts.store.directory.recipient(id) === undefined)
      throw invalid('recipient_ids', 'One of the recipients was not found.')
  await changeAlias(parts, row, { recipients: ids })
}

/** Makes the reply address for somebody who has not written yet. */
export async function addContact(
  parts: Parts,
  alias: AliasRow,
  email: string,
  displayName: string,
): Promise<ContactRow> {
  const address = parseAddress(email)
  if (address === undefined) throw invalid('address', 'That is not a mail address.')
  if (parts.store.directory.domain(domainOf(address)) !== undefined)
    throw invalid('address', 'That address is one of your own here.')
  const known = parts.store.directory.contactByAddress(alias.id, addressKey(address))
  if (known !== undefined) return known
  const id = randomUUID()
  await parts.store.writer.run('addContact', {
    id,
    aliasId: alias.id,
    address,
    addressKey: addressKey(address),
    displayName,
    replyAddress: `${randomName(parts.random, 22)}@${domainOf(alias.address)}`,
    at: parts.clock.now(),
  })
  const row = parts.store.directory.contact(id)
  if (row === undefined) throw notFound('The contact')
  return row
}
