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
