// Messages for the fuzzer: the malformed corpus where it is there, our own golden messages, and what a seeded hand makes of them.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'

/** A small seeded generator (mulberry32): the same seed, the same messages, on every machine. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

function emlFiles(folder: string): string[] {
  if (!existsSync(folder)) return []
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  return names.filter((name) => name.endsWith('.eml')).map((name) => path.join(folder, name))
}

/** CRLF line ends and no NUL, as the door lets a message in. RFC 5321 §2.3.8 */
export function asReceived(bytes: Buffer): Buffer {
  const text = bytes
    .toString('latin1')
    .replaceAll('\0', '')
    .replaceAll(/\r\n|\r|\n/g, '\r\n')
  return Buffer.from(text, 'latin1')
}

export interface Corpus {
  readonly messages: readonly Buffer[]
  readonly malformed: number
  readonly golden: number
}

export function loadCorpus(corpora: string | undefined): Corpus {
  const malformed = corpora === undefined ? [] : emlFiles(path.join(corpora, 'malformed'))
  const golden = emlFiles(path.join(import.meta.dirname, '../main/mail/golden')).filter((name) =>
    name.endsWith('message.eml'),
  )
  const files = [...malformed, ...golden].map((file) => asReceived(readFileSync(file)))
  const messages = [...files, ...files.flatMap(withCalendarOfUser)]
  return { messages, malformed: malformed.length, golden: golden.length }
}

/** A golden calendar as the user of the fuzzer would have sent it: only their address is looked for. */
function withCalendarOfUser(message: Buffer): Buffer[] {
  const text = message.toString('latin1')
  if (!text.includes('text/calendar') || !text.includes('alice@real.example')) return []
  return [Buffer.from(text.replaceAll('alice@real.example', 'ada@mine.test'), 'latin1')]
}

const SPLICES = [
  '\r\n ',
  '\r\n\t',
  'BEGIN:VCALENDAR\r\n',
  'END:VEVENT\r\n',
  'Content-Type: text/calendar\r\n',
  'ATTENDEE;CN="x":mailto:ada@mine.test\r\n',
  'mailto:',
  '^n',
  '\\n',
  '\r\n',
  '\r\n\r\n',
  ' ',
  '\t',
  '"',
  '<',
  '>',
  '(',
  ')',
  ':',
  ';',
  ',',
  '@',
  '=?utf-8?q?',
  '?=',
  '--',
  'boundary=',
  '\u00ff',
  '=',
  '=\r\n',
  '&#',
  'Content-Type: multipart/mixed; boundary=x\r\n',
  'ada@mine.test',
  '%40',
  '\\',
]

/** One to eight small changes: bytes flipped, cut, doubled, moved, or something nasty put in. */
export function mutate(message: Buffer, other: Buffer, random: () => number): Buffer {
  let bytes = Buffer.from(message)
  const at = (): number => Math.floor(random() * (bytes.length + 1))
  for (let i = Math.ceil(random() * 8); i > 0; i--) {
    const from = at()
    const to = Math.min(bytes.length, from + Math.ceil(random() * 40))
    const nasty = Buffer.from(SPLICES[Math.floor(random() * SPLICES.length)] ?? '', 'latin1')
    switch (Math.floor(random() * 6)) {
      case 0:
        if (from < bytes.length) bytes[from] = Math.floor(random() * 256)
        break
      case 1:
        bytes = Buffer.concat([bytes.subarray(0, from), bytes.subarray(to)])
        break
      case 2:
        bytes = Buffer.concat([bytes.subarray(0, to), bytes.subarray(from)])
        break
      case 3:
        bytes = Buffer.concat([bytes.subarray(0, from), nasty, bytes.subarray(from)])
        break
      case 4: {
        const start = Math.floor(random() * other.length)
        bytes = Buffer.concat([bytes.subarray(0, from), other.subarray(start, start + 200), bytes.subarray(from)])
        break
      }
      case 5:
        bytes = Buffer.concat([
          bytes.subarray(0, from),
          Buffer.alloc(Math.ceil(random() * 2000), nasty),
          bytes.subarray(from),
        ])
        break
    }
  }
  return asReceived(bytes)
}
