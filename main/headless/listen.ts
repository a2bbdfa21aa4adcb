// Opens a door at each address that its name stands for, at one port, or not at all: where somebody else answers at one of them, a browser
// that goes by the name may end up there, with the login code in its hand.
import type http from 'node:http'
import { codeOf } from '../dns/resolver.ts'
import { Failure } from '../terms/failure.ts'

export function listen(
  server: http.Server,
  where: { readonly host: string; readonly port: number } | { readonly path: string },
): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(where, () => {
      server.off('error', reject)
      const address = server.address()
      resolve(typeof address === 'object' && address !== null ? address.port : 0)
    })
  })
}

const ANY_TRIED = 10

const isPort = (error: unknown): boolean => codeOf(error) === 'EADDRINUSE'
/** The machine has no such address, so nobody can be found at it. */
const isNowhere = (error: unknown): boolean => codeOf(error) === 'EADDRNOTAVAIL' || codeOf(error) === 'EAFNOSUPPORT'

const close = (server: http.Server): Promise<void> =>
  new Promise((resolve) => {
    if (server.listening) server.close(() => resolve())
    else resolve()
  })

export interface ServerAt {
  readonly server: http.Server
  readonly address: string
}

/** All of them at one port; the ones that listened are closed where another could not. The first one has to be there. */
async function listenAt(servers: readonly ServerAt[], asked: number): Promise<number> {
  let port = asked
  try {
    for (const [i, { server, address }] of servers.entries()) {
      try {
        port = await listen(server, { host: address, port })
      } catch (error) {
        if (i === 0 || !isNowhere(error)) throw error
      }
    }
    return port
  } catch (error) {
    await Promise.all(servers.map(({ server }) => close(server)))
    throw error
  }
}

/**
 * The port at which all of them listen: the one asked for or the next free one, of as many as may be tried; any where 0 is asked for.
 * Throws `port-taken`, and then none of them listens.
 */
export async function listenOnAll(servers: readonly ServerAt[], port: number, tries: number): Promise<number> {
  const [first] = servers
  // Somebody may have the other address of any port that the system picks.
  const rounds = port === 0 ? Math.max(tries, ANY_TRIED) : tries
  for (let i = 0; ; i++) {
    try {
      return await listenAt(servers, port === 0 ? 0 : port + i)
    } catch (error) {
      if (isPort(error) && i + 1 < rounds) continue
      throw new Failure('headless', 'port-taken', `${first?.address ?? ''}:${port} cannot be listened on.`, {
        remedy: 'Name another one with --http 127.0.0.1:PORT.',
        cause: error,
      })
    }
  }
}
