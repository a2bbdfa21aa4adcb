// The safe view of a stored message: what the relay tells of it before anybody opens anything. Embedding: routes/view.ts.
import { z } from 'zod'

z.config({ jitless: true })

/** Where a message is kept: the built-in mailbox, or among the held (which are the failed and the bounced, too). */
export const VIEW_KINDS = ['mailbox', 'held'] as const

export const viewLink = z.object({
  /** In the document `[3 example.com]` stands behind the link's text. */
  number: z.number(),
  text: z.string(),
  url: z.string(),
  /** Where it really leads, ASCII; of a mailto, the domain. */
  host: z.string(),
  warnings: z
    .array(z.enum(['other-host', 'not-encrypted', 'address', 'punycode', 'credentials', 'odd-port']))
    .readonly(),
})

export const viewHtml = z.object({
  /** Of the frame. */
  url: z.string(),
  /** The first 500. */
  links: z.array(viewLink).readonly(),
  linkCount: z.number(),
  /** `javascript:`, `data:`, `file:` and what is no address at all: taken out. */
  droppedLinks: z.number(),
  /** What the mail asked for from outside; none of it was loaded. */
  withheld: z.object({ images: z.number(), trackers: z.number(), other: z.number() }),
  /** Pictures that came with the mail and are shown. */
  inlineImages: z.number(),
  truncated: z.boolean(),
})

export const viewAttachment = z.object({
  index: z.number(),
  name: z.string(),
  claimedType: z.string(),
  /** By its first bytes. */
  type: z.string(),
  size: z.number(),
  /** Hex. */
  sha256: z.string(),
  warnings: z
    .array(z.enum(['type-differs', 'program', 'script', 'macro', 'double-ending', 'archive', 'page']))
    .readonly(),
  /** Always a download. */
  url: z.string(),
})

/** GET /app/view/:kind/:id */
export const messageView = z.object({
  kind: z.enum(VIEW_KINDS),
  id: z.number(),
  subject: z.string(),
  from: z.string(),
  to: z.array(z.string()).readonly(),
  /** Epoch milliseconds: when it was received. */
  at: z.number(),
  size: z.number(),
  /** UTF-8, capped at 64 KiB. */
  headers: z.string(),
  /** Plain text, capped at 256 KiB; made from the HTML where there is no text part. */
  text: z.string(),
  textFrom: z.enum(['text', 'html', 'none']),
  truncated: z.boolean(),
  /** false: too large or too complicated to be shown in time; it can be downloaded. */
  readable: z.boolean(),
  html: viewHtml.nullable(),
  attachments: z.array(viewAttachment).readonly(),
})
export type MessageView = z.infer<typeof messageView>
