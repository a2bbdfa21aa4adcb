// Recipients: the user's real mailboxes.
import { randomUUID } from 'node:crypto'
import type { RecipientRow } from '../../store/rows.ts'
import { addressKey, domainOf, parseAddress, parseDomain } from '../../terms/address.ts'
import { maySignFor } from '../../trust/proof.ts'
import { ApiError, invalid, notFound, type ApiParts } from '../parts.ts'

type Parts = Pick<ApiParts, 'store' | 'clock'>

/** The built-in mailbox as a recipient; `.test` never leaves the machine (RFC 6761 §6.2). */
export const BUILT_IN_MAILBOX = 'inbox@mailbox.test'

/** Counts as verified: who can call this owns the relay. contract.md */
export async function addRecipient(parts: Parts, email: string): Promise<RecipientRow> {
  const address = parseAddress(email)
  if (address === undefined) throw invalid('email', 'The email is not a mail address.')
  const { directory, writer } = parts.store
  if (directory.domain(domainOf(address)) !== undefined)
    throw invalid('email', `${domainOf(address)} is one of your own domains here: the mail would go round in a circle.`)
  if (directory.recipientByKey(addressKey(address)) !== undefined)
    throw invalid('email', 'The recipient is here already.')
  const isMailbox = address === BUILT_IN_MAILBOX
  const id = randomUUID()
  await writer.run('addRecipient', {
    id,
    email: address,
    emailKey: addressKey(address),
    isMailbox,
    at: parts.clock.now(),
  })
  return findRecipient(parts, id)
}

/** By address or by id. */
export function findRecipient(parts: Pick<Parts, 'store'>, emailOrId: string): RecipientRow {
  const address = parseAddress(emailOrId)
  const { directory } = parts.store
  const row =
    directory.recipient(emailOrId) ??
    (address === undefined ? undefined : directory.recipientByKey(addressKey(address)))
  if (row === undefined) throw notFound('The recipient')
  return row
}

const COLUMNS = {
  canReplySend: 'can_reply_send',
  mode: 'mode',
  fromMode: 'from_mode',
  fromTemplate: 'from_template',
  subjectTemplate: 'subject_template',
  banner: 'banner',
  warn: 'warn',
  allowSealed: 'allow_sealed',
  allowSpf: 'allow_spf',
  signingDomain: 'signing_domain',
  autoReplies: 'auto_replies',
  flagged: 'flagged',
} as const

export type RecipientChange = {
  readonly [Key in Exclude<keyof typeof COLUMNS, 'signingDomain'>]?: RecipientRow[Key] | undefined
} & { readonly paused?: boolean | undefined; readonly signingDomain?: string | null | undefined }

/** A domain that may sign for the mailbox; null for none. */
function signingDomainFor(row: RecipientRow, text: string | null): string | null {
  if (text === null || text === '') return null
  const domain = parseDomain(text)
  if (domain === undefined || !maySignFor(domain, row.email))
    throw invalid(
      'signingDomain',
      `The signing domain has to be one above ${domainOf(row.email)}, such as example.org for mail.example.org.`,
    )
  return domain
}

export async function changeRecipient(
  parts: Parts & Pick<ApiParts, 'hurryQueue'>,
  row: RecipientRow,
  change: RecipientChange,
): Promise<RecipientRow> {
  const values: Record<string, string | number | null> = {}
  for (const key of Object.keys(COLUMNS) as (keyof typeof COLUMNS)[]) {
    const given = change[key]
    const value = key === 'signingDomain' && given !== undefined ? signingDomainFor(row, given as string | null) : given
    if (value !== undefined) values[COLUMNS[key]] = typeof value === 'boolean' ? Number(value) : value
  }
  const now = parts.clock.now()
  const { writer } = parts.store
  await writer.run('set', { table: 'recipient', id: row.id, values, at: now })
  if (change.paused !== undefined) {
    if (change.paused) await writer.run('pauseRecipient', row.id, 'You switched it off.', now, false)
    else await writer.run('resumeRecipient', row.id, now)
    parts.hurryQueue()
  }
  return findRecipient(parts, row.id)
}

/** The last one stays: without a recipient, mail that was accepted could go nowhere. */
export async function removeRecipient(parts: Parts, row: RecipientRow): Promise<void> {
  if (parts.store.directory.recipients().length === 1)
    throw new ApiError(409, 'This is your only recipient; add another one first, or mail would have nowhere to go.')
  await parts.store.writer.run('remove', 'recipient', row.id)
}
