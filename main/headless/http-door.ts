// The door of the pages and the API over HTTP: on 127.0.0.1 and ::1, on a Unix socket of the owner's, or beyond this machine with TLS.
// hardening.md, "The loopback door"
import { getRequestListener } from '@hono/node-server'
import { createHash } from 'node:crypto'
import http from 'node:http'
import type { Duplex } from 'node:stream'
import path from 'node:path'
import { headersFor, SECURITY_HEADERS, STRICT_TRANSPORT } from '../api/security-headers.ts'
import { REPORT_PATH } from '../queue/posted-reports.ts'
import type { Relay } from '../relay.ts'
import { parseEndpoint } from '../smtp/listeners.ts'
import { loopbackAddresses, plainAddress } from '../terms/peer-address.ts'
import { boundServer, LOCAL_LIMITS, PUBLIC_LIMITS, type BoundServer } from './http-bounds.ts'
import { listen, listenOnAll } from './listen.ts'
import { openSocketPlace, SOCKET_PREFIX } from './http-socket.ts'
import { requireProtection, type DoorTls, type Protection } from './http-tls.ts'
import { pageServer } from './page-server.ts'

/** A browser takes either of them for `localhost`. */
const TWINS: ReadonlyMap<string, string> = new Map([
  ['127.0.0.1', '::1'],
  ['::1', '127.0.0.1'],
])
const literalOf = (host: string): string => (host.includes(':') ? `[${host}]` : host)

const DEFAULT_PORT = 7788
const PORTS_TRIED = 50
/** Milliseconds for a client to read the response to something that was no request. */
const LINGER = 2000
/** RFC 9112 has no bound; ours are far above what our pages send. */
const SERVER_OPTIONS = {
  maxHeaderSize: 16 * 1024,
  requestTimeout: 30_000,
  headersTimeout: 10_000,
  keepAliveTimeout: 5000,
  // A request without Host gets our answer, with our headers.
  requireHostHeader: false,
} as const

export interface HttpDoor {
  readonly host: string
  readonly port: number
  readonly tls: 'none' | 'implicit'
  readonly note: string
  /** Where a browser finds it. */
  readonly origin: string
  close(): Promise<void>
}

export interface HttpDoorOptions {
  readonly relay: Pick<Relay, 'fetch'> & Partial<Pick<Relay, 'takeReport'>>
  /** The built pages. */
  readonly pagesFolder: string
  /** `HOST:PORT` or `unix:PATH`; the default one, or the next free, where undefined. */
  readonly asked: string | undefined
  /** Tells the cookies of two relays on one host apart: cookies know no ports. */
  readonly instance: string
  /** What is there to protect a door beyond this machine; undefined where the data is locked. */
  readonly protection?: Protection
}

/** Tells relays apart by their folder. */
export function instanceOf(folder: string): string {
  return createHash('sha256').update(path.resolve(folder)).digest('hex').slice(0, 12)
}

/** What a request comes through, as far as answering it depends on that. */
interface Place {
  readonly secure: boolean
  /** Whether this is a name of ours; DNS that was rebound brings any other. */
  readonly isOurs: (host: string) => boolean
  /** Where passkeys work: pages are sent there; undefined where they are at the right place already. */
  readonly home: string | undefined
  /** Of who asks, where the connection has no address. */
  readonly from: string | undefined
}

type Handler = (request: Request, from: string) => Promise<Response>

function handler(options: HttpDoorOptions, place: () => Place): Handler {
  const serve = pageServer(options.pagesFolder)
  return async (request, from) => {
    const { secure, isOurs, home } = place()
    // Rebinding a name to 127.0.0.1 is how a web page would reach us: only our own names are answered.
    if (!isOurs(request.headers.get('host')?.toLowerCase() ?? '')) return new Response('Wrong host.', { status: 403 })
    const url = new URL(request.url)
    // The prefix of cookies: one of this name was set over TLS, for this host alone.
    const cookieName = `${secure ? '__Host-' : ''}postern-${options.instance}`
    const api = url.pathname.startsWith('/api/') || url.pathname.startsWith('/app/')
    if (api) return options.relay.fetch(request, { kind: 'http', cookieName, secure, from })
    // RFC 8460 §5.4: what others post comes through the door beyond this machine alone.
    if (secure && url.pathname === REPORT_PATH && options.relay.takeReport !== undefined)
      return options.relay.takeReport(request, from)
    if (request.method !== 'GET' && request.method !== 'HEAD')
      return new Response('Method not allowed.', { status: 405 })
    const navigation = request.headers.get('sec-fetch-mode') === 'navigate' && !request.headers.has('authorization')
    // Passkeys work on localhost and not on an address: pages live there, and only there.
    if (navigation && home !== undefined && url.hostname !== 'localhost')
      return new Response(null, { status: 302, headers: { location: `${home}${url.pathname}${url.search}` } })
    return serve(url.pathname)
  }
}

/** HSTS counts only where it comes over TLS, and would be a lie elsewhere. RFC 6797 §7.2 */
const strictly = (secure: boolean): Readonly<Record<string, string>> => (secure ? STRICT_TRANSPORT : {})

function withHeaders(response: Response, secure: boolean): Response {
  const headers = new Headers(response.headers)
  for (const [name, value] of Object.entries({ ...headersFor(response), ...strictly(secure) })) headers.set(name, value)
  return new Response(response.body, { status: response.status, headers })
}

