// One SMTP session: a state, a loop that reads a line and runs its command, and the bounds around both.
import type { Socket } from 'node:net'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { TLSSocket } from 'node:tls'
import { messageOf } from '../terms/failure.ts'
import { isLoopbackAddress } from '../terms/peer-address.ts'
import { formatReply, REPLIES, ReplyError, type Reply } from '../terms/reply.ts'
import { Answers } from './answers.ts'
import { ByteSource } from './byte-source.ts'
import { COMMANDS, isEnvelope, isMailWork } from './commands/index.ts'
import type { Account, MailHandler, MessageSink, Peer, Transaction } from './handler.ts'
import type { DoorLimits } from './limits.ts'
import { DATA_GRACE, LINGER } from './limits.ts'
import { readLine, type Line } from './line-reader.ts'
import { parseCommand } from './parse-command.ts'

export interface SessionOptions {
  readonly listener: 'inbound' | 'submission'
  readonly hostname: string
  readonly limits: DoorLimits
  readonly handler: MailHandler
  readonly now: () => number
  /** Undefined where no certificate is there. */
  readonly startTls: ((socket: Socket) => Promise<TLSSocket>) | undefined
  readonly onError: (error: unknown, what: string) => void
}

/** Where the session stands. RFC 5321 §4.1.4, RFC 4954 §4. */
export type SessionState =
  | { readonly phase: 'greeted' }
  | { readonly phase: 'ready'; readonly helo: string; readonly extended: boolean }
  | { readonly phase: 'mail'; readonly helo: string; readonly extended: boolean; readonly transaction: Transaction }
  | { readonly phase: 'closing' }

/** What the sweep looks at: since when, and what is going on. */
type Activity =
  /** For the client's next line. */
  | { readonly kind: 'waiting'; readonly since: number }
  /** For the client to read our responses. */
  | { readonly kind: 'answering'; readonly since: number }
  | { readonly kind: 'working'; readonly since: number }
  /** On STARTTLS, with the deadline of the handshake. */
  | { readonly kind: 'handshake'; readonly since: number }
  | { readonly kind: 'data'; readonly since: number; readonly receivedBefore: number }

/** Pipelined commands that run before other sessions get a turn. */
const COMMANDS_A_TURN = 50

export class Session {
  readonly options: SessionOptions
  readonly ip: string
  state: SessionState = { phase: 'greeted' }
  account: Account | undefined
  tls = ''
  authFailures = 0
  source: ByteSource
  private socket: Socket
  private readonly startedAt: number
  private activity: Activity
  /** When the client last sent MAIL, RCPT or DATA. */
  private lastMailAt: number
  /** When the last message ended, whatever was answered. */
  private lastMessageAt: number
  private errors = 0
  private deferrals = 0
  /** Commands without mail work since the last accepted message. */
  private idleCommands = 0
  /** Pipelined commands since the session last waited for the network. */
  private inARow = 0
  private answers: Answers
  private draining = false
  private isLeft = false
  /** The message whose 250 nobody has shown to have read. */
  private answered: MessageSink | undefined

  constructor(socket: Socket, ip: string, options: SessionOptions) {
    this.socket = socket
    this.ip = ip
    this.options = options
    this.startedAt = options.now()
    this.lastMailAt = this.startedAt
    this.lastMessageAt = this.startedAt
    this.activity = { kind: 'waiting', since: this.startedAt }
    this.source = new ByteSource(socket, options.now)
    this.answers = new Answers(socket)
    if ('getProtocol' in socket) this.tls = describeTls(socket as TLSSocket)
    socket.on('error', () => {
      // The client went away; 'close' follows and ends the loop.
    })
    socket.setNoDelay(true)
  }

  get peer(): Peer {
    const helo = 'helo' in this.state ? this.state.helo : ''
    const extended = 'extended' in this.state && this.state.extended
    const utf8 = this.state.phase === 'mail' && this.state.transaction.smtpUtf8 ? 'UTF8' : ''
    const base = utf8 !== '' ? 'SMTP' : extended ? 'ESMTP' : 'SMTP'
    // RFC 3848, RFC 6531 §4.3: S for TLS, A for an authenticated session.
    const protocol = `${utf8}${base}${this.tls === '' ? '' : 'S'}${this.account === undefined ? '' : 'A'}`
    const { ip, tls, account } = this
    return { ip, loopback: isLoopbackAddress(ip), listener: this.options.listener, helo, protocol, tls, account }
  }

  /** Runs the session to its end. Never rejects. */
  async run(): Promise<void> {
    try {
      this.say({ code: 220, enhanced: undefined, text: `${this.options.hostname} ESMTP`, id: 'greeting' })
      while (this.state.phase !== 'closing' && (await this.step())) {
        // One command a turn.
      }
      this.answers.send()
    } catch (error) {
      this.options.onError(error, 'session')
    } finally {
      this.answered?.ended()
      this.leave()
    }
  }

