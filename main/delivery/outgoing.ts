// One message as a route takes it, and what a route says of it.
import type { Level } from './peer.ts'
import type { Address } from '../terms/address.ts'

export interface Outgoing {
  /** undefined for the null sender. */
  readonly reversePath: Address | undefined
  readonly forwardPath: Address
  /** The header block that goes out, signatures included, with its closing empty line. */
  readonly header: Buffer
  /** The body, afresh at each call. */
  readonly body: () => AsyncIterable<Buffer> | Iterable<Buffer>
  /** Octets of header and body. */
  readonly size: number
  /** RFC 6531 §3.2: an address in the envelope or the header is beyond ASCII. Only to servers that offer SMTPUTF8. */
  readonly needsUtf8: boolean
  /** The header has other octets beyond ASCII: SMTPUTF8 is asked for where it is offered. */
  readonly hasUtf8?: boolean
  /**
   * The same message without octets above 127, for a server without 8BITMIME (RFC 6152 §3). Rejects with a permanent failure where the body must
   * not be changed. Undefined: it has none.
   */
  readonly sevenBit?: () => Promise<Outgoing>
  /** RFC 3461: told to servers that understand it. */
  readonly dsn?: { readonly ret?: 'HDRS'; readonly notify?: 'NEVER' }
  /** RFC 8689: only to servers that are proved, and that promise the same. */
  readonly requireTls?: boolean
  /** RFC 8689 §4: it is to go even to servers that cannot be proved. */
  readonly tlsOptional?: boolean
  /** RFC 8460 §3: sessions that bring reports are in no report, or two relays would tell each other about them for ever. */
  readonly uncounted?: boolean
}

export interface DeliveryOutcome {
  readonly outcome: 'delivered' | 'deferred' | 'failed'
  /** Stable, for the log. */
  readonly reason: string
  /** The far server's answer, or what went wrong, on one line. */
  readonly answer: string
  /** `host [address]:port`, or what stands for it. */
  readonly destination: string
  /** `TLSv1.3 TLS_AES_256_GCM_SHA384`, empty in clear. */
  readonly tls: string
  /** false: nobody answered there, which says something of the destination and nothing of the message. */
  readonly reached?: boolean
  /** What was proved of the far side. */
  readonly level?: Level
}