const STATUS_OF: Readonly<Record<string, number>> = {
  HPE_HEADER_OVERFLOW: 431,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
}

/** What is no request at all is answered with the same headers as everything else, by hand. */
function answerBytes(socket: Duplex, status: number, secure: boolean): void {
  if (!socket.writable) {
    socket.destroy()
    return
  }
  const text = `${http.STATUS_CODES[status] ?? 'Bad Request'}.`
  const headers = Object.entries({
    ...SECURITY_HEADERS,
    ...strictly(secure),
    'cache-control': 'no-store',
    'content-type': 'text/plain; charset=utf-8',
    'content-length': String(text.length),
    connection: 'close',
  }).map(([name, value]) => `${name}: ${value}\r\n`)
  socket.end(`HTTP/1.1 ${status} ${http.STATUS_CODES[status] ?? ''}\r\n${headers.join('')}\r\n${text}`)
  // Node does not time this socket out any more.
  setTimeout(() => socket.destroy(), LINGER).unref()
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined
}

interface Listener {
  readonly server: http.Server
  readonly bound: BoundServer
}

function makeServer(answer: Handler, tls: DoorTls | undefined, from: string | undefined): Listener {
  const secure = tls !== undefined
  const listener = getRequestListener(
    async (request, env) => {
      const address = 'incoming' in env ? env.incoming.socket.remoteAddress : undefined
      return withHeaders(await answer(request, from ?? plainAddress(address ?? '')), secure)
    },
    {
      overrideGlobalObjects: false,
      hostname: 'localhost',
      errorHandler: () => withHeaders(new Response('Bad request.', { status: 400 }), secure),
    },
  )
  const server = http.createServer(SERVER_OPTIONS)
  const bound = boundServer(server, listener, secure ? PUBLIC_LIMITS : LOCAL_LIMITS, tls?.context)
  server.on('clientError', (error, socket) => {
    answerBytes(socket, STATUS_OF[String(codeOf(error))] ?? 400, secure)
  })
  for (const event of ['connect', 'upgrade'] as const)
    server.on(event, (_request: http.IncomingMessage, socket: Duplex) => {
      socket.on('error', () => undefined)
      answerBytes(socket, event === 'connect' ? 405 : 400, secure)
    })
  server.on('checkExpectation', (_request, response) => {
    response.writeHead(417, { ...SECURITY_HEADERS, ...strictly(secure) }).end()
  })
  return { server, bound }
}

async function closeAll(listeners: readonly Listener[]): Promise<void> {
  await Promise.all(listeners.map(({ bound }) => bound.close()))
}

/** Names of this machine, with any port: behind a Unix socket the port is that of whatever leads to it. */
const LOCAL_NAME = /^(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?$/

async function openOnSocket(options: HttpDoorOptions, file: string): Promise<HttpDoor> {
  const place: Place = { secure: false, isOurs: (host) => LOCAL_NAME.test(host), home: undefined, from: 'unix socket' }
  const listener = makeServer(
    handler(options, () => place),
    undefined,
    place.from,
  )
  const remove = await openSocketPlace(file, (ready) => listen(listener.server, { path: ready }))
  return {
    ...{ host: `${SOCKET_PREFIX}${file}`, port: 0, tls: 'none', note: '', origin: 'http://localhost' },
    async close() {
      await closeAll([listener])
      remove()
    },
  }
}

/** Opens the door. Beyond loopback it is refused, not warned about, unless there is a certificate that is not our own and a passphrase. */
export async function openHttpDoor(options: HttpDoorOptions): Promise<HttpDoor> {
  if (options.asked?.startsWith(SOCKET_PREFIX) === true)
    return openOnSocket(options, options.asked.slice(SOCKET_PREFIX.length))
  const asked = options.asked === undefined ? { host: '127.0.0.1', port: DEFAULT_PORT } : parseEndpoint(options.asked)
  // `localhost` is bound by address: a hosts file could point the name at an interface that others reach.
  const local = loopbackAddresses(asked.host)
  const host = local?.[0] ?? asked.host
  const tls = local !== undefined ? undefined : requireProtection(host, options.protection)
  const twin = TWINS.get(host)
  // A browser takes either address for the name: it stands in the link only where both are ours.
  const name = twin === undefined ? literalOf(host) : 'localhost'
  let port = asked.port
  const here: Place = {
    secure: false,
    isOurs: (asks) => ['localhost', '127.0.0.1', '[::1]', literalOf(host)].some((one) => asks === `${one}:${port}`),
    get home() {
      return twin === undefined ? undefined : `http://${name}:${port}`
    },
    from: undefined,
  }
  const place = (): Place =>
    tls === undefined
      ? here
      : { secure: true, isOurs: (asks) => tls.bears(asks, port), home: undefined, from: undefined }
  const answer = handler(options, place)
  const listeners = [host, ...(twin === undefined ? [] : [twin])].map((address) => ({
    ...makeServer(answer, tls, undefined),
    address,
  }))
  port = await listenOnAll(listeners, asked.port, options.asked === undefined ? PORTS_TRIED : 1)
  return {
    host,
    port,
    tls: tls === undefined ? 'none' : 'implicit',
    note: options.asked === undefined && port !== asked.port ? `port ${asked.port} is taken` : '',
    origin: tls === undefined ? `http://${name}:${port}` : `https://${tls.name()}:${port}`,
    close: () => closeAll(listeners),
  }
}
