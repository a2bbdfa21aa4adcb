// Mail addresses as types. A raw string from outside becomes an Address here or nowhere.
//
// Two spellings of one mailbox must become one value: domains are A-labels in lower case (RFC 5890), a quoted local part
// that needs no quotes loses them (RFC 5321 §4.1.2), and `key` folds the case for look-ups. Loops over the input are
// cursors over single characters: linear by construction.
import { domainToASCII } from 'node:url'
import type { Brand } from './brand.ts'

/** A domain as A-labels, lower case, no trailing dot. */
export type Domain = Brand<string, 'Domain'>
/** A local part as it goes into a header or an envelope (with its quotes where they are needed). */
export type LocalPart = Brand<string, 'LocalPart'>
/** `local@domain`, ready for the wire. Compare by `addressKey`. */
export type Address = Brand<string, 'Address'>
/** An address folded for look-ups: NFC, lower case. Two spellings of one mailbox have one key. */
export type AddressKey = Brand<string, 'AddressKey'>

/**
 * Octets of a local part that we give out. RFC 5321 §4.5.3.1.1 names 64 as what everybody has to take; those of others may be longer (§4.5.3.1:
 * such limits should not be imposed where that can be avoided), and are: reply tokens of trackers have 90 octets, return paths of lists 76.
 */
const MAX_OWN_LOCAL = 64
const MAX_DOMAIN = 255 // RFC 5321 §4.5.3.1.2
/** Octets of an address: the longest path has 256 with its angle brackets. RFC 5321 §4.5.3.1.3 */
export const MAX_ADDRESS = 254

/** RFC 5322 §3.2.3 atext, with RFC 6531's UTF8-non-ascii. */
function isAtext(code: number): boolean {
  if (code >= 0x80) return code >= 0xa0
  if (code >= 0x61 && code <= 0x7a) return true
  if (code >= 0x41 && code <= 0x5a) return true
  if (code >= 0x30 && code <= 0x39) return true
  return "!#$%&'*+-/=?^_`{|}~".includes(String.fromCharCode(code))
}

function isDotAtom(text: string): boolean {
  let previousDot = true
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code === 0x2e) {
      if (previousDot) return false
      previousDot = true
    } else if (!isAtext(code)) return false
    else previousDot = false
  }
  return text.length > 0 && !previousDot
}

/** Takes the quotes off a quoted-string; undefined where it is not one or holds a control character. */
function unquote(text: string): string | undefined {
  let out = ''
  for (let i = 1; i < text.length - 1; i++) {
    let code = text.charCodeAt(i)
    if (code === 0x5c) code = text.charCodeAt(++i)
    else if (code === 0x22) return undefined
    if (i >= text.length - 1 || code < 0x20 || (code >= 0x7f && code < 0xa0)) return undefined
    out += String.fromCharCode(code)
  }
  return out
}

/**
 * A domain name in any spelling (U-label, A-label, trailing dot, upper case), or undefined.
 * RFC 5321 §4.1.2, RFC 5890. Address literals (`[192.0.2.1]`) are not domains.
 */
export function parseDomain(raw: string): Domain | undefined {
  if (raw.length === 0 || raw.length > MAX_DOMAIN * 2) return undefined
  const text = raw.endsWith('.') ? raw.slice(0, -1) : raw
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    // What the URL standard would strip, decode or fold into something else never gets there.
    if (code < 0x80 && !(code === 0x2d || code === 0x2e || code === 0x5f || isAlnum(code))) return undefined
  }
  const ascii = domainToASCII(text)
  if (ascii.length === 0 || ascii.length > MAX_DOMAIN) return undefined
  for (const label of ascii.split('.')) {
    if (label.length === 0 || label.length > 63 || label.startsWith('-') || label.endsWith('-')) return undefined
  }
  if (/^[0-9.]+$/.test(ascii)) return undefined
  return ascii.toLowerCase() as Domain
}

function isAlnum(code: number): boolean {
  return (code >= 0x30 && code <= 0x39) || (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a)
}

/** A local part in any spelling, or undefined. Unneeded quotes are taken off (RFC 5321 §4.1.2). As long as an address may be. */
export function parseLocalPart(raw: string): LocalPart | undefined {
  if (raw.length === 0 || raw.length > MAX_ADDRESS * 2) return undefined
  const local = spelledLocalPart(raw)
  return local === undefined || Buffer.byteLength(local) > MAX_ADDRESS ? undefined : local
}

/** Whether a local part is short enough for one of ours: longer ones are no addresses here. RFC 5321 §4.5.3.1.1 */
export function mayBeOurs(local: LocalPart): boolean {
  return Buffer.byteLength(local) <= MAX_OWN_LOCAL
}

/** A local part for an address of ours, which every server has to take. RFC 5321 §4.5.3.1.1 */
export function parseOwnLocalPart(raw: string): LocalPart | undefined {
  const local = parseLocalPart(raw)
  return local !== undefined && mayBeOurs(local) ? local : undefined
}

function spelledLocalPart(raw: string): LocalPart | undefined {
  const text = raw.normalize('NFC')
  if (isDotAtom(text)) return text as LocalPart
  if (text.length < 2 || !text.startsWith('"') || !text.endsWith('"')) return undefined
  const inner = unquote(text)
  if (inner === undefined) return undefined
  if (isDotAtom(inner)) return inner as LocalPart
  return `"${inner.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"` as LocalPart
}

/** Where the `@` between local part and domain stands: the last one outside quotes; -1 where there is none. */
function atPosition(raw: string): number {
  let quoted = false
  let found = -1
  for (let i = 0; i < raw.length; i++) {
    const code = raw.charCodeAt(i)
    if (quoted && code === 0x5c) i++
    else if (code === 0x22) quoted = !quoted
    else if (code === 0x40 && !quoted) found = i
  }
  return quoted ? -1 : found
}

/**
 * `local@domain` in any spelling, or undefined. No angle brackets, comments, source routes or white space; at most 254 octets as it goes out,
 * however they are shared between both sides (RFC 5321 §4.5.3.1.3).
 */
export function parseAddress(raw: string): Address | undefined {
  if (raw.length > MAX_ADDRESS * 2) return undefined
  const at = atPosition(raw)
  if (at < 1) return undefined
  const local = parseLocalPart(raw.slice(0, at))
  const domain = parseDomain(raw.slice(at + 1))
  if (local === undefined || domain === undefined) return undefined
  const whole = `${local}@${domain}`
  return Buffer.byteLength(whole) > MAX_ADDRESS ? undefined : (whole as Address)
}

export function address(local: LocalPart, domain: Domain): Address {
  return `${local}@${domain}` as Address
}

export function localPartOf(value: Address): LocalPart {
  return value.slice(0, value.lastIndexOf('@')) as LocalPart
}

export function domainOf(value: Address): Domain {
  return value.slice(value.lastIndexOf('@') + 1) as Domain
}

/** The key by which addresses are compared and looked up: lower case, since no real mailbox tells cases apart. */
export function addressKey(value: Address): AddressKey {
  return value.toLowerCase().normalize('NFC') as AddressKey
}

/** Splits `local+tag`; the tag is empty where there is none. A quoted local part has no tag. */
export function splitTag(local: LocalPart): { readonly base: LocalPart; readonly tag: string } {
  const plus = local.indexOf('+')
  if (plus < 1 || local.startsWith('"')) return { base: local, tag: '' }
  return { base: local.slice(0, plus) as LocalPart, tag: local.slice(plus + 1) }
}
