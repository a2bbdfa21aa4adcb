// The shapes of addy.io's public API, version 1: one resource is `{data}`, a list `{data, links, meta}`.
// Times are `YYYY-MM-DD HH:MM:SS` in UTC, ids are UUIDs.
import { z } from 'zod'

z.config({ jitless: true })

const time = z.string()

export const recipientShape = z.object({
  id: z.string(),
  user_id: z.string(),
  email: z.string(),
  can_reply_send: z.boolean(),
  should_encrypt: z.boolean(),
  inline_encryption: z.boolean(),
  protected_headers: z.boolean(),
  remove_pgp_keys: z.boolean(),
  remove_pgp_signatures: z.boolean(),
  fingerprint: z.string().nullable(),
  email_verified_at: time.nullable(),
  aliases_count: z.number(),
  created_at: time,
  updated_at: time,
})
export type RecipientShape = z.infer<typeof recipientShape>

export const aliasShape = z.object({
  id: z.string(),
  user_id: z.string(),
  aliasable_id: z.string().nullable(),
  aliasable_type: z.string().nullable(),
  local_part: z.string(),
  extension: z.string().nullable(),
  domain: z.string(),
  email: z.string(),
  active: z.boolean(),
  pinned: z.boolean(),
  description: z.string().nullable(),
  from_name: z.string().nullable(),
  attached_recipients_only: z.boolean(),
  emails_forwarded: z.number(),
  emails_blocked: z.number(),
  emails_replied: z.number(),
  emails_sent: z.number(),
  recipients: z.array(recipientShape),
  last_forwarded: time.nullable(),
  last_blocked: time.nullable(),
  last_replied: time.nullable(),
  last_sent: time.nullable(),
  created_at: time,
  updated_at: time,
  deleted_at: time.nullable(),
})
export type AliasShape = z.infer<typeof aliasShape>

export const domainShape = z.object({
  id: z.string(),
  user_id: z.string(),
  domain: z.string(),
  description: z.string().nullable(),
  from_name: z.string().nullable(),
  aliases_count: z.number(),
  default_recipient: recipientShape.nullable(),
  active: z.boolean(),
  catch_all: z.boolean(),
  auto_create_regex: z.string().nullable(),
  domain_verified_at: time.nullable(),
  domain_mx_validated_at: time.nullable(),
  domain_sending_verified_at: time.nullable(),
  created_at: time,
  updated_at: time,
})
export type DomainShape = z.infer<typeof domainShape>

export const pageMeta = z.object({
  current_page: z.number(),
  from: z.number().nullable(),
  last_page: z.number(),
  path: z.string(),
  per_page: z.number(),
  to: z.number().nullable(),
  total: z.number(),
})
export const pageLinks = z.object({
  first: z.string().nullable(),
  last: z.string().nullable(),
  prev: z.string().nullable(),
  next: z.string().nullable(),
})
