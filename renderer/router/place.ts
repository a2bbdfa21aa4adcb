// Where in the pages one is. It all stands in the fragment of the address, `#/aliases?q=shop&sort=-created_at`, so that reloading, going
// back and links from elsewhere keep it, and nothing of it is ever sent to a server or stands in its log.
import { useCallback, useSyncExternalStore } from 'react'

export interface Place {
  /** `/aliases/UUID`: at least `/`. */
  readonly path: string
  readonly query: URLSearchParams
}

const MAX_HASH = 4000

export function readPlace(hash: string): Place {
  const text = hash.startsWith('#/') && hash.length <= MAX_HASH ? hash.slice(1) : '/'
  const mark = text.indexOf('?')
  const path = mark === -1 ? text : text.slice(0, mark)
  return {
    path: path.length > 1 ? path.replace(/\/$/, '') : path,
    query: new URLSearchParams(mark === -1 ? '' : text.slice(mark + 1)),
  }
}

export type Query = Readonly<Record<string, string | undefined>>

/** The address of a place within the pages, for `href`. Empty and undefined values are left out. */
export function hrefTo(path: string, query: Query = {}): string {
  const params = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) if (value !== undefined && value !== '') params.set(name, value)
  const text = params.toString()
  return `#${path}${text === '' ? '' : `?${text}`}`
}

const listeners = new Set<() => void>()
let known: { readonly hash: string; readonly place: Place } | undefined

/** What somebody types stands in the address a moment after the last letter: browsers take only so many changes of it, and each costs. */
const SETTLE_MS = 200
let typed: { readonly hash: string; readonly timer: ReturnType<typeof setTimeout> } | undefined

function takeTyped(): string | undefined {
  clearTimeout(typed?.timer)
  const hash = typed?.hash
  typed = undefined
  return hash
}

/** Before anything that leaves the place: what was typed belongs to it. */
function settle(): void {
  const hash = takeTyped()
  if (hash !== undefined && window.location.hash !== hash) window.history.replaceState(null, '', hash)
}

const hashNow = (): string => typed?.hash ?? window.location.hash

function placeNow(): Place {
  const hash = hashNow()
  if (known?.hash !== hash) known = { hash, place: readPlace(hash) }
  return known.place
}

const tell = (): void => {
  for (const listener of listeners) listener()
}

/** Somebody went elsewhere by the browser's own ways. */
function onElsewhere(): void {
  takeTyped()
  tell()
}

function subscribe(listener: () => void): () => void {
  if (listeners.size === 0) {
    window.addEventListener('hashchange', onElsewhere)
    window.addEventListener('click', settle, { capture: true })
    window.addEventListener('pagehide', settle)
  }
  listeners.add(listener)
  return () => {
    listeners.delete(listener)
    if (listeners.size > 0) return
    window.removeEventListener('hashchange', onElsewhere)
    window.removeEventListener('click', settle, { capture: true })
    window.removeEventListener('pagehide', settle)
  }
}

/** Goes there. With `replace` the way back leads past where one is now. */
export function navigate(href: string, { replace = false }: { readonly replace?: boolean } = {}): void {
  if (hashNow() === href) return
  settle()
  // Neither of these tells anybody, unlike a click on a link.
  if (replace) window.history.replaceState(null, '', href)
  else window.history.pushState(null, '', href)
  tell()
}

export function usePlace(): Place {
  return useSyncExternalStore(subscribe, placeNow, placeNow)
}

/** The page alone: who shows nothing of the query is not rendered anew at each key of a search. */
export function usePath(): string {
  const path = (): string => placeNow().path
  return useSyncExternalStore(subscribe, path, path)
}

/** One value of the query, and a setter that keeps the others and makes no new step back. */
export function useParam(name: string): readonly [string, (value: string | undefined) => void] {
  const { query } = usePlace()
  const set = useCallback((value: string | undefined) => setParams({ [name]: value }), [name])
  return [query.get(name) ?? '', set]
}

/** Changes values of the query where one is; `push` makes a step back of it. */
export function setParams(change: Query, push = false): void {
  const { path, query } = placeNow()
  navigate(hrefTo(path, { ...Object.fromEntries(query), ...change }), { replace: !push })
}

/** The same for what is being typed: the page follows at once, the address a moment after the last letter. */
export function setTyped(change: Query): void {
  const { path, query } = placeNow()
  const hash = hrefTo(path, { ...Object.fromEntries(query), ...change })
  if (hashNow() === hash) return
  takeTyped()
  typed = { hash, timer: setTimeout(settle, SETTLE_MS) }
  tell()
}

/** Matches `/aliases/:id` against a path; the parts that have names, or undefined. */
export function matchPath(pattern: string, path: string): Readonly<Record<string, string>> | undefined {
  const [wanted, given] = [pattern.split('/'), path.split('/')]
  if (wanted.length !== given.length) return undefined
  const found: Record<string, string> = {}
  for (const [i, piece] of wanted.entries()) {
    const other = given[i] ?? ''
    if (!piece.startsWith(':')) {
      if (piece !== other) return undefined
      continue
    }
    try {
      found[piece.slice(1)] = decodeURIComponent(other)
    } catch {
      return undefined
    }
    if (other === '') return undefined
  }
  return found
}
