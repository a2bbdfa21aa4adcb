// The text of a part and the way back to its bytes. Charsets that cannot be written again without loss are read as bytes:
// addresses are ASCII, and every charset of mail but UTF-16, UTF-32, UTF-7 and EBCDIC writes ASCII as ASCII.
import { isUtf8 } from 'node:buffer'
import { decoderFor } from './charset.ts'
import type { ByteEdit } from './transfer-encoding.ts'

export interface TextEdit {
  /** In UTF-16 units of the text. */
  readonly start: number
  readonly end: number
  readonly text: string
}

export interface TextModel {
  readonly text: string
  /** Edits of the text as edits of the bytes; sorted and without overlap. */
  toBytes(edits: readonly TextEdit[]): ByteEdit[]
}

/** Charsets that are known to write ASCII in other octets, and that nothing here can decode. */
export function isOtherThanAscii(charset: string): boolean {
  return /^(?:(?:unicode-1-1-)?utf-7|utf-32(?:le|be)?|(?:iso-10646-)?ucs-4|cp037|ibm037|ebcdic.*)$/.test(
    charset.replaceAll('_', '-'),
  )
}

/**
 * Charsets that nothing here can decode and that write ASCII as ASCII. Code pages of DOS stand by number: the others with such
 * numbers are EBCDIC.
 */
const READ_AS_ASCII: ReadonlySet<string> = new Set([
  ...[437, 737, 775, 850, 851, 852, 853, 855, 856, 857, 858, 860, 861, 862, 863, 864, 865, 866, 869, 874].flatMap(
    (page) => [`cp${page}`, `ibm${page}`, `cp-${page}`, `ibm-${page}`, `dos-${page}`, `windows-${page}`],
  ),
  ...['iso-2022-kr', 'iso-2022-cn', 'iso-2022-cn-ext', 'iso-2022-jp-1', 'iso-2022-jp-2', 'iso-2022-jp-3'],
  ...['iso-2022-jp-2004', 'euc-tw', 'johab', 'viscii', 'tcvn', 'armscii-8', 'x-mac-roman', 'macroman', 'mac-roman'],
  ...['x-mac-ce', 'x-mac-greek', 'x-mac-turkish', 'x-user-defined', 'unknown', 'cesu-8', 'iso-8859-12'],
])

/**
 * Whether the text of a charset can be searched for addresses. Nobody knows that of a label that is not known: in UTF-7, UTF-32
 * and EBCDIC an address is written in other octets, and HZ drops line ends.
 */
export function isReadableCharset(charset: string): boolean {
  const plain = charset.trim().toLowerCase().replaceAll('_', '-')
  return plain === '' || [charset, plain].some((one) => decoderFor(one) !== undefined) || READ_AS_ASCII.has(plain)
}

function wideModel(bytes: Buffer, bigEndian: boolean): TextModel {
  const even = bytes.subarray(0, bytes.length - (bytes.length % 2))
  const little = bigEndian ? Buffer.from(even).swap16() : even
  const encode = (text: string): Buffer => {
    const out = Buffer.from(text, 'utf16le')
    return bigEndian ? out.swap16() : out
  }
  return {
    text: little.toString('utf16le'),
    toBytes: (edits) => edits.map(({ start, end, text }) => ({ start: start * 2, end: end * 2, bytes: encode(text) })),
  }
}

function utf8Model(bytes: Buffer): TextModel {
  const text = bytes.toString('utf8')
  return {
    text,
    toBytes: (edits) => {
      let at = 0
      let offset = 0
      const offsetOf = (index: number): number => {
        offset += Buffer.byteLength(text.slice(at, index))
        at = index
        return offset
      }
      return edits.map((edit) => ({
        start: offsetOf(edit.start),
        end: offsetOf(edit.end),
        bytes: Buffer.from(edit.text),
      }))
    },
  }
}

/** Text whose characters are bytes; what the charset has no byte for is written as `?`. */
function byteModel(text: string, codes: ReadonlyMap<string, number>): TextModel {
  const encode = (added: string): Buffer => {
    const out: number[] = []
    for (const character of added) {
      const code = character.codePointAt(0) ?? 0
      out.push(code < 0x80 ? code : (codes.get(character) ?? 0x3f))
    }
    return Buffer.from(out)
  }
  return {
    text,
    toBytes: (edits) => edits.map(({ start, end, text: added }) => ({ start, end, bytes: encode(added) })),
  }
}

const ALL_BYTES = Buffer.from(Array.from({ length: 256 }, (_, code) => code))

/** The Encoding Standard's names of charsets of one byte a character. */
export function isSingleByte({ encoding }: TextDecoder): boolean {
  const families = ['iso-8859-', 'windows-', 'koi8-', 'ibm866', 'macintosh', 'x-mac-cyrillic']
  return families.some((family) => encoding.startsWith(family))
}

function singleByteModel(bytes: Buffer, decoder: TextDecoder): TextModel | undefined {
  const table = decoder.decode(ALL_BYTES)
  if (!isSingleByte(decoder) || table.length !== 256) return undefined
  const codes = new Map<string, number>()
  for (let code = 0x80; code < 256; code++) codes.set(table[code] ?? '', code)
  return byteModel(decoder.decode(bytes), codes)
}

/** The byte order of UTF-16, undefined where it is none: by the mark, else by the label. */
export function wideOrder(bytes: Buffer, charset: string): 'little' | 'big' | undefined {
  const mark = bytes.length >= 2 ? bytes.readUInt16BE(0) : 0
  const wide = charset.startsWith('utf-16') || charset === 'ucs-2' || charset === 'unicode'
  if (mark === 0xfffe && (wide || charset === '')) return 'little'
  if (mark === 0xfeff && (wide || charset === '')) return 'big'
  if (!wide) return undefined
  // Without a mark it should be big-endian; where the zeroes are says what it is.
  if (charset === 'utf-16be') return 'big'
  if (charset === 'utf-16le') return 'little'
  return bytes[0] === 0 ? 'big' : 'little'
}

/** Reads a part's content in the charset that it claims. */
export function textModel(bytes: Buffer, charset: string): TextModel {
  const order = wideOrder(bytes, charset)
  if (order !== undefined) return wideModel(bytes, order === 'big')
  const decoder = decoderFor(charset)
  const unicode = charset === '' || charset === 'us-ascii' || decoder === undefined || decoder.encoding === 'utf-8'
  if (unicode && isUtf8(bytes)) return utf8Model(bytes)
  const single = decoder === undefined || decoder.encoding === 'utf-8' ? undefined : singleByteModel(bytes, decoder)
  return single ?? byteModel(bytes.toString('latin1'), new Map())
}
