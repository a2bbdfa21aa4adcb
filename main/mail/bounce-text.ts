// Bounces that are text: qmail's (QSBMF, https://cr.yp.to/proto/qsbmf.txt), Exim's before it wrote RFC 3464, older Gmails'.
// Line by line, each line looked at once.
import type { BouncedRecipient } from './bounce.ts'
import { oneLine } from './charset.ts'
import { bestStatus, bounceKind } from './status-code.ts'

export interface TextBounce {
  readonly reportingMta: string
  readonly recipients: readonly BouncedRecipient[]
  /** The returned message, as far as it is there. */
  readonly original: string
}

const MAX_RECIPIENTS = 100
const DIAGNOSTIC_MAX = 500

function recipient(address: string, words: readonly string[], action: 'failed' | 'delayed'): BouncedRecipient {
  const diagnostic = oneLine(words.join(' ')).slice(0, DIAGNOSTIC_MAX)
  const status = bestStatus(undefined, diagnostic)
  const kind = bounceKind(action, status)
  return { kind, finalRecipient: address, originalRecipient: '', status, diagnostic, remoteMta: '' }
}

function linesOf(text: string): readonly string[] {
  return text.split('\n').map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line))
}

const QMAIL = 'Hi. This is the'

/** QSBMF: paragraphs; one that begins with `<` is about a recipient, one that begins with `-` ends the report. */
function qmailBounce(lines: readonly string[]): TextBounce {
  const recipients: BouncedRecipient[] = []
  let address: string | undefined
  let words: string[] = []
  let fresh = true // a paragraph begins here
  let at = 0
  const close = (): void => {
    if (address !== undefined && recipients.length < MAX_RECIPIENTS)
      recipients.push(recipient(address, words, 'failed'))
    address = undefined
    words = []
  }
  for (; at < lines.length; at++) {
    const line = lines[at] ?? ''
    if (line === '') {
      close()
      fresh = true
      continue
    }
    if (fresh && line.startsWith('-')) break
    if (fresh && line.startsWith('<') && line.endsWith('>:')) address = line.slice(1, -2)
    else if (address !== undefined) words.push(line)
    fresh = false
  }
  close()
  const [first = ''] = lines
  const place = first.indexOf(' at ')
  const reportingMta = place < 0 ? '' : oneLine(first.slice(place + 4).replace(/\.$/, ''))
  // The break paragraph, an empty line, the message.
  return { reportingMta, recipients, original: lines.slice(at + 2).join('\r\n') }
}

/** What stands above the returned message, and that message. */
function splitCopy(lines: readonly string[]): { readonly report: readonly string[]; readonly original: string } {
  const mark = lines.findIndex((line) => {
    const lower = line.toLowerCase()
    const ruled = line.startsWith('---')
    return ruled && (lower.includes('copy of the message') || lower.includes('original message'))
  })
  if (mark < 0) return { report: lines, original: '' }
  const start = lines[mark + 1] === '' ? mark + 2 : mark + 1
  return { report: lines.slice(0, mark), original: lines.slice(start).join('\r\n') }
}

const EXIM = 'created automatically by mail delivery software'
const EXIM_DELAY = 'not yet been delivered'

/** Exim: an address two columns in, what happened to it four columns in. */
function eximBounce(lines: readonly string[]): TextBounce {
  const { report, original } = splitCopy(lines)
  const action = report.some((line) => line.includes(EXIM_DELAY)) ? 'delayed' : 'failed'
  const recipients: BouncedRecipient[] = []
  let address: string | undefined
  let words: string[] = []
  const close = (): void => {
    if (address !== undefined && recipients.length < MAX_RECIPIENTS) recipients.push(recipient(address, words, action))
    address = undefined
    words = []
  }
  for (const line of report) {
    if (line.startsWith('    ')) {
      if (address !== undefined) words.push(line)
    } else {
      close()
      const text = line.trim()
      if (line.startsWith('  ') && text.includes('@') && !text.includes(' ')) address = text
    }
  }
  close()
  return { reportingMta: '', recipients, original }
}

/** Any other text, where the header names who failed: the first line with a code in it is what happened. */
function namedBounce(lines: readonly string[], failed: readonly string[]): TextBounce {
  const { report, original } = splitCopy(lines)
  const said = report.find((line) => bestStatus(undefined, line) !== '') ?? ''
  return { reportingMta: '', recipients: failed.map((one) => recipient(one, [said], 'failed')), original }
}

/** Reads a text that may be a bounce; `failed`: whom its header names as not reached. */
export function textBounce(text: string, failed: readonly string[]): TextBounce | undefined {
  const lines = linesOf(text)
  const first = lines.findIndex((line) => line !== '')
  const from = first < 0 ? [] : lines.slice(first)
  const [opening = ''] = from
  let found: TextBounce | undefined
  if (opening.startsWith(QMAIL)) found = qmailBounce(from)
  else if (from.slice(0, 3).some((line) => line.includes(EXIM))) found = eximBounce(from)
  if (found === undefined || found.recipients.length === 0)
    found = failed.length > 0 ? namedBounce(from, failed) : undefined
  return found
}
