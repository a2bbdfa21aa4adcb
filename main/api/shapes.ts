// The shapes that travel between the pages and the relay: both ends are typed from here, and only from here.
// The addy.io shapes are in shapes-addy.ts; what stands here is our own pages' API (`/app/*`).
import { z } from 'zod'

z.config({ jitless: true })

export const engineState = z.enum(['running', 'paused', 'degraded', 'locked', 'stopping'])

export const listenerInfo = z.object({
  kind: z.enum(['smtp', 'submission', 'http']),
  host: z.string(),
  port: z.number(),
  tls: z.enum(['none', 'starttls', 'implicit']),
  /** Says what differs from what was asked for ("port 2525 was taken"); empty otherwise. */
  note: z.string(),
  /** Of the pages: where a browser finds them. */
  origin: z.string().optional(),
})

/** `until`: epoch milliseconds; null until it is taken back. null as a whole: not paused. */
const pauseShown = z.object({ until: z.number().nullable() }).nullable()

/** The resolver that is asked, and what came of the last look at it. */
export const resolverShown = z.object({
  servers: z.array(z.string()),
  /** The system's, which changes with the network. */
  isSystem: z.boolean(),
  /** What the settings cannot change, because it was said at the start. */
  fixed: z.object({ resolver: z.boolean(), dnssec: z.boolean() }),
  kind: z.enum(['unknown', 'good', 'silent', 'strips', 'clock']),
  /** Why it is not good; empty where it is, or not known yet. */
  reason: z.string(),
  /** When it was looked at, epoch milliseconds. */
  at: z.number().nullable(),
})

export const appState = z.object({
  version: z.string(),
  state: engineState,
  /** What keeps it from doing all of its work, by name, the worst first. */
  troubles: z.array(z.string()),
  /** What the user paused: sending (it waits here), receiving (senders are told to come again). */
  pauses: z.object({ sending: pauseShown, receiving: pauseShown }),
  hostname: z.string(),
  domains: z.array(z.object({ name: z.string(), catchAll: z.boolean(), active: z.boolean() })),
  listeners: z.array(listenerInfo),
  queue: z.object({ queued: z.number(), inFlight: z.number(), failed: z.number() }),
  held: z.number(),
  /** What the queue did that nobody asked it to, since the folder was made. */
  counters: z.record(z.string(), z.number()),
  /** Epoch milliseconds. */
  startedAt: z.number(),
  lastInboundAt: z.number().nullable(),
  lastOutboundAt: z.number().nullable(),
  route: z.string(),
  /** Whether answers of the DNS are validated here; `off` turns DANE off with it. */
  dnssec: z.enum(['on', 'off', 'ad']),
  resolver: resolverShown,
})
export type AppState = z.infer<typeof appState>

export const verdicts = z.object({
  spf: z.string(),
  dkim: z.string(),
  dmarc: z.string(),
  arc: z.string(),
  /** What the author's domain asks for where DMARC fails. */
  policy: z.string().optional(),
  /** Why, one sentence a method that did not pass. */
  reasons: z.array(z.string()).readonly().optional(),
})

export const logAttempt = z.object({
  at: z.number(),
  destination: z.string(),
  outcome: z.enum(['delivered', 'deferred', 'failed']),
  answer: z.string(),
  tls: z.string(),
  /** `dane`, `mta-sts`, `verified`, `encrypted` or `clear`. */
  level: z.string().optional(),
})

export const logEntry = z.object({
  id: z.number(),
  /** Epoch milliseconds. */
  at: z.number(),
  direction: z.enum(['forward', 'reply', 'none']),
  /** `accepted`, `refused`, `held`, `delivered`, `deferred`, `failed`, … */
  outcome: z.string(),
  /** The stable id of the reason: `accepted`, `unknown-alias`, … */
  reason: z.string(),
  /** One plain sentence. */
  text: z.string(),
  alias: z.string(),
  sender: z.string(),
  recipient: z.string(),
  subject: z.string(),
  size: z.number(),
  peer: z.string(),
  tls: z.string(),
  messageId: z.string(),
  verdicts: verdicts.nullable(),
  attempts: z.array(logAttempt),
  /** Whom it goes to: the recipient it names, and those of its deliveries (mailboxes, or the stranger of a reply). */
  to: z.array(z.string()),
  /** The user muted this sender: nothing of theirs is worth a notification. */
  muted: z.boolean().optional(),
})
export type LogEntry = z.infer<typeof logEntry>

/** GET /app/log?before=ID&limit=1..200&search=TEXT and the filters of shapes-log.ts, newest first. `next` goes into `before` of the following page. */
export const logPage = z.object({ data: z.array(logEntry), next: z.number().nullable() })

/** GET /app/mailbox?before=ID&limit=1..200, newest first. */
export const mailboxItem = z.object({
  id: z.number(),
  at: z.number(),
  alias: z.string(),
  from: z.string(),
  to: z.string(),
  subject: z.string(),
  size: z.number(),
  read: z.boolean(),
})
export type MailboxItem = z.infer<typeof mailboxItem>
export const mailboxPage = z.object({ data: z.array(mailboxItem), next: z.number().nullable() })

/** GET /app/session: who is asking. 401 without a session. `csrf` goes into the X-Postern-CSRF header of every non-GET. */
export const sessionInfo = z.object({ csrf: z.string(), via: z.enum(['window', 'cookie', 'token', 'owner']) })
export type SessionInfo = z.infer<typeof sessionInfo>

/**
 * GET /app/events: server-sent events. `event: log` data LogEntry (a new entry, or one that changed: same id);
 * `event: mailbox` data MailboxItem; `event: alias` data {id}; `event: state` data AppState. `id:` counts up.
 */
/** What was found damaged, by the id of the failure; `here` for who is at the machine. */
export const damage = z.object({
  id: z.string(),
  here: z
    .object({ folder: z.string(), backup: z.object({ file: z.string(), createdAt: z.number() }).nullable() })
    .optional(),
})
export type Damage = z.infer<typeof damage>

export const errorShape = z.object({
  message: z.string(),
  errors: z.record(z.string(), z.array(z.string())).optional(),
  /** The data is locked: nothing but unlocking is answered. */
  locked: z.boolean().optional(),
  /** The data is damaged: nothing is answered until it was mended. */
  damaged: damage.optional(),
  /** Prove first that it is you, by one of `methods`; then the same call works. */
  stepUp: z.boolean().optional(),
  methods: z.array(z.string()).optional(),
})

export const unlockAnswer = z.object({ unlocked: z.literal(true), code: z.string() })
