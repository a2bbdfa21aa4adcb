// A relay whose passphrase nobody has given yet: it listens and asks senders to come again, so that nothing is lost, and it waits on the
// owner socket for `postern key unlock`. It knows nothing: no name, no domain, no key.
import net from 'node:net'
import { lockFolder } from '../store/folder-lock.ts'
import { Failure } from '../terms/failure.ts'
import { formatReply, type Reply } from '../terms/reply.ts'
import { openVault, type Asked, type KeySource } from '../vault/vault.ts'
import { parseEndpoint } from '../smtp/listeners.ts'
import { openOwnerSocket } from './owner-socket.ts'

/** RFC 5321 §3.8: a server that must not serve says 421 and closes; senders come again. */
const LOCKED: Reply = { code: 421, enhanced: '4.3.2', text: 'Not accepting mail now, try again later', id: 'locked' }
const DEFAULT_SMTP = '127.0.0.1:2525'
const MAX_BODY = 10_000

export interface LockedOptions {
  readonly folder: string
  readonly key: KeySource
  readonly smtp: readonly string[]
  readonly submission: readonly string[]
}

export interface LockedRelay {
  readonly ports: readonly number[]
  /** Resolves with what opened the folder; every door is closed again by then. */
  readonly unlocked: Promise<Asked>
  close(): Promise<void>
}

function listen(endpoint: string): Promise<net.Server> {
  const { host, port, implicitTls } = parseEndpoint(endpoint)
  const server = net.createServer((socket) => {
    socket.on('error', () => undefined)
    // Without a certificate there is nothing to say on a TLS port.
    if (implicitTls) socket.destroy()
    else socket.end(formatReply(LOCKED))
    socket.setTimeout(5000, () => socket.destroy())
    socket.resume()
  })
  return new Promise((resolve, reject) => {
    server.once('error', (cause) => {
      reject(
        new Failure('headless', 'cannot-listen', `${host}:${port} cannot be listened on.`, {
          remedy: 'Stop the other program, or name another port with --smtp HOST:PORT.',
          cause,
        }),
      )
    })
    server.listen(port, host, () => {
      resolve(server)
    })
  })
}

function portOf(server: net.Server): number {
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

function text(value: unknown): (() => Promise<string | undefined>) | undefined {
  return typeof value === 'string' ? () => Promise.resolve(value) : undefined
}

function parseGiven(body: string): Asked {
  try {
    const given: unknown = JSON.parse(body.slice(0, MAX_BODY))
    if (typeof given !== 'object' || given === null) return {}
    return {
      passphrase: text('passphrase' in given ? given.passphrase : undefined),
      recovery: text('recovery' in given ? given.recovery : undefined),
    }
  } catch {
    return {}
  }
}

/** Answers the owner socket: `unlock`, and to everything else that it is locked. One try at a time: each costs memory by design. */
function unlocker(options: LockedOptions, done: (asked: Asked) => void): (request: Request) => Promise<Response> {
  let turn: Promise<unknown> = Promise.resolve()
  const tryOnce = async (asked: Asked): Promise<Response> => {
    try {
      const source = asked.recovery === undefined ? ('passphrase' as const) : ('recovery' as const)
      await openVault(options.folder, source, asked)
      done(asked)
      return Response.json({ unlocked: true })
    } catch (error) {
      if (!(error instanceof Failure)) throw error
      return Response.json({ message: `${error.message} ${error.remedy}`.trim() }, { status: 422 })
    }
  }
  return async (request) => {
    if (request.method === 'POST' && new URL(request.url).pathname === '/app/unlock') {
      const asked = parseGiven(await request.text())
      const mine = turn.then(() => tryOnce(asked))
      turn = mine.catch(() => undefined)
      return mine
    }
    return Response.json(
      { message: 'The data is locked. Unlock it with: postern key unlock', locked: true },
      { status: 503 },
    )
  }
}

export async function openLockedRelay(options: LockedOptions): Promise<LockedRelay> {
  const lock = lockFolder(options.folder)
  const servers: net.Server[] = []
  let owner: { close(): Promise<void> } | undefined
  const close = async (): Promise<void> => {
    await Promise.all(servers.map((one) => new Promise((resolve) => one.close(resolve))))
    await owner?.close()
    lock.release()
  }
  try {
    const asked = options.smtp.length === 0 ? [DEFAULT_SMTP] : options.smtp
    for (const one of [...asked, ...options.submission]) servers.push(await listen(one))
    let settle: (asked: Asked) => void = () => undefined
    const given = new Promise<Asked>((resolve) => {
      settle = resolve
    })
    const answer = unlocker(options, (what) => {
      // After the answer has left.
      setTimeout(() => {
        settle(what)
      }, 100)
    })
    owner = await openOwnerSocket({ fetch: answer }, options.folder)
    const unlocked = given.then(async (what) => {
      await close()
      return what
    })
    return { ports: servers.map(portOf), unlocked, close }
  } catch (error) {
    await close()
    throw error
  }
}
