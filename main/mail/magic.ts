// What a file is by its first bytes. What its sender calls it is a claim.

/** So much of a file is looked at. */
export const MAGIC_BYTES = 4096

interface Signature {
  readonly at: number
  readonly bytes: string
  readonly type: string
}

const signature = (type: string, bytes: string, at = 0): Signature => ({ at, bytes, type })

/** Of two that fit, the first counts. Bytes as latin1. */
const SIGNATURES: readonly Signature[] = [
  signature('application/pdf', '%PDF-'),
  signature('image/png', '\x89PNG\r\n\x1a\n'),
  signature('image/jpeg', '\xff\xd8\xff'),
  signature('image/gif', 'GIF87a'),
  signature('image/gif', 'GIF89a'),
  signature('image/webp', 'WEBP', 8),
  signature('image/tiff', 'II*\0'),
  signature('image/tiff', 'MM\0*'),
  signature('image/bmp', 'BM'),
  signature('image/x-icon', '\0\0\x01\0'),
  signature('audio/wav', 'WAVE', 8),
  signature('audio/mpeg', 'ID3'),
  signature('audio/ogg', 'OggS'),
  signature('video/mp4', 'ftyp', 4),
  signature('video/webm', '\x1aE\xdf\xa3'),
  signature('application/zip', 'PK\x03\x04'),
  signature('application/zip', 'PK\x05\x06'),
  signature('application/gzip', '\x1f\x8b'),
  signature('application/x-7z-compressed', '7z\xbc\xaf\x27\x1c'),
  signature('application/vnd.rar', 'Rar!\x1a\x07'),
  signature('application/x-xz', '\xfd7zXZ\0'),
  signature('application/x-bzip2', 'BZh'),
  signature('application/zstd', '\x28\xb5\x2f\xfd'),
  signature('application/vnd.ms-cab-compressed', 'MSCF'),
  signature('application/x-ole-storage', '\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1'),
  signature('application/x-msdownload', 'MZ'),
  signature('application/x-executable', '\x7fELF'),
  signature('application/x-mach-binary', '\xcf\xfa\xed\xfe'),
  signature('application/x-mach-binary', '\xce\xfa\xed\xfe'),
  signature('application/java-vm', '\xca\xfe\xba\xbe'),
  signature('application/x-ms-shortcut', 'L\0\0\0\x01\x14\x02\0'),
  signature('application/wasm', '\0asm'),
  signature('application/x-sqlite3', 'SQLite format 3\0'),
  signature('application/x-tar', 'ustar', 257),
  signature('application/rtf', '{\\rtf'),
  signature('application/pgp-encrypted', '-----BEGIN PGP MESSAGE-----'),
  signature('application/pgp-signature', '-----BEGIN PGP SIGNATURE-----'),
  signature('application/pgp-keys', '-----BEGIN PGP PUBLIC KEY BLOCK-----'),
  signature('application/ms-tnef', '\x78\x9f\x3e\x22'),
  signature('text/x-script', '#!'),
]

