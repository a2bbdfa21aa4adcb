// TLS reports that others post over HTTPS, where the user named a URL for them. Anybody may: so few, small, one at a time, and what
// they say counts as unproven. RFC 8460 §5.4, §7
import { ReportRefused } from '../reports/refusal.ts'
import { readAggregateReport } from '../reports/read-report.ts'
import type { NewLogEntry } from '../store/commands/log.ts'
import { peerKey } from '../terms/peer-address.ts'
import type { MailParts } from './parts.ts'
import { inWords, ownFacts } from './plan-report.ts'

/** Where they are posted, on the pages' door. */
export const REPORT_PATH = '/tls-report'
/** Packed. Real ones have a few kilobytes. */
const SIZE_MAX = 1024 * 1024
const HOUR = 60 * 60_000
const FROM_ONE = 10
const FROM_ALL = 100
const TYPES = new Set(['application/tlsrpt+gzip', 'application/tlsrpt+json'])

type Parts = Pick<MailParts, 'store' | 'clock' | 'announcer'>

const answer = (status: number, text: string, headers: Record<string, string> = {}): Response =>
  new Response(`${text}\n`, { status, headers: { 'content-type': 'text/plain; charset=utf-8', ...headers } })

/** The body, undefined where it is more than it may be. */
async function readBytes(request: Request): Promise<Buffer | undefined> {
  const reader = (request.body as ReadableStream<Uint8Array> | null)?.getReader()
  const pieces: Uint8Array[] = []
  let size = 0
  for (;;) {
    const next = await reader?.read()
    if (next === undefined || next.done) return Buffer.concat(pieces)
    size += next.value.length
    if (size > SIZE_MAX) {
      await reader?.cancel()
      return undefined
    }
    pieces.push(next.value)
  }
}

class PostedReports {
  private readonly parts: Parts
  private hour = 0
  private readonly counts = new Map<string, number>()
  private total = 0
  private busy = false

  constructor(parts: Parts) {
    this.parts = parts
  }

  /** False where there were too many within the hour. */
  private admits(from: string): boolean {
    const hour = Math.floor(this.parts.clock.now() / HOUR)
    if (hour !== this.hour) {
      this.hour = hour
      this.total = 0
      this.counts.clear()
    }
    const peer = peerKey(from)
    const count = (this.counts.get(peer) ?? 0) + 1
    if (this.total >= FROM_ALL || count > FROM_ONE) return false
    this.total++
    this.counts.set(peer, count)
    return true
  }

  /** `from`: the address of who posts. Never rejects for what is in it. */
  async take(request: Request, from: string): Promise<Response> {
    if (this.parts.store.directory.setting('tls-report-url') === undefined) return answer(404, 'Not found.')
    if (request.method !== 'POST') return answer(405, 'Reports are posted here.', { allow: 'POST' })
    // A page elsewhere cannot make a browser send these types without asking first.
    const [type = ''] = (request.headers.get('content-type') ?? '').toLowerCase().split(';', 1)
    if (!TYPES.has(type.trim())) return answer(415, 'A report is application/tlsrpt+gzip or application/tlsrpt+json.')
    if (Number(request.headers.get('content-length') ?? 0) > SIZE_MAX)
      return answer(413, 'The report has more than 1 MiB.')
    if (this.busy) return answer(503, 'Another report is being read.', { 'retry-after': '60' })
    if (!this.admits(from)) return answer(429, 'Too many reports within the hour.', { 'retry-after': '3600' })
    this.busy = true
    try {
      const bytes = await readBytes(request)
      return bytes === undefined ? answer(413, 'The report has more than 1 MiB.') : await this.store(bytes, from)
    } catch (error) {
      if (error instanceof ReportRefused) return answer(422, `Not read: ${error.message}`)
      throw error
    } finally {
      this.busy = false
    }
  }

  private async store(bytes: Buffer, from: string): Promise<Response> {
    const { store, clock, announcer } = this.parts
    const read = await readAggregateReport(bytes, ownFacts(this.parts))
    const [first] = read
    if (first?.kind !== 'tls') throw new ReportRefused('Only TLS reports are taken here.')
    const receivedAt = clock.now()
    const reports = read.map((one) => ({ ...one, receivedAt, sender: `https, from ${from}`, proven: false }))
    const log: NewLogEntry = {
      ...{ at: receivedAt, direction: 'none', outcome: 'noticed', reason: 'report-received', text: inWords(first) },
      ...{ alias: '', sender: '', recipient: '', subject: '', size: bytes.length, peer: from, tls: '', messageId: '' },
      verdicts: null,
    }
    // One that is here already leaves no second entry.
    const logId = await store.writer.run('takeReports', reports, log)
    if (logId !== null) announcer.tell({ kind: 'log', id: logId })
    return answer(201, 'Taken.')
  }
}

/** Takes reports that are posted: the request, and the address of who posts it. */
export function takeReports(parts: Parts): (request: Request, from: string) => Promise<Response> {
  const posted = new PostedReports(parts)
  return (request, from) => posted.take(request, from)
}
