// Files that no search can look into, because they are sealed for one reader or packed in a form of mail's own: S/MIME, OpenPGP,
// rights-managed mail, TNEF, uuencode, yEnc, BinHex. Told by label, by name and by content: each of them alone is only a claim.
import type { PartInfo } from './mime-part.ts'
import { MAGIC_BYTES, isTextHead } from './magic.ts'
import { TransferStream } from './trace-scan.ts'

export type OpaqueReason = 'sealed' | 'inline-pgp' | 'winmail' | 'encoded-file'

const PKCS7 = ['mime', 'signature', 'encrypted'].flatMap((kind) => [
  `application/pkcs7-${kind}`,
  `application/x-pkcs7-${kind}`,
])

/** Types without `x-` and `vnd.` behind the slash. */
const TYPES: ReadonlyMap<string, OpaqueReason> = new Map<string, OpaqueReason>([
  ...[...PKCS7, 'application/cms', 'application/pgp-encrypted', 'application/pgp', 'application/pgp-signature'].map(
    (type) => [type, 'sealed'] as const,
  ),
  ['application/microsoft-rpmsg-message', 'sealed'],
  ['application/ms-tnef', 'winmail'],
  ...['application', 'text', 'binary'].flatMap((family) =>
    ['uuencode', 'uuencoded', 'uue', 'yenc', 'yencode', 'mac-binhex40', 'mac-binhex', 'binhex', 'binhex40'].map(
      (kind) => [`${family}/${kind}`, 'encoded-file'] as const,
    ),
  ),
])

const ENDINGS: ReadonlyMap<string, OpaqueReason> = new Map<string, OpaqueReason>([
  ...'p7m p7s p7c p7z p7e cms gpg pgp sig rpmsg age'.split(' ').map((ending) => [ending, 'sealed'] as const),
  ...'uu uue xxe ync yenc hqx'.split(' ').map((ending) => [ending, 'encoded-file'] as const),
  ['tnef', 'winmail'],
])

function byName(name: string): OpaqueReason | undefined {
  // Windows drops dots and spaces at the end of a name.
  const file = name.toLowerCase().replace(/[. ]{1,64}$/, '')
  if (file.trim() === 'winmail.dat') return 'winmail'
  return ENDINGS.get(file.slice(file.lastIndexOf('.') + 1))
}

/** What the header of a part says of it. */
export function opaqueLabel({ type, name, typeName }: PartInfo): OpaqueReason | undefined {
  const plain = type.replace(/\/(?:x-|vnd\.)/, '/')
  const byType = TYPES.get(plain) ?? (type.endsWith('.tnef') ? 'winmail' : undefined)
  return byType ?? byName(name) ?? byName(typeName)
}

