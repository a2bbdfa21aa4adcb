// The one-time code of a login link: `http://localhost:7788/#code=…`. It stands in the fragment, which browsers send to nobody.

/** The code in a whole link, in a fragment, or by itself; undefined where there is none. */
export function codeIn(text: string): string | undefined {
  const trimmed = text.trim()
  const hash = trimmed.indexOf('#')
  const code = hash === -1 ? trimmed : (new URLSearchParams(trimmed.slice(hash + 1)).get('code') ?? '')
  return code === '' || code.length > 200 ? undefined : code
}

interface Place {
  readonly hash: string
  readonly pathname: string
  readonly search: string
}

/** Takes the code out of the page's own address, and out of the history with it. */
export function takeCode(place: Place, replace: (url: string) => void): string | undefined {
  const { hash } = place
  if (!hash.includes('code=')) return undefined
  replace(place.pathname + place.search)
  return codeIn(hash)
}
