// Reads for the pages alone: counts by the hour, who writes most, and what the pages remember.
import type { Db } from '../database.ts'

export const STAT_KINDS = ['forwarded', 'sent', 'blocked', 'held', 'failed'] as const
export type StatKind = (typeof STAT_KINDS)[number]

export interface HourCount {
  /** Hours since 1970, UTC. */
  readonly hour: number
  readonly kind: StatKind
  readonly count: number
}

export interface SenderCount {
  readonly sender: string
  readonly count: number
}

export interface PageQueries {
  /** From the first hour to before the last. */
  hours(from: number, before: number): readonly HourCount[]
  /** Who wrote most and who was refused most, among the newest entries of the log from then to before then. */
  senders(
    from: number,
    before: number,
    limit: number,
  ): { readonly writing: readonly SenderCount[]; readonly refused: readonly SenderCount[] }
  memory(name: string): string | undefined
}

/** So many entries are looked at: mail is answered on this thread too. */
const NEWEST = 5000

export function pageQueries(db: Db): PageQueries {
  const hours = db.prepare(
    'SELECT hour, kind, count FROM log_hour WHERE hour >= ? AND hour < ? AND count > 0 ORDER BY hour',
  )
  // Both at once: the entries are what costs.
  const senders = db.prepare(
    `SELECT sender, outcome IN ('refused', 'discarded') AS isRefused, count(*) AS count
     FROM (SELECT sender, outcome, at FROM log ORDER BY id DESC LIMIT ${NEWEST})
     WHERE at >= ? AND at < ? AND sender <> '' AND outcome IN ('delivered', 'accepted', 'deferred', 'held', 'refused', 'discarded')
     GROUP BY sender, isRefused ORDER BY count DESC, sender`,
  )
  const memory = db.prepare('SELECT value FROM page_memory WHERE name=?').pluck()
  return {
    hours: (from, before) => hours.all(from, before) as HourCount[],
    senders(from, before, limit) {
      const rows = senders.all(from, before) as (SenderCount & { readonly isRefused: number })[]
      const of = (isRefused: number): SenderCount[] =>
        rows
          .filter((row) => row.isRefused === isRefused)
          .slice(0, limit)
          .map(({ sender, count }) => ({ sender, count }))
      return { writing: of(0), refused: of(1) }
    },
    memory: (name) => memory.get(name) as string | undefined,
  }
}
