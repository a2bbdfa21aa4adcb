// What becomes of a message whose sender proves nothing, or cannot be checked at the moment: the facts gathered, the decision made rows.
import {
  cautionOf,
  decideDeferral,
  decideTrust,
  isVouchedFor,
  type TrustDecision,
  type TrustFacts,
} from '../aliases/decide-trust.ts'
import type { AliasState } from '../aliases/decide-recipient.ts'
import { RECEIVING } from '../aliases/decide-receiving.ts'
import type { NewAlias } from '../store/new-alias.ts'
import type { Author } from '../mail/index.ts'
import type { Verdicts } from '../store/rows.ts'
import { readChoice } from '../store/settings.ts'
import { addressKey, domainOf, type Address, type Domain } from '../terms/address.ts'
import { TRY_OUT_DOMAIN } from '../terms/try-out.ts'
import type { Reply } from '../terms/reply.ts'
import { ARC_RESULTS, DMARC_POLICIES, DMARC_RESULTS, SPF_RESULTS, wordIn } from '../terms/verdicts.ts'
import { authorAddresses, logEntry, MAX_AUTHORS, newCorrespondents, type Arrival } from './arrival.ts'
import { KEEP_HELD, type MailParts } from './parts.ts'
import type { Plan } from './plan.ts'
import type { OnePlan } from './plan-reply.ts'

/** Somebody tries it on their own machine, with whatever sender comes to mind: there is nothing to protect, and perhaps no network. */
function isTryOut({ store }: MailParts, arrival: Arrival): boolean {
  return arrival.peer.loopback && store.directory.domains().every(({ name }) => name === TRY_OUT_DOMAIN)
}

/** Whether a domain is the user's own, or below one: nobody else may use names there. */
function isOurs({ store }: MailParts, domain: Domain): boolean {
  for (let name: string = domain; name !== ''; name = name.slice(name.indexOf('.') + 1)) {
    if (store.directory.domain(name as Domain) !== undefined) return true
    if (!name.includes('.')) return false
  }
  return false
}

function isUser({ store }: MailParts, author: Author): boolean {
  if (author.kind === 'unknown') return false
  const keys = new Set(store.directory.recipients().map(({ email }) => addressKey(email)))
  return author.addresses.some((address) => keys.has(addressKey(address)))
}

/** SPF speaks for the author where the reverse-path is at exactly the author's domain. It authorises, so no relation will do. */
function isSentByAuthor({ transaction, verdicts, evidence }: Arrival): boolean {
  const author = evidence?.author
  if (verdicts?.spf !== 'pass' || author?.kind !== 'known' || transaction.reversePath === undefined) return false
  return domainOf(transaction.reversePath) === author.domain
}

/** Whether the user let every author through to this alias although nothing proved them. */
function isAllowed({ store }: MailParts, arrival: Arrival, aliasId: string | undefined): boolean {
  if (aliasId === undefined) return false
  const authors = authorAddresses(arrival)
  return (
    authors.length > 0 &&
    authors.length <= MAX_AUTHORS &&
    authors.every((one) => store.directory.contactByAddress(aliasId, addressKey(one))?.allowUnproven === true)
  )
}

/** What a decision is about: the alias, where there is one already, and the domain whose setting counts. */
export interface Destination {
  readonly aliasId: string | undefined
  readonly domainId: string | undefined
}

function factsOf(parts: MailParts, arrival: Arrival, { aliasId, domainId }: Destination): TrustFacts | undefined {
  const { verdicts, evidence } = arrival
  if (verdicts === null || evidence === undefined || isTryOut(parts, arrival)) return undefined
  const { directory } = parts.store
  const refuses = domainId !== undefined && directory.domainById(domainId)?.refuseForged === true
  const sealers = (directory.setting('trusted-sealers') ?? '').split(',').filter((one) => one !== '')
  const { author, offline, ...found } = evidence
  const named = author.kind === 'known' ? [author.domain] : author.domains
  return {
    ...found,
    author,
    spf: wordIn(SPF_RESULTS, verdicts.spf, 'permerror'),
    dmarc: wordIn(DMARC_RESULTS, verdicts.dmarc, 'permerror'),
    arc: wordIn(ARC_RESULTS, verdicts.arc, 'permerror'),
    policy: verdicts.policy === undefined ? undefined : wordIn(DMARC_POLICIES, verdicts.policy, 'reject'),
    authorIsOurs: named.some((domain) => isOurs(parts, domain)),
    authorIsUser: isUser(parts, author),
    sentByAuthor: isSentByAuthor(arrival),
    // Whoever comes from elsewhere found us by a network, so a resolver that is not there is no reason to believe them. Nor is it where
    // what comes as this machine may be anybody.
    unreachable: offline && arrival.peer.loopback && parts.hiddenPeers?.doubts(parts.clock.now()) !== true,
    allowed: isAllowed(parts, arrival, aliasId),
    settings: {
      dmarc: refuses ? 'refuse' : readChoice(directory, 'dmarc-failures'),
      spf: readChoice(directory, 'spf-failures'),
      temporary: readChoice(directory, 'check-failures'),
      sealers,
    },
  }
}

