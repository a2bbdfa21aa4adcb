// One message on its way in: stored as it comes, looked at, decided, committed. `250` is said only behind the commit.
import {
  carriesLoopMark,
  countReceived,
  parseHeaderBlock,
  readSummary,
  type HeaderBlock,
  type Summary,
} from '../mail/index.ts'
import type { MessageSink, Peer, Transaction } from '../smtp/handler.ts'
import { keepsMessage, type AcceptedRecipient } from '../store/commands/accept.ts'
import type { Verdicts } from '../store/rows.ts'
import { nameStoreError } from '../store/failures.ts'
import { removeSpool } from '../store/spool.ts'
import { Failure } from '../terms/failure.ts'
import { randomName } from '../terms/clock.ts'
import { peerKey } from '../terms/peer-address.ts'
import { REPLIES, ReplyError, type Reply } from '../terms/reply.ts'
import { BodySink, type StoredBody } from './body-sink.ts'
import { isProven, logEntry, type Arrival } from './arrival.ts'
import { countDmarc } from './count-dmarc.ts'
import { digestOf } from './duplicates.ts'
import { reportsOfRefusals } from './outcome-notices.ts'
import { deferralOf, withCaution } from './plan-trust.ts'
import { planRecipients, type Refused } from './plan-recipients.ts'
import { mayOmitScrubbing } from './reply-facts.ts'
import type { Plan } from './plan.ts'
import type { MailParts } from './parts.ts'
import { lookAgain, type UnderWay } from './second-look.ts'

export type LogRefusal = (
  reply: Reply,
  about: { readonly sender: string; readonly recipient: string; readonly subject?: string },
  peer: Peer,
  counted?: { readonly aliasId: string | null; readonly blockId: string | null },
) => void

/** How many octets of a message come between two looks at the disk. */
const CHECK_EVERY = 1024 * 1024

export class IncomingMessage implements MessageSink {
  private readonly parts: MailParts
  private readonly transaction: Transaction
  private readonly peer: Peer
  private readonly logRefusal: LogRefusal
  private readonly sink: BodySink
  private readonly underWay: UnderWay
  private unchecked = 0
  /** Set once our answer waits to be read. */
  private digest: Buffer | undefined

  constructor(
    parts: MailParts,
    transaction: Transaction,
    peer: Peer,
    shared: { readonly logRefusal: LogRefusal; readonly underWay: UnderWay },
  ) {
    this.parts = parts
    this.transaction = transaction
    this.peer = peer
    this.logRefusal = shared.logRefusal
    this.underWay = shared.underWay
    this.sink = new BodySink(parts.store.spoolFolder, parts.limits)
  }

  async write(chunk: Buffer): Promise<void> {
    this.unchecked += chunk.length
    if (this.unchecked >= CHECK_EVERY) {
      this.unchecked = 0
      const full = this.parts.room?.refusal(CHECK_EVERY, true)
      if (full !== undefined) throw new ReplyError(full)
    }
    try {
      await this.sink.write(chunk)
    } catch (error) {
      const named = nameStoreError(error)
      throw named instanceof Failure && named.id === 'disk-full' ? new ReplyError(REPLIES.diskFull) : error
    }
  }

  followed(): void {
    if (this.digest !== undefined) this.parts.duplicates?.followed(this.digest)
  }

  ended(): void {
    if (this.digest !== undefined) this.parts.duplicates?.ended(this.digest)
  }

  abandon(): Promise<void> {
    return this.sink.abandon()
  }

  async finish(): Promise<Reply> {
    let stored: StoredBody | undefined
    let committed = false
    let leave: (() => void) | undefined
    try {
      stored = await this.sink.finish()
      const header = parseHeaderBlock(stored.header)
      const summary = readSummary(header)
      const refusal = this.inspect(header)
      if (refusal !== undefined) return this.refuse(refusal, summary)
      const digest = digestOf({ transaction: this.transaction, summary, stored })
      if (digest !== undefined && this.parts.duplicates?.has(digest) === true) {
        await this.recognise(digest, stored, header, summary)
        return REPLIES.accepted
      }
      const plans = this.transaction.recipients.map(({ plan, notify = '', orcpt = '' }): Plan => ({
        ...(plan as Plan),
        notify,
        orcpt,
      }))
      const arrival = await this.arrive(stored, header, summary)
      const later = deferralOf(this.parts, plans, arrival)
      if (later !== undefined) return this.refuse(later, summary)
      const look = lookAgain(this.parts, plans, arrival, this.underWay)
      leave = look.leave
      const planned = await planRecipients(this.parts, look.plans, arrival)
      const { recipients } = planned
      const refused = [...look.refused, ...planned.refused]
      for (const { plan, reply, blockId } of refused) this.logOne(reply, plan, summary, blockId)
      const [first] = refused
      // behaviour.md 1: accepted if any recipient is; the ones left out are in the log, and a proven sender is told.
      if (recipients.length > 0) {
        await this.commit(arrival, recipients, refused, digest)
        committed = recipients.some(keepsMessage)
      }
      this.count(plans, arrival)
      return recipients.length > 0 ? REPLIES.accepted : (first?.reply ?? REPLIES.noValidRecipients)
    } catch (error) {
      return this.failed(error)
    } finally {
      leave?.()
      // Dies here: the file has no row and the next start sweeps it away.
      if (!committed && stored !== undefined && stored.spool !== null)
        removeSpool(this.parts.store.spoolFolder, stored.spool.id)
    }
  }

