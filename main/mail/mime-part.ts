// What the header of a MIME part says about its body: type, charset, transfer encoding, boundary, disposition.
// Missing and broken values are read as real mail means them, never refused.
import { readableBody, unfoldedBody } from './compose-field.ts'
import type { HeaderBlock } from './header-block.ts'
import { firstField } from './header-block.ts'
import type { StructuredBody } from './parameters.ts'
import { firstWord, parameterValue, parseStructured } from './parameters.ts'

export type TransferEncoding = 'identity' | 'quoted-printable' | 'base64'

export interface PartInfo {
  /** `text/plain`; lower case. RFC 2045 §5.2: that is also what a part without Content-Type is. */
  readonly type: string
  /** Lower case; empty where none is said. */
  readonly charset: string
  readonly encoding: TransferEncoding
  /** False: the transfer encoding has a name that nobody here knows, and counts as `identity`. */
  readonly knownEncoding: boolean
  /** The part says that bytes above 127 may be in it (`8bit`, `binary`). */
  readonly eightBit: boolean
  /** RFC 2046 §5.1.1; empty where there is none. */
  readonly boundary: string
  /** There is a boundary, too long to be one; `boundary` is empty. */
  readonly longBoundary: boolean
  readonly attachment: boolean
  /** The file's name, from Content-Disposition or Content-Type. */
  readonly name: string
  /** The name in Content-Type alone: some programs go by it. */
  readonly typeName: string
  /** RFC 3676 §4.1: soft line breaks whose space is no part of the text. */
  readonly delSp: boolean
  /** RFC 8098, RFC 3464: the kind of a multipart/report. */
  readonly reportType: string
}

const BOUNDARY_MAX = 250 // RFC 2046 says 70; longer ones exist

/** RFC 2045 §6.1 */
const ENCODINGS: ReadonlyMap<string, TransferEncoding> = new Map([
  ['', 'identity'],
  ['7bit', 'identity'],
  ['8bit', 'identity'],
  ['binary', 'identity'],
  ['base64', 'base64'],
  ['quoted-printable', 'quoted-printable'],
])

/** A whole message within a message. RFC 2046 §5.2.1, RFC 6532 §3.7 */
export function isMessageType(type: string): boolean {
  return type === 'message/rfc822' || type === 'message/global' || type === 'message/news'
}

/** The boundary as latin1, character for byte, with the spaces that it has. */
function boundaryOf(type: StructuredBody): string {
  const whole = type.parameters.find(({ name, section, extended }) => name === 'boundary' && section < 0 && !extended)
  return Buffer.from(whole?.value ?? parameterValue(type, 'boundary') ?? '', 'utf8').toString('latin1')
}

/** Reads the MIME fields of a message or part. `fallback`: the type where none is said (RFC 2046 §5.1.5: digests differ). */
export function partInfo(header: HeaderBlock, fallback = 'text/plain'): PartInfo {
  const typeField = firstField(header, 'content-type')
  const type = parseStructured(typeField === undefined ? '' : unfoldedBody(typeField))
  const dispositionField = firstField(header, 'content-disposition')
  const disposition = parseStructured(dispositionField === undefined ? '' : unfoldedBody(dispositionField))
  const encodingField = firstField(header, 'content-transfer-encoding')
  const encoding = encodingField === undefined ? '' : firstWord(readableBody(encodingField)).toLowerCase()
  const boundary = boundaryOf(type)
  const typeName = parameterValue(type, 'name') ?? ''
  const flowed = parameterValue(type, 'format')?.toLowerCase() === 'flowed'
  return {
    type: type.value.includes('/') ? type.value : fallback,
    charset: (parameterValue(type, 'charset') ?? '').toLowerCase(),
    // Unknown ones (`utf-8`) are taken for none, as every mail program does.
    encoding: ENCODINGS.get(encoding) ?? 'identity',
    knownEncoding: ENCODINGS.has(encoding),
    eightBit: ['8bit', 'binary'].includes(encoding),
    boundary: boundary.length > BOUNDARY_MAX ? '' : boundary,
    longBoundary: boundary.length > BOUNDARY_MAX,
    attachment: disposition.value === 'attachment',
    name: parameterValue(disposition, 'filename') ?? typeName,
    typeName,
    delSp: flowed && parameterValue(type, 'delsp')?.toLowerCase() === 'yes',
    reportType: (parameterValue(type, 'report-type') ?? '').toLowerCase(),
  }
}