/**
 * The whole message is put off where what would decide over it can't be known now: one answer for all its recipients, since they can
 * only come again together.
 */
export function deferralOf(parts: MailParts, plans: readonly Plan[], arrival: Arrival): Reply | undefined {
  const judged = plans.filter(({ decision }) => RECEIVING[decision.kind].sender === 'checked')
  for (const { decision } of judged) {
    const aliasId = decision.kind === 'forward' ? decision.alias.id : undefined
    const facts = factsOf(parts, arrival, { aliasId, domainId: undefined })
    const reply = facts === undefined ? undefined : decideDeferral(facts)
    if (reply !== undefined) return reply
  }
  return undefined
}

/** What the user is to be warned of, whichever alias it came to. */
export function withCaution(parts: MailParts, arrival: Arrival): Verdicts | null {
  const facts = factsOf(parts, arrival, { aliasId: undefined, domainId: undefined })
  const caution = facts === undefined ? undefined : cautionOf(facts)
  return arrival.verdicts === null || caution === undefined ? arrival.verdicts : { ...arrival.verdicts, caution }
}

/** What was made of the message, for the report about its author's domain. */
export function trustOf(
  parts: MailParts,
  arrival: Arrival,
  destination: Destination,
): { readonly kind: TrustDecision['kind']; readonly vouched: boolean } | undefined {
  const facts = factsOf(parts, arrival, destination)
  return facts === undefined ? undefined : { kind: decideTrust(facts).kind, vouched: isVouchedFor(facts) }
}

/** What the log says of mail that passes although something about it is odd. */
export function trustNote(parts: MailParts, arrival: Arrival, aliasId: string | undefined): string {
  const facts = factsOf(parts, arrival, { aliasId, domainId: undefined })
  const decision: TrustDecision | undefined = facts === undefined ? undefined : decideTrust(facts)
  return decision?.kind === 'pass' && decision.note !== undefined ? ` ${decision.note}` : ''
}

/** undefined where the message may pass. */
export function planTrust(
  parts: MailParts,
  arrival: Arrival,
  alias: AliasState | undefined,
  address: string,
  domainId: string | undefined,
  tag: string,
  create?: NewAlias,
): OnePlan | undefined {
  const { directory } = parts.store
  const domain = domainId ?? (alias === undefined ? undefined : directory.aliasById(alias.id)?.domainId)
  const facts = factsOf(parts, arrival, { aliasId: alias?.id, domainId: domain })
  if (facts === undefined) return undefined
  // Asked for the whole message before; mail to a return path is told to be a forward only here.
  const later = decideDeferral(facts)
  if (later !== undefined) return { refuse: later }
  const decision = decideTrust(facts)
  if (decision.kind === 'pass') return undefined
  if (decision.kind === 'refuse') return { refuse: decision.reply }
  // A forged message makes no alias. Released, it does: in no other way could it be answered without the real address.
  const standard = domain === undefined ? undefined : directory.domainById(domain)?.defaultRecipientId
  const own = standard === undefined || standard === null ? undefined : directory.recipient(standard)
  const recipient = alias === undefined ? (own ?? directory.recipients()[0]) : directory.recipientsFor(alias.id)[0]
  const correspondents = newCorrespondents(parts, arrival, domainOf(address as Address))
  const envelope = {
    ...{ direction: 'forward' as const, aliasId: alias?.id ?? null, tag },
    ...{ recipientId: recipient?.id ?? null, to: recipient?.email ?? '' },
    ...(create === undefined ? {} : { awaits: { create, correspondents } }),
  }
  const about = { outcome: 'held', reason: decision.reason, text: decision.text, alias: address }
  const expiresAt = arrival.receivedAt + KEEP_HELD
  // Released, it goes to the user with a reply address for everybody whom it names.
  const named = alias === undefined ? [] : correspondents
  return { kind: 'held', held: 'held', envelope, expiresAt, correspondents: named, log: logEntry(arrival, about) }
}
