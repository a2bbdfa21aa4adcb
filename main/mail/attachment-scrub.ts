// Takes the user's address out of attachments that are text (notes, tables, pages, cards), where the user wants that instead of
// a held reply. What is left in one afterwards holds the reply all the same: a card may have the address in base64.
import type { AddressTable } from './address-finder.ts'
import { findAddresses } from './address-finder.ts'
import { isFolded } from './calendar-part.ts'
import type { PartInfo } from './mime-part.ts'
import { editPartText } from './part-text.ts'
import { replacing } from './scrub.ts'
import { isMarkup } from './text-readings.ts'
import { editsOfView, unfoldedView } from './text-view.ts'

const ENDINGS = 'txt csv tsv htm html xhtml md log vcf json xml yaml yml ini ldif'.split(' ').map((one) => `.${one}`)

/** Whether an attachment is text of a kind that may be changed. Keys and signatures are not: they would be broken. */
export function isScrubbable({ type, name }: PartInfo): boolean {
  const file = name.trim().toLowerCase()
  const named = ENDINGS.some((ending) => file.endsWith(ending))
  return named || (type.startsWith('text/') && !file.endsWith('.asc') && !file.endsWith('.eml'))
}

/** The content with the user's addresses replaced; the very same Buffer where there are none. */
export function scrubbedAttachment(content: Buffer, info: PartInfo, table: AddressTable): Buffer {
  const html = isMarkup(info)
  return editPartText(content, info, (text) => {
    if (text.includes('-----BEGIN ')) return []
    const edits = replacing(text, html, table)
    if (!isFolded(info)) return edits
    const unfolded = unfoldedView(text)
    const folded = findAddresses(unfolded.text, table)
    return [
      ...edits,
      ...folded.flatMap(({ start, end, known }) => editsOfView(unfolded, start, end, known.replacement)),
    ]
  })
}
