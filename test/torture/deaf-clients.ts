// Clients that send for as long as anything is taken, and read nothing: at the door of mail and at that of the pages. What was said to them must not
// gather in memory, and others are served at the same time.
import http from 'node:http'
import net from 'node:net'
import { sleep, type Figure } from './figures.ts'

const MIB = 1024 * 1024
/**
 * What all of them together may add to the memory of the relay, in octets. 200 sessions hold some 100 KiB each of what was sent; the rest is room
 * that V8 takes for what is already garbage (Node makes an object of each of a thousand requests in one packet).
 */
const MOST_GROWTH = 250 * MIB

export interface DeafTarget {
  readonly port: number
  readonly memory: () => number
}

export interface DeafAttack {
  readonly what: string
  readonly clients: number
  /** Sent again and again. */
  readonly block: Buffer
  /** Milliseconds. */
  readonly time: number
  /** Does what an honest client does; how it went. */
  readonly honest: () => Promise<{ readonly text: string; readonly held: boolean }>
}

interface Sent {
  connections: number
  octets: number
}

/** One client after another in one place, until told to stop: whoever is cut off comes again. */
function deaf(port: number, block: Buffer, sent: Sent): () => void {
  let socket: net.Socket
  let stopped = false
  const connect = (): void => {
    if (stopped) return
    const mine = net.connect(port, '127.0.0.1')
    socket = mine
    sent.connections++
    const push = (): void => {
      while (mine.writable && mine.write(block));
      mine.once('drain', push)
    }
    mine.pause().on('error', () => undefined)
    mine.once('connect', push)
    mine.once('close', () => {
      sent.octets += mine.bytesWritten
      setTimeout(connect, 100)
    })
  }
  connect()
  return () => {
    stopped = true
    socket.destroy()
  }
}

export async function deafClients(target: DeafTarget, attack: DeafAttack): Promise<readonly Figure[]> {
  const { what, clients, block, time, honest } = attack
  const look = (): number => {
    try {
      return target.memory()
    } catch {
      return Infinity // it has ended
    }
  }
  const before = look()
  let peak = before
  const watch = setInterval(() => (peak = Math.max(peak, look())), 50)
  const sent: Sent = { connections: 0, octets: 0 }
  const ends = Array.from({ length: clients }, () => deaf(target.port, block, sent))
  await sleep(time / 2)
  const served = await honest()
  await sleep(time / 2)
  for (const end of ends) end()
  await sleep(300)
  clearInterval(watch)
  const title = `${clients} clients that send ${what} and read nothing`
  const grown = peak - before
  return [
    {
      what: title,
      found: `${sent.connections} connections, ${Math.round(sent.octets / MIB)} MB sent, ${Number.isFinite(grown) ? `memory grew by ${Math.round(grown / MIB)} MB at most` : 'the process ended'}`,
      held: grown < MOST_GROWTH,
    },
    { what: `${title}: an honest client meanwhile`, found: served.text, held: served.held },
  ]
}

/** Fetches a page as a browser does; how long it took. */
export async function fetchPage(
  port: number,
  path: string,
): Promise<{ readonly text: string; readonly held: boolean }> {
  const from = performance.now()
  const status = await new Promise<number>((resolve) => {
    const request = http.get({ host: '127.0.0.1', port, path, agent: false, headers: { host: `localhost:${port}` } })
    request.setTimeout(20_000, () => request.destroy())
    request.on('error', () => resolve(0))
    request.on('response', (response) => {
      response.resume().on('end', () => resolve(response.statusCode ?? 0))
    })
  })
  return { text: `${status} in ${Math.round(performance.now() - from)} ms`, held: status === 200 }
}
