// The one origin that our window shows: `app://postern`. Whatever asks "is this us?" asks here.

export const SCHEME = 'app'
export const HOST = 'postern'
export const ORIGIN = `${SCHEME}://${HOST}`

/** E3: what the scheme may do. Never `bypassCSP` or `corsEnabled`. */
export const PRIVILEGES = Object.freeze({
  standard: true,
  secure: true,
  supportFetchAPI: true,
  stream: true,
  codeCache: true,
} as const)

/** The parsed address where it is one of ours; undefined for every other, and for what is no address at all. */
export function ownUrl(text: string): URL | undefined {
  let url: URL
  try {
    url = new URL(text)
  } catch {
    return undefined
  }
  const ours = url.protocol === `${SCHEME}:` && url.host === HOST && url.username === '' && url.password === ''
  return ours ? url : undefined
}
