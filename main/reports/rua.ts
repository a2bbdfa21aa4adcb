// Where a domain wants its reports: the records that say so, and the addresses in them. Whoever publishes them is a stranger: what is
// not plainly an address is passed over, and a list that is longer than any honest one is refused as a whole. Pure. RFC 8460 §3, RFC 9990
import { parseAddress, type Address } from '../terms/address.ts'

export type Destination =
  | { readonly kind: 'mail'; readonly address: Address; readonly uri: string; readonly maxSize: number | undefined }
  | { readonly kind: 'https'; readonly url: string; readonly uri: string }

/** A record of this size takes 16 strings; none has more than two. */
const RECORD_MAX = 4096
const URI_MAX = 1000
/** More addresses than that, and we would be the one who floods them. */
const LISTED_MAX = 10
const USED_MAX = 4

/** RFC 3986 §2: nothing else can stand in a URI, so no control character gets through. */
const URI = /^[A-Za-z0-9\-._~:/?#[\]@!$&'()*+,;=%]+$/
/** RFC 9990 has made the size obsolete; it is still published. */
const SIZE = /!(\d{1,9})([kmgt]?)$/i
const UNITS = { '': 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30, t: 2 ** 40 } as const

function parseMailto(uri: string): Destination | undefined {
  const size = SIZE.exec(uri)
  const unit = (size?.[2] ?? '').toLowerCase() as keyof typeof UNITS
  const maxSize = size === null ? undefined : Number(size[1]) * UNITS[unit]
  // RFC 6068 §2: one address; what a "?" would put into the header is nobody's business but ours.
  const [path = ''] = (size === null ? uri : uri.slice(0, size.index)).slice('mailto:'.length).split('?', 1)
  let decoded: string
  try {
    decoded = decodeURIComponent(path)
  } catch {
    return undefined
  }
  // RFC 6531 would ask for servers that understand it; nobody publishes such an address.
  const address = /^[\x21-\x7e]+$/.test(decoded) ? parseAddress(decoded) : undefined
  return address === undefined ? undefined : { kind: 'mail', address, uri: `mailto:${address}`, maxSize }
}

function parseHttps(uri: string): Destination | undefined {
  const parsed = URL.canParse(uri) ? new URL(uri) : undefined
  if (parsed?.protocol !== 'https:' || parsed.username !== '' || parsed.password !== '' || parsed.port === '0')
    return undefined
  // A name, which the DNS answers for: an address would be dialled as it stands.
  if (parsed.hostname.startsWith('[') || /^[0-9.]+$/.test(parsed.hostname) || !parsed.hostname.includes('.'))
    return undefined
  parsed.hash = ''
  return { kind: 'https', url: parsed.href, uri: parsed.href }
}

function parseUri(text: string): Destination | undefined {
  if (text.length > URI_MAX || !URI.test(text)) return undefined
  const scheme = text.slice(0, 8).toLowerCase()
  if (scheme.startsWith('mailto:')) return parseMailto(text)
  return scheme === 'https://' ? parseHttps(text) : undefined
}

/** The destinations of a list with commas, each once. Empty where there is none that can be used, or far too many. */
export function parseDestinations(list: string): readonly Destination[] {
  const listed = list.split(',', LISTED_MAX + 1)
  if (listed.length > LISTED_MAX) return []
  const found = new Map<string, Destination>()
  for (const one of listed) {
    const destination = parseUri(one.trim())
    if (destination !== undefined && found.size < USED_MAX) found.set(destination.uri.toLowerCase(), destination)
  }
  return [...found.values()]
}

/** Where TLS reports go. RFC 8460 §3: one record that begins with the version, else none at all. */
export function parseTlsRptRecords(texts: readonly string[]): readonly Destination[] {
  const records = texts.filter((text) => /^v=TLSRPTv1[ \t]*(;|$)/.test(text))
  const [record] = records
  if (record === undefined || records.length > 1 || record.length > RECORD_MAX) return []
  const values = record
    .split(';')
    .slice(1)
    .map((field) => /^[ \t]*rua[ \t]*=(.*)$/s.exec(field)?.[1])
    .filter((value) => value !== undefined)
  const [value] = values
  return value === undefined || values.length > 1 ? [] : parseDestinations(value)
}
