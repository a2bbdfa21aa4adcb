// Checks a calendar with ical.js, the library that Thunderbird and Nextcloud read calendars with.
//
// Two parsers, two jobs: calendar-lines.ts decides where names, parameters and values stand, and edits go by it alone. ical.js
// decides whether the text is a calendar, and its reading is compared with ours before and after an edit. If the two disagree
// about a line, a third program may read it either way, so the calendar counts as unreadable. ical.js only gets what
// calendar-lines.ts has bounded: its running time grows with lines times parameters.
import ICAL from 'ical.js'
import type { Calendar, ContentLine, Parameter, Span } from './calendar-lines.ts'

/** A property of jCal (RFC 7265 §3.4). */
interface Property {
  readonly name: string
  readonly parameters: Readonly<Record<string, unknown>>
  readonly type: unknown
  readonly values: readonly unknown[]
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value)
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

function propertyOf(value: unknown): Property[] {
  if (!isList(value)) return []
  const [name, parameters, type, ...values] = value
  return typeof name === 'string' && isRecord(parameters) ? [{ name, parameters, type, values }] : []
}

/** The properties of a component, then those of the components in it. As deep as calendar-lines.ts lets them be. */
function propertiesOf(component: unknown): Property[] {
  if (!isList(component)) return []
  const [, properties, components] = component
  const own = isList(properties) ? properties.flatMap(propertyOf) : []
  return isList(components) ? [...own, ...components.flatMap(propertiesOf)] : own
}

/** What ical.js reads in a text; undefined where it reads no calendar. */
function icalProperties(text: string): readonly Property[] | undefined {
  let root: unknown
  try {
    root = ICAL.parse(text)
  } catch {
    return undefined
  }
  if (!isList(root) || root.length === 0) return undefined
  return typeof root[0] === 'string' ? propertiesOf(root) : root.flatMap(propertiesOf)
}

interface Component {
  readonly properties: ContentLine[]
  readonly components: Component[]
}

/** Our lines in the order in which jCal has them: a component's properties before its components. */
function linesAsInJcal(lines: readonly ContentLine[]): readonly ContentLine[] {
  const root: Component = { properties: [], components: [] }
  const open = [root]
  for (const line of lines) {
    const current = open.at(-1) ?? root
    if (line.name === 'BEGIN') {
      const component: Component = { properties: [], components: [] }
      current.components.push(component)
      open.push(component)
    } else if (line.name === 'END') open.pop()
    else current.properties.push(line)
  }
  const flat = ({ properties, components }: Component): ContentLine[] => [...properties, ...components.flatMap(flat)]
  return flat(root)
}

/** A parameter's value as it is meant. RFC 6868 §3 */
export function decodedParameter(value: string): string {
  if (!value.includes('^')) return value
  return value.replaceAll(/\^['n^]/g, (code) => (code === '^n' ? '\n' : code === "^'" ? '"' : '^'))
}

/** A text value as it is meant. RFC 5545 §3.3.11 */
function decodedText(value: string): string {
  if (!value.includes('\\')) return value
  return value.replaceAll(/\\[\\;,nN]/g, (code) => (code === '\\n' || code === '\\N' ? '\n' : code.slice(1)))
}

export function sliced(text: string, { start, end }: Span): string {
  return text.slice(start, end)
}

/** Types whose values ical.js hands over as they stand. */
const AS_IT_STANDS: ReadonlySet<unknown> = new Set(['cal-address', 'uri', 'unknown'])

/** Whether ical.js reads a line as we do: its name, each parameter that has one value, and its own value. */
function agrees(text: string, line: ContentLine, property: Property): boolean {
  if (line.name.toLowerCase() !== property.name) return false
  if (AS_IT_STANDS.has(property.type) && property.values[0] !== sliced(text, line.value)) return false
  const last = new Map(line.parameters.map((parameter) => [parameter.name.toLowerCase(), parameter]))
  for (const [name, { values }] of last) {
    const theirs: unknown = property.parameters[name]
    const [first] = values
    if (name === 'value' || first === undefined || values.length !== 1) continue
    if (isList(theirs)) continue
    const decoded = decodedParameter(sliced(text, first))
    if (theirs !== decoded && theirs !== decodedText(decoded)) return false
  }
  return true
}

/** A calendar that both readers read alike. */
export interface AgreedCalendar {
  readonly lines: readonly ContentLine[]
  readonly text: string
  readonly properties: readonly Property[]
}

function withoutMark(text: string): string {
  if (text.startsWith('\ufeff')) return text.slice(1)
  return text.startsWith('\u00ef\u00bb\u00bf') ? text.slice(3) : text
}

/** Undefined where ical.js cannot read the calendar, or reads another one than we do. */
export function agreedCalendar({ text, lines, folded, unfolded }: Calendar): AgreedCalendar | undefined {
  const properties = icalProperties(withoutMark(text))
  const ours = linesAsInJcal(lines)
  if (properties === undefined || properties.length !== ours.length) return undefined
  const same = properties.every((property, index) => {
    const line = ours[index]
    return line !== undefined && agrees(text, line, property)
  })
  return same && unfoldsAlike(folded, unfolded, unfolded === text ? properties : undefined)
    ? { lines: ours, text, properties }
    : undefined
}

/** Whether ical.js unfolds the bytes as we did; `read`: what it reads in `unfolded`, where that is known. */
function unfoldsAlike(folded: string, unfolded: string, read: readonly Property[] | undefined): boolean {
  if (folded === unfolded) return true
  const itsOwn = icalProperties(withoutMark(folded))
  return itsOwn !== undefined && sameJson(itsOwn, read ?? icalProperties(withoutMark(unfolded)))
}

function sameJson(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}

function rawParameter(text: string, parameter: Parameter | undefined): string | undefined {
  return parameter === undefined ? undefined : sliced(text, parameter)
}

/**
 * Whether two readings of a calendar, before and behind an edit, differ in nothing but what the edit changed by our own reading:
 * the same properties in the same order, no parameter more, and every value that we left alone read alike by ical.js.
 */
export function differOnlyInEdits(before: AgreedCalendar, after: AgreedCalendar): boolean {
  if (before.properties.length !== after.properties.length) return false
  return before.properties.every((was, index) => {
    const is = after.properties[index]
    const from = before.lines[index]
    const to = after.lines[index]
    if (is === undefined || from === undefined || to === undefined || was.name !== is.name) return false
    if (sliced(before.text, from) === sliced(after.text, to)) return sameJson(was, is)
    if (sliced(before.text, from.value) === sliced(after.text, to.value) && !sameJson(was.values, is.values))
      return false
    const kept = new Map(from.parameters.map((parameter) => [parameter.name, parameter]))
    return to.parameters.every((parameter) => {
      const old = rawParameter(before.text, kept.get(parameter.name))
      if (old === undefined) return false
      const key = parameter.name.toLowerCase()
      return rawParameter(after.text, parameter) !== old || sameJson(was.parameters[key], is.parameters[key])
    })
  })
}

function stringsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  if (isList(value)) return value.flatMap(stringsIn)
  return isRecord(value) ? Object.values(value).flatMap(stringsIn) : []
}

/** Every text that ical.js reads in a calendar: what its reader is shown. */
export function textsOf({ properties }: AgreedCalendar): string[] {
  return properties.flatMap(({ parameters, values }) => [...stringsIn(parameters), ...stringsIn(values)])
}
