// SMTP smuggling: every published sequence, and those near it, at every place of a message and cut at every byte. One message stays one, the
// bytes are those that a reader of thirty lines finds, and nothing behind a false end is obeyed. Inbound by the reader itself and over the
// socket; outbound, what leaves is read by the same reader. The same sequences against other servers, for comparison.
import { initTo } from './ledger.ts'
import { DataReader, type DataStep } from '../../main/smtp/data-reader.ts'
import { startRelay } from '../world/relay.ts'
import { startSink } from '../world/sink.ts'
import { Wire } from '../world/dialogue.ts'
import type { Context, Figure, Scenario } from './figures.ts'
import { atOthers } from './other-servers.ts'
import { referenceRead } from './reference-reader.ts'
import { SEQUENCES, smuggled } from './sequences.ts'
import { smuggleTo } from './smuggling-elsewhere.ts'

const PLACES = [
  '',
  'Subject: x\r\n',
  'Subject: x\r\n\r\n',
  'Subject: x\r\n\r\nbody',
  'Subject: x\r\n\r\nbody\r\n',
  'Subject: x\r\n\r\n..stuffed\r\n.also',
]

interface Read {
  readonly message: string | undefined
  readonly fault: boolean
  readonly rest: string
}

/** What the relay's reader makes of the chunks. */
function readChunks(chunks: readonly Buffer[]): Read {
  const reader = new DataReader(64 * 1024)
  const out: Buffer[] = []
  for (const [i, chunk] of chunks.entries()) {
    const step: DataStep = reader.push(chunk)
    out.push(...step.out.map((one) => Buffer.from(one)))
    if (step.state === 'done')
      return {
        message: Buffer.concat(out).toString('latin1'),
        fault: false,
        rest: Buffer.concat([step.rest, ...chunks.slice(i + 1)]).toString('latin1'),
      }
    if (step.state !== 'more') return { message: undefined, fault: true, rest: '' }
  }
  return { message: undefined, fault: false, rest: '' }
}

interface Counted {
  cases: number
  differ: number
  second: number
}

/** Each case once whole, and cut in two at every byte; for the short ones, into single bytes too. */
function readerMatrix(): Counted {
  const counted = { cases: 0, differ: 0, second: 0 }
  for (const place of PLACES)
    for (const sequence of SEQUENCES) {
      const bytes = Buffer.from(`${place}${sequence}${smuggled(0)}\r\n.\r\nQUIT\r\n`, 'latin1')
      const want = referenceRead(bytes)
      const wanted: Read = {
        ...{ message: want.message?.toString('latin1'), fault: want.fault, rest: want.rest.toString('latin1') },
      }
      const isReal = sequence.endsWith('\r\n.\r\n')
      const check = (chunks: readonly Buffer[]): void => {
        counted.cases++
        const got = readChunks(chunks)
        if (JSON.stringify(got) !== JSON.stringify(wanted)) counted.differ++
        if (!isReal && !got.fault && got.rest.startsWith('MAIL FROM:<evil')) counted.second++
      }
      check([bytes])
      for (let cut = 1; cut < bytes.length; cut++) check([bytes.subarray(0, cut), bytes.subarray(cut)])
      check(Array.from(bytes, (byte) => Buffer.from([byte])))
    }
  return counted
}

/** Over the socket: how many of the sequences led to a second message. */
async function overSocket(context: Context): Promise<readonly Figure[]> {
  const sink = await startSink()
  const init = initTo(`smtp://127.0.0.1:${sink.port}`)
  const relay = await startRelay({ init })
  const chosen = context.long ? SEQUENCES : SEQUENCES.filter((_, i) => i % 5 === 0)
  try {
    for (const [index, sequence] of chosen.entries()) {
      const wire = await Wire.open(relay.port('smtp'))
      await wire.reply()
      for (const line of ['EHLO x.test', 'MAIL FROM:<a@sender.test>', 'RCPT TO:<shop@load.test>', 'DATA'])
        await wire.say(line)
      wire.send(
        Buffer.from(
          `From: a@sender.test\r\nSubject: first\r\n\r\nbody${sequence}${smuggled(index)}.\r\nQUIT\r\n`,
          'latin1',
        ),
      )
      await Promise.race([wire.end(), new Promise((resolve) => setTimeout(resolve, 3000).unref())])
      wire.close()
    }
    await new Promise((resolve) => setTimeout(resolve, 1000))
    // Behind a real end of data a second message is one.
    const second = sink.mails.filter((one) => {
      const index = /^Subject: smuggled (\d+)/m.exec(headerOf(one.raw))?.[1]
      return index !== undefined && chosen[Number(index)]?.endsWith('\r\n.\r\n') === false
    }).length
    const broken = sink.mails.filter((one) => /\r(?!\n)|(?<!\r)\n|\0/.test(one.raw.toString('latin1'))).length
    return [
      {
        what: 'sequences over the socket',
        found: `${chosen.length}: ${second} second messages`,
        held: second === 0,
      },
      {
        what: 'what left, with a bare CR, LF or NUL in it',
        found: `${broken} of ${sink.mails.length}`,
        held: broken === 0,
      },
    ]
  } finally {
    await relay.destroy()
    await sink.close()
  }
}

const headerOf = (raw: Buffer): string => raw.toString('latin1').split('\r\n\r\n')[0] ?? ''

async function run(context: Context): Promise<readonly Figure[]> {
  const { cases, differ, second } = readerMatrix()
  return [
    {
      what: `reader: ${SEQUENCES.length} sequences x ${PLACES.length} places x every split`,
      found: `${cases} cases`,
      held: cases >= 20_000,
    },
    { what: 'reader: bytes or ends that differ from the reference', found: String(differ), held: differ === 0 },
    { what: 'reader: second messages', found: String(second), held: second === 0 },
    ...(await overSocket(context)),
    ...(context.long ? await atOthers(smuggleTo) : []),
  ]
}

export const smuggling: Scenario = {
  name: 'smuggling',
  promise: 'one message stays one, however it is written and cut',
  run,
}
