// Which parts of a message are what its author wrote, and not files that were attached. Whoever edits, reads or searches the text
// of a reply goes by this.
import type { PartInfo } from './mime-part.ts'
import type { PartPlace } from './mime-walk.ts'

/** Parts that are text to be read, whatever else they are called. */
const READ_TYPES: ReadonlySet<string> = new Set([
  'text/plain',
  'text/html',
  'text/enriched',
  'text/richtext',
  'text/markdown',
  'text/x-amp-html',
  'text/watch-html',
  'text/x-watch-html',
  // Receipts and reports name the mailbox that made them. RFC 8098 §3.2.4, RFC 3464 §2.3.2
  'message/disposition-notification',
  'message/delivery-status',
  'text/rfc822-headers',
])

/** What stands before the first part and behind the last one is read as this. */
export const PREAMBLE: PartInfo = {
  type: 'text/plain',
  charset: '',
  encoding: 'identity',
  knownEncoding: true,
  eightBit: true,
  boundary: '',
  longBoundary: false,
  attachment: false,
  name: '',
  typeName: '',
  delSp: false,
  reportType: '',
}

/** Whether a part is what the user wrote, and not a file that they attached. */
export function isBodyText(info: PartInfo, place: PartPlace): boolean {
  if (info.attachment || place.nested || !READ_TYPES.has(info.type)) return false
  return info.name === '' || place.path === '' || place.parent === 'multipart/alternative'
}
