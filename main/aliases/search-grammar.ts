// What people type into the search box of the aliases: free text and `key:value` pairs. screens.md 4. What is not understood
// stays free text, so that no typing is ever an error; the pages show what was understood.
import type { AliasQuery } from '../store/queries/search-types.ts'
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
const MAX_WORDS = 12

export const EVERYTHING: AliasSearch = {
  ...{ words: [], domains: [], labels: [], from: [] },
  ...{ active: undefined, pinned: undefined, origin: undefined, unused: false, leaked: false },
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
      draft.domains.push(value)
      return true
    case 'tag':
    case 'label':
      draft.labels.push(value)
      return true
    case 'from':
      draft.from.push(value)
      return true
    case 'used':
      draft.used = bound(value, 'd')
      return draft.used !== undefined
    case 'blocked':
      draft.blocked = bound(value, '')
      return draft.blocked !== undefined
    case 'forwarded':
      draft.forwarded = bound(value, '')
      return draft.forwarded !== undefined
    default:
      return false
  }
}

export function parseAliasSearch(query: string): AliasSearch {
  const draft: Draft = { ...EVERYTHING, words: [], domains: [], labels: [], from: [] }
  for (const { text, quoted } of splitWords(
    query
      .slice(0, MAX_QUERY)
      .toWellFormed()
      .replaceAll(/\p{Cc}/gu, ' '),
  ).slice(0, MAX_WORDS)) {
    const colon = quoted ? -1 : text.indexOf(':')
    const understood = colon > 0 && readPair(draft, text.slice(0, colon), text.slice(colon + 1))
    if (!understood) draft.words.push(text)
  }
  return draft
}
