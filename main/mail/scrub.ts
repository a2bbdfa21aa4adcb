// What must not be left in the text of a reply: the user's addresses become the alias, reply addresses the people they stand
// for, display names that only a relay writes become plain ones, and links to renamed parts follow them. behaviour.md 4.4
import type { AddressTable, FoundAddress, KnownAddress } from './address-finder.ts'
import { findAddresses, replacementFor } from './address-finder.ts'
import { attributeView } from './attribute-view.ts'
import type { ContactNames, Form } from './contact-names.ts'
import { findContactNames } from './contact-names.ts'
import type { PartInfo } from './mime-part.ts'
import type { TextTransform } from './part-text.ts'
import type { Telling } from './telling.ts'
import type { TextEdit } from './text-model.ts'
import type { View } from './text-view.ts'
import { editsOfView, entityView, literalView, plainView, renderedView } from './text-view.ts'

export interface Scrubbing {
  readonly table: AddressTable
  readonly names: ContactNames
  readonly telling: Telling
  /** Told of each address that is replaced in a text. */
  readonly onFound?: (known: KnownAddress) => void
}

function escapedHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}

type Write = (text: string) => string

function addressEdits(view: View, table: AddressTable, write: Write, onFound?: Scrubbing['onFound']): TextEdit[] {
  const edit = (found: FoundAddress): TextEdit[] => {
    onFound?.(found.known)
    return editsOfView(view, found.start, found.end, write(replacementFor(found)))
  }
  return findAddresses(view.text, table).flatMap(edit)
}

function nameEdits(view: View, names: ContactNames, form: Form): TextEdit[] {
  return findContactNames(view.text, names, form).flatMap(({ start, end, text }) => editsOfView(view, start, end, text))
}

const CID_END = new Set(['"', "'", '<', '>', ')', ' ', '\t', '\r', '\n', '&', ';', ','])
const CID_MAX = 998

function decodedUrl(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** RFC 2392: `cid:` links to parts whose Content-ID was renamed. */
function contentIdEdits(view: View, telling: Telling, write: Write): TextEdit[] {
  const edits: TextEdit[] = []
  const lower = view.text.toLowerCase()
  let end = 0
  for (let at = lower.indexOf('cid:'); at >= 0; at = lower.indexOf('cid:', end)) {
    const start = at + 4
    end = start
    while (end < view.text.length && end - start < CID_MAX && !CID_END.has(view.text[end] ?? '')) end++
    const id = decodedUrl(view.text.slice(start, end))
    const renamed = telling.contentId(id)
    if (renamed !== id) edits.push(...editsOfView(view, start, end, write(renamed)))
  }
  return edits
}

export function isHtml(type: string): boolean {
  return type === 'text/html' || type === 'text/x-amp-html' || type === 'application/xhtml+xml'
}

/** How a text stands in the part, how it is read, and how a replacement is written into it. */
interface Views {
  readonly source: View
  readonly read: View
  /** HTML: what a browser follows where an attribute is broken over lines. Text: as Markdown shows it. */
  readonly followed: readonly View[]
  readonly write: Write
}

function viewsOf(text: string, html: boolean, delSp: boolean): Views {
  const plain: View = { text, starts: undefined, ends: undefined }
  if (!html) {
    const followed = text.includes('\\') ? [literalView(text)] : []
    return { source: plain, read: plainView(text, delSp), followed, write: (written) => written }
  }
  const followed = [attributeView(text)]
  return { source: entityView(text), read: renderedView(text), followed, write: escapedHtml }
}

function addressEditsIn(
  { source, read, followed, write }: Views,
  table: AddressTable,
  onFound?: Scrubbing['onFound'],
): readonly TextEdit[] {
  return [source, read, ...followed].flatMap((view) => addressEdits(view, table, write, onFound))
}

/** The edits that replace the addresses of a table in a file that is plain text, or HTML. */
export function replacing(text: string, html: boolean, table: AddressTable): readonly TextEdit[] {
  return addressEditsIn(viewsOf(text, html, false), table)
}

/** The edits that take every trace out of a text. Views overlap on purpose: what one cannot see, another does. */
export function scrubTransform(info: PartInfo, { table, names, telling, onFound }: Scrubbing): TextTransform {
  const html = isHtml(info.type)
  return (text) => {
    const views = viewsOf(text, html, info.delSp)
    return [
      ...(html ? contentIdEdits(views.source, telling, views.write) : []),
      ...addressEditsIn(views, table, onFound),
      ...nameEdits(views.source, names, html ? 'code' : 'text'),
      ...nameEdits(views.read, names, 'text'),
    ]
  }
}
