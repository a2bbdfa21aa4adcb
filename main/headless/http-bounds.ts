// The bounds of our HTTP listeners that Node does not have: number of connections, time of a TLS handshake, one request per connection at a
// time, and time for a client to read. The size of a request's head and the time for a request are Node's own options (http-door.ts).
import type http from 'node:http'
import type { Socket } from 'node:net'
import { ConnectionCount, type ConnectionLimits } from '../terms/connection-count.ts'
import { plainAddress } from '../terms/peer-address.ts'
import { acceptTls, type HandshakeOptions } from '../tls/handshake.ts'

export interface HttpLimits extends ConnectionLimits {
  /** Milliseconds for the whole TLS handshake. */
  readonly handshake: number
  /** Milliseconds without progress: a client that reads nothing of a response, or sends no request. */
  readonly stalled: number
  /** Requests that may wait for the response to an earlier one (pipelining, RFC 9112 §9.3.2). Browsers do not pipeline. */
  readonly pipelined: number
}

/** For a listener that the Internet can reach: the same as for mail. A browser opens six connections to one host. */
export const PUBLIC_LIMITS: HttpLimits = {
  connections: 200,
  connectionsPerAddress: 30,
  handshake: 15_000,
  stalled: 60_000,
  pipelined: 16,
}

/** For programs on this machine: browsers and scripts of the owner share it, so the limit only keeps file descriptors from running out. */
export const LOCAL_LIMITS: HttpLimits = { ...PUBLIC_LIMITS, connections: 2000 }

interface Line {
  busy: boolean
  readonly waiting: (readonly [http.ServerResponse, () => void])[]
}

/**
 * Answers the requests of one connection one after the other. Node starts every request as it is parsed, a thousand from one packet, and
 * buffers their responses until the first one is sent.
 */
class Turns {
  private readonly lines = new WeakMap<Socket, Line>()
  private readonly most: number

  constructor(most: number) {
    this.most = most
  }

  isBusy(socket: Socket): boolean {
    return this.lines.get(socket)?.busy === true
  }

  /** Runs `answer` when the earlier requests are answered. Destroys a connection with too many waiting requests. */
  take(response: http.ServerResponse, socket: Socket, answer: () => void): void {
    if (socket.destroyed) return
    const line = this.lines.get(socket) ?? { busy: false, waiting: [] }
    this.lines.set(socket, line)
    if (!line.busy) this.start(line, socket, response, answer)
    else if (line.waiting.length < this.most) line.waiting.push([response, answer])
    else socket.destroy()
  }

  private start(line: Line, socket: Socket, response: http.ServerResponse, answer: () => void): void {
    line.busy = true
    // Emitted after the last octet was written, and when the connection ends before that.
    response.once('close', () => {
      line.busy = false
      const next = socket.destroyed ? undefined : line.waiting.shift()
      if (next !== undefined) this.start(line, socket, ...next)
    })
    answer()
  }
}

export interface BoundServer {
  /** Open sockets, including pending handshakes. */
  readonly connections: number
  /** Stops listening and ends all connections. */
  close(): Promise<void>
}

/**
 * Bounds a server that does not listen yet, and passes its requests to `work`. With `secureContext` the connections are TLS. The server is one of
 * node:http in both cases: node:https would do the handshake before we see the socket, with a timeout that each octet restarts.
 */
export function boundServer(
  server: http.Server,
  work: (request: http.IncomingMessage, response: http.ServerResponse) => Promise<void> | void,
  limits: HttpLimits,
  secureContext?: HandshakeOptions['secureContext'],
): BoundServer {
  const count = new ConnectionCount(limits)
  const turns = new Turns(limits.pipelined)
  const closing = new AbortController()
  const { signal } = closing
  const serve = server.listeners('connection')
  const hand = (socket: Socket): void => {
    for (const one of serve) one.call(server, socket)
  }
  server.removeAllListeners('connection')
  server.on('connection', (socket: Socket) => {
    socket.on('error', () => undefined)
    const leave = count.enter(plainAddress(socket.remoteAddress ?? ''))
    if (leave === undefined) {
      socket.destroy()
      return
    }
    socket.once('close', leave)
    if (secureContext === undefined) hand(socket)
    else
      acceptTls(socket, { secureContext, deadline: limits.handshake, protocols: ['http/1.1'], signal }).then(
        hand,
        () => undefined, // The handshake failed; the socket is closed.
      )
  })
  server.on('request', (request, response) => {
    turns.take(response, request.socket, () => {
      void work(request, response)
    })
  })
  // Node restarts this timeout while the kernel accepts octets, so a slow reader of a long response is not cut off.
  server.timeout = limits.stalled
  server.on('timeout', (socket: Socket) => {
    // A request that we are still working on is no fault of the client.
    if (socket.writableLength > 0 || !turns.isBusy(socket)) socket.destroy()
  })
  return {
    get connections() {
      return count.open
    },
    async close() {
      closing.abort()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
