// Replies of Alice's in few words, for tests: a text and one more part, rewritten as they would leave.
import { LeftoverScan } from '../../../main/queue/leftovers.ts'
import type { JsonObject } from './golden-facts.ts'
import { keyOf, rewriteMessage } from './golden-facts.ts'
import { headerLength } from '../../../main/mail/index.ts'

export const USER = 'alice@real.example'

export const HEADER = [
  'From: Alice Real <alice@real.example>',
  'To: zq4m7xk2w9@relay.example',
  'Subject: x',
  'Date: Wed, 14 Jan 2026 18:30:00 +0100',
  'Message-ID: <u@laptop.real.example>',
  'MIME-Version: 1.0',
]

export interface Part {
  readonly fields: readonly string[]
  readonly content: string | Buffer
}

export function part(fields: readonly string[] | string, content: string | Buffer = ''): Part {
  return { fields: typeof fields === 'string' ? [fields] : fields, content }
}

/** A file as mail programs attach it. */
export function attached(type: string, name: string, content: string | Buffer): Part {
  const disposition = `Content-Disposition: attachment; filename="${name}"`
  const fields = [`Content-Type: ${type}; name="${name}"`, disposition, 'Content-Transfer-Encoding: base64']
  return part(fields, inLines(Buffer.from(content).toString('base64')))
}

export function inLines(base64: string, width = 76): string {
  return base64.replaceAll(new RegExp(`.{${String(width)}}`, 'g'), '$&\r\n')
}

export function partBytes({ fields, content }: Part): Buffer {
  return Buffer.concat([Buffer.from([...fields, '', ''].join('\r\n')), Buffer.from(content)])
}

/** A multipart of a text and the parts. */
export function mixed(parts: readonly Part[], boundary = 'm'): Part {
  const pieces = [part('Content-Type: text/plain', 'see below'), ...parts].flatMap((one) => [
    Buffer.from(`--${boundary}\r\n`),
    partBytes(one),
    Buffer.from('\r\n'),
  ])
  return part(
    `Content-Type: multipart/mixed; boundary="${boundary}"`,
    Buffer.concat([...pieces, Buffer.from(`--${boundary}--\r\n`)]),
  )
}

export function message({ fields, content }: Part): Buffer {
  return partBytes(part([...HEADER, ...fields], content))
}

export interface Outcome {
  readonly out: string
  readonly flagged: readonly string[]
  /** Reasons to hold it: `2 text/csv charset`. */
  readonly held: readonly string[]
  /** The last look found the address outside of what was flagged. */
  readonly left: boolean
}

/** What becomes of a whole reply; the same for bytes in pieces. */
export function outcomeOf(whole: Part, facts: JsonObject = {}): Outcome {
  const json = { direction: 'reply', ...facts }
  const { message: out, told } = rewriteMessage(message(whole), json)
  const staying = (told.flagged ?? []).filter((line) => !line.endsWith(' removed') && !line.endsWith(' scrubbed'))
  const paths = staying.map((line) => line.split(' ')[0] ?? '')
  const length = headerLength(out)
  const scan = new LeftoverScan(out.subarray(0, length), new Set([keyOf(USER)]), paths)
  scan.push(out.subarray(length))
  const left = scan.end().length > 0
  return { out: out.toString('latin1'), flagged: told.flagged ?? [], held: told.unscrubbable ?? [], left }
}
