// How a question reaches a resolver: UDP with TCP behind it, TLS (RFC 7858) or HTTPS (RFC 8484). Each try has a bound on its time, and
// an answer counts only where it repeats the question: from the right place, with the right number, to a port of that question alone.
import { randomInt } from 'node:crypto'
import dgram from 'node:dgram'
import { connect, type ClientHttp2Session } from 'node:http2'
import net from 'node:net'
import tls from 'node:tls'
import { messageOf } from '../terms/failure.ts'
import type { Name } from './name.ts'
import type { DnsServer } from './servers.ts'
import { encodeQuestion, parseMessage, WireError, type Message } from './wire.ts'

export interface Asked {
  readonly name: Name
  readonly type: number
  readonly dnssec: boolean
  readonly wantsAd: boolean
}

/** One question to one server; rejects with what went wrong. */
export type Exchange = (server: DnsServer, asked: Asked, timeout: number) => Promise<Message>

/** RFC 8467 §4.1 */
const PADDING = 128
const MAX_MESSAGE = 65_535
const TRUNCATED = 0x0200

function encode(asked: Asked, padTo: number, id = randomInt(0x10000)): Buffer {
  return encodeQuestion({ id, ...asked, padTo })
}

/** RFC 5452 §9.1: the same number, the same question, and an answer at all. */
function repeats(message: Message, query: Buffer, asked: Asked): boolean {
  const [question] = message.questions
  return (
    message.isResponse &&
    message.id === query.readUInt16BE(0) &&
    question?.name === asked.name &&
    question.type === asked.type &&
    question.class === 1
  )
}

function timedOut(server: DnsServer): Error {
  return new Error(`no answer from ${server.text}`)
}

/** `undefined` where the answer did not fit into a datagram. */
function overUdp(server: DnsServer, asked: Asked, timeout: number): Promise<Message | undefined> {
  const query = encode(asked, 0)
  return new Promise((resolve, reject) => {
    const socket = dgram.createSocket(net.isIPv6(server.host) ? 'udp6' : 'udp4')
    const finish = (act: () => void): void => {
      clearTimeout(timer)
      socket.close()
      act()
    }
    const timer = setTimeout(() => finish(() => reject(timedOut(server))), timeout)
    socket.on('error', (error) => finish(() => reject(new Error(`${server.text}: ${messageOf(error)}`))))
    socket.on('message', (bytes) => {
      // Anything that is not the answer is ignored: it may be a forger's try, and the true answer still comes.
      try {
        if (bytes.length < 12 || bytes.readUInt16BE(0) !== query.readUInt16BE(0)) return
        if ((bytes.readUInt16BE(2) & (0x8000 | TRUNCATED)) === (0x8000 | TRUNCATED)) {
          finish(() => resolve(undefined))
          return
        }
        const message = parseMessage(bytes)
        if (repeats(message, query, asked)) finish(() => resolve(message))
      } catch (error) {
        if (!(error instanceof WireError)) throw error
      }
    })
    // A connected socket hears only the server, and learns at once that nobody is there. The port is a random one of the system's.
    socket.connect(server.port, server.host, () => socket.send(query))
  })
}

