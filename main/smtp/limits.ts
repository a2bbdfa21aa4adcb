// The limits of the door, with their origin. contract.md "Limits"; all are settings of one table, none is spread over code.
import type { Bytes, Millis } from '../terms/brand.ts'
import { readCount } from '../store/settings.ts'
import type { Store } from '../store/store.ts'
import { bytes, millis } from '../terms/brand.ts'

export interface DoorLimits {
  /** RFC 1870; 75 MiB, so that a 50 MB attachment fits after base64. */
  readonly messageSize: Bytes
  /** RFC 5321 §4.5.3.1.4 asks for 512 at least. */
  readonly commandLine: Bytes
  /** RFC 4954 §4: an initial response or a client answer. */
  readonly authLine: Bytes
  /** RFC 5321 §4.5.3.1.6 has 998; real mail has more and is passed on unchanged up to this. */
  readonly textLine: Bytes
  readonly headerBlock: Bytes
  readonly headerFields: number
  /** RFC 5321 §4.5.3.1.8 */
  readonly recipients: number
  /** RFC 5321 §6.3 */
  readonly hops: number
  /** Open sockets, counted from TCP accept on. */
  readonly connections: number
  /** Of one IPv4 address or one IPv6 /64 (`peerKey`). */
  readonly connectionsPerAddress: number
  readonly errors: number
  /** Answers of 4xx a session: a client may name a few hundred recipients too many, and come again for them. */
  readonly deferrals: number
  readonly authFailures: number
  /**
   * Commands that bring no mail further (NOOP, RSET, EHLO, VRFY …) since the last message that was accepted. RFC 5321 has no bound and asks
   * for each to be answered. Postfix counts such commands as errors from the 100th on (smtpd_junk_command_limit), Exim ends the session at
   * the 10th (smtp_accept_max_nonmail). Senders that keep a connection say RSET or NOOP once or twice between two messages, and an accepted
   * one starts the count anew; one whose messages are all put off by a rate says RSET behind each of some hundreds.
   */
  readonly idleCommands: number
  /** For the whole TLS handshake: a few round trips. Node's own timeout (120 s) starts anew with each octet. */
  readonly handshake: Millis
  /** Silence of the client; also the time in which it has to read our responses. */
  readonly idle: Millis
  readonly command: Millis
  /**
   * Without MAIL, RCPT or DATA, whatever else the client says, unless it is authenticated. Clients send MAIL within seconds; Postfix keeps an
   * idle connection for 2 s (smtp_connection_cache_time_limit), Exchange for some minutes at most.
   */
  readonly withoutMail: Millis
  /**
   * Since the last message, for all commands up to DATA. A client that is slower is served on, but gives its place to others when the
   * listener is full: MAIL alone must not keep one for an hour.
   */
  readonly envelope: Millis
  readonly data: Millis
  /** Octets a second, averaged over the whole DATA; RFC has none, slow readers of ours must not be held for hours. */
  readonly dataRate: number
  readonly session: Millis
}

export const DOOR_LIMITS: DoorLimits = {
  messageSize: bytes(75 * 1024 * 1024),
  commandLine: bytes(2048),
  authLine: bytes(12_288),
  textLine: bytes(64 * 1024),
  headerBlock: bytes(256 * 1024),
  headerFields: 1000,
  recipients: 100,
  hops: 100,
  connections: 200,
  connectionsPerAddress: 30,
  errors: 20,
  deferrals: 1000,
  authFailures: 3,
  idleCommands: 500,
  handshake: millis(30_000),
  idle: millis(2 * 60_000),
  command: millis(5 * 60_000),
  withoutMail: millis(3 * 60_000),
  envelope: millis(60_000),
  data: millis(30 * 60_000),
  dataRate: 500,
  session: millis(60 * 60_000),
}

/** Those that are settings, as they are when the doors open. */
export function limitsOf(directory: Store['directory']): DoorLimits {
  return {
    ...DOOR_LIMITS,
    messageSize: bytes(readCount(directory, 'message-size') * 1024 * 1024),
    recipients: readCount(directory, 'message-recipients'),
    connections: readCount(directory, 'connections'),
    connectionsPerAddress: readCount(directory, 'address-connections'),
  }
}

/**
 * Octets of responses that may wait in memory for a client to read them. RFC 2920 §3.1: a client that pipelines must avoid a deadlock by looking
 * at its TCP window, so a server need not buffer without bound. The responses to 100 recipients fit.
 */
export const ANSWERS_WAITING = bytes(16 * 1024)

/** Time for a client to read the last response before its socket is destroyed. */
export const LINGER = millis(2000)

/** The rate is looked at only after this long, so that a slow start is no offence. */
export const DATA_GRACE = millis(60_000)