/** What an office document has among the names of its archive. */
const OFFICE: readonly (readonly [string, string])[] = [
  ['vbaProject.bin', 'application/vnd.ms-office-with-macros'],
  ['word/', 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'],
  ['xl/', 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'],
  ['ppt/', 'application/vnd.openxmlformats-officedocument.presentationml.presentation'],
  ['mimetypeapplication/vnd.oasis.opendocument', 'application/vnd.oasis.opendocument'],
  ['META-INF/MANIFEST.MF', 'application/java-archive'],
  ['AndroidManifest.xml', 'application/vnd.android.package-archive'],
]

const MARKUP: readonly (readonly [string, string])[] = [
  ['<svg', 'image/svg+xml'],
  ['<!doctype svg', 'image/svg+xml'],
  ['<!doctype html', 'text/html'],
  ['<html', 'text/html'],
  ['<script', 'text/html'],
  ['<body', 'text/html'],
  ['<head', 'text/html'],
  ['<iframe', 'text/html'],
]

function textType(text: string): string {
  const start = text.slice(0, 1024).trimStart().toLowerCase()
  if (start.startsWith('begin:vcalendar')) return 'text/calendar'
  if (start.startsWith('begin:vcard')) return 'text/vcard'
  for (const [mark, type] of MARKUP) if (start.includes(mark)) return type
  return start.startsWith('<?xml') ? 'text/xml' : 'text/plain'
}

/** Text has no control characters but white space and escape; UTF-16 shows by its mark. */
export function isTextHead(head: Buffer): boolean {
  if ((head[0] === 0xff && head[1] === 0xfe) || (head[0] === 0xfe && head[1] === 0xff)) return true
  return head
    .subarray(0, MAGIC_BYTES)
    .every((byte) => byte >= 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0c || byte === 0x0d || byte === 0x1b)
}

/** The type of a file that begins with `head`; `application/octet-stream` where nothing is known. */
export function typeOfBytes(head: Buffer): string {
  const text = head.toString('latin1', 0, MAGIC_BYTES)
  if (text === '') return 'application/x-empty'
  const found = SIGNATURES.find(({ at, bytes }) => text.startsWith(bytes, at))?.type
  if (found === 'application/zip') return OFFICE.find(([name]) => text.includes(name))?.[1] ?? found
  if (found !== undefined) return found
  return isTextHead(head)
    ? textType(text.startsWith('\xef\xbb\xbf') ? text.slice(3) : text)
    : 'application/octet-stream'
}

export const WARNINGS = ['type-differs', 'program', 'script', 'macro', 'double-ending', 'archive', 'page'] as const
export type AttachmentWarning = (typeof WARNINGS)[number]

const PROGRAMS = new Set(
  'exe com scr pif msi msp dll cpl sys lnk app dmg pkg deb rpm apk jar appimage iso img vhd vhdx gadget'.split(' '),
)
const SCRIPTS = new Set(
  'js jse mjs vbs vbe wsf wsh hta bat cmd ps1 psm1 sh bash py pl rb reg scf url desktop command jnlp'.split(' '),
)
const MACROS = new Set('docm dotm xlsm xltm xlam pptm potm ppsm doc xls ppt'.split(' '))
const PAGES = new Set('html htm xhtml shtml mht mhtml svg xml xsl chm'.split(' '))
const DOCUMENTS = new Set('pdf doc docx xls xlsx ppt pptx txt csv jpg jpeg png gif mp3 mp4 odt ods rtf'.split(' '))
const PROGRAM_TYPES = new Set(
  'x-msdownload x-executable x-mach-binary java-vm java-archive vnd.android.package-archive x-ms-shortcut wasm'.split(
    ' ',
  ),
)
const ARCHIVE_TYPES = new Set(
  'zip gzip x-7z-compressed vnd.rar x-xz x-bzip2 zstd vnd.ms-cab-compressed x-tar'.split(' '),
)

/** Types that are one another's by other names, or that say nothing. */
function agrees(claimed: string, found: string): boolean {
  const vague = ['', 'application/octet-stream', 'application/binary', 'application/force-download']
  if (
    claimed === found ||
    vague.includes(claimed) ||
    found === 'application/octet-stream' ||
    found === 'application/x-empty'
  )
    return true
  const plain = (type: string): string =>
    type.replace(/^application\/(?:x-|vnd\.)?/, '').replace(/^image\/(pjpeg|jpg)$/, 'image/jpeg')
  if (plain(claimed) === plain(found)) return true
  const [family = ''] = found.split('/')
  // Text is text by whatever name, but for what a browser or a system would run.
  if (found === 'text/plain') return true
  if (family === 'audio' || family === 'video') return claimed.startsWith('audio/') || claimed.startsWith('video/')
  if (found === 'application/zip' || found.startsWith('application/vnd.o'))
    return /zip|office|opendocument|epub/.test(claimed)
  if (found === 'application/x-ole-storage') return /msword|ms-excel|ms-powerpoint|ms-outlook|msi/.test(claimed)
  return found === 'text/xml' ? claimed.includes('xml') : false
}

/** What a person should know before they open a file of this name and claim that begins like this. */
export function warningsOf(name: string, claimed: string, found: string): readonly AttachmentWarning[] {
  const endings = name
    .toLowerCase()
    .split('.')
    .slice(1)
    .map((one) => one.trim())
  const last = endings.at(-1) ?? ''
  const kind = found.replace(/^application\//, '')
  const warnings: AttachmentWarning[] = []
  if (!agrees(claimed, found)) warnings.push('type-differs')
  if (PROGRAMS.has(last) || PROGRAM_TYPES.has(kind)) warnings.push('program')
  if (SCRIPTS.has(last) || found === 'text/x-script') warnings.push('script')
  if (MACROS.has(last) || kind === 'vnd.ms-office-with-macros' || kind === 'x-ole-storage') warnings.push('macro')
  const before = endings.at(-2)
  if (before !== undefined && DOCUMENTS.has(before) && !DOCUMENTS.has(last)) warnings.push('double-ending')
  if (ARCHIVE_TYPES.has(kind)) warnings.push('archive')
  if (PAGES.has(last) || found === 'text/html' || found === 'image/svg+xml') warnings.push('page')
  return warnings
}