/** RFC 7766 §8, RFC 7858 §3: a length of two octets before each message. One question a connection. */
function overStream(server: DnsServer, asked: Asked, timeout: number): Promise<Message> {
  const query = encode(asked, server.kind === 'tls' ? PADDING : 0)
  return new Promise((resolve, reject) => {
    const { host, port, verifyName, ca } = server
    const trust = {
      ...(verifyName === undefined ? {} : { servername: verifyName }),
      ...(ca === undefined ? {} : { ca }),
    }
    const socket =
      server.kind === 'tls' ? tls.connect({ host, port, minVersion: 'TLSv1.2', ...trust }) : net.connect({ host, port })
    const finish = (act: () => void): void => {
      clearTimeout(timer)
      socket.destroy()
      act()
    }
    const timer = setTimeout(() => finish(() => reject(timedOut(server))), timeout)
    let pieces: Buffer = Buffer.alloc(0)
    socket.on('error', (error) => finish(() => reject(new Error(`${server.text}: ${messageOf(error)}`))))
    socket.on('close', () => finish(() => reject(new Error(`${server.text} hung up`))))
    socket.once(server.kind === 'tls' ? 'secureConnect' : 'connect', () => {
      socket.write(Buffer.concat([Buffer.from([query.length >> 8, query.length & 0xff]), query]))
    })
    socket.on('data', (chunk: Buffer) => {
      pieces = Buffer.concat([pieces, chunk])
      const size = pieces.length < 2 ? MAX_MESSAGE : pieces.readUInt16BE(0)
      if (pieces.length < 2 + size) return
      finish(() => {
        try {
          const message = parseMessage(pieces.subarray(2, 2 + size))
          if (repeats(message, query, asked)) resolve(message)
          else reject(new Error(`${server.text} answered another question`))
        } catch (error) {
          reject(new Error(`${server.text} answered what cannot be read: ${messageOf(error)}`))
        }
      })
    })
  })
}

/** HTTP/2 sessions, one a server, kept while they are used. RFC 8484 §5.2 */
const sessions = new Map<string, ClientHttp2Session>()
const IDLE = 20_000

function sessionTo(server: DnsServer): ClientHttp2Session {
  const key = `${server.text} ${server.ca ?? ''}`
  const known = sessions.get(key)
  if (known !== undefined && !known.closed && !known.destroyed) return known
  const session = connect(server.url ?? '', {
    minVersion: 'TLSv1.2',
    ...(server.ca === undefined ? {} : { ca: server.ca }),
  })
  const forget = (): void => {
    if (sessions.get(key) === session) sessions.delete(key)
  }
  session.on('error', forget)
  session.on('close', forget)
  session.on('goaway', forget)
  session.setTimeout(IDLE, () => session.close())
  // A process that has nothing else to do may end.
  session.unref()
  sessions.set(key, session)
  return session
}

/** RFC 8484 §4.1: POST, so that no cache in between keeps it; the number is 0. */
function overHttps(server: DnsServer, asked: Asked, timeout: number): Promise<Message> {
  const query = encode(asked, PADDING, 0)
  const type = 'application/dns-message'
  return new Promise((resolve, reject) => {
    const { pathname, search } = new URL(server.url ?? '')
    const session = sessionTo(server)
    const stream = session.request({
      ':method': 'POST',
      ':path': pathname + search,
      accept: type,
      'content-type': type,
    })
    const finish = (act: () => void): void => {
      clearTimeout(timer)
      session.off('error', lost)
      stream.close()
      act()
    }
    const fail = (text: string): void => finish(() => reject(new Error(text)))
    const lost = (error: Error): void => fail(`${server.text} failed: ${messageOf(error)}`)
    const timer = setTimeout(() => fail(`${server.text} does not answer`), timeout)
    let status = 0
    let pieces: Buffer = Buffer.alloc(0)
    session.on('error', lost)
    stream.on('error', lost)
    stream.on('response', (headers) => (status = headers[':status'] ?? 0))
    stream.on('data', (chunk: Buffer) => {
      pieces = Buffer.concat([pieces, chunk])
      if (pieces.length > MAX_MESSAGE) fail(`${server.text} sends too much`)
    })
    stream.on('end', () => {
      if (status !== 200) return fail(`${server.text} answered HTTP ${status}`)
      try {
        const message = parseMessage(pieces)
        if (repeats(message, query, asked)) finish(() => resolve(message))
        else fail(`${server.text} answered another question`)
      } catch (error) {
        fail(`${server.text} answered what cannot be read: ${messageOf(error)}`)
      }
    })
    stream.end(query)
  })
}

export const exchange: Exchange = async (server, asked, timeout) => {
  switch (server.kind) {
    case 'plain':
      return (await overUdp(server, asked, timeout)) ?? overStream(server, asked, timeout)
    case 'tls':
      return overStream(server, asked, timeout)
    case 'https':
      return overHttps(server, asked, timeout)
  }
}
