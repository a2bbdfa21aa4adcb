// Domain names as DNS sees them: octets in labels, compared without case. A name is kept in one form only, its canonical wire
// form (RFC 4034 §6.2) in a string of one character an octet, so that equal names are equal strings and can be keys of a Map.
import type { Brand } from '../terms/brand.ts'

export type Name = Brand<string, 'Name'>

export const ROOT = '\0' as Name

/** RFC 1035 §2.3.4 */
const MAX_NAME = 255
const MAX_LABEL = 63

/** ASCII letters only, RFC 4343 §3: octets above 127 have no case. */
export function lowerCase(octets: string): string {
  return octets.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase())
}

/** One label: `\DDD` and `\X` escapes undone (RFC 1035 §5.1). Undefined where an escape is broken. */
function readLabels(text: string): string[] | undefined {
  const labels: string[] = []
  let label = ''
  for (let i = 0; i < text.length; i++) {
    const character = text.charAt(i)
    if (character === '.') {
      if (label === '') return undefined
      labels.push(label)
      label = ''
    } else if (character === '\\') {
      const digits = text.slice(i + 1, i + 4)
      if (/^\d{3}$/.test(digits)) {
        if (Number(digits) > 255) return undefined
        label += String.fromCharCode(Number(digits))
        i += 3
      } else {
        if (i + 1 >= text.length) return undefined
        label += text.charAt(++i)
      }
    } else label += character
  }
  if (label !== '') labels.push(label)
  return labels
}

/** Reads `example.org` or `example.org.`; undefined where that is no name (RFC 1035 §2.3.4). Non-ASCII has to be in A-labels. */
export function parseName(text: string): Name | undefined {
  if (text === '.') return ROOT
  if (text === '' || text.length > 4 * MAX_NAME) return undefined
  const labels = readLabels(text)
  return labels === undefined ? undefined : joinLabels(labels)
}

/** A name of these labels, the leftmost first. */
export function joinLabels(labels: readonly string[]): Name | undefined {
  let wire = ''
  for (const label of labels) {
    if (label === '' || label.length > MAX_LABEL) return undefined
    for (let i = 0; i < label.length; i++) if (label.charCodeAt(i) > 255) return undefined
    wire += String.fromCharCode(label.length) + lowerCase(label)
  }
  wire += '\0'
  return wire.length > MAX_NAME ? undefined : (wire as Name)
}

export function labelsOf(name: Name): string[] {
  const labels: string[] = []
  for (let at = 0; at < name.length - 1;) {
    const size = name.charCodeAt(at)
    labels.push(name.slice(at + 1, at + 1 + size))
    at += 1 + size
  }
  return labels
}

/** The number of labels as an RRSIG counts them: without the root, without a leading `*`. RFC 4034 §3.1.3 */
export function countLabels(name: Name): number {
  let count = 0
  for (let at = 0; at < name.length - 1; at += 1 + name.charCodeAt(at)) count++
  return isWildcard(name) ? count - 1 : count
}

/** For people: without the last dot, `.` for the root, odd octets escaped. */
export function nameText(name: Name): string {
  if (name === ROOT) return '.'
  return labelsOf(name)
    .map((label) =>
      label.replaceAll(/[^!-~]|[.\\"();@$]/g, (octet) =>
        /[!-~]/.test(octet) ? `\\${octet}` : `\\${String(octet.charCodeAt(0)).padStart(3, '0')}`,
      ),
    )
    .join('.')
}

export function nameBytes(name: Name): Buffer {
  return Buffer.from(name, 'latin1')
}

/** One label less on the left; the root is its own parent. */
export function parentOf(name: Name): Name {
  return name === ROOT ? ROOT : (name.slice(1 + name.charCodeAt(0)) as Name)
}

/** Whether `name` is `zone` or stands below it. */
export function isUnder(name: Name, zone: Name): boolean {
  let one = name
  while (one.length > zone.length) one = parentOf(one)
  return one === zone
}

/** The part of `name` that is `count` labels long, from the right. */
export function lastLabels(name: Name, count: number): Name {
  const offsets: number[] = []
  for (let at = 0; at < name.length - 1; at += 1 + name.charCodeAt(at)) offsets.push(at)
  offsets.push(name.length - 1)
  return name.slice(offsets[Math.max(0, offsets.length - 1 - count)]) as Name
}

export function depthOf(name: Name): number {
  return labelsOf(name).length
}

export function isWildcard(name: Name): boolean {
  return name.startsWith('\x01*')
}

/** `*.` in front; undefined where that is too long. */
export function wildcardOf(name: Name): Name | undefined {
  return name.length + 2 > MAX_NAME ? undefined : (`\x01*${name}` as Name)
}

/** RFC 4034 §6.1: by labels from the right, each as octets. */
export function compareNames(a: Name, b: Name): number {
  const left = labelsOf(a).reverse()
  const right = labelsOf(b).reverse()
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const one = left[i] ?? ''
    const other = right[i] ?? ''
    if (one !== other) return one < other ? -1 : 1
  }
  return left.length - right.length
}

/** The longest name that both stand under. */
export function commonAncestor(a: Name, b: Name): Name {
  let one = a
  while (!isUnder(b, one)) one = parentOf(one)
  return one
}

/** RFC 6672 §2.2: the end `from` of `name` replaced by `to`; undefined where that gets too long. */
export function substitute(name: Name, from: Name, to: Name): Name | undefined {
  if (name === from || !isUnder(name, from)) return undefined
  const made = name.slice(0, name.length - from.length) + to
  return made.length > MAX_NAME ? undefined : (made as Name)
}
