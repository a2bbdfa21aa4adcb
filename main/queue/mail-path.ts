// The mail path's answers to the door: who may send, whose each recipient is, and a sink for the message.
import { setTimeout as wait } from 'node:timers/promises'
import { RECEIVING } from '../aliases/decide-receiving.ts'
import { decideRecipient, type RecipientDecision } from '../aliases/decide-recipient.ts'
import { SETTINGS } from '../aliases/decide-settings.ts'
import { gatherFacts } from '../aliases/facts.ts'
import { FloodWatch } from '../aliases/flood.ts'
import { HourlyRate } from '../aliases/rates.ts'
import type { Account, MailHandler, MessageSink, Peer, RecipientAnswer, Transaction } from '../smtp/handler.ts'
import { looksRouted, type Path } from '../smtp/parse-command.ts'
import type { NewLogEntry } from '../store/commands/log.ts'
import { readCount } from '../store/settings.ts'
import { addressKey, domainOf, type Address } from '../terms/address.ts'
import { peerKey } from '../terms/peer-address.ts'
import { REPLIES, type Reply } from '../terms/reply.ts'
import { PEERS_HIDDEN } from './hidden-peers.ts'
import { IncomingMessage, type LogRefusal } from './incoming.ts'
import type { MailParts } from './parts.ts'
import type { Plan } from './plan.ts'
import { pausedUntil } from './pauses.ts'
import { readReturnPath } from './return-path.ts'
import { UnderWay } from './second-look.ts'

/** The bare `<postmaster>` counts as one address. RFC 5321 §4.5.1 */
const POSTMASTER = 'postmaster' as Address
/** Failed logins an hour from one address. */
const AUTH_FAILURES = 30

/** The sentence of a refusal for the log. */
const REFUSALS: Partial<Record<string, string>> = {
  'not-ours': 'Somebody tried to send through this server to a domain that is not yours.',
  'unknown-alias': 'There is no such address here.',
  'alias-disabled': 'The alias is switched off.',
  'alias-deferred': 'The alias is switched off and asks senders to try later.',
  'alias-deleted': 'The alias was deleted.',
  'alias-forgotten': 'The alias was forgotten; it is never made again.',
  'alias-expired-time': SETTINGS['expired-time'],
  'alias-expired-count': SETTINGS['expired-count'],
  'alias-expired-idle': SETTINGS['expired-idle'],
  'sender-blocked': SETTINGS['blocked-everywhere'],
  'sender-unknown': SETTINGS['policy-known'],
  'contact-blocked': SETTINGS['blocked-contact'],
  'own-domain-forged': 'The sender claims to be at one of your own domains and does not prove it.',
  'dictionary-flood': 'One peer tries many addresses that do not exist; it is answered slowly from now on.',
  'new-alias-flood': 'The limit of new aliases in an hour was reached; until it has passed, no mail makes one.',
  'reply-address-unknown': 'This reply address is no longer in use.',
  'too-many-new-aliases': 'Too many new aliases came to be in this hour; this looks like guessing.',
  'too-fast': 'Too many messages in this hour.',
  'report-unsigned': 'A report without a valid signature of its sender; those prove nothing and are not read.',
  'report-later': 'A report whose signature cannot be checked at the moment; it is asked to come again.',
  'too-big': 'The message is bigger than this server takes.',
  'header-too-big': 'The header of the message is bigger than this server takes.',
  'malformed-data': 'The message has a bare CR, a bare LF or a NUL; servers that guess here get mail smuggled in.',
  'text-line-too-long': 'The message has a line longer than 64 KiB.',
  'bad-line-ending': 'The client does not end its lines with CRLF.',
  'too-many-hops': 'The message has been through more than 100 servers.',
  'disk-full': 'The disk is nearly full: mail is put off until there is space again. Nothing that was taken is lost.',
  'receiving-paused': 'You paused receiving: senders are asked to come again, and keep their mail until then.',
  'queue-full': 'The queue is as long as it may be: mail is put off until some of it has gone out.',
  'too-many-authors': 'From names more than 20 authors; nobody writes so, and a blocked one could hide among them.',
  'mail-loop': 'The message has been here before.',
  'too-many-recipients': 'The message has more recipients than this server takes at once.',
  'idle-timeout': 'The client fell silent.',
  'data-too-slow': 'The client sent its message too slowly.',
  'session-too-long': 'The session took longer than an hour.',
  'too-many-commands': 'The client sent many commands without a message.',
  'answers-unread': 'The client does not read the answers of this server.',
  'tls-failed': 'The client asked for TLS and the handshake did not come to its end.',
  'auth-failed': 'A login with a wrong name or app password.',
}

/** Whose counters a refusal moves. */
interface Counted {
  readonly aliasId: string | null
  readonly blockId: string | null
}
const NOBODY: Counted = { aliasId: null, blockId: null }

