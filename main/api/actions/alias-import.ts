// Aliases from a table: Postern's own export, and those of addy.io and SimpleLogin, by the names of their columns. Each row is taken or
// refused by itself, with its line and one sentence; nothing is changed where it was only tried.
import { ApiError, type ApiParts } from '../parts.ts'
import { parseSwitchText } from './switch-text.ts'
import { addAlias, changeAlias, customLocalPart, setRecipients, type AliasChange } from './aliases.ts'
import { packLabels, unpackLabels } from './labels.ts'
import { findRecipient } from './recipients.ts'
import type { AliasRow, DomainRow } from '../../store/rows.ts'
import { addressKey, domainOf, localPartOf, parseAddress, type Address } from '../../terms/address.ts'

const POLICIES = ['all', 'known', 'ask'] as const
const WHEN_DISABLED = ['reject', 'discard', 'defer'] as const
const UNSUBSCRIBE = ['keep', 'disable', 'block', 'both'] as const
const MAX_COUNT = 1_000_000_000

/** Our columns, and what others call them. */
const COLUMNS = {
  alias: ['alias', 'email', 'address'],
  description: ['description', 'note', 'notes'],
  active: ['active', 'enabled'],
  pinned: ['pinned'],
  labels: ['labels', 'tags'],
  recipients: ['recipients', 'mailboxes', 'mailbox'],
  from_name: ['from_name', 'from name'],
  policy: ['policy'],
  when_disabled: ['when_disabled'],
  reject_text: ['reject_text'],
  unsubscribe: ['unsubscribe'],
  allow_sealed: ['allow_sealed'],
  expires_at: ['expires_at'],
  expires_after: ['expires_after'],
  expires_idle: ['expires_idle'],
  hourly_limit: ['hourly_limit'],
  fallback_recipient: ['fallback_recipient'],
  /** Of an alias that is new here; what is here already is neither deleted nor restored by a table. */
  deleted_at: ['deleted_at'],
} as const
type Column = keyof typeof COLUMNS
export const IMPORT_COLUMNS = Object.keys(COLUMNS) as readonly Column[]

export interface ImportRequest {
  readonly head: readonly string[]
  readonly rows: readonly (readonly string[])[]
  /** The line of the first row, for what is said about it. */
  readonly line: number
  /** What becomes of an alias that is there already. */
  readonly existing: 'skip' | 'update'
  /** Says what would happen, and does nothing. */
  readonly dryRun: boolean
}

export interface ImportResult {
  readonly line: number
  readonly alias: string
  readonly result: 'created' | 'updated' | 'skipped' | 'refused'
  readonly why: string
}

/** Which cell each column is in. Throws where there is no column of aliases. */
function readHead(head: readonly string[]): ReadonlyMap<Column, number> {
  const names = head.map((one) => one.trim().toLowerCase())
  const found = new Map<Column, number>()
  for (const column of IMPORT_COLUMNS) {
    const at = names.findIndex((name) => (COLUMNS[column] as readonly string[]).includes(name))
    if (at >= 0) found.set(column, at)
  }
  if (!found.has('alias'))
    throw new ApiError(422, 'The first line names no column of aliases: it has to have alias, email or address.')
  return found
}

type Cells = (column: Column) => string | undefined

interface Wanted {
  readonly change: AliasChange
  readonly recipientIds: readonly string[] | undefined
  readonly isDeleted: boolean
}

const list = (text: string): string[] =>
  text
    .split(/[,;|\s]+/)
    .map((one) => one.trim())
    .filter((one) => one !== '')

/** Labels may have blanks in them: ours are parted by bars. */
const labelList = (text: string): string[] =>
  text.split(text.includes('|') ? '|' : /[,;]+/).filter((one) => one.trim() !== '')

function oneOf<T extends string>(what: string, all: readonly T[]): (text: string) => T {
  return (text) => {
    const found = all.find((one) => one === text.toLowerCase())
    if (found === undefined) throw new ApiError(422, `Its ${what} is none of ${all.join(', ')}.`)
    return found
  }
}

const bounded =
  (what: string, max: number) =>
  (text: string): string => {
    if (text.length > max) throw new ApiError(422, `Its ${what} is longer than ${max} characters.`)
    return text
  }

const count =
  (what: string) =>
  (text: string): number => {
    const value = Number(text)
    if (!/^[0-9]+$/.test(text) || value < 1 || value > MAX_COUNT)
      throw new ApiError(422, `Its ${what} is no whole number from 1.`)
    return value
  }

/** A time as our tables have it (ISO 8601, in UTC where no zone is said). */
function readTime(text: string): number {
  const at = Date.parse(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/.test(text) ? `${text.replace(' ', 'T')}Z` : text)
  if (Number.isNaN(at) || at < 0) throw new ApiError(422, 'Its date is none that can be read.')
  return at
}

