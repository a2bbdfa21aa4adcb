// The relaxed canonicalisation of RFC 6376 §3.4.2 and §3.4.4, as loops over bytes that may be cut anywhere.
import { createHash, type Hash } from 'node:crypto'

const CR = 0x0d
const LF = 0x0a
const SPACE = 0x20
const TAB = 0x09

/**
 * SHA-256 over a body in relaxed form, fed chunk by chunk. RFC 6376 §3.4.4: runs of white space become one space, white space
 * at line ends goes, empty lines at the end go, and a body that is not empty ends with CRLF.
 * Lines must end with CRLF: the door lets nothing else in.
 */
export class RelaxedBodyHash {
  private readonly hash: Hash = createHash('sha256')
  /** CRLFs not yet written: they count only if something follows. */
  private pendingLines = 0
  private pendingSpace = false
  private lineHasText = false
  private out = Buffer.allocUnsafe(16 * 1024)
  private used = 0

  update(chunk: Buffer): void {
    // The state lives in locals while the loop runs: this is the hottest loop of the relay.
    let { pendingLines, pendingSpace, lineHasText } = this
    for (const byte of chunk) {
      if (byte === SPACE || byte === TAB) pendingSpace = true
      else if (byte === LF) {
        pendingLines++
        pendingSpace = false
        lineHasText = false
      } else if (byte !== CR) {
        while (pendingLines > 0) {
          this.put(CR)
          this.put(LF)
          pendingLines--
        }
        if (pendingSpace) {
          this.put(SPACE)
          pendingSpace = false
        }
        this.put(byte)
        lineHasText = true
      }
    }
    this.pendingLines = pendingLines
    this.pendingSpace = pendingSpace
    this.lineHasText = lineHasText
  }

  /** The hash in base64, as it stands in `bh=`. */
  digest(): string {
    // RFC 6376 §3.4.4: text without a last CRLF gets one; trailing empty lines count as none; an empty body stays empty.
    if (this.lineHasText || (this.written && this.pendingLines > 0)) {
      this.put(CR)
      this.put(LF)
    }
    this.hash.update(this.out.subarray(0, this.used))
    return this.hash.digest('base64')
  }

  private written = false

  private put(byte: number): void {
    if (this.used === this.out.length) {
      this.hash.update(this.out)
      this.used = 0
    }
    this.out[this.used++] = byte
    this.written = true
  }
}

/**
 * One field in relaxed form, without its CRLF. RFC 6376 §3.4.2: name in lower case, folds undone, runs of white space become
 * one space, none at the ends of the value.
 */
export function relaxedField(raw: Buffer): Buffer {
  const colon = raw.indexOf(0x3a)
  const name = raw.subarray(0, Math.max(colon, 0)).toString('latin1').trim().toLowerCase()
  const value: number[] = []
  let space = false
  for (let i = colon + 1; i < raw.length; i++) {
    const byte = raw[i] ?? 0
    if (byte === CR || byte === LF) continue
    if (byte === SPACE || byte === TAB) space = value.length > 0
    else {
      if (space) value.push(SPACE)
      space = false
      value.push(byte)
    }
  }
  return Buffer.concat([Buffer.from(`${name}:`), Buffer.from(value)])
}
