// A report's attachment as its text: plain, gzip (RFC 1952) or a zip with one file. Never more than REPORT_MAX comes out, and never
// more than that is held: the unpacker is stopped at the limit, not asked afterwards.
import { promisify } from 'node:util'
import { gunzip, inflateRaw } from 'node:zlib'
import { REPORT_MAX, ReportRefused } from './refusal.ts'

const run = { gunzip: promisify(gunzip), inflateRaw: promisify(inflateRaw) }

/** A report in a zip in a gzip is a mistake that exists; more wrappings are a bomb. */
const WRAPPINGS_MAX = 2
const FILES_MAX = 16
const END_OF_DIRECTORY = 0x06054b50
const DIRECTORY_ENTRY = 0x02014b50
const LOCAL_HEADER = 0x04034b50
/** The end record and the longest comment behind it. */
const END_MAX = 22 + 0xffff

/** Mimecast's mails end their gzip with a line end, which is no part of it. RFC 1952 §2.2 knows only members. */
function withoutLineEnd(bytes: Buffer): Buffer {
  let end = bytes.length
  while (end > 0 && (bytes[end - 1] === 0x0d || bytes[end - 1] === 0x0a)) end--
  return bytes.subarray(0, end)
}

async function inflate(how: 'gunzip' | 'inflateRaw', bytes: Buffer): Promise<Buffer> {
  try {
    return await run[how](bytes, { maxOutputLength: REPORT_MAX })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE')
      throw new ReportRefused('The report unpacks to more than 10 MiB.')
    const shorter = how === 'gunzip' ? withoutLineEnd(bytes) : bytes
    if (shorter.length < bytes.length) return inflate(how, shorter)
    throw new ReportRefused('The report cannot be unpacked: it is damaged.')
  }
}

interface ZipEntry {
  readonly name: string
  readonly method: number
  readonly encrypted: boolean
  readonly packed: number
  readonly size: number
  readonly offset: number
}

function directoryOf(zip: Buffer): readonly ZipEntry[] {
  const broken = new ReportRefused('The zip is damaged.')
  let end = -1
  for (let at = zip.length - 22; at >= Math.max(0, zip.length - END_MAX) && end < 0; at--)
    if (zip.readUInt32LE(at) === END_OF_DIRECTORY) end = at
  if (end < 0) throw broken
  const total = zip.readUInt16LE(end + 10)
  if (total > FILES_MAX) throw new ReportRefused('The zip has more files than one report.')
  const entries: ZipEntry[] = []
  let at = zip.readUInt32LE(end + 16)
  for (let i = 0; i < total; i++) {
    if (at + 46 > zip.length || zip.readUInt32LE(at) !== DIRECTORY_ENTRY) throw broken
    const nameEnd = at + 46 + zip.readUInt16LE(at + 28)
    entries.push({
      name: zip.toString('latin1', at + 46, nameEnd),
      method: zip.readUInt16LE(at + 10),
      encrypted: (zip.readUInt16LE(at + 8) & 1) === 1,
      packed: zip.readUInt32LE(at + 20),
      size: zip.readUInt32LE(at + 24),
      offset: zip.readUInt32LE(at + 42),
    })
    at = nameEnd + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32)
  }
  return entries
}

/** The one file of a zip. What the directory says of its size is not believed, only used to refuse early. */
async function unzip(zip: Buffer): Promise<Buffer> {
  const files = directoryOf(zip).filter(({ name }) => !name.endsWith('/') && !name.startsWith('__MACOSX/'))
  const [file] = files
  if (file === undefined || files.length > 1) throw new ReportRefused('The zip does not hold exactly one file.')
  if (file.encrypted) throw new ReportRefused('The zip is encrypted.')
  if (file.size > REPORT_MAX) throw new ReportRefused('The report unpacks to more than 10 MiB.')
  const { offset, packed, method } = file
  if (offset + 30 > zip.length || zip.readUInt32LE(offset) !== LOCAL_HEADER)
    throw new ReportRefused('The zip is damaged.')
  const start = offset + 30 + zip.readUInt16LE(offset + 26) + zip.readUInt16LE(offset + 28)
  if (start + packed > zip.length) throw new ReportRefused('The zip is damaged.')
  const content = zip.subarray(start, start + packed)
  if (method === 0) return content
  if (method === 8) return inflate('inflateRaw', content)
  throw new ReportRefused('The zip is packed in a way that reports do not use.')
}

/** The text of a report, however it is wrapped. What is no UTF-8 in it becomes U+FFFD. */
export async function unpackReport(bytes: Buffer): Promise<string> {
  let content = bytes
  for (let wrapping = 0; ; wrapping++) {
    const gzip = content[0] === 0x1f && content[1] === 0x8b
    const zip = content.length > 4 && content.readUInt32LE(0) === LOCAL_HEADER
    if (!gzip && !zip) break
    if (wrapping === WRAPPINGS_MAX) throw new ReportRefused('The report is packed more often than any report is.')
    content = gzip ? await inflate('gunzip', content) : await unzip(content)
  }
  if (content.length > REPORT_MAX) throw new ReportRefused('The report has more than 10 MiB.')
  return content.toString('utf8')
}
