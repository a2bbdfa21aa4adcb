// The promise of 250, under SIGKILL: many clients send while the process is killed at a random moment or at a named point; after each restart
// all that was promised is there, and what came twice was under way.
import { existsSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { FAULT_POINTS, type FaultPoint } from '../../main/store/fault.ts'
import { startRelay, TestRelay } from '../world/relay.ts'
import { startSink, type Sink } from '../world/sink.ts'
import { sleep, type Context, type Figure, type Scenario } from './figures.ts'
import { emptyLedger, idOf, sendNumbered, type Ledger, initTo } from './ledger.ts'

/** What the queue runner has under way at most. */
const IN_FLIGHT = 40
const SETTLE = 60_000

interface World {
  readonly relay: TestRelay
  readonly sink: Sink
  readonly ledger: Ledger
  readonly context: Context
  kills: number
  clients: number
  /** Kills at each point, a random moment included. */
  readonly at: Map<string, number>
}

async function makeWorld(context: Context): Promise<World> {
  const sink = await startSink()
  const route = `smtp://127.0.0.1:${sink.port}`
  const init = initTo(route)
  const relay = await startRelay({ init, env: { POSTERN_TEST: '1' } })
  return { relay, sink, context, ledger: emptyLedger(), kills: 0, clients: 0, at: new Map() }
}

/** Numbers that were promised and have not come. */
function missing({ sink, ledger }: World): string[] {
  const here = new Set(sink.mails.map(idOf))
  return [...ledger.accepted].filter((id) => !here.has(id))
}

async function untilAllIsThere(world: World): Promise<string[]> {
  const until = Date.now() + SETTLE
  for (;;) {
    const lost = missing(world)
    if (lost.length === 0 || Date.now() > until) return lost
    await sleep(50)
  }
}

/** Ten clients; small messages, and some that go into files of their own. */
function startClients(world: World): Promise<unknown> {
  const port = world.relay.port('smtp')
  const sizes = Array.from({ length: 50 }, () => (world.context.random() < 0.1 ? 200_000 : 2000))
  const round = Array.from({ length: 10 }, () => {
    const name = `c${world.clients++}`
    return sendNumbered(
      { port, name, count: 500, recipient: 'shop@load.test', size: (n) => sizes[n % sizes.length] ?? 1000 },
      world.ledger,
    )
  })
  return Promise.all(round)
}

/** The process ends by itself at its point, or is killed after so many milliseconds. */
async function killOnce(world: World, point: FaultPoint | 'random'): Promise<void> {
  const { relay, context } = world
  const clients = startClients(world)
  if (point === 'random') await sleep(30 + context.random() * 2000)
  else if (point === 'in-backup') await relay.run('backup', 'create').catch(() => undefined)
  else if (point.includes('checkpoint')) {
    await sleep(300)
    void relay.stop('SIGTERM')
  }
  const ended = await Promise.race([
    relay.ended().then(() => true),
    sleep(point === 'random' ? 0 : 8000).then(() => false),
  ])
  if (!ended) await relay.stop('SIGKILL')
  world.at.set(ended || point === 'random' ? point : `${point} not reached`, (world.at.get(point) ?? 0) + 1)
  world.kills++
  await clients
}

const isServing = (point: string): boolean => point !== 'in-migration'

async function run(context: Context): Promise<readonly Figure[]> {
  const world = await makeWorld(context)
  const { relay, sink, ledger } = world
  const points = FAULT_POINTS.filter(isServing)
  const wanted = context.long ? 200 : points.length + 4
  const until = Date.now() + context.budget
  let lost: string[] = []
  let unclean = 0
  try {
    for (let i = 0; i < wanted || (context.long && Date.now() < until); i++) {
      // Each named point in turn, and between them moments that nobody chose.
      const point =
        i % 2 === 0 && i / 2 < points.length * (context.long ? 4 : 1)
          ? (points[(i / 2) % points.length] ?? 'random')
          : 'random'
      await relay.stop()
      relay.setEnv('POSTERN_FAULT', point === 'random' ? '' : `${point}:${1 + Math.floor(context.random() * 40)}`)
      if (point === 'in-backup' || point.includes('checkpoint')) relay.setEnv('POSTERN_FAULT', `${point}:1`)
      await relay.serve().catch(() => unclean++)
      await killOnce(world, point)
      relay.setEnv('POSTERN_FAULT', '')
      await relay.serve()
      lost = await untilAllIsThere(world)
      if (lost.length > 0) break
      if (i % 20 === 19) context.say(`${i + 1} kills, ${ledger.accepted.size} promised, ${sink.mails.length} arrived`)
    }
    return await report(world, lost)
  } finally {
    await relay.destroy()
    await sink.close()
  }
}

async function report(world: World, lost: readonly string[]): Promise<readonly Figure[]> {
  const { relay, sink, ledger, kills, at } = world
  const ids = sink.mails.map(idOf)
  const twice = ids.length - new Set(ids).size
  const strangers = ids.filter((id) => !ledger.accepted.has(id) && !ledger.unknown.has(id)).length
  const state = await relay.json<{ queue: { queued: number; inFlight: number; failed: number }; held: number }>(
    'status',
  )
  const left = state.queue.queued + state.queue.inFlight + state.queue.failed + state.held
  const parts = readdirSync(path.join(relay.data)).filter((name) => name.endsWith('.part'))
  const spool = path.join(relay.data, 'spool')
  const files = existsSync(spool) ? readdirSync(spool).length : 0
  const points = [...at].map(([name, count]) => `${name} ${count}`).join(', ')
  return [
    {
      what: 'kills survived',
      found: `${kills} (${points})`,
      held: ![...at.keys()].some((name) => name.includes('not reached')),
    },
    { what: 'messages that got 250', found: `${ledger.accepted.size}, lost ${lost.length}`, held: lost.length === 0 },
    {
      what: 'messages that came twice',
      found: `${twice}; at most ${IN_FLIGHT} under way at each of ${kills} kills`,
      held: twice <= kills * IN_FLIGHT,
    },
    { what: 'messages nobody sent', found: String(strangers), held: strangers === 0 },
    {
      what: 'left behind when all is delivered',
      found: `${left} rows, ${files} spool files, ${parts.length} half backups`,
      held: left === 0 && files === 0,
    },
  ]
}

export const kills: Scenario = {
  name: 'kills',
  promise: 'what got 250 is delivered, whenever the process is killed',
  run,
}
