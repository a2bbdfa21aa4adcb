// What a client of the pages may take: connections, handshakes, answers it does not read. Real sockets; each bound is crossed once.
import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import http from 'node:http'
import net from 'node:net'
import os from 'node:os'
import path from 'node:path'
import tls, { createSecureContext } from 'node:tls'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { boundServer, PUBLIC_LIMITS, type BoundServer, type HttpLimits } from '../../../main/headless/http-bounds.ts'
import { openHttpDoor, type HttpDoor } from '../../../main/headless/http-door.ts'
import { makeSelfSigned, type CertificatePair } from '../../../main/tls/self-signed.ts'

const MIB = 1024 * 1024
const settle = (millis: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, millis))
const closing: (() => Promise<void>)[] = []
const clients: net.Socket[] = []
let pair: CertificatePair

beforeAll(async () => {
  pair = await makeSelfSigned('pages.test', Date.now(), Buffer.alloc(8, 1))
})
afterEach(async () => {
  for (const one of clients.splice(0)) one.destroy()
  for (const close of closing.splice(0)) await close()
})

interface Opened {
  readonly bound: BoundServer
  readonly port: number
  /** The server's side of each connection. */
  readonly sockets: net.Socket[]
}

async function open(
  work: http.RequestListener,
  limits: Partial<HttpLimits> = {},
  secure = false,
  host = '127.0.0.1',
): Promise<Opened> {
  const server = http.createServer()
  const context = createSecureContext({ key: pair.privateKey, cert: pair.certificate })
  const bound = boundServer(server, work, { ...PUBLIC_LIMITS, ...limits }, secure ? () => context : undefined)
  const sockets: net.Socket[] = []
  server.on('connection', (socket) => sockets.push(socket))
  const port = await new Promise<number>((resolve) => {
    server.listen(0, host, () => resolve((server.address() as net.AddressInfo).port))
  })
  closing.push(() => bound.close())
  return { bound, port, sockets }
}

function connect(port: number, host = '127.0.0.1'): Promise<net.Socket> {
  return new Promise((resolve) => {
    const socket = net.connect(port, host, () => resolve(socket))
    socket.on('error', () => undefined)
    clients.push(socket)
  })
}

const isClosed = (socket: net.Socket, within: number): Promise<boolean> =>
  new Promise((resolve) => {
    socket.resume().once('close', () => resolve(true))
    setTimeout(() => resolve(socket.destroyed), within)
  })

const waitingOf = (sockets: readonly net.Socket[]): number =>
  sockets.reduce((sum, { writableLength }) => sum + writableLength, 0)

const REQUEST = 'GET /big HTTP/1.1\r\nHost: localhost\r\n\r\n'

describe('answers that nobody reads', () => {
  it('requests that came together are answered one after the other', async () => {
    let now = 0
    let most = 0
    const { port } = await open((request, response) => {
      most = Math.max(most, ++now)
      setTimeout(() => {
        now--
        response.end(request.url)
      }, 20)
    })
    const client = await connect(port)
    let heard = ''
    client.on('data', (chunk: Buffer) => (heard += chunk.toString('latin1')))
    client.write(['/1', '/2', '/3', '/4', '/5'].map((one) => REQUEST.replace('/big', one)).join(''))
    await expect.poll(() => heard.match(/\/\d$/gm) ?? heard).toContain('/5')
    expect(heard.match(/^\/\d/gm)?.join('')).toBe('/1/2/3/4/5')
    expect(most).toBe(1)
  })

  it('a thousand requests in one packet begin no thousand answers: the connection ends', async () => {
    let begun = 0
    const { port, bound, sockets } = await open((_request, response) => {
      begun++
      response.end(Buffer.alloc(MIB))
    })
    const client = await connect(port)
    client.pause().write(REQUEST.repeat(1000))
    await settle(500)
    expect(begun).toBe(1)
    expect(waitingOf(sockets)).toBeLessThanOrEqual(2 * MIB)
    expect(await isClosed(client, 1000)).toBe(true)
    expect(bound.connections).toBe(0)
  })

  it('a client that takes nothing is cut off; one that is slow is not, nor one that waits for us', async () => {
    const { port, bound } = await open(
      (request, response) => {
        if (request.url === '/late') setTimeout(() => response.end('late'), 1500)
        else response.end(Buffer.alloc(24 * MIB))
      },
      { stalled: 2000 },
    )
    const [deaf, slow, late] = [await connect(port), await connect(port), await connect(port)]
    deaf.pause().write(REQUEST)
    late.write(REQUEST.replace('/big', '/late'))
    slow.pause().write(REQUEST)
    let taken = 0
    let answer = ''
    late.on('data', (chunk: Buffer) => (answer += chunk.toString('latin1')))
    slow.on('data', (chunk: Buffer) => {
      taken += chunk.length
      slow.pause()
      setTimeout(() => slow.resume(), chunk.length / 8192)
    })
    slow.resume()
    await expect.poll(() => answer, { timeout: 5000 }).toContain('late')
    await expect.poll(() => taken, { timeout: 30_000 }).toBeGreaterThan(24 * MIB)
    // The deaf one is gone, and the others after their answer, when they ask for nothing more.
    await expect.poll(() => bound.connections, { timeout: 10_000 }).toBe(0)
    expect(await isClosed(deaf, 1000)).toBe(true)
  })

  it('a stream of events that is quiet for long is kept', async () => {
    const { port, bound } = await open((_request, response) => response.writeHead(200).write('hello'), { stalled: 200 })
    const client = await connect(port)
    client.resume().write(REQUEST)
    await settle(1000)
    expect(bound.connections).toBe(1)
  })
})

