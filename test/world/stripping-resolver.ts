// A resolver as many a router is one: what signs, or proves that something is not there, gets lost on the way.
import dgram from 'node:dgram'

export interface StrippingResolver {
  readonly server: string
  /** Passes everything on from now on, as after an update of the router. */
  heal(): void
  close(): Promise<void>
}

const DO_BIT = 0x80

/** Clears the DO bit of the question's OPT record, which comes last and is empty there. RFC 3225 §3, RFC 6891 §6.1.3 */
function withoutDo(query: Buffer): Buffer {
  const copy = Buffer.from(query)
  const flags = copy.length - 4
  copy[flags] = (copy[flags] ?? 0) & ~DO_BIT
  return copy
}

/** Sits before `upstream` (`127.0.0.1:PORT`) on a free loopback port. */
export async function startStrippingResolver(upstream: string): Promise<StrippingResolver> {
  const port = Number(upstream.split(':').at(-1))
  const socket = dgram.createSocket('udp4')
  let strips = true
  socket.on('message', (query, peer) => {
    const way = dgram.createSocket('udp4')
    const timer = setTimeout(() => way.close(), 5000)
    way.on('message', (answer) => {
      clearTimeout(timer)
      way.close()
      socket.send(answer, peer.port, peer.address)
    })
    way.send(strips ? withoutDo(query) : query, port, '127.0.0.1')
  })
  await new Promise<void>((resolve) => {
    socket.bind(0, '127.0.0.1', resolve)
  })
  return {
    server: `127.0.0.1:${socket.address().port}`,
    heal() {
      strips = false
    },
    close: () => new Promise((resolve) => socket.close(() => resolve())),
  }
}
