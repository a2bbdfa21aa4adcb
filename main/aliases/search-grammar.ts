// What people type into the search box of the aliases: free text and `key:value` pairs. screens.md 4. What is not understood
// stays free text, so that no typing is ever an error; the pages show what was understood.
import type { AliasQuery } from '../store/queries/search-types.ts'
import { domainOf, parseAddress, type Address } from '../terms/address.ts'
import { splitWords } from './search-words.ts'

/** `words`, `labels` and `from` are folded to lower case; `used:>90d` is longer ago than that, `used:<7d` more recently. */
export type AliasSearch = AliasQuery
type Bound = NonNullable<AliasSearch['used']>

type Draft = { -readonly [Key in keyof AliasSearch]: AliasSearch[Key] } & {
  words: string[]
  domains: string[]
  labels: string[]
  from: string[]
}

const MAX_QUERY = 400
const KEYS = new Set(['is', 'domain', 'tag', 'label', 'from', 'used', 'blocked', 'forwarded'])
const MAX_WORDS = 12

export const EVERYTHING: AliasSearch = {
  ...{ words: [], domains: [], labels: [], from: [] },
  ...{ active: undefined, pinned: undefined, origin: undefined, unused: false, leaked: false, pgp: false },
  ...{ deleted: 'without', used: undefined, blocked: undefined, forwarded: undefined },
}

function bound(text: string, unit: string): Bound | undefined {
  const sign = text[0]
  const rest = text.slice(1, text.endsWith(unit) ? text.length - unit.length : undefined)
  if ((sign !== '>' && sign !== '<') || !/^\d{1,9}$/.test(rest)) return undefined
  return { than: sign === '>' ? 'more' : 'less', value: Number(rest) }
}

function readIs(draft: Draft, value: string): boolean {
  switch (value) {
    case 'active':
    case 'on':
      draft.active = true
      return true
    case 'off':
    case 'inactive':
      draft.active = false
      return true
    case 'pinned':
      draft.pinned = true
      return true
    case 'catchall':
    case 'auto':
      draft.origin = 'catch-all'
      return true
    case 'unused':
      draft.unused = true
      return true
    case 'leaked':
      draft.leaked = true
      return true
    case 'pgp':
      draft.pgp = true
      return true
    case 'deleted':
      draft.deleted = 'only'
      return true
    default:
      return false
  }
}

/** Takes one `key:value`; false where it is none that is known. */
function readPair(draft: Draft, key: string, value: string): boolean {
  if (value === '') return false
  switch (key) {
    case 'is':
      return readIs(draft, value)
    case 'domain':
      // Names are kept in their A-label form, whichever is typed.
      draft.domains.push(domainOf(parseAddress(`x@${value}`) ?? (`x@${value}` as Address)))
      return true
    case 'tag':
    case 'label':
      draft.labels.push(value)
      return true
    case 'from':
      draft.from.push(value)
      return true
    case 'used':
    case 'blocked':
    case 'forwarded': {
      const found = bound(value, key === 'used' ? 'd' : '')
      if (found !== undefined) draft[key] = found
      return found !== undefined
    }
    default:
      return false
  }
}

interface Term {
  readonly kind: 'word' | 'pair' | 'odd'
  readonly text: string
}

/** Takes the query apart into `draft`; each term with how it was taken. `odd`: a known key with a value that says nothing. */
function read(query: string, draft: Draft): readonly Term[] {
  const clean = query.slice(0, MAX_QUERY).toWellFormed()
  return splitWords(clean.replaceAll(/\p{Cc}/gu, ' '))
    .slice(0, MAX_WORDS)
    .map(({ text, quoted }): Term => {
      const colon = quoted ? -1 : text.indexOf(':')
      const key = text.slice(0, Math.max(colon, 0))
      if (colon > 0 && readPair(draft, key, text.slice(colon + 1))) return { kind: 'pair', text }
      draft.words.push(text)
      return { kind: KEYS.has(key) ? 'odd' : 'word', text }
    })
}

const draftOf = (): Draft => ({ ...EVERYTHING, words: [], domains: [], labels: [], from: [] })

export function parseAliasSearch(query: string): AliasSearch {
  const draft = draftOf()
  read(query, draft)
  return draft
}

/** What a person should know of how their query was taken: one sentence each, for the page and the command line. */
export function searchNotes(query: string): readonly string[] {
  const draft = draftOf()
  const odd = read(query, draft).filter((one) => one.kind === 'odd')
  return [
    ...(draft.pgp ? ['is:pgp finds nothing: this version has no OpenPGP, so no alias is encrypted to a key.'] : []),
    ...odd.map(({ text }) => `"${text}" is no filter that is known; it was looked for as text.`),
  ]
}
