// The facts by which a reply is rewritten, gathered from the store: what each address in it stands for, what must not show.
import { addressInTag } from '../aliases/facts.ts'
import { withRealAddressTag } from '../aliases/real-address.ts'
import {
  fieldsNamed,
  mailboxesOf,
  parseAddressList,
  threadIdsOf,
  unfoldedBody,
  type HeaderBlock,
} from '../mail/index.ts'
import type { ReplyFacts, ReplyTarget } from '../mail/facts.ts'
import type { AliasRow } from '../store/rows.ts'
import {
  address as joinAddress,
  addressKey,
  domainOf,
  localPartOf,
  splitTag,
  type Address,
  type AddressKey,
} from '../terms/address.ts'
import { instant } from '../terms/brand.ts'
import { authorOf, type Arrival } from './arrival.ts'
import { isLargeProvider } from './large-providers.ts'
import type { MailParts } from './parts.ts'

/** Everybody in To and Cc. */
export function addressees(header: HeaderBlock): readonly Address[] {
  const found: Address[] = []
  for (const name of ['to', 'cc'])
    for (const field of fieldsNamed(header, name))
      for (const mailbox of mailboxesOf(parseAddressList(unfoldedBody(field))))
        if (mailbox.address !== undefined) found.push(mailbox.address)
  return found
}

/**
 * Whether somebody put `X-Postern-Scrub: off` into this one message: its body is not to be searched for the user's addresses. Whether that is
 * the user's word, `mayOmitScrubbing` says. The field itself never leaves, no more than any other that is not named in the allow-list.
 * behaviour.md 4.4
 */
export function asksForNoScrubbing(header: HeaderBlock): boolean {
  const fields = fieldsNamed(header, 'x-postern-scrub')
  const [field] = fields
  return fields.length === 1 && field !== undefined && unfoldedBody(field).trim().toLowerCase() === 'off'
}

/**
 * The wish is the user's where the message was handed in under a password, or where a whole signature of the author's domain covers the
 * field: one that is not signed may have been put in on the way, and would show the real address.
 */
export function mayOmitScrubbing(arrival: Pick<Arrival, 'header' | 'peer' | 'signatures' | 'evidence'>): boolean {
  if (!asksForNoScrubbing(arrival.header)) return false
  if (arrival.peer.account !== undefined) return true
  const author = authorOf(arrival.header, arrival.evidence)
  if (author === undefined) return false
  return arrival.signatures.some(
    ({ domain, fields, partial }) => domain === domainOf(author) && !partial && fields.includes('x-postern-scrub'),
  )
}

/** What an address at one of our domains stands for; undefined for one at another domain. */
export function targetOfOurs({ store }: Pick<MailParts, 'store'>, address: Address): ReplyTarget | undefined {
  const { directory } = store
  const ours = directory.domain(domainOf(address))
  const { base, tag } = splitTag(localPartOf(address))
  const isTagged = ours !== undefined && tag !== ''
  const byReply =
    directory.contactByReplyAddress(addressKey(address)) ??
    (isTagged ? directory.contactByReplyAddress(addressKey(joinAddress(base, ours.name))) : undefined)
  if (byReply !== undefined) return { kind: 'contact', address: byReply.address, displayName: byReply.displayName }
  if (ours === undefined) return undefined
  const inTag = addressInTag(tag)
  if (inTag !== undefined) return { kind: 'contact', address: inTag, displayName: '' }
  return { kind: 'alias', address: joinAddress(base, ours.name) }
}

/** What each address in To and Cc of the user's mail stands for. */
function targetsOf(
  parts: Pick<MailParts, 'store'>,
  aliasId: string,
  sentTo: ReadonlySet<AddressKey>,
  block: HeaderBlock,
) {
  const { directory } = parts.store
  const targets = new Map<AddressKey, ReplyTarget>()
  for (const address of addressees(block)) {
    const key = addressKey(address)
    const ours = targetOfOurs(parts, address)
    if (ours !== undefined) targets.set(key, ours)
    else {
      // Somebody whom the user wrote to in so many words; a contact since the message was taken.
      const contact = directory.contactByAddress(aliasId, key)
      if (contact !== undefined || sentTo.has(key))
        targets.set(key, { kind: 'contact', address, displayName: contact?.displayName ?? '' })
    }
  }
  return targets
}

type Named = Pick<ReplyFacts, 'targets' | 'contactNames'>

export interface ReplyInput {
  readonly alias: Pick<AliasRow, 'id' | 'address' | 'domainId' | 'fromName'>
  readonly block: HeaderBlock
  readonly sentTo: ReadonlySet<AddressKey>
  readonly messageId: string
  readonly receivedAt: number
  /** What our addresses in the body stand for, where they were looked up. */
  readonly named?: Named
}

export function gatherReplyFacts(
  parts: Pick<MailParts, 'store' | 'calendarKey' | 'realAddressTag'>,
  input: ReplyInput,
): ReplyFacts {
  const { directory, mail } = parts.store
  const { alias, block, sentTo, messageId, receivedAt, named } = input
  const mailboxes = directory.recipients()
  const recipients = mailboxes.map((one) => one.email)
  const [to] = sentTo
  const replyAddress = to === undefined ? undefined : directory.contactByAddress(alias.id, to)?.replyAddress
  return {
    alias: alias.address,
    fromName: alias.fromName ?? directory.domainById(alias.domainId)?.fromName ?? '',
    userAddresses: new Set(recipients.map(addressKey)),
    userHosts: new Set(recipients.map(domainOf).filter((domain) => !isLargeProvider(domain))),
    contactNames: named?.contactNames,
    targets: new Map([...(named?.targets ?? []), ...targetsOf(parts, alias.id, sentTo, block)]),
    messageId,
    messageIds: mail.outerMessageIds(alias.id, threadIdsOf(block)),
    at: instant(receivedAt),
    calendarKey: parts.calendarKey,
    withRealAddress: replyAddress === undefined ? undefined : withRealAddressTag(replyAddress, parts.realAddressTag),
    bareNames: mailboxes.some((one) => one.fromTemplate === 'name'),
  }
}
