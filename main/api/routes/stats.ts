// Figures for the dashboard, from counts by the hour.
import { Hono } from 'hono'
import { z } from 'zod'
import { STAT_KINDS, type HourCount } from '../../store/queries/pages.ts'
import { check } from '../body.ts'
import type { ApiParts } from '../parts.ts'
import type { StatFigures, Stats } from '../shapes-pages.ts'

const HOUR = 60 * 60 * 1000
const DAY = 24 * HOUR
const TOP = 5

const query = z.object({
  days: z.enum(['1', '7', '30', '90']).default('7').transform(Number),
  /** Minutes ahead of UTC; days of half-hour places begin at the hour before. */
  offset: z.coerce.number().int().min(-840).max(840).default(0),
})

const nothing = (): { -readonly [Kind in keyof StatFigures]: number } => ({
  ...{ forwarded: 0, sent: 0, blocked: 0, held: 0, failed: 0 },
})

function sum(rows: readonly HourCount[]): StatFigures {
  const figures = nothing()
  for (const { kind, count } of rows) if (STAT_KINDS.includes(kind)) figures[kind] += count
  return figures
}

/** The starts of the buckets, oldest first; the last one is the one we are in. */
function startsOf(now: number, days: number, offset: number): readonly number[] {
  const [step, count] = days === 1 ? [HOUR, 24] : [DAY, days]
  const shift = days === 1 ? 0 : Math.trunc(offset / 60) * HOUR
  const last = Math.floor((now + shift) / step) * step - shift
  return Array.from({ length: count }, (_, i) => last - (count - 1 - i) * step)
}

export function statsOf(parts: Pick<ApiParts, 'store' | 'clock'>, days: number, offset: number): Stats {
  const { pages } = parts.store
  const now = parts.clock.now()
  const starts = startsOf(now, days, offset)
  const [first = now] = starts
  const step = days === 1 ? HOUR : DAY
  const span = starts.length * step
  const rows = pages.hours(first / HOUR, Math.floor(now / HOUR) + 1)
  const senders = pages.senders(first, TOP)
  const series = starts.map((at) => ({ at, ...nothing() }))
  for (const { hour, kind, count } of rows) {
    const bucket = series[Math.floor((hour * HOUR - first) / step)]
    if (bucket !== undefined && STAT_KINDS.includes(kind)) bucket[kind] += count
  }
  return {
    bucket: days === 1 ? 'hour' : 'day',
    series,
    total: sum(rows),
    before: sum(pages.hours((first - span) / HOUR, first / HOUR)),
    senders: [...senders.writing],
    blockedSenders: [...senders.refused],
  }
}

export function statsRoutes(parts: ApiParts): Hono {
  const routes = new Hono()
  routes.get('/stats', (c) => {
    const { days, offset } = check(query, c.req.query())
    return c.json(statsOf(parts, days, offset))
  })
  return routes
}
