// Figures for the dashboard, from counts by the hour.
import { Hono } from 'hono'
import { z } from 'zod'
import { STAT_KINDS, type HourCount } from '../../store/queries/pages.ts'
import { check } from '../body.ts'
import { invalid, type ApiParts } from '../parts.ts'
import type { StatFigures, Stats } from '../shapes-pages.ts'

const HOUR = 60 * 60 * 1000
const DAY = 24 * HOUR
const TOP = 5
const MAX_DAYS = 400
const MAX_TIME = 8_640_000_000_000_000

const query = z.object({
  days: z.enum(['1', '7', '30', '90']).default('7').transform(Number),
  /** Minutes ahead of UTC; days of half-hour places begin at the hour before. */
  offset: z.coerce.number().int().min(-840).max(840).default(0),
  /** Instead of the days up to now: the local days from the one of `from` to before `until`, epoch milliseconds. */
  from: z.coerce.number().int().min(0).max(MAX_TIME).optional(),
  until: z.coerce.number().int().min(0).max(MAX_TIME).optional(),
})

const nothing = (): { -readonly [Kind in keyof StatFigures]: number } => ({
  ...{ forwarded: 0, sent: 0, blocked: 0, held: 0, failed: 0 },
})

function sum(rows: readonly HourCount[]): StatFigures {
  const figures = nothing()
  for (const { kind, count } of rows) if (STAT_KINDS.includes(kind)) figures[kind] += count
  return figures
}

interface Period {
  /** The starts of the buckets, oldest first. */
  readonly starts: readonly number[]
  readonly step: number
}

/** The last one is the one we are in. */
function latest(now: number, days: number, offset: number): Period {
  const [step, count] = days === 1 ? [HOUR, 24] : [DAY, days]
  const shift = days === 1 ? 0 : Math.trunc(offset / 60) * HOUR
  const last = Math.floor((now + shift) / step) * step - shift
  return { step, starts: Array.from({ length: count }, (_, i) => last - (count - 1 - i) * step) }
}

/** Whole local days; one or two of them by the hour. */
function between(from: number, until: number, offset: number): Period {
  const shift = Math.trunc(offset / 60) * HOUR
  const first = Math.floor((from + shift) / DAY) * DAY - shift
  const days = Math.min(MAX_DAYS, Math.max(1, Math.ceil((until - first) / DAY)))
  const step = days <= 2 ? HOUR : DAY
  return { step, starts: Array.from({ length: (days * DAY) / step }, (_, i) => first + i * step) }
}

export function statsOf(parts: Pick<ApiParts, 'store' | 'clock'>, asked: z.infer<typeof query>): Stats {
  const { pages } = parts.store
  const { days, offset, from, until } = asked
  const now = parts.clock.now()
  const { starts, step } =
    from === undefined || until === undefined ? latest(now, days, offset) : between(from, until, offset)
  const [first = now] = starts
  const span = starts.length * step
  const rows = pages.hours(first / HOUR, (first + span) / HOUR)
  const senders = pages.senders(first, first + span, TOP)
  const series = starts.map((at) => ({ at, ...nothing() }))
  for (const { hour, kind, count } of rows) {
    const bucket = series[Math.floor((hour * HOUR - first) / step)]
    if (bucket !== undefined && STAT_KINDS.includes(kind)) bucket[kind] += count
  }
  return {
    bucket: step === HOUR ? 'hour' : 'day',
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
    const asked = check(query, c.req.query())
    if (asked.from !== undefined && asked.until !== undefined && asked.until <= asked.from)
      throw invalid('until', 'The end of the time is not after its beginning.')
    return c.json(statsOf(parts, asked))
  })
  return routes
}
