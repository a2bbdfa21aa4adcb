// Which language the pages speak: what was chosen here, else the first of the browser's that we have, else English.
import { useSyncExternalStore } from 'react'
import { booksFor, openBook } from './phrases/said.ts'

export const LANGUAGES = ['en', 'de', 'pseudo'] as const
export type Language = (typeof LANGUAGES)[number]
/** Right to left, for tests of the layout; the words are English. */
export type Direction = 'ltr' | 'rtl'

const KEY = 'postern.language'

export function languageFor(chosen: string | null, wanted: readonly string[]): Language {
  const known = LANGUAGES.find((one) => one === chosen)
  if (known !== undefined) return known
  for (const one of wanted) {
    const [base] = one.toLowerCase().split('-')
    if (base === 'de' || base === 'en') return base
  }
  return 'en'
}

function stored(): string | null {
  try {
    return window.localStorage.getItem(KEY)
  } catch {
    return null
  }
}

let current: Language = typeof window === 'undefined' ? 'en' : languageFor(stored(), window.navigator.languages)
const listeners = new Set<() => void>()

export const language = (): Language => current

function localeFor(wanted: Language): string {
  const base = wanted === 'pseudo' ? 'en' : wanted
  return typeof navigator === 'undefined' ? base : (navigator.languages.find((one) => one.startsWith(base)) ?? base)
}

/** Asked for each figure of a long table: looked up once a language. */
let known: { readonly of: Language; readonly locale: string } | undefined

/** What Intl is asked for: regional habits of the browser where it speaks the same language. */
export function locale(): string {
  if (known?.of !== current) known = { of: current, locale: localeFor(current) }
  return known.locale
}

/** Which switch is the last one: two quick ones may be fetched in any order. */
let switches = 0

/** The pages speak it when the relay's own sentences can be had in it, too: nothing shows in two languages meanwhile. */
export async function setLanguage(next: Language): Promise<void> {
  const mine = ++switches
  try {
    window.localStorage.setItem(KEY, next)
  } catch {
    // A browser that keeps nothing forgets it with the page.
  }
  await booksFor(next)
  if (mine !== switches) return
  current = next
  openBook(next)
  for (const listener of listeners) listener()
}

/** Before the first page shows. */
export async function beginLanguage(): Promise<void> {
  await booksFor(current)
  openBook(current)
}

/** One function for all: a new one would be a new subscription at each rendering of each part. */
function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export function useLanguage(): Language {
  return useSyncExternalStore(subscribe, language, language)
}
