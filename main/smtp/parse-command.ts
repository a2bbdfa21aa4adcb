// Commands and their arguments, from bytes to values. RFC 5321 §4.1.1, §4.1.2; parameters RFC 1870, 6152, 6531.
import { parseAddress, parseLocalPart, type Address } from '../terms/address.ts'

export interface Command {
  /** Upper case. */
  readonly verb: string
  readonly argument: string
}

/** Splits a line into verb and argument. Bytes are read as UTF-8 (RFC 6531 §3.1); undefined where they are not, or hold controls. */
export function parseCommand(line: Buffer): Command | undefined {
  const text = line.toString('utf8')
  if (text.includes('\ufffd')) return undefined
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code < 0x20 || code === 0x7f) return undefined
  }
  const space = text.indexOf(' ')
  const verb = (space < 0 ? text : text.slice(0, space)).toUpperCase()
  return { verb, argument: space < 0 ? '' : text.slice(space + 1).trim() }
}

export type Path =
  | { readonly kind: 'null' }
  /** The bare `<postmaster>` of RFC 5321 §4.5.1. */
  | { readonly kind: 'postmaster' }
  | { readonly kind: 'address'; readonly address: Address }

export interface PathCommand {
  readonly path: Path
  readonly parameters: ReadonlyMap<string, string>
}

export type PathResult = PathCommand | 'syntax' | 'address' | 'parameter'

/** `FROM:<path> key=value …`. RFC 5321 §4.1.1.2; `keyword` is `FROM` or `TO`. */
export function parsePathCommand(argument: string, keyword: 'FROM' | 'TO'): PathResult {
  const colon = argument.indexOf(':')
  if (colon < 0 || argument.slice(0, colon).trim().toUpperCase() !== keyword) return 'syntax'
  const rest = argument.slice(colon + 1).trimStart()
  if (!rest.startsWith('<')) return 'syntax'
  const end = closingBracket(rest)
  if (end < 0) return 'syntax'
  const tail = rest.slice(end + 1)
  if (tail !== '' && !tail.startsWith(' ')) return 'syntax'
  const parameters = parseParameters(tail)
  if (parameters === undefined) return 'parameter'
  const path = parsePath(rest.slice(1, end), keyword)
  return path === undefined ? 'address' : { path, parameters }
}

/** The `>` that ends the path: not one inside a quoted string. */
function closingBracket(text: string): number {
  let quoted = false
  for (let i = 1; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (quoted && code === 0x5c) i++
    else if (code === 0x22) quoted = !quoted
    else if (code === 0x3e && !quoted) return i
  }
  return -1
}

function parsePath(inside: string, keyword: 'FROM' | 'TO'): Path | undefined {
  if (inside === '') return keyword === 'FROM' ? { kind: 'null' } : undefined
  // RFC 5321 §4.1.1.3, appendix C: a source route is read and ignored; who takes it at its word relays for strangers.
  const mailbox = inside.startsWith('@') ? inside.slice(inside.indexOf(':') + 1) : inside
  if (inside.startsWith('@') && !inside.includes(':')) return undefined
  if (keyword === 'TO' && mailbox.toLowerCase() === 'postmaster') return { kind: 'postmaster' }
  const address = parseAddress(mailbox)
  return address === undefined ? undefined : { kind: 'address', address }
}

const MAX_PARAMETERS = 20

function parseParameters(text: string): ReadonlyMap<string, string> | undefined {
  const out = new Map<string, string>()
  for (const word of text.split(' ')) {
    if (word === '') continue
    const equals = word.indexOf('=')
    const key = (equals < 0 ? word : word.slice(0, equals)).toUpperCase()
    if (key === '' || out.has(key) || out.size >= MAX_PARAMETERS) return undefined
    out.set(key, equals < 0 ? '' : word.slice(equals + 1))
  }
  return out
}

/** Whether a local part would be ours to interpret: a percent hack, a bang path or a second `@` in quotes. */
export function looksRouted(address: Address): boolean {
  const local = address.slice(0, address.lastIndexOf('@'))
  const bare = parseLocalPart(local) ?? local
  return bare.includes('%') || bare.includes('!') || bare.includes('@')
}