export class MailPath implements MailHandler {
  private readonly parts: MailParts
  private readonly bySender = new HourlyRate()
  /** By alias, and by address where there is none behind it. */
  private readonly byAddress = new HourlyRate()
  private readonly authFailures = new HourlyRate()
  private readonly newAliases = new HourlyRate()
  private readonly noticed = new HourlyRate()
  private readonly floods = new FloodWatch()
  private readonly underWay = new UnderWay()

  constructor(parts: MailParts) {
    this.parts = parts
  }

  private limit(name: Parameters<typeof readCount>[1]): number {
    return readCount(this.parts.store.directory, name)
  }

  sender(reversePath: Address | undefined, peer: Peer, announcedSize: number): Reply | undefined {
    const now = this.parts.clock.now()
    const later = this.parts.room?.refusal(announcedSize) ?? this.pauseRefusal(peer, now)
    if (later !== undefined) {
      this.noticeHourly(later, reversePath, peer)
      return later
    }
    if (this.isExempt(peer, now)) return undefined
    const key = reversePath === undefined ? `<>${peerKey(peer.ip)}` : addressKey(reversePath)
    if (!this.bySender.allows(key, now, this.limit('sender-hourly-limit'))) {
      this.refused(REPLIES.tooFast, { sender: reversePath ?? '', recipient: '' }, peer)
      return REPLIES.tooFast
    }
    this.bySender.record(key, now)
    return undefined
  }

  /** contract.md "Limits": accounts and programs on this machine have no rates, unless strangers share the address of this machine. */
  private isExempt(peer: Peer, now: number): boolean {
    return peer.account !== undefined || (peer.loopback && this.parts.hiddenPeers?.doubts(now) !== true)
  }

  /** What the user hands in goes on: this is about mail from outside. */
  private pauseRefusal(peer: Peer, now: number): Reply | undefined {
    if (peer.account !== undefined) return undefined
    const until = pausedUntil(this.parts.store.directory, 'receiving', now)
    return until === undefined ? undefined : REPLIES.receivingPaused
  }

  /** One entry an hour: a full disk must not be filled with the news of it, nor the log with tries during a pause. */
  private noticeHourly(later: Reply, reversePath: Address | undefined, peer: Peer): void {
    const now = this.parts.clock.now()
    if (!this.noticed.allows(later.id, now, 1)) return
    this.noticed.record(later.id, now)
    this.refused(later, { sender: reversePath ?? '', recipient: '' }, peer)
  }

  async recipient(path: Path, transaction: Transaction, peer: Peer): Promise<RecipientAnswer> {
    const now = this.parts.clock.now()
    const address = path.kind === 'address' ? path.address : undefined
    if (address !== undefined && this.isOurs(address)) this.lookAtPeer(transaction.reversePath, peer, now)
    const decision = this.decide(address, transaction.reversePath, peer, now)
    if (decision.kind === 'refuse') {
      const about = { sender: transaction.reversePath ?? '', recipient: address ?? 'postmaster' }
      this.logRefusal(decision.reply, about, peer, decision)
      await this.slowDown(decision, about, peer, now)
      return { reply: decision.reply, accepted: undefined }
    }
    if (!this.isWithinRate(decision, address, peer, now)) {
      this.refused(REPLIES.tooFast, { sender: transaction.reversePath ?? '', recipient: address ?? 'postmaster' }, peer)
      return { reply: REPLIES.tooFast, accepted: undefined }
    }
    const plan: Plan = { address, decision }
    return { reply: REPLIES.recipientOk, accepted: { path, plan } }
  }

  private isOurs(address: Address): boolean {
    return this.parts.store.directory.domain(domainOf(address)) !== undefined
  }

  private lookAtPeer(reversePath: Address | undefined, peer: Peer, now: number): void {
    if (this.parts.hiddenPeers?.look(peer, reversePath, now) !== true) return
    const about = { alias: '', sender: '', recipient: '', subject: '', size: 0, messageId: '', verdicts: null }
    const what = { direction: 'none', outcome: 'noticed', reason: 'peers-hidden', text: PEERS_HIDDEN } as const
    this.log({ at: now, ...what, ...about, peer: peer.ip, tls: peer.tls }, NOBODY)
  }

  private decide(
    address: Address | undefined,
    sender: Address | undefined,
    peer: Peer,
    now: number,
  ): RecipientDecision {
    const { store, returnPathKey, unsubscribeKey } = this.parts
    const exempt = this.isExempt(peer, now)
    const facts = gatherFacts(address, {
      store,
      now,
      sender,
      authenticated: peer.account !== undefined,
      routed: address !== undefined && looksRouted(address),
      mayMakeAlias: exempt || this.newAliases.allows('all', now, this.limit('new-alias-hourly-limit')),
      withinRate: ({ id, hourlyLimit }) =>
        exempt || this.byAddress.allows(id, now, hourlyLimit ?? this.limit('alias-hourly-limit')),
      bouncedDelivery: (candidate) => readReturnPath(candidate, now, returnPathKey),
      unsubscribedDelivery: (candidate) => readReturnPath(candidate, now, unsubscribeKey),
      realAddressTag: this.parts.realAddressTag,
    })
    return decideRecipient(facts)
  }

