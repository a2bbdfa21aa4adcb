// Aliases as a table, as they are exported: one line each, with the columns that an import reads back.
import { csvLine } from '../../terms/csv.ts'
import type { AliasShape } from '../shapes-addy.ts'
import type { policyOut } from './policy.ts'

export const TABLE_HEAD = [
  ...[
    'alias',
    'description',
    'active',
    'pinned',
    'labels',
    'recipients',
    'from_name',
    'policy',
    'when_disabled',
    'reject_text',
  ],
  ...[
    'unsubscribe',
    'allow_sealed',
    'expires_at',
    'expires_after',
    'expires_idle',
    'hourly_limit',
    'fallback_recipient',
  ],
  ...['forwarded', 'blocked'],
  ...['replied', 'sent', 'last_forwarded', 'created_at', 'deleted_at'],
]

export type ExportedAlias = AliasShape & ReturnType<typeof policyOut>

export function aliasLine(one: ExportedAlias): string {
  return csvLine([
    ...[one.email, one.description, one.active, one.pinned, one.labels.join('|')],
    ...[one.recipients.map((each) => each.email).join(' '), one.from_name, one.policy],
    ...[one.when_disabled, one.reject_text, one.unsubscribe, one.allow_sealed, one.expires_at],
    ...[one.expires_after, one.expires_idle, one.hourly_limit, one.fallback_recipient],
    ...[one.emails_forwarded, one.emails_blocked, one.emails_replied, one.emails_sent],
    ...[one.last_forwarded, one.created_at, one.deleted_at],
  ])
}
