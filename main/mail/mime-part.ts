// What the header of a MIME part says about its body: type, charset, transfer encoding, boundary, disposition.
// Missing and broken values are read as real mail means them, never refused.
import { readableBody, unfoldedBody } from './compose-field.ts'
import type { HeaderBlock } from './header-block.ts'
import { firstField } from './header-block.ts'
import type { StructuredBody } from './parameters.ts'
import { parameterValue, parseStructured } from './parameters.ts'

export type TransferEncoding = 'identity' | 'quoted-printable' | 'base64'

export interface PartInfo {
  /** `text/plain`; lower case. RFC 2045 §5.2: that is also what a part without Content-Type is. */
  readonly type: string
  /** Lower case; empty where none is said. */
  readonly charset: string
  readonly encoding: TransferEncoding
  /** The part says that bytes above 127 may be in it (`8bit`, `binary`). */
  readonly eightBit: boolean
  /** RFC 2046 §5.1.1; empty where there is none. */
  readonly boundary: string
  readonly attachment: boolean
  /** The file's name, from Content-Disposition or Content-Type. */
  readonly name: string
  /** RFC 3676 §4.1: soft line breaks whose space is no part of the text. */
  readonly delSp: boolean
  /** RFC 8098, RFC 3464: the kind of a multipart/report. */
  readonly reportType: string
}

const BOUNDARY_MAX = 250 // RFC 2046 says 70; longer ones exist

/** RFC 2045 §6.1. Unknown ones (`8bit;`, `utf-8`) are taken for no encoding, as every mail program does. */
function encodingOf(text: string): TransferEncoding {
  const [word = ''] = text.toLowerCase().split(';')
  const plain = word.trim()
  if (plain === 'base64') return 'base64'
  return plain === 'quoted-printable' ? 'quoted-printable' : 'identity'
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
  const encoding = encodingField === undefined ? '' : readableBody(encodingField)
  const boundary = boundaryOf(type)
  const flowed = parameterValue(type, 'format')?.toLowerCase() === 'flowed'
  return {
    type: type.value.includes('/') ? type.value : fallback,
    charset: (parameterValue(type, 'charset') ?? '').toLowerCase(),
    encoding: encodingOf(encoding),
    eightBit: ['8bit', 'binary'].includes(encoding.toLowerCase()),
    boundary: boundary.length > BOUNDARY_MAX ? '' : boundary,
    attachment: disposition.value === 'attachment',
    name: parameterValue(disposition, 'filename') ?? parameterValue(type, 'name') ?? '',
    delSp: flowed && parameterValue(type, 'delsp')?.toLowerCase() === 'yes',
    reportType: (parameterValue(type, 'report-type') ?? '').toLowerCase(),
  }
}
