// The shapes of the aliases pages: an alias with who may write to it, pages by key, contacts, bulk changes, tables, and why.
import { z } from 'zod'
import { aliasShape } from './shapes-addy.ts'

z.config({ jitless: true })

export const leakEvidence = z.object({
  at: z.number(),
  sender: z.string(),
  organisation: z.string(),
  /** Who it was until then. */
  expected: z.string(),
  expectedMessages: z.number(),
  expectedSince: z.number(),
})
export const organisation = z.object({
  organisation: z.string(),
  messages: z.number(),
  firstSeen: z.number(),
  lastSeen: z.number(),
  sender: z.string(),
})

/** GET and PATCH /app/aliases/:name */
export const aliasShown = aliasShape.extend({
  policy: z.enum(['all', 'known', 'ask']),
  labels: z.array(z.string()),
  expires_at: z.string().nullable(),
  expires_after: z.number().nullable(),
  expires_idle: z.number().nullable(),
  fallback_recipient: z.string().nullable(),
  hourly_limit: z.number().nullable(),
  when_disabled: z.enum(['reject', 'discard', 'defer']),
  reject_text: z.string().nullable(),
  unsubscribe: z.enum(['keep', 'disable', 'block', 'both']),
  allow_sealed: z.boolean(),
  origin: z.string(),
  first_sender: z.string().nullable(),
  leak: leakEvidence.nullable(),
  organisations: z.array(organisation),
})
export type AliasShown = z.infer<typeof aliasShown>
export const oneAlias = z.object({ data: aliasShown })

const bound = z.object({ than: z.enum(['more', 'less']), value: z.number() }).optional()
/** What the search took from what was typed. */
export const understood = z.object({
  words: z.array(z.string()),
  domains: z.array(z.string()),
  labels: z.array(z.string()),
  from: z.array(z.string()),
  active: z.boolean().optional(),
  pinned: z.boolean().optional(),
  origin: z.string().optional(),
  unused: z.boolean(),
  leaked: z.boolean(),
  pgp: z.boolean(),
  deleted: z.enum(['without', 'with', 'only']),
  used: bound,
  blocked: bound,
  forwarded: bound,
})
export type Understood = z.infer<typeof understood>

/** GET /app/alias-count?q= */
export const aliasTotal = z.object({ total: z.number(), totalIsExact: z.boolean() })
export type AliasTotal = z.infer<typeof aliasTotal>

/** GET /app/aliases?q=&sort=&after=&limit=&count= */
export const aliasPage = z.object({
  data: z.array(aliasShown),
  next: z.string().nullable(),
  /** Null where `count=later` was asked and there is more than this page. */
  total: z.number().nullable(),
  totalIsExact: z.boolean(),
  understood,
  notes: z.array(z.string()),
})
export type AliasPage = z.infer<typeof aliasPage>

/** GET /app/contacts?alias= */
export const contactShown = z.object({
  id: z.string(),
  aliasId: z.string(),
  address: z.string(),
  displayName: z.string(),
  replyAddress: z.string(),
  blocked: z.boolean(),
  muted: z.boolean(),
  /** Mail of theirs that fails DMARC or SPF is delivered. */
  allowUnproven: z.boolean(),
  /** Attachments of replies to them may carry the real address. */
  allowFlagged: z.boolean(),
  standing: z.enum(['none', 'allowed']),
  forwarded: z.number(),
  replied: z.number(),
  createdAt: z.number(),
  lastSeen: z.number().nullable(),
})
export type ContactShown = z.infer<typeof contactShown>
export const contactList = z.object({ data: z.array(contactShown) })
export const oneContact = z.object({ data: contactShown })

export const BULK_CHANGES = [
  ...(['activate', 'deactivate', 'pin', 'unpin', 'add-label', 'remove-label', 'policy', 'recipients'] as const),
  ...(['delete', 'restore', 'forget'] as const),
] as const
export type BulkChange = (typeof BULK_CHANGES)[number]

/** POST /app/bulk without a count */
export const bulkPreview = z.object({
  data: z.object({
    count: z.number(),
    sample: z.array(z.object({ id: z.string(), email: z.string(), active: z.boolean(), pinned: z.boolean() })),
    undoable: z.boolean(),
  }),
})
export type BulkPreview = z.infer<typeof bulkPreview>['data']

/** POST /app/bulk with the count of the preview; GET /app/bulk/:id */
export const bulkJob = z.object({
  data: z.object({
    id: z.string(),
    action: z.string(),
    state: z.enum(['running', 'done', 'undone', 'failed', 'stopped']),
    total: z.number(),
    done: z.number(),
    /** Why it failed, one sentence. */
    failure: z.string().nullable(),
  }),
})
export type BulkJob = z.infer<typeof bulkJob>['data']

/** POST /app/alias-table: a table, taken apart. */
export const aliasTable = z.object({
  data: z.object({ head: z.array(z.string()), rows: z.array(z.array(z.string())) }),
})
export type AliasTable = z.infer<typeof aliasTable>['data']

/** POST /app/alias-import */
export const importResult = z.object({
  line: z.number(),
  alias: z.string(),
  result: z.enum(['created', 'updated', 'skipped', 'refused']),
  why: z.string(),
})
export type ImportResultShown = z.infer<typeof importResult>
export const importResults = z.object({ data: z.array(importResult) })

/** GET /app/why?address=&sender= */
export const whyShown = z.object({
  data: z.object({
    address: z.string(),
    sender: z.string().nullable(),
    outcome: z.string(),
    setting: z.string(),
    text: z.string(),
    answer: z.object({ code: z.number(), enhanced: z.string(), text: z.string(), id: z.string() }).nullable(),
    at: z.enum(['rcpt', 'data']),
    alias: z.string().nullable(),
    recipients: z.array(z.string()),
    entry: z.object({ kind: z.string(), id: z.string(), value: z.string() }).nullable(),
  }),
})
export type WhyShown = z.infer<typeof whyShown>['data']
