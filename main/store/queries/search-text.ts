// The text part of the alias search: which pieces of three letters lead to candidates, and the look at the row itself that decides.
// The index knows only which row has which piece (a quarter of the size of one with positions, and as much faster to walk).
import type { Db } from '../database.ts'
import type { AliasQuery } from './search-types.ts'

/** As many pieces of one text as narrow it down enough; the rest is left to the look at the row. */
const MAX_PIECES = 8
/** Beyond so many matching contacts the older ones are not looked at: a word that all contacts have finds nothing useful. */
const MAX_CONTACTS = 500

/** Two spellings of one text become one: what `fold` does in SQL, done to what is looked for. */
export const fold = (text: string): string => text.normalize('NFC').toLowerCase()

/** The language of the index ends at a NUL, and what is no Unicode is nowhere. */
const clean = (text: string): string => fold(text.toWellFormed().replaceAll('\0', ''))

/** Teaches a connection `fold`; SQLite's own `lower` knows ASCII only. */
export function addFold(db: Db): void {
  db.function('fold', { deterministic: true }, (text: unknown) => (typeof text === 'string' ? fold(text) : ''))
}

const OWN_TEXT = "fold(a.address || char(10) || coalesce(a.description,'') || char(10) || a.labels)"
const CONTACT_TEXT = 'fold(c.address || char(10) || c.display_name)'

const quoted = (piece: string): string => `"${piece.replaceAll('"', '""')}"`

/** Is it long enough for the index? */
export const isLong = (text: string): boolean => Array.from(text).length >= 3

/** The pieces of a text, evenly spread where there are many, as a question to the index. */
function pieces(text: string): string[] {
  const letters = Array.from(text)
  const count = letters.length - 2
  const taken = Math.min(count, MAX_PIECES)
  const at = (i: number): number => (taken === 1 ? 0 : Math.round((i * (count - 1)) / (taken - 1)))
  return Array.from({ length: Math.max(taken, 0) }, (_, i) => quoted(letters.slice(at(i), at(i) + 3).join('')))
}

const ask = (texts: readonly string[]): string | undefined => {
  const all = [...new Set(texts.filter(isLong).flatMap(pieces))]
  return all.length === 0 ? undefined : all.join(' AND ')
}

export interface TextQuestion {
  /** For the index over aliases; undefined where no text is long enough for it. */
  readonly own: string | undefined
  /** What a row `a` has to hold in its own text; '' where nothing. */
  readonly ownCheck: string
  /** For the index over contacts, where all words may be found in one contact instead; undefined where that is not asked. */
  readonly contacts: string | undefined
  readonly contactCheck: string
  /** `from:` must be found among the contacts, whatever else. */
  readonly must: string | undefined
  readonly mustCheck: string
  readonly values: Readonly<Record<string, string>>
}

export function textQuestion(query: AliasQuery): TextQuestion {
  const values: Record<string, string> = {}
  const holds = (text: string, name: string, texts: readonly string[]): string =>
    texts
      .map((one, i) => {
        values[`${name}${i}`] = one
        return `instr(${text}, :${name}${i}) > 0`
      })
      .join(' AND ')
  const words = query.words.map(clean)
  const labels = query.labels.map((one) => clean(`|${one}|`))
  const from = query.from.map(clean)
  // Short words alone would have to be looked for in every row: by themselves they are beginnings of addresses.
  const free = words.some(isLong) || labels.length > 0 ? words : []
  return {
    own: ask([...words, ...labels]),
    ownCheck: [
      ...(free.length === 0 ? [] : [holds(OWN_TEXT, 'word', free)]),
      ...(labels.length === 0 ? [] : [holds('fold(a.labels)', 'label', labels)]),
    ].join(' AND '),
    contacts: labels.length > 0 ? undefined : ask(words),
    contactCheck: holds(CONTACT_TEXT, 'word', free),
    must: ask(from),
    mustCheck: holds(CONTACT_TEXT, 'from', from),
    values,
  }
}

/** Words that only the beginning of an address may match. */
export function shortWords(query: AliasQuery): readonly string[] {
  return query.words.some(isLong) || query.labels.length > 0 ? [] : query.words.map(fold)
}

/** SQL for the numbers of aliases that have a contact in which the text is found; the newest contacts first, so many and no more. */
export const byContact = (name: 'contacts' | 'must', check: string): string =>
  `SELECT DISTINCT ca.number AS number FROM
     (SELECT c.alias_id FROM contact_search s CROSS JOIN contact c INDEXED BY contact_by_number ON c.number = s.rowid
      WHERE contact_search MATCH :${name} AND ${check} ORDER BY s.rowid DESC LIMIT ${MAX_CONTACTS}) f
   JOIN alias ca ON ca.id = f.alias_id`
