// What the relay says, in the language of the pages. The phrase book comes as a file of its own, where the language has one; with English, and
// with a text that nobody knows, all stays as it came.
import type { Book } from './matcher.ts'

/** Long lists say the same again and again. */
const MAX_KEPT = 1000
/** Who waits for the book sees nothing meanwhile: without it they see English, which is better than nothing. */
const LATEST_MS = 8_000

interface Shelf {
  readonly book: Book
  /** By what the relay said; null: not ours. */
  readonly kept: Map<string, string | null>
}

const BOOKS: Readonly<Record<string, () => Promise<{ readonly book: Book }>>> = {
  de: () => import('./german.ts'),
}

const shelves = new Map<string, Shelf>()
let spoken = ''

const later = (millis: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, millis))

async function fetchBook(language: string): Promise<void> {
  const load = BOOKS[language]
  if (load === undefined || shelves.has(language)) return
  try {
    const { book } = await load()
    shelves.set(language, { book, kept: new Map() })
  } catch {
    // The relay is away, or was replaced by a newer one: its own words stand in, as they came.
  }
}

/** Settles when the pages can speak this language, at once where there is nothing to fetch. */
export function booksFor(language: string): Promise<void> {
  if (BOOKS[language] === undefined || shelves.has(language)) return Promise.resolve()
  return Promise.race([fetchBook(language), later(LATEST_MS)])
}

/** From now on; a book that comes late is taken when it is there. */
export function openBook(language: string): void {
  spoken = language
}

function lookUp(shelf: Shelf, text: string): string | null {
  const { kept, book } = shelf
  const before = kept.get(text)
  if (before !== undefined) return before
  const found = book.translate(text) ?? null
  if (kept.size >= MAX_KEPT) for (const [oldest] of [...kept].slice(0, MAX_KEPT / 2)) kept.delete(oldest)
  kept.set(text, found)
  return found
}

/** A text of the relay's in the language of the pages; as it came where there is no phrase for it. */
export function said(text: string): string {
  const shelf = shelves.get(spoken)
  return shelf === undefined ? text : (lookUp(shelf, text) ?? text)
}

/** What a text is in that `said` left as it came, for the `lang` of what shows it; undefined: the language of the page. */
export function langOf(text: string): 'en' | undefined {
  return shelves.get(spoken)?.kept.get(text) === null ? 'en' : undefined
}