describe('connections', () => {
  it('are counted in all, and freed when they end', async () => {
    const { port, bound } = await open((_request, response) => response.end('x'), { connections: 3 })
    const all = await Promise.all(Array.from({ length: 5 }, () => connect(port)))
    const closed = await Promise.all(all.map((one) => isClosed(one, 300)))
    expect(closed.filter((one) => one)).toHaveLength(2)
    for (const one of all) one.destroy()
    await expect.poll(() => bound.connections).toBe(0)
  })

  it('are counted by address beyond this machine', async ({ skip }) => {
    const outside = Object.values(os.networkInterfaces())
      .flat()
      .find((one) => one?.family === 'IPv4' && !one.internal)
    if (outside === undefined) return skip('this machine has no address but its loopback ones')
    const work: http.RequestListener = (_request, response) => response.end('x')
    const { port } = await open(work, { connectionsPerAddress: 2 }, false, outside.address)
    const all = await Promise.all(Array.from({ length: 4 }, () => connect(port, outside.address)))
    const closed = await Promise.all(all.map((one) => isClosed(one, 300)))
    expect(closed.filter((one) => one)).toHaveLength(2)
  })

  it.each([
    ['that says nothing', ''],
    ['that comes an octet at a time', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'.padEnd(400, '\x00')],
  ])('a TLS handshake %s counts and has its own deadline', async (_, hello) => {
    const { port, bound } = await open(() => undefined, { handshake: 600, connections: 2 }, true)
    const all = await Promise.all(Array.from({ length: 4 }, () => connect(port)))
    await settle(200)
    expect(bound.connections).toBe(2)
    const octets = Buffer.from(hello, 'latin1').values()
    const timer = setInterval(() => {
      const { value } = octets.next()
      if (value !== undefined) for (const one of all) if (!one.destroyed) one.write(Buffer.of(value))
    }, 40)
    const closed = await Promise.all(all.map((one) => isClosed(one, 1500)))
    clearInterval(timer)
    expect(closed.every((one) => one)).toBe(true)
    expect(bound.connections).toBe(0)
  })

  it('behind TLS are served, read no faster than they are read, and counted to their end', async () => {
    const { port, bound } = await open((_request, response) => response.end('secret'), { stalled: 400 }, true)
    const plain = await connect(port)
    const secure = await new Promise<tls.TLSSocket>((resolve, reject) => {
      const socket = tls.connect({ socket: plain, rejectUnauthorized: false, ALPNProtocols: ['h2', 'http/1.1'] }, () =>
        resolve(socket),
      )
      socket.on('error', reject)
    })
    expect(secure.alpnProtocol).toBe('http/1.1')
    let heard = ''
    secure.on('data', (chunk: Buffer) => (heard += chunk.toString('latin1')))
    secure.write(REQUEST)
    await expect.poll(() => heard).toContain('secret')
    // Asked for nothing more.
    await expect.poll(() => bound.connections, { timeout: 10_000 }).toBe(0)
  })

  it('do not hold up the end of a server', async () => {
    const { port, bound } = await open(() => undefined, {}, true)
    await connect(port)
    await settle(100)
    const from = performance.now()
    await bound.close()
    expect(performance.now() - from).toBeLessThan(5000)
    await expect.poll(() => bound.connections).toBe(0)
  })
})

describe('the pages', () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'postern-pages-'))
  const big = Buffer.alloc(4 * MIB, 'x')
  let door: HttpDoor

  beforeAll(async () => {
    const sha384 = createHash('sha384').update(big).digest('base64')
    writeFileSync(path.join(folder, 'big.js'), big)
    writeFileSync(path.join(folder, 'manifest.json'), JSON.stringify({ 'big.js': { sha384, type: 'text/javascript' } }))
    const relay = { fetch: () => Promise.resolve(new Response('api')) }
    door = await openHttpDoor({ relay, pagesFolder: folder, asked: 'localhost:0', instance: 'x' })
  })
  afterAll(async () => {
    await door.close()
    rmSync(folder, { recursive: true, force: true })
  })

  it('on localhost are bound to its address', () => {
    expect(door.host).toBe('127.0.0.1')
    expect(door.tls).toBe('none')
  })

  it('a file that 100 clients ask for and do not read is in memory once', async () => {
    const before = process.memoryUsage().arrayBuffers
    const all = await Promise.all(Array.from({ length: 100 }, () => connect(door.port)))
    for (const one of all)
      one.pause().write(REQUEST.replace('/big', '/big.js').replace('localhost', `localhost:${door.port}`))
    await settle(2000)
    // 400 MB if each had its own.
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(64 * MIB)
    const [first] = all
    let size = 0
    first?.on('data', (chunk: Buffer) => (size += chunk.length)).resume()
    await expect.poll(() => size).toBeGreaterThan(big.length)
  })

  it('a file comes whole, with its length', async () => {
    const answer = await fetch(`http://127.0.0.1:${door.port}/big.js`)
    expect(answer.headers.get('content-length')).toBe(String(big.length))
    expect(Buffer.from(await answer.arrayBuffer()).equals(big)).toBe(true)
    const head = await fetch(`http://127.0.0.1:${door.port}/big.js`, { method: 'HEAD' })
    expect([head.status, head.headers.get('content-length'), await head.text()]).toEqual([200, String(big.length), ''])
  })
})
