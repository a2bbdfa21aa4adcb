// Seen from outside, by strace: between the end of a message and its 250 the log of the database was brought to the disk.
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { findProgram } from '../world/programs.ts'
import { TestRelay } from '../world/relay.ts'
import { skipped, sleep, type Context, type Figure, type Scenario } from './figures.ts'
import { emptyLedger, sendNumbered, initTo } from './ledger.ts'

interface Counted {
  readonly answers: number
  readonly early: number
  readonly syncs: number
}

/** Goes through the calls in their order: a 354, then a sync of the log that came to its end, then the 250. */
function judge(trace: string): Counted {
  let [answers, early, syncs] = [0, 0, 0]
  let synced = false
  const begun = new Set<string>()
  for (const line of trace.split('\n')) {
    const thread = line.slice(0, line.indexOf(' '))
    const isSync = /(fsync|fdatasync)\(\d+<[^>]*postern\.db-wal>/.test(line)
    if (isSync && line.includes('unfinished')) begun.add(thread)
    else if ((isSync && /= 0$/.test(line)) || (begun.has(thread) && /<\.\.\. f(data)?sync resumed>.*= 0$/.test(line))) {
      begun.delete(thread)
      syncs++
      synced = true
    } else if (line.includes('"354 ')) synced = false
    else if (line.includes('"250 2.6.0')) {
      answers++
      if (!synced) early++
    }
  }
  return { answers, early, syncs }
}

async function run(context: Context): Promise<readonly Figure[]> {
  const strace = findProgram('strace')
  if (strace === undefined) return skipped('strace (Debian: strace) is not installed')
  const folder = mkdtempSync(path.join(os.tmpdir(), 'postern-trace-'))
  const out = path.join(folder, 'trace')
  const relay = new TestRelay()
  const count = context.long ? 1000 : 100
  try {
    const made = await relay.run('init', ...initTo('smtp://127.0.0.1:9?tls=none'))
    if (made.code !== 0) throw new Error(made.err)
    await relay.serve()
    // Nothing else commits meanwhile: a sync of somebody else's row would prove nothing.
    await relay.json('queue', 'pause')
    const calls = ['-e', 'trace=fsync,fdatasync,write,writev,sendto,sendmsg', '-s', '24']
    const tracer = spawn(strace, ['-f', '-y', '-qq', ...calls, '-o', out, '-p', String(relay.process?.pid ?? 0)], {
      stdio: 'ignore',
    })
    await sleep(2000)
    const ledger = emptyLedger()
    await sendNumbered(
      {
        port: relay.port('smtp'),
        name: 's',
        count,
        recipient: 'shop@load.test',
        size: (n) => (n % 20 === 0 ? 150_000 : 500),
      },
      ledger,
    )
    tracer.kill('SIGINT')
    await new Promise((resolve) => tracer.once('close', resolve))
    const { answers, early, syncs } = judge(readFileSync(out, 'utf8'))
    return [
      {
        what: 'answers of 250 seen by strace',
        found: `${answers} of ${ledger.accepted.size}, ${early} before their row was synced, ${syncs} syncs`,
        held: early === 0 && answers >= count && ledger.accepted.size === count,
      },
    ]
  } finally {
    await relay.destroy()
    rmSync(folder, { recursive: true, force: true })
  }
}

export const trace: Scenario = { name: 'strace', promise: 'no 250 before the row is on the disk', run }
