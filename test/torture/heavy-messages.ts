// Messages that ask for as much checking as a header has room for, from several peers at once, while an honest client goes on sending: each
// of its mails is answered within a second, whatever the verifying thread is given.
import { startDns } from '../world/dns.ts'
import { Wire } from '../world/dialogue.ts'
import { startRelay } from '../world/relay.ts'
import { startSink } from '../world/sink.ts'
import { sleep, type Figure } from './figures.ts'
import { initTo } from './ledger.ts'

const MIB = 1024 * 1024
const FROM = 'From: a@heavy.test\r\nTo: shop@load.test\r\nSubject: heavy\r\n'
const signature = (more: string, names = 'from'): string =>
  `DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=heavy.test; s=s; h=${names}; bh=AAAA; b=AAAA${more}\r\n`
/** In lines that the door lets in. */
const folded = (piece: string, count: number): string => `${piece.repeat(200)}\r\n `.repeat(Math.ceil(count / 200))
const body = (octets: number): string => `${'y'.repeat(70)}\r\n`.repeat(Math.ceil(octets / 72))

function hop(n: number): string {
  const about = `i=${n}; a=rsa-sha256; d=d${n}.heavy.test; s=s; b=AAAA`
  return `ARC-Seal: ${about}; cv=${n === 1 ? 'none' : 'pass'}\r\nARC-Message-Signature: ${about}; c=relaxed/relaxed; h=from; bh=AAAA\r\nARC-Authentication-Results: i=${n}; x; spf=pass\r\n`
}

/** Each with what a verifier without bounds would do about it. */
export const HEAVY: ReadonlyMap<string, () => string> = new Map([
  // A pass over the body for each signature.
  [
    '980 signatures with a length each, 3 MB',
    () => `${Array.from({ length: 980 }, (_, i) => signature(`; l=${i + 1}`)).join('')}${FROM}\r\n${body(3 * MIB)}`,
  ],
  // Lines that are joined one by one, each time anew.
  ['a field of 60,000 folds', () => `${signature('')}${FROM}X-Folds: ${'\r\n '.repeat(60_000)}x\r\n\r\nhi\r\n`],
  // A look-up and a public-key operation for each.
  ['50 hops of an ARC chain', () => `${Array.from({ length: 50 }, (_, i) => hop(50 - i)).join('')}${FROM}\r\nhi\r\n`],
  // Each name is looked for among all fields.
  [
    'a signature over 100,000 names, 900 fields',
    () => `${signature('', `from${folded(':a', 100_000)}`)}${FROM}${'b: \r\n'.repeat(900)}\r\nhi\r\n`,
  ],
  ['a From of 200,000 marks', () => `${signature('')}From: ${folded('(<"', 66_000)}x\r\n\r\nhi\r\n`],
  ['80 MB that nothing should hash thrice', () => `${signature('')}${signature('; l=5')}${FROM}\r\n${body(60 * MIB)}`],
])

/** Offers a message from one of the loopback addresses; the last answer, and how long all of it took. */
async function offer(port: number, from: string, message: string): Promise<{ answer: string; took: number }> {
  const before = performance.now()
  const wire = await Wire.open(port, '127.0.0.1', from)
  try {
    await wire.reply()
    for (const line of ['EHLO peer.test', 'MAIL FROM:<a@heavy.test>', 'RCPT TO:<shop@load.test>', 'DATA'])
      await wire.say(line)
    wire.send(`${message}.\r\n`)
    const answer = await wire.reply(120_000)
    return { answer, took: performance.now() - before }
  } catch {
    return { answer: '', took: performance.now() - before }
  } finally {
    wire.close()
  }
}

let count = 0
const honestMail = (): string =>
  `From: b@honest.test\r\nTo: shop@load.test\r\nSubject: plain\r\nMessage-ID: <h${++count}@honest.test>\r\n\r\nhello\r\n`

export interface HeavyLoad {
  /** Milliseconds that the honest client's mails took, each. */
  readonly honest: readonly number[]
  readonly honestAnswers: readonly string[]
  readonly answers: readonly string[]
  /** Octets. */
  readonly peak: number
}

/** Four peers send `kind` again and again for `rounds` rounds; meanwhile somebody else sends plain mail. */
export async function heavyLoad(kinds: readonly string[], rounds: number): Promise<HeavyLoad> {
  const sink = await startSink()
  const dns = await startDns({})
  const relay = await startRelay({
    init: initTo(`smtp://127.0.0.1:${sink.port}`),
    serve: ['--resolver', dns.server, '--dnssec', 'off'],
  })
  const port = relay.port('smtp')
  const load = { honest: [] as number[], honestAnswers: [] as string[], answers: [] as string[], peak: 0 }
  const state = { over: false }
  const watch = setInterval(() => (load.peak = Math.max(load.peak, relay.memory())), 100)
  const attack = async (peer: number): Promise<void> => {
    for (let round = 0; round < rounds; round++)
      for (const kind of kinds) {
        const { answer } = await offer(port, `127.0.0.${peer}`, HEAVY.get(kind)?.() ?? '')
        load.answers.push(answer)
      }
  }
  const honest = async (): Promise<void> => {
    await offer(port, '127.0.0.99', honestMail()) // the first one loads what the thread needs
    while (!state.over) {
      const { answer, took } = await offer(port, '127.0.0.99', honestMail())
      load.honest.push(took)
      load.honestAnswers.push(answer)
      await sleep(100)
    }
  }
  try {
    const others = honest()
    await Promise.all([2, 3, 4, 5].map(attack))
    state.over = true
    await others
    return load
  } finally {
    clearInterval(watch)
    await relay.destroy()
    await dns.close()
    await sink.close()
  }
}

/** What an honest client waits at most, in milliseconds. */
const PATIENCE = 1000

export async function heavyFigures(long: boolean): Promise<readonly Figure[]> {
  const figures: Figure[] = []
  const all = [...HEAVY.keys()]
  for (const kinds of [...(long ? all.map((one) => [one]) : []), all.slice(0, 5)]) {
    const { honest, honestAnswers, peak } = await heavyLoad(kinds, long ? 5 : 2)
    const longest = Math.max(...honest)
    const taken = honestAnswers.filter((answer) => answer.startsWith('250')).length
    figures.push({
      what: `four peers with ${kinds.length === 1 ? (kinds[0] ?? '') : 'all of these in turn'}: an honest client meanwhile`,
      found: `${taken} of ${honest.length} taken, at most ${Math.round(longest)} ms each, peak memory ${Math.round(peak / MIB)} MB`,
      held: taken === honest.length && longest < PATIENCE,
    })
  }
  return figures
}
