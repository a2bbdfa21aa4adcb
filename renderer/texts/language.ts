// Which language the pages speak: what was chosen here, else the first of the browser's that we have, else English.
import { useSyncExternalStore } from 'react'

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

/** What Intl is asked for: regional habits of the browser where it speaks the same language. */
export function locale(): string {
  const base = current === 'pseudo' ? 'en' : current
  return typeof navigator === 'undefined' ? base : (navigator.languages.find((one) => one.startsWith(base)) ?? base)
}

export function setLanguage(next: Language): void {
  current = next
  try {
    window.localStorage.setItem(KEY, next)
  } catch {
    // A browser that keeps nothing forgets it with the page.
  }
  for (const listener of listeners) listener()
}

export function useLanguage(): Language {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    language,
    language,
  )
}
