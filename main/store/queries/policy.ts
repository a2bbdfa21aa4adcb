// Reads of what decides who may write: patterns, blocks, how well a sender is known, which organisations wrote.
import type { Db } from '../database.ts'
import { fromRaw, optionalFromRaw, type Raw } from '../rows.ts'

export interface PatternRow {
  readonly id: string
  readonly domainId: string
  readonly position: number
  readonly pattern: string
  readonly recipientIds: readonly string[]
  /** `|work|shops|` */
  readonly labels: string
  readonly hits: number
  readonly lastHit: number | null
  readonly createdAt: number
}

export interface BlockRow {
  readonly id: string
  readonly kind: 'address' | 'domain' | 'wildcard' | 'pattern'
  readonly value: string
  readonly aliasId: string | null
  readonly answer: 'reject' | 'discard'
  readonly text: string | null
  readonly source: string
  readonly hits: number
  readonly lastHit: number | null
  readonly createdAt: number
}

export interface OrganisationRow {
  readonly organisation: string
  readonly messages: number
  readonly firstSeen: number
  readonly lastSeen: number
  readonly sender: string
}

/** A sender as the tables know it: folded address, the same without its tag, and the domain. */
export interface SenderKeys {
  readonly full: string
  readonly untagged: string
  readonly domains: readonly string[]
}

export interface PolicyQueries {
  patterns(domainId: string): readonly PatternRow[]
  pattern(id: string): PatternRow | undefined
  /** By what they block; `after` is the id of the last one of the page before. */
  blocks(limit: number, after: string | undefined): readonly BlockRow[]
  /** Those of one alias alone. */
  blocksOf(aliasId: string, limit: number): readonly BlockRow[]
  block(id: string): BlockRow | undefined
  blockByValue(kind: BlockRow['kind'], value: string, aliasId: string | null): BlockRow | undefined
  /** Entries for this very address or its domains; those of the alias first, addresses before domains. */
  exactBlocks(sender: SenderKeys, aliasId: string | null): readonly BlockRow[]
  /** Entries that have to be tried one by one. */
  triedBlocks(aliasId: string | null): readonly BlockRow[]
  triedBlockCount(): number
  /** Whether the user blocked this contact of the alias, under whatever tag. */
  isContactBlocked(aliasId: string, sender: SenderKeys): boolean
  /** Whether the alias had mail from this address, wrote to it, or the user allowed it. */
  isKnown(aliasId: string, addressKey: string): boolean
  organisations(aliasId: string): readonly OrganisationRow[]
}

/** Bounds what one message has to be compared with. */
export const MAX_TRIED_BLOCKS = 500

function patternFrom(raw: Raw): PatternRow {
  const { recipients, ...row } = fromRaw<Omit<PatternRow, 'recipientIds'> & { recipients: string }>(raw)
  return { ...row, recipientIds: JSON.parse(recipients) as string[] }
}

const blocksFrom = (all: unknown[]): BlockRow[] => (all as Raw[]).map((raw) => fromRaw<BlockRow>(raw))

export function policyQueries(db: Db): PolicyQueries {
  const patterns = db.prepare('SELECT * FROM domain_pattern WHERE domain_id=? ORDER BY position, rowid')
  const pattern = db.prepare('SELECT * FROM domain_pattern WHERE id=?')
  return {
    ...blockQueries(db),
    ...senderQueries(db),
    patterns: (domainId) => (patterns.all(domainId) as Raw[]).map(patternFrom),
    pattern(id) {
      const raw = pattern.get(id) as Raw | undefined
      return raw === undefined ? undefined : patternFrom(raw)
    },
  }
}

type BlockQueries = Pick<
  PolicyQueries,
  'blocks' | 'blocksOf' | 'block' | 'blockByValue' | 'exactBlocks' | 'triedBlocks' | 'triedBlockCount'
>

function blockQueries(db: Db): BlockQueries {
  const first = db.prepare('SELECT * FROM block ORDER BY value, id LIMIT ?')
  const list = db.prepare(
    'SELECT * FROM block WHERE (value, id) > (SELECT value, id FROM block WHERE id=?) ORDER BY value, id LIMIT ?',
  )
  const byId = db.prepare('SELECT * FROM block WHERE id=?')
  const byValue = db.prepare("SELECT * FROM block WHERE value=? AND kind=? AND coalesce(alias_id,'')=?")
  const exact = db.prepare(
    `SELECT * FROM block WHERE value IN (SELECT value FROM json_each(:values)) AND kind IN ('address','domain')
       AND (alias_id IS NULL OR alias_id = :aliasId) ORDER BY alias_id IS NULL, kind, length(value) DESC`,
  )
  const own = db.prepare('SELECT * FROM block WHERE alias_id=? ORDER BY created_at DESC, id LIMIT ?')
  const tried = db.prepare(
    `SELECT * FROM block WHERE kind IN ('wildcard','pattern') AND (alias_id IS NULL OR alias_id = ?)
       ORDER BY alias_id IS NULL, kind DESC, created_at, rowid`,
  )
  const triedCount = db.prepare("SELECT count(*) FROM block WHERE kind IN ('wildcard','pattern')").pluck()
  return {
    blocksOf: (aliasId, limit) => blocksFrom(own.all(aliasId, limit)),
    blocks: (limit, after) => blocksFrom(after === undefined ? first.all(limit) : list.all(after, limit)),
    block: (id) => optionalFromRaw(byId.get(id)),
    blockByValue: (kind, value, aliasId) => optionalFromRaw(byValue.get(value, kind, aliasId ?? '')),
    exactBlocks: ({ untagged, domains }, aliasId) =>
      blocksFrom(exact.all({ values: JSON.stringify([untagged, ...domains]), aliasId })),
    triedBlocks: (aliasId) => blocksFrom(tried.all(aliasId)),
    triedBlockCount: () => Number(triedCount.get()),
  }
}

type SenderQueries = Pick<PolicyQueries, 'isContactBlocked' | 'isKnown' | 'organisations'>

function senderQueries(db: Db): SenderQueries {
  // '+' and ',' are neighbours: between them stand exactly the tagged spellings of the local part.
  const blocked = db
    .prepare(
      `SELECT 1 FROM contact WHERE alias_id=:aliasId AND blocked=1 AND (address_key IN (:full, :untagged)
         OR (address_key > :local || '+' AND address_key < :local || ',' AND address_key LIKE '%@' || :domain)) LIMIT 1`,
    )
    .pluck()
  const known = db
    .prepare(
      `SELECT 1 FROM contact WHERE alias_id=? AND address_key=? AND (forwarded>0 OR replied>0 OR standing='allowed')`,
    )
    .pluck()
  const organisations = db.prepare(
    `SELECT organisation,messages,first_seen,last_seen,sender FROM alias_organisation WHERE alias_id=?
     ORDER BY first_seen, organisation LIMIT 100`,
  )
  return {
    isContactBlocked(aliasId, { full, untagged }) {
      const at = untagged.lastIndexOf('@')
      const local = untagged.slice(0, at)
      const domain = untagged.slice(at + 1)
      return blocked.get({ aliasId, full, untagged, local, domain }) === 1
    },
    isKnown: (aliasId, key) => known.get(aliasId, key) === 1,
    organisations: (aliasId) =>
      (organisations.all(aliasId) as Raw[]).map((raw): OrganisationRow => fromRaw<OrganisationRow>(raw)),
  }
}
