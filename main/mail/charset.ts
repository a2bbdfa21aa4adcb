// From bytes to text and from outside text to text that is safe to show. Nothing here throws, whatever the label or the bytes.
import { isUtf8 } from 'node:buffer'

const LABEL_MAX = 60

/** Labels that mail uses and the Encoding Standard does not know. */
const OTHER_LABELS: ReadonlyMap<string, string> = new Map([
  ['default', 'utf-8'],
  ['unknown-8bit', 'utf-8'],
  ['x-unknown', 'utf-8'],
  ['utf-8-mac', 'utf-8'],
  ['unicode-1-1-utf-8', 'utf-8'],
  ['cp-850', 'windows-1252'],
  ['cp936', 'gbk'],
  ['cp949', 'euc-kr'],
  ['cp932', 'shift_jis'],
  ['windows-31j', 'shift_jis'],
  ['iso-2022-jp-ms', 'iso-2022-jp'],
])

/** The decoder of a charset label, undefined where there is none (RFC 2047 §6.2 leaves such text to us). */
export function decoderFor(label: string): TextDecoder | undefined {
  const plain = label.trim().toLowerCase()
  if (plain.length === 0 || plain.length > LABEL_MAX) return undefined
  try {
    return new TextDecoder(OTHER_LABELS.get(plain) ?? plain)
  } catch {
    return undefined
  }
}

/** Text of bytes that say nothing of their charset: UTF-8 where they are that (RFC 6532 §3.1), else Windows' Latin. */
export function decodeUnlabelled(bytes: Buffer): string {
  return isUtf8(bytes) ? bytes.toString('utf8') : new TextDecoder('windows-1252').decode(bytes)
}

/** Text of bytes in the charset that they claim; unknown labels are treated as none. */
export function decodeCharset(bytes: Buffer, label: string): string {
  const decoder = decoderFor(label)
  return decoder === undefined ? decodeUnlabelled(bytes) : decoder.decode(bytes)
}

/** Line ends, tabs and the line and paragraph separators: white space, where a reader would have seen a gap. */
function isGap(code: number): boolean {
  return code === 0x09 || code === 0x0a || code === 0x0d || code === 0x2028 || code === 0x2029
}

/** Controls, direction overrides and the byte order mark: they show one thing and mean another. */
function isUnseen(code: number): boolean {
  if (code < 0x20 || (code >= 0x7f && code < 0xa0)) return true
  return code === 0xfeff || (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069)
}

/**
 * Outside text on one line: each control character is a gap, runs of gaps are one space, and there are none at the ends.
 * A gap and not nothing: what stood on both sides of it must not grow together into something else.
 */
export function oneLine(text: string): string {
  const runs: string[] = []
  let from = -1
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    const between = code === 0x20 || isGap(code) || isUnseen(code)
    if (between && from >= 0) runs.push(text.slice(from, at))
    if (between) from = -1
    else if (from < 0) from = at
  }
  if (from >= 0) runs.push(text.slice(from))
  return runs.join(' ')
}