/** A line of uuencode: its first character says how many octets it has, and none is a small letter. */
function isUuencoded(line: string): boolean {
  if (!/^[!-_][ -`]+$/.test(line)) return false
  const letters = Math.ceil((line.charCodeAt(0) - 0x20) / 3) * 4
  // A checksum behind them, and trailing spaces that were dropped, are old habits.
  return line.length <= letters + 2
}

/** How the first line of uuencode begins; what quotes it may stand in front. */
const BEGIN_FILE = /^([>| \t]{0,64})begin [0-7]{3,7} [^\r\n]+(?:\r\n|\r|\n)([^\r\n]*)/gm

/**
 * Whether programs take a file out of the text: uuencode (POSIX), yEnc, BinHex. What is in it, no search of the text can
 * see.
 */
export function holdsEncodedFile(text: string): boolean {
  if (text.includes('(This file must be converted with BinHex')) return true
  if (/^[>| \t]{0,64}=ybegin .*(?:size|line)=/m.test(text)) return true
  if (/^[>| \t]{0,64}begin-base64(?:-encoded)? [0-7]{3,7} /m.test(text)) return true
  for (const { 1: quote = '', 2: line = '' } of text.matchAll(BEGIN_FILE))
    if (isUuencoded(line.startsWith(quote) ? line.slice(quote.length) : line)) return true
  return false
}

/** What a whole text holds that its search cannot see. */
export function opaqueText(text: string): OpaqueReason | undefined {
  if (text.includes('-----BEGIN PGP MESSAGE-----')) return 'inline-pgp'
  if (/-----BEGIN (?:PKCS7|CMS|AGE ENCRYPTED FILE)-----/.test(text)) return 'sealed'
  return holdsEncodedFile(text) ? 'encoded-file' : undefined
}

/** Object identifiers 1.2.840.113549.1.7.* and 1.2.840.113549.1.9.16.1.*, in DER (CMS, RFC 8551 §2.4). */
const CMS_CONTENT = ['\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07', '\x06\x0b\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01']

/** A SEQUENCE that begins with the identifier of a content; its length has up to five octets. */
function isCms(head: string): boolean {
  return head.startsWith('\x30') && CMS_CONTENT.some((id) => head.slice(2, 7 + id.length).includes(id))
}

/** RFC 9580 §9.1: RSA, Elgamal, ECDH, X25519, X448. */
const ENCRYPTING_KEYS = new Set([1, 2, 16, 18, 25, 26])

/** The first octet behind the header of an OpenPGP packet. RFC 9580 §4.2 */
function packetBody(head: Buffer): number {
  const tag = head[0] ?? 0
  if ((tag & 0x40) === 0) return [2, 3, 5, 1][tag & 3] ?? 1
  const length = head[1] ?? 0
  return length === 0xff ? 6 : length >= 192 && length < 224 ? 3 : 2
}

/** Whether a file begins with a session key, which only a message to somebody does. RFC 9580 §5.1, §5.3 */
function isPgpMessage(head: Buffer): boolean {
  const tag = head[0] ?? 0
  if ((tag & 0x80) === 0) return false
  const kind = (tag & 0x40) === 0 ? (tag >> 2) & 0xf : tag & 0x3f
  const body = packetBody(head)
  const version = head[body] ?? 0
  if (kind === 1) return version === 6 || (version === 3 && ENCRYPTING_KEYS.has(head[body + 9] ?? 0))
  const cipher = head[body + 1] ?? 0
  return kind === 3 && (version === 4 || version === 5 || version === 6) && cipher >= 1 && cipher <= 13
}

const SIGNATURES: readonly (readonly [string, OpaqueReason])[] = [
  // [MS-OXTNEF] 2.1.3.2
  ['\x78\x9f\x3e\x22', 'winmail'],
  // [MS-OXORMMS] 2.2.4.1
  ['\x76\xe8\x04\x60\xc4\x11\xe3\x86', 'sealed'],
  ['age-encryption.org/v1', 'sealed'],
]

/** What a file is by its first octets. */
export function opaqueHead(head: Buffer): OpaqueReason | undefined {
  const text = head.toString('latin1')
  const signed = SIGNATURES.find(([start]) => text.startsWith(start))
  if (signed !== undefined) return signed[1]
  if (isCms(text) || isPgpMessage(head)) return 'sealed'
  return opaqueText(text)
}

/** So much of a text is looked at together, and so much of it once more with the next piece. */
const WINDOW = 64 * 1024
const OVERLAP = 512

/** Follows the encoded octets of a file: its head, and all of it where that is text. Linear; memory: a window. */
export class OpaqueScan {
  private readonly stream: TransferStream
  private readonly isReadElsewhere: boolean
  private gathered: Buffer[] = []
  private size = 0
  private state: 'head' | 'text' | 'done' = 'head'
  private readonly found: (reason: OpaqueReason) => void
  /** `isReadElsewhere`: a text is also read whole by somebody else, so that its head is enough. */
  constructor(info: Pick<PartInfo, 'encoding'>, isReadElsewhere: boolean, found: (reason: OpaqueReason) => void) {
    this.stream = new TransferStream(info.encoding)
    this.isReadElsewhere = isReadElsewhere
    this.found = found
  }

  push(chunk: Buffer): void {
    if (this.state === 'done') return
    this.take(this.stream.push(chunk, false))
    if (this.size >= (this.state === 'head' ? MAGIC_BYTES : WINDOW)) this.look()
  }

  end(): void {
    if (this.state === 'done') return
    this.take(this.stream.push(Buffer.alloc(0), true))
    this.look()
    this.state = 'done'
  }

  private take(bytes: Buffer): void {
    this.gathered.push(bytes)
    this.size += bytes.length
  }

  private look(): void {
    const bytes = Buffer.concat(this.gathered)
    const isHead = this.state === 'head'
    const goesOn = !isHead || (!this.isReadElsewhere && isTextHead(bytes))
    const reason = isHead ? opaqueHead(bytes.subarray(0, MAGIC_BYTES)) : undefined
    const inText = goesOn ? opaqueText(bytes.toString('latin1')) : undefined
    if (reason !== undefined) this.found(reason)
    if (inText !== undefined) this.found(inText)
    this.state = goesOn && inText === undefined ? 'text' : 'done'
    this.gathered = [Buffer.from(bytes.subarray(Math.max(0, bytes.length - OVERLAP)))]
    this.size = this.gathered[0]?.length ?? 0
  }
}