  /**
   * Whether one more is within the hour's count of whatever the address stands for, and counts it. Aliases were asked by the decision; the
   * other addresses that receive are bound here (decide-receiving.ts).
   */
  private isWithinRate(decision: RecipientDecision, address: Address | undefined, peer: Peer, now: number): boolean {
    if (this.isExempt(peer, now)) return true
    const { rate } = RECEIVING[decision.kind]
    if (rate === 'new-aliases') this.newAliases.record('all', now)
    if (rate === 'new-aliases' || rate === 'none') return true
    const key = (rate === 'alias' ? this.aliasBehind(decision) : undefined) ?? addressKey(address ?? POSTMASTER)
    const limit = this.limit('alias-hourly-limit')
    if (decision.kind !== 'forward' && !this.byAddress.allows(key, now, limit)) return false
    this.byAddress.record(key, now)
    return true
  }

  /** The alias that an address leads to; undefined where there is none. */
  private aliasBehind(decision: RecipientDecision): string | undefined {
    if (decision.kind === 'forward' || decision.kind === 'hold-reply') return decision.alias.id
    if (decision.kind !== 'bounce' && decision.kind !== 'unsubscribe') return undefined
    return this.parts.store.mail.delivery(decision.deliveryId)?.aliasId ?? undefined
  }

  /** behaviour.md 2.3: guessing is answered slowly, and the log notices it once. */
  private async slowDown(
    { because }: Extract<RecipientDecision, { kind: 'refuse' }>,
    about: { readonly sender: string; readonly recipient: string },
    peer: Peer,
    now: number,
  ): Promise<void> {
    if (this.isExempt(peer, now)) return
    if (because === 'new-alias-rate' && this.noticed.allows(because, now, 1)) {
      this.noticed.record(because, now)
      this.logRefusal({ ...REPLIES.tooManyNewAliases, id: 'new-alias-flood' }, about, peer, NOBODY)
    }
    if (because !== 'no-such-alias' && because !== 'never-made' && because !== 'new-alias-rate') return
    const { delay, notice } = this.floods.miss(peer.ip, now)
    if (notice) this.logRefusal({ ...REPLIES.unknownAlias, id: 'dictionary-flood' }, about, peer, NOBODY)
    if (delay > 0) await wait(delay, undefined, { ref: false })
  }

  message(transaction: Transaction, peer: Peer): MessageSink {
    const logRefusal: LogRefusal = (reply, about, who, counted = NOBODY) => {
      this.logRefusal(reply, about, who, counted)
    }
    return new IncomingMessage(this.parts, transaction, peer, { logRefusal, underWay: this.underWay })
  }

  async authenticate(username: string, password: string, peer: Peer): Promise<Account | 'slow-down' | undefined> {
    const now = this.parts.clock.now()
    // Guessing 125 random bits is hopeless; the limit keeps those who try it anyway from filling the log.
    const key = peerKey(peer.ip)
    if (!this.authFailures.allows(key, now, AUTH_FAILURES)) return 'slow-down'
    const account = await this.parts.authenticate(username, password, peer.ip)
    if (account === undefined) this.authFailures.record(key, now)
    return account
  }

  refused(reply: Reply, about: { readonly sender: string; readonly recipient: string }, peer: Peer): void {
    this.logRefusal(reply, about, peer, NOBODY)
  }

  private logRefusal(
    reply: Reply,
    about: { readonly sender: string; readonly recipient: string; readonly subject?: string },
    peer: Peer,
    counted: Counted,
  ): void {
    const ours = about.recipient.includes('@') && this.isOurs(about.recipient as Address)
    const entry: NewLogEntry = {
      at: this.parts.clock.now(),
      direction: 'none',
      outcome: 'refused',
      reason: reply.id,
      text: REFUSALS[reply.id] ?? (reply.text.endsWith('.') ? reply.text : `Refused: ${reply.text}.`),
      alias: ours ? about.recipient : '',
      sender: about.sender,
      recipient: about.recipient,
      subject: about.subject ?? '',
      size: 0,
      peer: peer.ip,
      tls: peer.tls,
      messageId: '',
      verdicts: null,
    }
    this.log(entry, counted)
  }

  private log(entry: NewLogEntry, { aliasId, blockId }: Counted): void {
    const { store, announcer, onError } = this.parts
    store.writer.run('refuse', entry, aliasId, blockId).then(
      (id) => {
        announcer.tell({ kind: 'log', id })
      },
      (error: unknown) => {
        onError(error, 'log entry of the door')
      },
    )
  }
}
