// The shapes of what the pages alone ask for: figures of a while, what they remember, what the DNS says about a domain.
import { z } from 'zod'

z.config({ jitless: true })

export const statFigures = z.object({
  forwarded: z.number(),
  sent: z.number(),
  blocked: z.number(),
  held: z.number(),
  failed: z.number(),
})
export type StatFigures = z.infer<typeof statFigures>

const senderCount = z.object({ sender: z.string(), count: z.number() })

/** GET /app/stats?days=1|7|30|90&offset=MINUTES: by the hour for one day, else by days of a place that is so far ahead of UTC. */
export const stats = z.object({
  bucket: z.enum(['hour', 'day']),
  /** Epoch milliseconds at the start of each, oldest first; those without mail are there too. */
  series: z.array(statFigures.extend({ at: z.number() })),
  total: statFigures,
  /** The same length of time before that. */
  before: statFigures,
  /** Of the newest 5,000 entries of the log. */
  senders: z.array(senderCount),
  blockedSenders: z.array(senderCount),
})
export type Stats = z.infer<typeof stats>

/** GET and PUT /app/memory/:name; null where nothing is remembered. The value is the page's own. */
export const pageMemory = z.object({ value: z.unknown() })

/** What one record should be, and what is found. */
export const recordCheck = z.object({
  type: z.string(),
  name: z.string(),
  expected: z.string(),
  /** Why it is there, in a sentence. */
  why: z.string(),
  need: z.enum(['required', 'recommended', 'optional']),
  /** `other`: something else is there. `unknown`: the question found no answer. */
  state: z.enum(['found', 'missing', 'other', 'unknown']),
  found: z.array(z.string()),
  /** What seems to have gone wrong, by name: `quotes`, `doubled-name`, `two-records`, … */
  mistakes: z.array(z.string()),
  /** Of the answer: secure, insecure, bogus, indeterminate. */
  worth: z.string(),
  /** Why there is no answer; empty otherwise. */
  trouble: z.string(),
})
export type RecordCheck = z.infer<typeof recordCheck>
export const domainCheck = z.object({
  data: z.object({ at: z.number(), records: z.array(recordCheck) }),
})
