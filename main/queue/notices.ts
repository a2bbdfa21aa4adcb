// Reports of ours: to the user about what they sent, to a proven sender about what did not reach the user. What stands in one for
// a sender is written here from scratch: their own words and ours, never those of the user's provider. behaviour.md 5.2
import { composeNotice, closeHeaderBlock, parseHeaderBlock, type ReportedRecipient } from '../mail/index.ts'
import { destinationOf } from '../store/commands/accept.ts'
import type { NewNotice } from '../store/commands/notices.ts'
import type { NewLogEntry } from '../store/commands/log.ts'
import type { AliasRow, RecipientRow } from '../store/rows.ts'
import { addressKey, type Address, type Domain } from '../terms/address.ts'
import { instant } from '../terms/brand.ts'
import { randomName } from '../terms/clock.ts'
import { RelaxedBodyHash } from '../trust/canonical.ts'
import type { MailParts } from './parts.ts'

type Parts = Pick<MailParts, 'store' | 'clock' | 'random' | 'hostname' | 'route'>

export interface NoticeDraft {
  readonly to: { readonly address: Address; readonly recipient: RecipientRow | undefined }
  readonly alias: Pick<AliasRow, 'id' | 'address'> | undefined
  readonly domain: Domain
  readonly subject: string
  readonly paragraphs: readonly string[]
  readonly recipients: readonly ReportedRecipient[]
  /** The Message-ID of what it is about, as the reader knows it. */
  readonly about: string | undefined
  readonly arrivedAt: number | undefined
  readonly envelopeId: string | undefined
  readonly original: { readonly header: Buffer; readonly body: Buffer | undefined } | undefined
  /** Why there is one, for its own log entry. */
  readonly reason: string
  readonly text: string
}

/** The original as a part of its own: its header ends with an empty line, whatever the sender left out. */
export function originalOf(header: Buffer, body: Buffer | undefined): NoticeDraft['original'] {
  const { fields, closing } = parseHeaderBlock(header)
  return { header: closeHeaderBlock(fields, closing), body }
}

/** The report, ready for the queue. */
export function draftNotice(parts: Parts, draft: NoticeDraft): NewNotice {
  const { clock, random } = parts
  const now = clock.now()
  const { to, alias, domain } = draft
  const from = `mailer-daemon@${domain}` as Address
  const messageId = `${randomName(random, 26)}@${domain}`
  const arrivedAt = draft.arrivedAt === undefined ? undefined : instant(draft.arrivedAt)
  const { subject, paragraphs, recipients, about, envelopeId, original } = draft
  const { header, body } = composeNotice({
    ...{ from, to: to.address, at: now, messageId, boundary: randomName(random, 30), reportingMta: parts.hostname() },
    ...{ subject, paragraphs, recipients, about, envelopeId, original, arrivedAt },
  })
  const size = header.length + body.length
  const hash = new RelaxedBodyHash()
  hash.update(body)
  const direction = to.recipient === undefined ? 'reply' : 'forward'
  const log: NewLogEntry = {
    ...{ at: now, direction: 'none', outcome: 'accepted', reason: draft.reason, text: draft.text },
    ...{
      alias: alias?.address ?? '',
      sender: from,
      recipient: to.address,
      subject,
      size,
      peer: '',
      tls: '',
      messageId,
    },
    verdicts: null,
  }
  const message = {
    ...{ publicId: randomName(random, 16), receivedAt: now, reversePath: '', header, body, spool: null, size },
    ...{ bodyHash: hash.digest(), verdicts: null, authenticationResults: null },
    ...{ session: { helo: '', peer: '', protocol: '', tls: '', account: '' }, proven: false, envid: null, ret: null },
  }
  const destination = to.recipient?.isMailbox === true ? 'mailbox' : destinationOf(parts.route(), to.address)
  return {
    ...{ message, direction, aliasId: alias?.id ?? null, recipientId: to.recipient?.id ?? null },
    ...{ forwardPath: to.address, destination, log },
  }
}

/** A mailbox of the user's was paused: told to another one, where there is one that takes mail. */
export function noticeOfPause(parts: Parts, paused: RecipientRow, why: string): NewNotice | undefined {
  const to = parts.store.directory.recipients().find((one) => one.pausedAt === null && one.id !== paused.id)
  const domain = parts.store.directory.domains()[0]?.name
  if (to === undefined || domain === undefined) return undefined
  const recipient: ReportedRecipient = {
    ...{ originalRecipient: undefined, finalRecipient: paused.email, action: 'delayed' as const, status: '4.2.1' },
    ...{ remoteMta: undefined, diagnostic: undefined, willRetryUntil: undefined },
  }
  return draftNotice(parts, {
    ...{ to: { address: to.email, recipient: to }, alias: undefined, domain, recipients: [recipient] },
    ...{ subject: `Your mailbox ${paused.email} takes no mail`, paragraphs: [why] },
    ...{ about: undefined, arrivedAt: undefined, envelopeId: undefined, original: undefined },
    ...{ reason: 'notice-to-you', text: `A notice that ${paused.email} takes no mail goes to ${to.email}.` },
  })
}

/**
 * Whom to tell about a mail that the user sent: the mailbox that wrote it, else where mail to the alias goes, else any other one.
 * undefined where none of them takes mail at present: then the log has to do.
 */
export function mailboxOfUser(
  parts: Pick<MailParts, 'store'>,
  author: Address | undefined,
  aliasId: string | null,
  except?: string,
): RecipientRow | undefined {
  const { directory } = parts.store
  const writer = author === undefined ? undefined : directory.recipientByKey(addressKey(author))
  const ofAlias = aliasId === null ? [] : directory.recipientsFor(aliasId)
  const all = [...(writer === undefined ? [] : [writer]), ...ofAlias, ...directory.recipients()]
  return all.find((one) => one.pausedAt === null && one.id !== except)
}
