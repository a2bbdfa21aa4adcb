// Where a link of a mail leads, told so that a person can judge it: the real host, and what is odd about it.

export const LINK_WARNINGS = ['other-host', 'not-encrypted', 'address', 'punycode', 'credentials', 'odd-port'] as const
export type LinkWarning = (typeof LINK_WARNINGS)[number]

export interface SafeLink {
  /** As it stands in the document, `[3 example.com]`. */
  readonly number: number
  readonly text: string
  readonly url: string
  /** ASCII always; of a mailto, the domain. */
  readonly host: string
  readonly warnings: readonly LinkWarning[]
}

const URL_MAX = 2000
const SCHEMES = new Set(['http:', 'https:', 'mailto:', 'tel:'])
/** Something in a link's text that a reader takes for a host. */
const HOST_LIKE = /\b((?:[a-z0-9-]{1,63}\.){1,8}[a-z]{2,24})\b/gi
const MAIL_HOST = /^[^@?]{1,254}@([a-z0-9.-]{1,253})/i

export interface Target {
  readonly url: string
  readonly host: string
  readonly warnings: readonly LinkWarning[]
}

function hostOf(url: URL): string {
  if (url.protocol === 'mailto:') return MAIL_HOST.exec(url.pathname)?.[1]?.toLowerCase() ?? ''
  return url.protocol === 'tel:' ? '' : url.hostname
}

/** What a reference leads to; undefined where it is none that anybody should follow. */
export function readTarget(href: string): Target | undefined {
  // Browsers take white space and controls out of a URL before they read it; so does the parser here.
  if (href.length > URL_MAX) return undefined
  let url: URL
  try {
    url = new URL(href.trim())
  } catch {
    return undefined
  }
  if (!SCHEMES.has(url.protocol)) return undefined
  const host = hostOf(url)
  const isWeb = url.protocol === 'http:' || url.protocol === 'https:'
  const warnings: LinkWarning[] = []
  if (url.protocol === 'http:') warnings.push('not-encrypted')
  if (isWeb && /^(\[.*\]|[0-9.]+)$/.test(host)) warnings.push('address')
  if (host.split('.').some((label) => label.startsWith('xn--'))) warnings.push('punycode')
  if (isWeb && (url.username !== '' || url.password !== '')) warnings.push('credentials')
  if (isWeb && url.port !== '') warnings.push('odd-port')
  return { url: url.href, host, warnings }
}

/** Whether the text names another host than the one it leads to; `www.` and hosts below it are the same. */
export function namesOtherHost(text: string, host: string): boolean {
  const bare = (name: string): string => name.toLowerCase().replace(/^www\./, '')
  const named = [...text.slice(0, 500).matchAll(HOST_LIKE)].map(([, name = '']) => bare(name))
  const real = bare(host)
  return (
    named.length > 0 && !named.some((name) => name === real || real.endsWith(`.${name}`) || name.endsWith(`.${real}`))
  )
}
