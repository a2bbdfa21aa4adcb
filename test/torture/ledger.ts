// Clients that write down what they were promised: a number for each message, and whether its 250 was read.
import { Wire } from '../world/dialogue.ts'
import type { Received } from '../world/sink.ts'

/** A relay that takes anything for load.test, and sends it by the route. */
export const initTo = (route: string): readonly string[] => [
  ...['--domain', 'load.test', '--recipient', 'me@far.test', '--route', route, '--catch-all'],
]

export interface Ledger {
  /** Got their 250. */
  readonly accepted: Set<string>
  /** Were sent to the end, and no answer came: they may arrive or not. */
  readonly unknown: Set<string>
}

export const emptyLedger = (): Ledger => ({ accepted: new Set(), unknown: new Set() })

const ID = /^X-Id: (\S+)\r$/m

export function idOf(mail: Pick<Received, 'raw'>): string {
  return ID.exec(mail.raw.subarray(0, 16_384).toString('latin1'))?.[1] ?? '?'
}

const withTimeout = <T>(work: Promise<T>, millis: number): Promise<T> =>
  Promise.race([
    work,
    new Promise<T>((_, reject) => {
      setTimeout(() => reject(new Error('no answer')), millis).unref()
    }),
  ])

export interface Load {
  readonly port: number
  readonly recipient: string
  /** Begins every number of this client. */
  readonly name: string
  readonly count: number
  /** Octets of the body of the n-th message. */
  readonly size: (n: number) => number
  readonly patience?: number
}

function text(id: string, size: number, to: string): string {
  const line = `${'x'.repeat(70)}\r\n`
  const body = line.repeat(Math.max(1, Math.ceil(size / line.length)))
  return `From: a@sender.test\r\nTo: ${to}\r\nSubject: torture\r\nMessage-ID: <${id}@sender.test>\r\nX-Id: ${id}\r\n\r\n${body}.`
}

/** Sends until the count is through or the far end is gone. A refusal is no promise and goes into neither set. */
export async function sendNumbered(load: Load, ledger: Ledger): Promise<void> {
  const patience = load.patience ?? 30_000
  let wire: Wire
  try {
    wire = await withTimeout(Wire.open(load.port), patience)
  } catch {
    return
  }
  try {
    await withTimeout(wire.reply(), patience)
    await withTimeout(wire.say('EHLO client.test'), patience)
    for (let i = 0; i < load.count; i++) {
      const id = `${load.name}-${i}`
      await withTimeout(wire.say('MAIL FROM:<a@sender.test>'), patience)
      await withTimeout(wire.say(`RCPT TO:<${load.recipient}>`), patience)
      const go = await withTimeout(wire.say('DATA'), patience)
      if (!go.startsWith('354')) continue
      ledger.unknown.add(id)
      const answer = await withTimeout(wire.say(text(id, load.size(i), load.recipient)), patience)
      // No answer at all: the connection ended first.
      if (answer === '') return
      ledger.unknown.delete(id)
      if (answer.startsWith('250')) ledger.accepted.add(id)
      if (answer.startsWith('421')) return
    }
  } catch {
    // The far end is gone; what was under way stays unknown.
  } finally {
    wire.close()
  }
}
