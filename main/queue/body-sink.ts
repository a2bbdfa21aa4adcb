// Takes the bytes of one message as they come: the header block into memory (it is bounded), the body into memory while it is
// small and into an encrypted spool file from then on, hashing it on the way, so that nobody has to read it again to sign.
import { headerLength } from '../mail/index.ts'
import type { DoorLimits } from '../smtp/limits.ts'
import { SpoolWriter, type SpoolFile } from '../store/spool.ts'
import { REPLIES, ReplyError } from '../terms/reply.ts'
import { RelaxedBodyHash } from '../trust/canonical.ts'

/** Bodies up to this stand in the database row; longer ones in a file. */
export const INLINE_LIMIT = 128 * 1024

const CRLF_CRLF = Buffer.from('\r\n\r\n')

export interface StoredBody {
  readonly header: Buffer
  readonly body: Buffer | null
  readonly spool: SpoolFile | null
  /** Octets of header and body. */
  readonly size: number
  readonly bodyHash: string
}

export class BodySink {
  private readonly folder: string
  private readonly limits: Pick<DoorLimits, 'headerBlock' | 'headerFields'>
  private header: Buffer | undefined
  private pending: Buffer[] = []
  private pendingSize = 0
  /** What stood before: a message that begins with an empty line has no header. RFC 5322 §2.1 */
  private tail: Buffer = Buffer.from('\r\n')
  private spool: SpoolWriter | undefined
  private bodySize = 0
  private readonly hash = new RelaxedBodyHash()

  constructor(folder: string, limits: Pick<DoorLimits, 'headerBlock' | 'headerFields'>) {
    this.folder = folder
    this.limits = limits
  }

  async write(chunk: Buffer): Promise<void> {
    if (this.header === undefined) await this.writeHeader(chunk)
    else await this.writeBody(chunk)
  }

  private async writeHeader(chunk: Buffer): Promise<void> {
    // Only the seam and what is new are searched, so the whole is looked at once, however it was cut.
    const seen = Buffer.concat([this.tail, chunk])
    const at = seen.indexOf(CRLF_CRLF)
    const end = at < 0 ? -1 : at + CRLF_CRLF.length - this.tail.length
    const taken = end < 0 ? chunk : chunk.subarray(0, end)
    this.pending.push(taken)
    this.pendingSize += taken.length
    if (this.pendingSize > this.limits.headerBlock) throw new ReplyError(REPLIES.headerTooBig)
    this.tail = seen.subarray(Math.max(0, seen.length - 3))
    if (end < 0) return
    this.closeHeader(Buffer.concat(this.pending))
    if (end < chunk.length) await this.writeBody(chunk.subarray(end))
  }

  private closeHeader(header: Buffer): void {
    if (header.length > this.limits.headerBlock || countFields(header) > this.limits.headerFields)
      throw new ReplyError(REPLIES.headerTooBig)
    this.header = Buffer.from(header)
    this.pending = []
    this.pendingSize = 0
  }

  private async writeBody(chunk: Buffer): Promise<void> {
    this.hash.update(chunk)
    this.bodySize += chunk.length
    if (this.spool !== undefined) return this.spool.write(chunk)
    // A copy: a slice would keep the whole chunk of the socket alive.
    this.pending.push(Buffer.from(chunk))
    if (this.bodySize <= INLINE_LIMIT) return
    this.spool = await SpoolWriter.create(this.folder)
    for (const piece of this.pending) await this.spool.write(piece)
    this.pending = []
  }

  /** What was taken; a spool file is on the disk, durably, when this resolves. */
  async finish(): Promise<StoredBody> {
    if (this.header === undefined) await this.splitWithoutEmptyLine(Buffer.concat(this.pending))
    const header = this.header ?? Buffer.alloc(0)
    const body = this.spool === undefined ? Buffer.concat(this.pending) : null
    const spool = this.spool === undefined ? null : await this.spool.finish()
    return { header, body, spool, size: header.length + this.bodySize, bodyHash: this.hash.digest() }
  }

  /** Behind the last field, the text begins: whoever wrote it forgot the empty line. */
  private async splitWithoutEmptyLine(all: Buffer): Promise<void> {
    const end = headerLength(all)
    this.closeHeader(all.subarray(0, end))
    if (end < all.length) await this.writeBody(all.subarray(end))
  }

  async abandon(): Promise<void> {
    await this.spool?.abandon()
  }
}

function countFields(header: Buffer): number {
  let fields = 0
  for (let at = 0; at < header.length;) {
    const first = header[at]
    if (first !== 0x20 && first !== 0x09) fields++
    const lf = header.indexOf(0x0a, at)
    at = lf < 0 ? header.length : lf + 1
  }
  return fields
}
