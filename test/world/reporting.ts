// A relay's own store and the parts that make reports, without a relay around them: with a clock that the test sets, and whatever DNS
// the test hands in.
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { addDomain } from '../../main/api/actions/domains.ts'
import type { Answer, Lookup } from '../../main/dns/resolver.ts'
import { ReportAttachmentReader } from '../../main/mail/index.ts'
import { Announcer } from '../../main/queue/announce.ts'
import type { MailParts } from '../../main/queue/parts.ts'
import { openStore, type Store } from '../../main/store/store.ts'
import type { Domain } from '../../main/terms/address.ts'
import { fixedClock } from '../../main/terms/clock.ts'
import { headerLength } from '../../main/mail/index.ts'

export interface Reporting {
  readonly parts: MailParts
  readonly clock: ReturnType<typeof fixedClock>
  readonly errors: string[]
  /** Ends the store and opens it again, as a restart does. */
  restart(): Promise<void>
  close(): Promise<void>
}

/** A relay for us.test, whose mail leaves by `route`. */
export async function startReporting(at: number, route = 'mx'): Promise<Reporting> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'postern-reporting-'))
  const key = randomBytes(32)
  const writerScript = pathToFileURL(path.resolve(import.meta.dirname, '../../main/store/writer.worker.ts'))
  const clock = fixedClock(at)
  const errors: string[] = []
  const open = (): Promise<Store> => openStore({ folder, key, writerScript })
  let store = await open()
  await addDomain({ store, clock }, { domain: 'us.test', catchAll: false, description: null, defaultRecipientId: null })
  const parts = {
    clock,
    get store() {
      return store
    },
    random: { bytes: (size: number) => randomBytes(size) },
    announcer: new Announcer(),
    hostname: () => 'mail.us.test' as Domain,
    route: () => route,
    returnPathKey: randomBytes(32),
    unsubscribeKey: randomBytes(32),
    calendarKey: randomBytes(32),
    messageIdKey: randomBytes(32),
    loopMark: 'mark',
    onError: (error: unknown, what: string) => errors.push(`${what}: ${String(error)}`),
  } as unknown as MailParts
  return {
    ...{ parts, clock, errors },
    async restart() {
      await store.close()
      store = await open()
    },
    async close() {
      await store.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function txt(text: string): Buffer {
  const bytes = Buffer.from(text, 'latin1')
  const pieces: Buffer[] = []
  for (let at = 0; at < bytes.length || at === 0; at += 255) {
    const piece = bytes.subarray(at, at + 255)
    pieces.push(Buffer.from([piece.length]), piece)
  }
  return Buffer.concat(pieces)
}

/** TXT records by name; `trouble` where nobody answers. */
export function texts(zone: Readonly<Record<string, readonly string[] | 'trouble'>>, asked: string[] = []): Lookup {
  return (name, type) => {
    asked.push(`${name} ${type}`)
    const found = Object.hasOwn(zone, name) ? zone[name] : undefined
    const status = found === 'trouble' ? 'trouble' : found === undefined ? 'no-name' : 'found'
    const data = found === undefined || found === 'trouble' ? [] : found.map(txt)
    const answer: Answer = {
      ...{ name, type, status, security: 'insecure', reason: '', steps: [], owner: name, aliases: [], data, ttl: 60 },
    }
    return Promise.resolve(answer)
  }
}

/** What is attached to a mail, unpacked. */
export function attachedText(raw: Buffer): string {
  const end = headerLength(raw)
  const reader = new ReportAttachmentReader(raw.subarray(0, end), 1024 * 1024)
  reader.push(raw.subarray(end))
  const [first] = reader.end()
  if (first === undefined) throw new Error('nothing is attached')
  return gunzipSync(first.bytes).toString('utf8')
}