function readWanted(parts: ApiParts, cell: Cells): Wanted {
  const optional = <T>(column: Column, read: (text: string) => T): T | undefined => {
    const text = cell(column)?.trim()
    return text === undefined || text === '' ? undefined : read(text)
  }
  const onOff = (column: Column): boolean | undefined => optional(column, (text) => parseSwitchText(column, text))
  return {
    change: {
      description: optional('description', bounded('description', 200)),
      fromName: optional('from_name', bounded('from name', 50)),
      active: onOff('active'),
      pinned: onOff('pinned'),
      labels: optional('labels', (text) => unpackLabels(packLabels(labelList(text).slice(0, 20)))),
      policy: optional('policy', oneOf('policy', POLICIES)),
      whenDisabled: optional('when_disabled', oneOf('when_disabled', WHEN_DISABLED)),
      rejectText: optional('reject_text', bounded('reject text', 200)),
      unsubscribe: optional('unsubscribe', oneOf('unsubscribe', UNSUBSCRIBE)),
      allowSealed: onOff('allow_sealed'),
      expiresAt: optional('expires_at', readTime),
      expiresAfter: optional('expires_after', count('expires_after')),
      expiresIdle: optional('expires_idle', count('expires_idle')),
      hourlyLimit: optional('hourly_limit', count('hourly_limit')),
      fallbackRecipient: optional('fallback_recipient', (text) => findRecipient(parts, text).email),
    },
    recipientIds: optional('recipients', (text) => list(text).map((one) => findRecipient(parts, one).id)),
    isDeleted: optional('deleted_at', readTime) !== undefined,
  }
}

interface Target {
  readonly address: Address
  readonly domain: DomainRow
  readonly row: AliasRow | undefined
}

function findTarget({ store: { directory } }: ApiParts, text: string): Target {
  const address = parseAddress(text.trim())
  if (address === undefined) throw new ApiError(422, 'That is no address.')
  const domain = directory.domain(domainOf(address))
  if (domain === undefined) throw new ApiError(422, `${domainOf(address)} is not one of your domains; add it first.`)
  return { address, domain, row: directory.alias(addressKey(address)) }
}

async function write(
  parts: ApiParts,
  { address, domain, row }: Target,
  { change, recipientIds, isDeleted }: Wanted,
): Promise<void> {
  const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined))
  const { description = null, ...later } = row === undefined ? given : { description: null, ...given }
  const made =
    row ??
    (await addAlias(parts, {
      domain,
      format: 'custom',
      localPart: localPartOf(address),
      description: description as string | null,
      recipientIds: recipientIds ?? [],
    }))
  if (row !== undefined && recipientIds !== undefined) await setRecipients(parts, row, recipientIds)
  const rest = row !== undefined ? given : isDeleted ? { ...later, deleted: true, active: false } : later
  if (Object.keys(rest).length > 0) await changeAlias(parts, made, rest)
}

function whyNot(error: unknown): string {
  if (!(error instanceof ApiError)) throw error
  const [first] = Object.values(error.errors ?? {})
  return first?.[0] ?? error.message
}

async function importRow(parts: ApiParts, request: ImportRequest, cell: Cells, line: number): Promise<ImportResult> {
  const text = cell('alias') ?? ''
  const alias = text.trim().slice(0, 320)
  try {
    const target = findTarget(parts, text)
    const wanted = readWanted(parts, cell)
    const { row, domain, address } = target
    if (row === undefined) customLocalPart(parts, { domain, localPart: localPartOf(address) })
    if (target.row?.deletedAt !== null && target.row !== undefined)
      return { line, alias, result: 'skipped', why: 'It was deleted; restore it first.' }
    if (target.row !== undefined && request.existing === 'skip')
      return { line, alias, result: 'skipped', why: 'It is there already.' }
    if (!request.dryRun) await write(parts, target, wanted)
    return { line, alias, result: target.row === undefined ? 'created' : 'updated', why: '' }
  } catch (error) {
    return { line, alias, result: 'refused', why: whyNot(error) }
  }
}

/** Takes the rows, in any order; the answers are in theirs. */
export async function importAliases(parts: ApiParts, request: ImportRequest): Promise<readonly ImportResult[]> {
  const columns = readHead(request.head)
  const seen = new Set<string>()
  return Promise.all(
    request.rows.map(async (row, i) => {
      const cell: Cells = (column) => {
        const at = columns.get(column)
        return at === undefined ? undefined : row[at]
      }
      const line = request.line + i
      const key = (cell('alias') ?? '').trim().toLowerCase()
      if (seen.has(key)) return { line, alias: key, result: 'skipped' as const, why: 'The same alias stands above.' }
      seen.add(key)
      return importRow(parts, request, cell, line)
    }),
  )
}