  /** Octets of responses that the kernel has not accepted yet. */
  get answersWaiting(): number {
    return this.answers.waiting
  }

  /** Ends our side. The socket is destroyed after LINGER, even if the client neither reads nor closes its side. */
  private leave(): void {
    if (this.isLeft) return
    this.isLeft = true
    this.source.discard()
    this.socket.end()
    setTimeout(() => this.socket.destroy(), LINGER).unref()
  }

  /** Reads and runs one command; false at the end of the session. */
  private async step(): Promise<boolean> {
    // What was sent before our answer went out proves nothing: the client had not read it.
    let isFresh = !this.source.hasBuffered
    // RFC 2920 §3.2: responses to pipelined commands are sent together; while too many wait for the client, no command is read.
    if (isFresh || this.answers.isFull) await this.flush()
    isFresh &&= !this.source.hasBuffered
    this.inARow = isFresh ? 0 : this.inARow + 1
    if (this.inARow % COMMANDS_A_TURN === COMMANDS_A_TURN - 1) await nextTurn()
    if (isFresh && this.draining) {
      this.hangUp(REPLIES.shuttingDown)
      return false
    }
    if (this.isClosing) return false
    const line = await this.readLine(this.options.limits.commandLine)
    if (isFresh && line.kind === 'line') this.followed()
    switch (line.kind) {
      case 'end':
        return false
      case 'too-long':
        this.hangUp(REPLIES.lineTooLong)
        return false
      case 'bad-ending':
        this.refuse(REPLIES.badLineEnding)
        this.hangUp(REPLIES.badLineEnding)
        return false
      case 'line':
        await this.runCommand(line.text)
        return true
    }
  }

  /** The sweep may have ended the session while a promise was pending. */
  private get isClosing(): boolean {
    return this.state.phase === 'closing'
  }

  /** The client's next line; the sweep ends a session that stays silent meanwhile. */
  async readLine(max: number): Promise<Line> {
    this.activity = { kind: 'waiting', since: this.options.now() }
    const line = await readLine(this.source, max)
    this.activity = { kind: 'working', since: this.options.now() }
    return line
  }

  private async runCommand(text: Buffer): Promise<void> {
    const command = parseCommand(text)
    if (command !== undefined && !isMailWork(command.verb)) this.idleCommands++
    if (this.idleCommands > this.options.limits.idleCommands) {
      this.refuse(REPLIES.tooManyCommands)
      this.hangUp(REPLIES.tooManyCommands)
      return
    }
    if (command !== undefined && isEnvelope(command.verb)) this.lastMailAt = this.options.now()
    const run = command === undefined ? undefined : COMMANDS.get(command.verb)
    let reply: Reply | undefined
    let close = false
    try {
      if (command === undefined) reply = REPLIES.syntaxError
      else if (run === undefined) reply = REPLIES.unknownCommand
      else reply = await run(this, command.argument)
    } catch (error) {
      if (error instanceof ReplyError) {
        reply = error.reply
        close = error.hangUp
      } else {
        // The one boundary where the unknown becomes an answer: nothing is queued, the sender keeps the message.
        this.options.onError(error, `command ${command?.verb ?? '?'}: ${messageOf(error)}`)
        reply = REPLIES.internalError
      }
    }
    if (close && reply !== undefined) this.hangUp(reply)
    else if (reply !== undefined) this.answer(reply)
  }

  /** Queues an answer; counts it where it is a refusal, and ends the session after too many. */
  answer(reply: Reply, lines?: readonly string[]): void {
    this.say(reply, lines)
    if (reply.code < 400) return
    if (reply.code < 500) this.deferrals++
    else this.errors++
    const { errors, deferrals } = this.options.limits
    if (this.errors >= errors || this.deferrals >= deferrals) this.hangUp(REPLIES.tooManyErrors)
  }

  private say(reply: Reply, lines?: readonly string[]): void {
    this.answers.add(formatReply(reply, lines))
  }

  /** Sends the queued responses and waits until the client has read enough of them. */
  async flush(): Promise<void> {
    const before = this.activity
    this.activity = { kind: 'answering', since: this.options.now() }
    await this.answers.flush()
    this.activity = before
  }

  hangUp(reply: Reply): void {
    if (this.state.phase === 'closing') return
    this.say(reply)
    this.state = { phase: 'closing' }
    this.answers.send()
  }

