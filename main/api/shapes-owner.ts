// The shapes of what an owner looks after: recipients, domains, held mail, the queue, blocks, backups, keys, settings.
import { z } from 'zod'
import { resolverShown } from './shapes.ts'
import { domainShape, recipientShape } from './shapes-addy.ts'

z.config({ jitless: true })

/** GET /app/recipients */
export const recipientShown = recipientShape.extend({
  paused: z.boolean(),
  pausedAt: z.number().nullable(),
  pausedReason: z.string().nullable(),
  /** When it is tried again; null where only a hand resumes it. */
  probeAt: z.number().nullable(),
  bounces: z.number(),
  /** Mail that is parked until it is resumed. */
  waiting: z.number(),
  isDefault: z.boolean(),
  isMailbox: z.boolean(),
  mode: z.enum(['rewrite', 'preserve']),
  fromMode: z.enum(['reply-address', 'alias']),
  fromTemplate: z.enum(['quoted', 'dash', 'name', 'address', 'none']),
  subjectTemplate: z.string().nullable(),
  banner: z.enum(['off', 'top', 'bottom']),
  warn: z.boolean(),
  allowSealed: z.boolean(),
  allowSpf: z.boolean(),
  signingDomain: z.string().nullable(),
  autoReplies: z.boolean(),
  flaggedAttachments: z.enum(['hold', 'remove', 'scrub']),
  removeFlagged: z.boolean(),
})
export type RecipientShown = z.infer<typeof recipientShown>
export const recipientList = z.object({ data: z.array(recipientShown) })

const key = z.object({
  selector: z.string(),
  algorithm: z.string(),
  state: z.string(),
  since: z.number(),
  goesAt: z.number().nullable(),
})
export const dnsRecord = z.object({
  type: z.string(),
  name: z.string(),
  value: z.string(),
  zone: z.string(),
  why: z.string(),
})
export type DnsRecordShown = z.infer<typeof dnsRecord>

/** GET /app/domains/:name */
export const domainShown = domainShape.extend({
  fallback_recipient: z.string().nullable(),
  refuseForged: z.boolean(),
  hostname: z.string(),
  records: z.array(dnsRecord),
  keys: z.array(key),
})
export type DomainShown = z.infer<typeof domainShown>

export const heldKind = z.enum(['held', 'failed', 'bounce'])
export type HeldKind = z.infer<typeof heldKind>

/** GET /app/held?kind=&before=&limit= */
export const heldItem = z.object({
  id: z.number(),
  kind: heldKind,
  reason: z.string(),
  text: z.string(),
  aliasId: z.string().nullable(),
  alias: z.string(),
  sender: z.string(),
  subject: z.string(),
  heldAt: z.number(),
  expiresAt: z.number().nullable(),
  logId: z.number(),
  direction: z.enum(['forward', 'reply', 'none']),
  /** Where it would go. */
  to: z.string(),
})
export type HeldItem = z.infer<typeof heldItem>
export const heldPage = z.object({ data: z.array(heldItem), next: z.number().nullable() })

/** GET /app/held/:id/preview */
export const preview = z.object({
  alias: z.string(),
  message: z.string(),
  notes: z.array(z.string()),
  held: z.array(z.string()),
  leaks: z.array(z.string()),
  flagged: z.array(
    z.object({
      name: z.string(),
      type: z.string(),
      trace: z.string(),
      fate: z.enum(['stays', 'removed', 'scrubbed']),
    }),
  ),
  traces: z.array(z.looseObject({})),
})
export type PreviewShown = z.infer<typeof preview>

/** POST /app/held/bulk */
export const heldBulk = z.object({
  data: z.object({ done: z.number(), failed: z.array(z.object({ id: z.number(), message: z.string() })) }),
})

export const queueEntry = z.object({
  id: z.number(),
  state: z.string(),
  direction: z.string(),
  forwardPath: z.string(),
  destination: z.string(),
  attempts: z.number(),
  queuedAt: z.number(),
  dueAt: z.number(),
  lastAnswer: z.string(),
  sender: z.string(),
  subject: z.string(),
})
export type QueueEntryShown = z.infer<typeof queueEntry>
/** GET /app/queue */
export const queueList = z.object({
  data: z.array(queueEntry),
  destinations: z.array(z.object({ destination: z.string(), waiting: z.number(), nextDue: z.number() })),
})

/** GET /app/blocks */
export const block = z.object({
  id: z.string(),
  kind: z.enum(['address', 'domain', 'wildcard', 'pattern']),
  value: z.string(),
  aliasId: z.string().nullable(),
  answer: z.enum(['reject', 'discard']),
  text: z.string().nullable(),
  source: z.string(),
  hits: z.number(),
  lastHit: z.number().nullable(),
  createdAt: z.number(),
})
export type Block = z.infer<typeof block>
export const blockPage = z.object({ data: z.array(block), next: z.string().nullable() })

/** GET /app/backups */
export const backupInfo = z.object({
  file: z.string(),
  kind: z.string(),
  createdAt: z.number(),
  size: z.number(),
  folderId: z.string(),
})
export type BackupInfo = z.infer<typeof backupInfo>
export const backupSchedule = z.object({ to: z.string(), every: z.enum(['day', 'off']), keep: z.number() })
export type BackupSchedule = z.infer<typeof backupSchedule>
export const backupList = z.object({
  data: z.array(backupInfo),
  schedule: backupSchedule,
  progress: z.object({ phase: z.string(), done: z.number(), total: z.number() }).nullable(),
})

/** GET /app/keys */
export const keySource = z.object({ id: z.string(), kind: z.string(), description: z.string() })
export const keyList = z.object({ data: z.array(keySource), rekeyPlanned: z.boolean() })
export type KeyList = z.infer<typeof keyList>
export type KeySourceShown = z.infer<typeof keySource>
/** POST /app/keys, POST /app/keys/:id/rotate. A recovery key is shown once. */
export const keySourceMade = keySource.extend({ recoveryKey: z.string().optional() })
export type KeySourceMade = z.infer<typeof keySourceMade>

/** GET /app/settings */
export const settingShown = z.object({
  name: z.string(),
  value: z.string().nullable(),
  standard: z.string().nullable(),
  help: z.string(),
  takesEffect: z.enum(['now', 'start']),
  kind: z.enum(['count', 'text', 'choice']),
  min: z.number().optional(),
  max: z.number().optional(),
  choices: z.array(z.string()).optional(),
  secret: z.boolean().optional(),
})
export type SettingShown = z.infer<typeof settingShown>
export const settingList = z.object({ data: z.array(settingShown) })

/** GET /app/resolvers, POST /app/resolvers/look */
export const resolversShown = resolverShown.extend({
  dnssec: z.enum(['on', 'off', 'ad']),
  /** To choose one by its name. */
  choices: z.array(
    z.object({ id: z.string(), name: z.string(), by: z.string(), country: z.string(), servers: z.string() }),
  ),
})
export type ResolversShown = z.infer<typeof resolversShown>

/** POST /app/resolvers/try */
export const resolverCheckShown = z.object({ kind: z.enum(['good', 'silent', 'strips', 'clock']), reason: z.string() })
export type ResolverCheckShown = z.infer<typeof resolverCheckShown>
