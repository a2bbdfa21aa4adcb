// Changes inside single fields that must not name somebody: the text is replaced where it can be, else the field, or the one
// parameter, goes. Fields without a trace are handed back as they are.
import type { AddressTable } from './address-finder.ts'
import { findAddresses, replaceAddresses } from './address-finder.ts'
import { decodeWords } from './encoded-word.ts'
import { composeField, readableBody, unfoldedBody, unstructuredWords } from './compose-field.ts'
import type { HeaderField } from './header-block.ts'
import type { StructuredBody } from './parameters.ts'
import { parameterValue, parameterValues, parseStructured } from './parameters.ts'

function names(text: string, table: AddressTable): boolean {
  return findAddresses(text, table).length > 0
}

/** Whether the field's text names one of the addresses, as it stands or decoded. */
export function fieldNames(field: HeaderField, table: AddressTable): boolean {
  return names(unfoldedBody(field), table) || names(readableBody(field), table)
}

/** An unstructured field (Subject, Content-Description) with the addresses in it replaced. RFC 5322 §3.6.5 */
export function withTextReplaced(field: HeaderField, table: AddressTable): HeaderField {
  if (!fieldNames(field, table)) return field
  return composeField(field.name, unstructuredWords(replaceAddresses(readableBody(field), table)))
}

/** The segments of a structured field that may stay, with their addresses replaced. */
function cleanSegments(body: StructuredBody, table: AddressTable): string[] {
  const dirty = (text: string): boolean => findAddresses(text, table, 'file-name').length > 0
  const telling = new Set([...parameterValues(body)].filter(([, value]) => dirty(value)).map(([name]) => name))
  return body.parameters.flatMap(({ name, raw, section, extended }) => {
    const clean = replaceAddresses(raw.trim(), table, 'file-name')
    if (!telling.has(name)) return [clean]
    const whole = section < 0 && !extended
    return whole && !dirty(parameterValue(parseStructured(`x;${clean}`), name) ?? '') ? [clean] : []
  })
}

/**
 * A Content-Type or Content-Disposition field without the addresses: replaced where they stand in clear; a parameter that
 * has one only after decoding (RFC 2231, RFC 2047) is dropped, for a file name is no part of the message's meaning. Where
 * even that leaves one, the field goes.
 */
export function withParametersReplaced(field: HeaderField, table: AddressTable): HeaderField | undefined {
  const dirty = (text: string): boolean => findAddresses(text, table, 'file-name').length > 0
  const text = unfoldedBody(field)
  const body = parseStructured(text)
  const telling = [...parameterValues(body).values()].some(dirty)
  if (!telling && !dirty(text) && !dirty(readableBody(field))) return field
  const value = replaceAddresses(body.rawValue.trim(), table, 'file-name')
  const words = [value, ...cleanSegments(body, table)]
  const clean = composeField(
    field.name,
    words.map((word, index) => (index < words.length - 1 ? `${word};` : word)),
  )
  if (!dirty(readableBody(clean))) return clean
  return dirty(decodeWords(value)) ? undefined : composeField(field.name, [value])
}

/** Where the last segment of a path begins, behind slashes and backslashes; a backslash before a quote only escapes it. */
function segmentStart(text: string): number {
  let start = 0
  for (let at = 0; at < text.length; at++) {
    const escapes = text[at] === '\\' && (text[at + 1] === '"' || text[at + 1] === undefined)
    if (text[at] === '/' || (text[at] === '\\' && !escapes)) start = at + 1
  }
  return start
}

/** The parameter with the last segment of its path alone; undefined where it has no folders. */
function withoutFolders({ parameters }: StructuredBody, name: string): string | undefined {
  const all = parameters.filter((one) => one.name === name)
  const [first] = all
  if (first === undefined) return undefined
  const plain = all.length === 1 && first.section < 0 && !first.extended && !first.raw.includes('=?')
  if (plain) {
    // Windows paths come with their backslashes doubled or not: what `value` has lost is still in `raw`.
    const text = first.raw.slice(first.raw.indexOf('=') + 1).trim()
    const start = segmentStart(text)
    if (start === 0) return undefined
    return text.startsWith('"') ? `${name}="${text.slice(start)}` : `${name}=${text.slice(start)}`
  }
  const value = parameterValue({ value: '', rawValue: '', parameters }, name) ?? ''
  const start = segmentStart(value)
  return start === 0 ? undefined : `${name}*=utf-8''${percentName(value.slice(start))}`
}

function percentName(text: string): string {
  return Array.from(text.toWellFormed(), (letter) => {
    if (/[A-Za-z0-9._-]/.test(letter)) return letter
    return encodeURIComponent(letter).replaceAll(
      /[!'()*]/g,
      (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`,
    )
  }).join('')
}

/** A Content-Type or Content-Disposition field whose file names have no folders: those say whose machine it is. RFC 2183 §2.3 */
export function withFoldersRemoved(field: HeaderField): HeaderField {
  const body = parseStructured(unfoldedBody(field))
  const short = new Map(['name', 'filename'].map((name) => [name, withoutFolders(body, name)] as const))
  if ([...short.values()].every((one) => one === undefined)) return field
  const kept = body.parameters.filter(({ name }) => short.get(name) === undefined).map(({ raw }) => raw.trim())
  const words = [body.rawValue.trim(), ...kept, ...[...short.values()].filter((one) => one !== undefined)]
  return composeField(
    field.name,
    words.map((word, index) => (index < words.length - 1 ? `${word};` : word)),
  )
}
