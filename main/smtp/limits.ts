// The limits of the door, with their origin. contract.md "Limits"; all are settings of one table, none is spread over code.
import type { Bytes, Millis } from '../terms/brand.ts'
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
  readonly connections: number
  readonly connectionsPerAddress: number
  readonly errors: number
  /** Answers of 4xx a session: a client may name a few hundred recipients too many, and come again for them. */
  readonly deferrals: number
  readonly authFailures: number
  readonly idle: Millis
  readonly command: Millis
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
  idle: millis(2 * 60_000),
  command: millis(5 * 60_000),
  data: millis(30 * 60_000),
  dataRate: 500,
  session: millis(60 * 60_000),
}

/** The rate is looked at only after this long, so that a slow start is no offence. */
export const DATA_GRACE = millis(60_000)