  /** Leaves a log entry: about who is named, else about the transaction as far as it has come, by its first recipient. */
  refuse(reply: Reply, about: { readonly sender?: string; readonly recipient?: string } = {}): void {
    const transaction = this.state.phase === 'mail' ? this.state.transaction : undefined
    const path = transaction?.recipients[0]?.path
    const sender = about.sender ?? transaction?.reversePath ?? ''
    const recipient = about.recipient ?? (path?.kind === 'address' ? path.address : '')
    this.options.handler.refused(reply, { sender, recipient }, this.peer)
  }

  /** A message was taken, and its 250 is on its way. RFC 1047: whether it arrives, only what follows shows. */
  answering(sink: MessageSink): void {
    this.idleCommands = 0
    this.answered?.ended()
    this.answered = sink
  }

  private followed(): void {
    this.answered?.followed()
    this.answered = undefined
  }

  /** Begins the bookkeeping of DATA: its own clock and its least rate. */
  beginData(): void {
    this.activity = { kind: 'data', since: this.options.now(), receivedBefore: this.source.received }
  }
  beginWork(): void {
    this.activity = { kind: 'working', since: this.options.now() }
  }
  endMessage(): void {
    this.lastMessageAt = this.lastMailAt = this.options.now()
  }

  /** RFC 3207 §4.2: TLS takes over the socket, and everything said before is forgotten. */
  async upgrade(): Promise<void> {
    const { startTls } = this.options
    if (startTls === undefined) return
    // Detached first: bytes that follow our 220 belong to TLS.
    this.source.detach()
    await this.flush()
    this.activity = { kind: 'handshake', since: this.options.now() }
    const secure = await startTls(this.socket)
    this.activity = { kind: 'working', since: this.options.now() }
    this.socket = secure
    this.source = new ByteSource(secure, this.options.now)
    this.answers = new Answers(secure)
    this.tls = describeTls(secure)
    this.state = { phase: 'greeted' }
    secure.on('error', () => {
      // 'close' follows.
    })
  }

  /** Called about once a second: ends the session where it broke one of its bounds. */
  sweep(now: number): void {
    const { limits } = this.options
    const { activity } = this
    if (this.state.phase === 'closing') return
    if (now - this.startedAt > limits.session) this.cut(REPLIES.sessionTooLong)
    else if (activity.kind === 'answering') {
      if (now - activity.since > limits.idle) this.cut(REPLIES.answersUnread)
    } else if (activity.kind === 'waiting') {
      // Two clocks: one that any byte resets, and one behind it that no byte does.
      if (now - Math.max(this.source.lastByteAt, activity.since) > limits.idle) this.cut(REPLIES.idleTimeout)
      else if (now - activity.since > limits.command) this.cut(REPLIES.idleTimeout)
      else if (this.account === undefined && now - this.lastMailAt > limits.withoutMail) this.cut(REPLIES.idleTimeout)
    } else if (activity.kind === 'data') {
      const elapsed = now - activity.since
      const received = this.source.received - activity.receivedBefore
      if (elapsed > limits.data) this.cut(REPLIES.dataTooSlow)
      else if (now - this.source.lastByteAt > limits.idle) this.cut(REPLIES.idleTimeout)
      else if (elapsed > DATA_GRACE && (received * 1000) / elapsed < limits.dataRate) this.cut(REPLIES.dataTooSlow)
    }
  }

  /**
   * True if the client is not authenticated and the session is doing nothing: not between MAIL and the end of DATA, unless the envelope has
   * taken longer than `limits.envelope`, and not while a command is running.
   */
  isIdle(now: number): boolean {
    if (this.account !== undefined || this.activity.kind === 'data' || this.activity.kind === 'working') return false
    return this.state.phase !== 'mail' || now - this.lastMessageAt > this.options.limits.envelope
  }

  /** Closes the connection at once, so that another client has its place. No log entry: strangers could fill the log with them. */
  displace(): void {
    // The socket is in the hands of the handshake, which the listener aborts.
    if (this.activity.kind === 'handshake') return
    // A client that reads no answers would not read this one, and would keep the socket open.
    if (this.state.phase === 'closing' || this.answersWaiting > 0) {
      this.destroy()
      return
    }
    this.hangUp(REPLIES.displaced)
    this.socket.destroySoon()
    this.leave()
  }

  private cut(reply: Reply): void {
    this.refuse(reply)
    this.hangUp(reply)
    this.socket.destroySoon()
    this.leave()
  }

  /** A clean stop: the transaction that is going on may finish; then 421. */
  drain(): void {
    this.draining = true
    if (this.activity.kind !== 'waiting' || this.state.phase === 'mail') return
    this.hangUp(REPLIES.shuttingDown)
    this.socket.destroySoon()
    this.leave()
  }

  destroy(): void {
    this.state = { phase: 'closing' }
    this.socket.destroy()
  }
}

function describeTls(socket: TLSSocket): string {
  return `${socket.getProtocol() ?? 'TLS'} ${socket.getCipher().name}`
}
