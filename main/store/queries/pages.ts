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
  /** Who wrote most, among the newest entries of the log since then. */
  senders(since: number, blocked: boolean, limit: number): readonly SenderCount[]
  memory(name: string): string | undefined
}

/** So many entries are looked at: some ten milliseconds. */
const NEWEST = 20_000

export function pageQueries(db: Db): PageQueries {
  const hours = db.prepare(
    'SELECT hour, kind, count FROM log_hour WHERE hour >= ? AND hour < ? AND count > 0 ORDER BY hour',
  )
  const senders = (outcomes: string) =>
    db.prepare(
      `SELECT sender, count(*) AS count FROM (SELECT sender, outcome, at FROM log ORDER BY id DESC LIMIT ${NEWEST})
       WHERE at >= ? AND sender <> '' AND outcome IN (${outcomes}) GROUP BY sender ORDER BY count DESC, sender LIMIT ?`,
    )
  const writing = senders("'delivered', 'accepted', 'deferred', 'held'")
  const blocked = senders("'refused', 'discarded'")
  const memory = db.prepare('SELECT value FROM page_memory WHERE name=?').pluck()
  return {
    hours: (from, before) => hours.all(from, before) as HourCount[],
    senders: (since, isBlocked, limit) => (isBlocked ? blocked : writing).all(since, limit) as SenderCount[],
    memory: (name) => memory.get(name) as string | undefined,
  }
}
