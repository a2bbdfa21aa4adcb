// Every way in which a program may show the content of a text part, so that an address in it is whole in one of them. Bodies,
// attachments and the last look before a reply goes are all read by this.
import { attributeView } from './attribute-view.ts'
import { isFolded } from './calendar-part.ts'
import { calendarReadings, unescapedView, unfoldedPartText } from './calendar-views.ts'
import { decoderFor } from './charset.ts'
import type { PartInfo } from './mime-part.ts'
import { looseReadings } from './loose-readings.ts'
import { readPartText } from './part-text.ts'
import { isHtml } from './scrub.ts'
import { isSingleByte } from './text-model.ts'
import { entityView, percentDecoded, plainView, renderedView } from './text-view.ts'
import { innerReadings } from './trace-scan.ts'
import { decodeTransfer } from './transfer-encoding.ts'

/** HTML and XML, whatever the type of a file says. */
export function isMarkup({ type, name }: PartInfo): boolean {
  const file = name.trim().toLowerCase()
  return (
    isHtml(type) ||
    type === 'text/enriched' ||
    type === 'text/richtext' ||
    type.endsWith('xml') ||
    ['.html', '.htm', '.xhtml', '.xml', '.svg'].some((ending) => file.endsWith(ending))
  )
}

function* shownTexts(text: string, info: PartInfo): Generator<string> {
  if (!isMarkup(info)) {
    const shown = plainView(text, info.delSp).text
    yield shown
    yield* looseReadings(shown, false)
    return
  }
  for (const view of [entityView, renderedView]) {
    const shown = view(text).text
    yield shown
    yield* looseReadings(shown, true)
  }
  yield attributeView(text).text
}

/** The text as a decoder has it that knows more octets to a character, and shifts between alphabets. */
function* multiByteTexts(content: Buffer, info: PartInfo): Generator<string> {
  const decoder = decoderFor(info.charset)
  if (decoder === undefined || isSingleByte(decoder)) return
  yield decoder.decode(decodeTransfer(content, info.encoding).bytes)
}

/**
 * The readings of a whole content, one at a time; what stands in base64 is not among them. Linear, each as long as the content
 * or shorter. The charset must be a readable one.
 */
export function* textReadings(content: Buffer, info: PartInfo): Generator<string> {
  if (isFolded(info)) yield* calendarReadings(unfoldedPartText(content, info))
  const text = readPartText(content, info)
  yield* innerReadings(text)
  for (const shown of shownTexts(text, info)) {
    yield shown
    if (shown.includes('%')) yield percentDecoded(shown)
  }
  if (text.includes('\\')) yield unescapedView(text).text
  yield* multiByteTexts(content, info)
}
