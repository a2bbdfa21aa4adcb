// The shapes of the activity log beyond its rows (those are in shapes.ts): one entry with what became of it.
import { z } from 'zod'
import { logEntry } from './shapes.ts'

z.config({ jitless: true })

export const logDelivery = z.object({
  id: z.number(),
  /** `queued`, `in-flight`, `delivered`, `failed`, `dropped`. */
  state: z.string(),
  forwardPath: z.string(),
  destination: z.string(),
  attempts: z.number(),
  /** Epoch milliseconds: when it is tried next, while it is queued. */
  dueAt: z.number(),
  lastAnswer: z.string(),
})
export type LogDeliveryShown = z.infer<typeof logDelivery>

/** GET /app/log/:id */
export const logTrace = z.object({
  data: z.object({
    entry: logEntry,
    deliveries: z.array(logDelivery),
    held: z.object({ id: z.number(), kind: z.string() }).nullable(),
    alias: z.object({ id: z.string(), active: z.boolean() }).nullable(),
    contact: z.object({ id: z.string(), blocked: z.boolean(), muted: z.boolean() }).nullable(),
    /** Ids of the blocks for the sender everywhere. */
    blocks: z.object({ address: z.string().nullable(), domain: z.string().nullable() }),
  }),
})
export type LogTrace = z.infer<typeof logTrace>['data']
