// Rows in the shapes of addy.io's API. What a relay for one person has no use for is there with an honest constant.
import type { AliasRow, DomainRow, RecipientRow } from '../../store/rows.ts'
import { domainOf } from '../../terms/address.ts'
import type { ApiParts } from '../parts.ts'
import type { AliasShape, DomainShape, RecipientShape } from '../shapes-addy.ts'

type Parts = Pick<ApiParts, 'store'>

/** The one user there is. */
export const USER_ID = '00000000-0000-4000-8000-000000000001'

/** `YYYY-MM-DD HH:MM:SS`, UTC. */
export function time(at: number): string {
  return new Date(at).toISOString().slice(0, 19).replace('T', ' ')
}

function optionalTime(at: number | null): string | null {
  return at === null ? null : time(at)
}

export function recipientOut(parts: Parts, row: RecipientRow): RecipientShape {
  return {
    id: row.id,
    user_id: USER_ID,
    email: row.email,
    can_reply_send: row.canReplySend,
    should_encrypt: false,
    inline_encryption: false,
    protected_headers: false,
    remove_pgp_keys: false,
    remove_pgp_signatures: false,
    fingerprint: null,
    email_verified_at: optionalTime(row.verifiedAt),
    aliases_count: parts.store.directory.aliasCountOfRecipient(row.id),
    created_at: time(row.createdAt),
    updated_at: time(row.updatedAt),
  }
}

export function aliasOut(parts: Parts, row: AliasRow): AliasShape {
  const recipients = parts.store.directory.aliasRecipients(row.id).map((one) => recipientOut(parts, one))
  return {
    id: row.id,
    user_id: USER_ID,
    aliasable_id: row.domainId,
    aliasable_type: 'App\\Models\\Domain',
    local_part: row.localPart,
    extension: null,
    domain: domainOf(row.address),
    email: row.address,
    active: row.active,
    pinned: row.pinned,
    description: row.description,
    from_name: row.fromName,
    attached_recipients_only: false,
    emails_forwarded: row.forwarded,
    emails_blocked: row.blocked,
    emails_replied: row.replied,
    emails_sent: row.sent,
    recipients,
    last_forwarded: optionalTime(row.lastForwarded),
    last_blocked: optionalTime(row.lastBlocked),
    last_replied: optionalTime(row.lastReplied),
    last_sent: optionalTime(row.lastSent),
    created_at: time(row.createdAt),
    updated_at: time(row.updatedAt),
    deleted_at: optionalTime(row.deletedAt),
  }
}

export function domainOut(parts: Parts, row: DomainRow): DomainShape {
  const { directory } = parts.store
  const recipient = row.defaultRecipientId === null ? undefined : directory.recipient(row.defaultRecipientId)
  return {
    id: row.id,
    user_id: USER_ID,
    domain: row.name,
    description: row.description,
    from_name: row.fromName,
    aliases_count: directory.aliasCountOfDomain(row.id),
    default_recipient: recipient === undefined ? null : recipientOut(parts, recipient),
    active: row.active,
    catch_all: row.catchAll,
    auto_create_regex: null,
    domain_verified_at: time(row.createdAt),
    domain_mx_validated_at: null,
    domain_sending_verified_at: null,
    created_at: time(row.createdAt),
    updated_at: time(row.updatedAt),
  }
}
