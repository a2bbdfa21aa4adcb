// Domains: adding one makes its DKIM keys; showing one says every DNS record that it needs.
import { randomUUID } from 'node:crypto'
import type { DomainRow } from '../../store/rows.ts'
import type { Domain } from '../../terms/address.ts'
import { addressKey, domainOf, parseAddress, parseDomain } from '../../terms/address.ts'
import { makeDkimKeys } from '../../trust/keys.ts'
import { RETIRED_FOR, rotateKeys, tendWaiting } from '../../queue/key-rotation.ts'
import { parseRoute } from '../../delivery/route.ts'
import { domainRecords, type DnsRecord } from '../../dns/records.ts'
import { invalid, notFound, type ApiParts } from '../parts.ts'

type Parts = Pick<ApiParts, 'store' | 'clock'>

export interface DomainInput {
  readonly domain: string
  readonly catchAll: boolean
  readonly description: string | null
  readonly defaultRecipientId: string | null
}

export async function addDomain(parts: Parts, input: DomainInput): Promise<DomainRow> {
  const name = parseDomain(input.domain)
  if (name === undefined || !name.includes('.')) throw invalid('domain', 'The domain is not a domain name.')
  if (parts.store.directory.domain(name) !== undefined) throw invalid('domain', 'The domain is here already.')
  for (const { email } of parts.store.directory.recipients())
    if (domainOf(email) === name)
      throw invalid('domain', `Your recipient ${email} is at this domain: its mail would go round in a circle.`)
  const keys = await makeDkimKeys()
  const { catchAll, description, defaultRecipientId } = input
  const at = parts.clock.now()
  await parts.store.writer.run('addDomain', {
    id: randomUUID(),
    name,
    catchAll,
    description,
    defaultRecipientId,
    at,
    keys,
  })
  return findDomain(parts, name)
}

/** By name (any spelling) or by id. */
export function findDomain(parts: Pick<Parts, 'store'>, nameOrId: string): DomainRow {
  const name = parseDomain(nameOrId)
  const row =
    parts.store.directory.domainById(nameOrId) ?? (name === undefined ? undefined : parts.store.directory.domain(name))
  if (row === undefined) throw notFound('The domain')
  return row
}

export interface DomainChange {
  readonly description?: string | null | undefined
  readonly fromName?: string | null | undefined
  readonly active?: boolean | undefined
  readonly catchAll?: boolean | undefined
  readonly refuseForged?: boolean | undefined
  readonly defaultRecipient?: string | null | undefined
  readonly fallbackRecipient?: string | null | undefined
}

export async function changeDomain(parts: Parts, row: DomainRow, change: DomainChange): Promise<DomainRow> {
  const values: Record<string, string | number | null> = {}
  if (change.description !== undefined) values['description'] = change.description
  if (change.fromName !== undefined) values['from_name'] = change.fromName
  if (change.active !== undefined) values['active'] = change.active ? 1 : 0
  if (change.catchAll !== undefined) values['catch_all'] = change.catchAll ? 1 : 0
  if (change.refuseForged !== undefined) values['refuse_forged'] = change.refuseForged ? 1 : 0
  if (change.defaultRecipient !== undefined)
    values['default_recipient_id'] =
      change.defaultRecipient === null ? null : recipientId(parts, change.defaultRecipient)
  if (change.fallbackRecipient !== undefined)
    values['fallback_recipient_id'] =
      change.fallbackRecipient === null ? null : recipientId(parts, change.fallbackRecipient)
  await parts.store.writer.run('set', { table: 'domain', id: row.id, values, at: parts.clock.now() })
  return findDomain(parts, row.id)
}

function recipientId(parts: Parts, idOrEmail: string): string {
  const email = parseAddress(idOrEmail)
  const row =
    parts.store.directory.recipient(idOrEmail) ??
    (email === undefined ? undefined : parts.store.directory.recipientByKey(addressKey(email)))
  if (row === undefined) throw invalid('recipient', 'The recipient was not found.')
  return row.id
}

/** Refused while aliases stand on it: removing a domain would make every one of them refuse mail. */
export async function removeDomain(parts: Parts, row: DomainRow, force: boolean): Promise<void> {
  const count = parts.store.directory.aliasCountOfDomain(row.id)
  if (count > 0 && !force)
    throw invalid('domain', `The domain has ${count} aliases; they would all be lost. Use --force if you mean it.`)
  await parts.store.writer.run('remove', 'domain', row.id)
}

export interface ShownKey {
  readonly selector: string
  readonly algorithm: string
  readonly state: string
  /** 0 for the first keys of a domain. */
  readonly since: number
  /** When an old key goes; null for the others. */
  readonly goesAt: number | null
}

export function keysOf(parts: Pick<Parts, 'store'>, row: DomainRow): readonly ShownKey[] {
  return parts.store.directory.dkimKeys(row.id).map(({ selector, algorithm, state, stateSince }) => ({
    ...{ selector, algorithm, state, since: stateSince },
    goesAt: state === 'retiring' ? stateSince + RETIRED_FOR : null,
  }))
}

/** Makes new keys where none wait, and puts to use those that are seen; `waitsFor` says what is missing. */
export async function rotateDomainKeys(
  parts: Pick<ApiParts, 'store' | 'clock' | 'lookup'>,
  row: DomainRow,
): Promise<{ readonly made: boolean; readonly waitsFor: string | null }> {
  const made = await rotateKeys(parts, row)
  const seen = await tendWaiting(parts, parts.lookup, row)
  return { made, waitsFor: seen?.seen === false ? seen.why : null }
}

/** Every DNS record that the domain needs to receive and to send. */
export function recordsOf(
  parts: Pick<ApiParts, 'store' | 'route'>,
  row: DomainRow,
  hostname: Domain,
): readonly DnsRecord[] {
  const route = parseRoute(parts.route())
  const smarthost = route.kind === 'smarthost' ? route.host : undefined
  const url = parts.store.directory.setting('tls-report-url')
  return domainRecords(row.name, hostname, parts.store.directory.dkimKeys(row.id), smarthost, url)
}
