// What the parts of a composition share: the message, where its body is, whose alias it is about.
import type { BodyReport, HeaderBlock } from '../mail/index.ts'
import type { Note } from '../mail/facts.ts'
import type { AliasRow, MessageRow } from '../store/rows.ts'
import type { Domain } from '../terms/address.ts'
import { readBody, type BodySource } from './body-source.ts'
import type { MailParts } from './parts.ts'

/** Header and body as they leave, before they are signed. */
export interface Drafted {
  readonly header: Buffer
  readonly notes: readonly Note[]
  readonly bodyHash: string
  readonly bodySize: number
  readonly body: () => AsyncIterable<Buffer> | Iterable<Buffer>
  /** Of a reply: what was found in its parts. */
  readonly report?: BodyReport
  /** Its bytes are somebody else's word and stay: preserve mode. */
  readonly fixed?: boolean
}

/** What the parts of a composition share. */
export interface Draft {
  readonly parts: MailParts
  readonly deliveryId: number
  readonly tag: string
  readonly message: MessageRow
  readonly source: BodySource
  readonly alias: AliasRow | undefined
  readonly block: HeaderBlock
  readonly domain: Domain
}

export function sourceOf(message: MessageRow): BodySource {
  const { body, spoolId, spoolKey, spoolSize } = message
  const spooled = spoolId !== null && spoolKey !== null && spoolSize !== null
  return { body, spool: spooled ? { id: spoolId, key: spoolKey, size: spoolSize } : null }
}

/** A body that nothing is done to: its hash was made when it came in. */
export function asItCame({ parts, message, source }: Draft): Omit<Drafted, 'header' | 'notes'> {
  return {
    bodyHash: message.bodyHash,
    bodySize: message.body?.length ?? message.spoolSize ?? 0,
    body: () => readBody(parts.store.spoolFolder, source),
  }
}
