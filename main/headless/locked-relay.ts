// A relay whose passphrase nobody has given yet: it listens and asks senders to come again, so that nothing is lost, and it waits for
// somebody to unlock it: in the pages, in the window, or with `postern key unlock`. It knows nothing: no name, no domain, no key.
import { randomBytes } from 'node:crypto'
import net from 'node:net'
import path from 'node:path'
import { lockFolder } from '../store/folder-lock.ts'
import { Failure } from '../terms/failure.ts'
import { formatReply, type Reply } from '../terms/reply.ts'
import { openVault, type Asked, type KeySource } from '../vault/vault.ts'
import { DOOR_LIMITS } from '../smtp/limits.ts'
import { parseEndpoint } from '../smtp/listeners.ts'
import { distFolder } from '../dist-folder.ts'
import { instanceOf, openHttpDoor, type HttpDoor } from './http-door.ts'
import { lockedApi, type LockedFetch } from './locked-api.ts'
import { openOwnerSocket } from './owner-socket.ts'

/** RFC 5321 §3.8: a server that must not serve says 421 and closes; senders come again. */
const LOCKED: Reply = { code: 421, enhanced: '4.3.2', text: 'Not accepting mail now, try again later', id: 'locked' }
const DEFAULT_SMTP = '127.0.0.1:2525'
/** Milliseconds for a client to read the response, whatever it sends meanwhile. */
const LINGER = 5000

export interface LockedOptions {
  readonly folder: string
  readonly key: KeySource
  readonly smtp: readonly string[]
  readonly submission: readonly string[]
  readonly http: string | undefined
}

/** What opened the folder, and the code by which whoever gave it logs in once. */
export interface Unlocked {
  readonly asked: Asked
  readonly loginCode: string
}

export interface LockedRelay {
  readonly ports: readonly number[]
  readonly http: Pick<HttpDoor, 'host' | 'port'>
  readonly fetch: LockedFetch
  /** Resolves when somebody has unlocked it; every door is closed again by then. */
  readonly unlocked: Promise<Unlocked>
  close(): Promise<void>
}

/** A listener with one response. */
interface Refusing {
  readonly server: net.Server
  close(): Promise<void>
}

function refuse(socket: net.Socket, implicitTls: boolean): void {
  socket.on('error', () => undefined)
  // Without a certificate there is nothing to say on a TLS port.
  if (implicitTls) socket.destroy()
  else socket.end(formatReply(LOCKED))
  socket.resume()
  const timer = setTimeout(() => socket.destroy(), LINGER)
  socket.once('close', () => {
    clearTimeout(timer)
  })
}

function listen(endpoint: string): Promise<Refusing> {
  const { host, port, implicitTls } = parseEndpoint(endpoint)
  const open = new Set<net.Socket>()
  const server = net.createServer((socket) => {
    open.add(socket)
    socket.once('close', () => open.delete(socket))
    refuse(socket, implicitTls)
  })
  server.maxConnections = DOOR_LIMITS.connections
  // A client that stays connected must not delay the unlocked relay.
  const close = (): Promise<void> => {
    for (const socket of open) socket.destroy()
    return new Promise((resolve) => {
      server.close(() => {
        resolve()
      })
    })
  }
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
      resolve({ server, close })
    })
  })
}

function portOf({ server }: Refusing): number {
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

/** Resolves with what opened the vault; the API that asks for it. */
function unlocker(options: LockedOptions): { fetch: LockedFetch; given: Promise<Unlocked> } {
  const loginCode = randomBytes(24).toString('base64url')
  let settle: (unlocked: Unlocked) => void = () => undefined
  const given = new Promise<Unlocked>((resolve) => {
    settle = resolve
  })
  const fetch = lockedApi({
    loginCode,
    pause: (millis) => new Promise((resolve) => setTimeout(resolve, millis)),
    open: async (asked) => {
      await openVault(options.folder, asked.recovery === undefined ? 'passphrase' : 'recovery', asked)
    },
    done: (asked) => {
      // After the answer has left.
      setTimeout(() => {
        settle({ asked, loginCode })
      }, 100)
    },
  })
  return { fetch, given }
}

export async function openLockedRelay(options: LockedOptions): Promise<LockedRelay> {
  const lock = lockFolder(options.folder)
  const servers: Refusing[] = []
  const doors: { close(): Promise<void> }[] = []
  const close = async (): Promise<void> => {
    await Promise.all(servers.map((one) => one.close()))
    await Promise.all(doors.map((door) => door.close()))
    lock.release()
  }
  try {
    const asked = options.smtp.length === 0 ? [DEFAULT_SMTP] : options.smtp
    for (const one of [...asked, ...options.submission]) servers.push(await listen(one))
    const { fetch, given } = unlocker(options)
    const relay = { fetch }
    const instance = instanceOf(options.folder)
    const pagesFolder = path.join(distFolder(), 'renderer')
    const http = await openHttpDoor({ relay, pagesFolder, asked: options.http, instance })
    doors.push(http, await openOwnerSocket(relay, options.folder))
    const unlocked = given.then(async (what) => {
      await close()
      return what
    })
    return { ports: servers.map(portOf), http, fetch, unlocked, close }
  } catch (error) {
    await close()
    throw error
  }
}
