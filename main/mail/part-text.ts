// One text part edited as text: transfer encoding and charset off, edits made, and both put on again around what changed.
import type { PartInfo } from './mime-part.ts'
import type { TextEdit } from './text-model.ts'
import { textModel } from './text-model.ts'
import { decodeTransfer, editTransfer } from './transfer-encoding.ts'

/** The one thing in the mail core that is held whole is one text part. Larger text is not edited, and holds a reply. */
export const TEXT_PART_MAX = 4 * 1024 * 1024

/** Says what to change in a text, by positions in it. */
export type TextTransform = (text: string) => readonly TextEdit[]

/** Sorted, and of two edits that meet only the first. */
export function orderedEdits(edits: readonly TextEdit[]): TextEdit[] {
  const sorted = edits.toSorted((a, b) => a.start - b.start || b.end - a.end)
  const out: TextEdit[] = []
  let from = 0
  for (const edit of sorted) {
    if (edit.start < from) continue
    out.push(edit)
    from = edit.end
  }
  return out
}

/** The part's bytes with the edits made; the very same Buffer where there are none. */
export function editPartText(source: Buffer, info: PartInfo, transform: TextTransform): Buffer {
  const decoded = decodeTransfer(source, info.encoding)
  const model = textModel(decoded.bytes, info.charset)
  const edits = orderedEdits(transform(model.text))
  return edits.length === 0 ? source : editTransfer(source, info.encoding, decoded, model.toBytes(edits))
}

/** The part's text, decoded. */
export function readPartText(source: Buffer, info: PartInfo): string {
  return textModel(decodeTransfer(source, info.encoding).bytes, info.charset).text
}