  /** What ends a message whoever it is for. */
  private inspect(header: HeaderBlock): Reply | undefined {
    // RFC 5321 §6.3: a loop shows in the number of Received fields, whoever makes it.
    if (countReceived(header) > this.parts.limits.hops) return REPLIES.tooManyHops
    return carriesLoopMark(header, this.parts.loopMark) ? REPLIES.mailLoop : undefined
  }

  /** The message is decided over and safe by now: what goes wrong with a statistic changes neither. */
  private count(plans: readonly Plan[], arrival: Arrival): void {
    try {
      countDmarc(this.parts, plans, arrival)
    } catch (error) {
      this.parts.onError(error, 'counting for reports')
    }
  }

  private refuse(reply: Reply, summary: Summary): Reply {
    for (const { plan } of this.transaction.recipients) this.logOne(reply, plan as Plan, summary)
    return reply
  }

  private logOne(reply: Reply, plan: Plan, summary: Summary, blockId: string | null = null): void {
    const sender = summary.fromAddress ?? this.transaction.reversePath ?? ''
    const recipient = plan.address ?? 'postmaster'
    const aliasId = plan.decision.kind === 'forward' ? plan.decision.alias.id : null
    this.logRefusal(reply, { sender, recipient, subject: summary.subject }, this.peer, { aliasId, blockId })
  }

  private async arrive(stored: StoredBody, header: HeaderBlock, summary: Summary): Promise<Arrival> {
    const { parts, peer, transaction } = this
    let verdicts: Verdicts | null = null
    let authenticationResults: string | null = null
    let signatures: Arrival['signatures'] = []
    let evidence: Arrival['evidence']
    let dmarc: Arrival['dmarc']
    if (peer.account === undefined) {
      const found = await parts.verifier.verify({
        ip: peer.ip,
        peer: peerKey(peer.ip),
        helo: peer.helo,
        hostname: parts.hostname(),
        sender: transaction.reversePath ?? '',
        header: stored.header,
        body: stored.body,
        spool: stored.spool,
      })
      verdicts = found.verdicts
      authenticationResults = found.authenticationResults ?? null
      ;({ signatures, evidence, dmarc } = found)
    }
    const told = { verdicts, signatures, authenticationResults, evidence, dmarc }
    const about = { header, summary, stored, transaction, peer, ...told }
    const publicId = randomName(parts.random, 16)
    const receivedAt = parts.clock.now()
    return { ...about, publicId, receivedAt }
  }

  private async commit(
    arrival: Arrival,
    recipients: readonly AcceptedRecipient[],
    refused: readonly Refused[],
    digest: Buffer | undefined,
  ): Promise<void> {
    const { parts, peer, transaction } = this
    const { stored } = arrival
    const { helo, ip, protocol, tls, account } = peer
    const result = await parts.store.writer.run('accept', {
      message: {
        publicId: arrival.publicId,
        receivedAt: arrival.receivedAt,
        reversePath: transaction.reversePath ?? '',
        header: stored.header,
        body: stored.body,
        spool: stored.spool,
        size: stored.size,
        bodyHash: stored.bodyHash,
        session: {
          ...{ helo, peer: ip, protocol, tls, account: account?.name ?? '' },
          ...(transaction.requireTls === true ? { requireTls: true } : {}),
          ...(mayOmitScrubbing(arrival) ? { unscrubbed: true } : {}),
        },
        verdicts: withCaution(parts, arrival),
        authenticationResults: arrival.authenticationResults,
        proven: isProven(arrival),
        envid: transaction.envid ?? null,
        ret: transaction.ret ?? null,
      },
      recipients,
      digest: digest ?? null,
      notices: reportsOfRefusals(parts, arrival, refused),
      route: parts.route(),
    })
    for (const id of result.logIds) parts.announcer.tell({ kind: 'log', id })
    for (const address of result.madeAliases) parts.announcer.tell({ kind: 'alias', id: address })
    if (result.deliveries > 0) parts.announcer.tell({ kind: 'queue' })
    this.awaitFollowing(digest)
  }

  private awaitFollowing(digest: Buffer | undefined): void {
    this.digest = digest
    if (digest !== undefined) this.parts.duplicates?.answering(digest)
  }

  /** It is here already; the sender only never learnt it. */
  private async recognise(digest: Buffer, stored: StoredBody, header: HeaderBlock, summary: Summary): Promise<void> {
    const { parts, peer, transaction } = this
    const nothing = { publicId: '', verdicts: null, signatures: [], evidence: undefined, authenticationResults: null }
    const arrival = { ...nothing, receivedAt: parts.clock.now(), header, summary, stored, transaction, peer }
    const text =
      'The sender sent it again because our answer had not reached them. It was taken the first time; nothing was sent twice.'
    const [first] = transaction.recipients
    const alias = first?.path.kind === 'address' ? first.path.address : ''
    const about = { direction: 'none', outcome: 'discarded', reason: 'duplicate', text, alias } as const
    const id = await parts.store.writer.run('noteDuplicate', logEntry(arrival, about))
    parts.announcer.tell({ kind: 'log', id })
    this.awaitFollowing(digest)
  }

  private failed(error: unknown): Reply {
    if (error instanceof ReplyError) return error.reply
    this.parts.onError(error, 'message on its way in')
    if (error instanceof Failure && error.id === 'disk-full') return REPLIES.diskFull
    return REPLIES.storeUnavailable
  }
}
