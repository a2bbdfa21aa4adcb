// Message-IDs in Message-ID, In-Reply-To and References (RFC 5322 §3.6.4), read as loosely as mail writes them: with odd
// brackets, with none, with words around them.
import { oneLine } from './charset.ts'
import { composeField, unfoldedBody } from './compose-field.ts'
import type { HeaderBlock, HeaderField } from './header-block.ts'
import { fieldsNamed } from './header-block.ts'

/** One that is longer fits no line (RFC 5322 §2.1.1) and names no message. */
const ID_MAX = 900

/** A piece of an identification field: an id between its brackets, or the text between two of them. */
interface Piece {
  readonly kind: 'id' | 'text'
  readonly text: string
}

function isSpace(character: string): boolean {
  return character === ' ' || character === '\t'
}

/** Cuts the unfolded body in ids (without brackets) and words. An unclosed bracket ends at the next white space. */
function pieces(text: string): Piece[] {
  const out: Piece[] = []
  let at = 0
  const until = (isEnd: (character: string) => boolean): string => {
    const start = at
    while (at < text.length && !isEnd(text[at] ?? '')) at++
    return text.slice(start, at)
  }
  while (at < text.length) {
    const character = text[at] ?? ''
    if (character === '<') {
      at++
      const id = until((next) => next === '>' || next === '<' || isSpace(next))
      if (text[at] === '>') at++
      if (id !== '') out.push({ kind: 'id', text: id })
    } else if (isSpace(character) || character === '>' || character === ',') at++
    else out.push({ kind: 'text', text: until((next) => next === '<' || isSpace(next)) })
  }
  return out
}

/** The ids that a field names, without their brackets. A word with an `@` counts where no brackets were written. */
export function messageIdsOf(field: HeaderField): readonly string[] {
  const found = pieces(unfoldedBody(field))
  const ids = found.filter((piece) => piece.kind === 'id').map((piece) => oneLine(piece.text))
  if (ids.length > 0) return ids
  return found.filter((piece) => piece.text.includes('@')).map((piece) => oneLine(piece.text))
}

/** Ids that are looked up for one message; what is beyond them does not leave in a reply. */
const THREAD_MAX = 200

/** The ids in In-Reply-To and References: the ones that may need mapping. */
export function threadIdsOf(header: HeaderBlock): readonly string[] {
  const fields = ['in-reply-to', 'references'].flatMap((name) => fieldsNamed(header, name))
  return fields.flatMap((field) => messageIdsOf(field)).slice(0, THREAD_MAX)
}

/** What becomes of an id: itself, another one, or nothing. */
export type IdChange = (id: string) => string | undefined

/**
 * The field with its ids changed; the very same field where none of them does. `words`: keep the words between the ids
 * (RFC 5322 §4.5.4 lets In-Reply-To have a phrase), which a reply must not.
 */
export function withMessageIds(
  field: HeaderField,
  change: IdChange,
  words: 'kept' | 'dropped',
): HeaderField | undefined {
  const found = pieces(unfoldedBody(field))
  let changed = false
  const out: string[] = []
  for (const piece of found) {
    const bare = piece.kind === 'text' && piece.text.includes('@')
    if (piece.kind === 'text' && !bare) {
      if (words === 'kept') out.push(piece.text)
      else changed = true
      continue
    }
    const next = piece.text.length > ID_MAX ? undefined : change(piece.text)
    if (next !== piece.text) changed = true
    if (next !== undefined) out.push(bare && next === piece.text ? next : `<${next}>`)
  }
  if (!changed) return field
  return out.length === 0 ? undefined : composeField(field.name, out)
}
