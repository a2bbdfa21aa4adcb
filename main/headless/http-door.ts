// The loopback door: the pages and the API over HTTP on 127.0.0.1 and ::1, nowhere else. hardening.md, "The loopback door"
import { getRequestListener } from '@hono/node-server'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import http from 'node:http'
import path from 'node:path'
import { headersFor } from '../api/security-headers.ts'
import type { Relay } from '../relay.ts'
import { Failure } from '../terms/failure.ts'
import { parseEndpoint } from '../smtp/listeners.ts'

const DEFAULT_PORT = 7788
const PORTS_TRIED = 50
/** RFC 9112 has no bound; ours are far above what our pages send. */
const SERVER_OPTIONS = {
  maxHeaderSize: 16 * 1024,
  requestTimeout: 30_000,
  headersTimeout: 10_000,
  keepAliveTimeout: 5000,
} as const

interface PageFile {
  readonly sha384: string
  readonly type: string
}

export interface HttpDoor {
  readonly host: string
  readonly port: number
  readonly note: string
  close(): Promise<void>
}

export interface HttpDoorOptions {
  readonly relay: Pick<Relay, 'fetch'>
  /** The built pages. */
  readonly pagesFolder: string
  /** `HOST:PORT`; the default one, or the next free, where undefined. */
  readonly asked: string | undefined
  /** Tells the cookies of two relays on one host apart: cookies know no ports. */
  readonly instance: string
}

/** Tells relays apart by their folder. */
export function instanceOf(folder: string): string {
  return createHash('sha256').update(path.resolve(folder)).digest('hex').slice(0, 12)
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.')
}

/** Serves the build's own files, each only if it still is what the build made (its hash is in the manifest). */
function pageServer(folder: string): (pathname: string) => Response {
  const manifestFile = path.join(folder, 'manifest.json')
  const manifest = new Map<string, PageFile>(
    existsSync(manifestFile)
      ? Object.entries(JSON.parse(readFileSync(manifestFile, 'utf8')) as Record<string, PageFile>)
      : [],
  )
  const notFound = (): Response =>
    new Response('Not found.', { status: 404, headers: { 'content-type': 'text/plain; charset=utf-8' } })
  return (pathname) => {
    // Only names that the build listed are looked up: there is no path to traverse.
    const name = pathname === '/' ? 'index.html' : pathname.slice(1)
    const entry = manifest.get(name)
    if (entry === undefined) return notFound()
    const bytes = readFileSync(path.join(folder, name))
    const hash = createHash('sha384').update(bytes).digest('base64')
    if (hash !== entry.sha384 && `sha384-${hash}` !== entry.sha384)
      return new Response('This file was changed after it was built; it is not served.', { status: 500 })
    const cache = name === 'index.html' ? 'no-store' : 'public, max-age=31536000, immutable'
    return new Response(bytes, { headers: { 'content-type': entry.type, 'cache-control': cache } })
  }
}

function handler(options: HttpDoorOptions, port: () => number): (request: Request, from: string) => Promise<Response> {
  const serve = pageServer(options.pagesFolder)
  const cookieName = `postern-${options.instance}`
  return async (request, from) => {
    const url = new URL(request.url)
    // Rebinding a name to 127.0.0.1 is how a web page would reach us: only our own names are answered.
    const names = ['localhost', '127.0.0.1', '[::1]'].map((name) => `${name}:${port()}`)
    if (!names.includes(request.headers.get('host')?.toLowerCase() ?? ''))
      return new Response('Wrong host.', { status: 403 })
    const api = url.pathname.startsWith('/api/') || url.pathname.startsWith('/app/')
    if (api) return options.relay.fetch(request, { kind: 'http', cookieName, secure: false, from })
    if (request.method !== 'GET' && request.method !== 'HEAD')
      return new Response('Method not allowed.', { status: 405 })
    const navigation = request.headers.get('sec-fetch-mode') === 'navigate' && !request.headers.has('authorization')
    // Passkeys work on localhost and not on an address: pages live there, and only there.
    if (navigation && url.hostname !== 'localhost')
      return new Response(null, {
        status: 302,
        headers: { location: `http://localhost:${port()}${url.pathname}${url.search}` },
      })
    return serve(url.pathname)
  }
}

function withHeaders(response: Response): Response {
  const headers = new Headers(response.headers)
  for (const [name, value] of Object.entries(headersFor(response))) headers.set(name, value)
  return new Response(response.body, { status: response.status, headers })
}

function listen(server: http.Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      const address = server.address()
      resolve(typeof address === 'object' && address !== null ? address.port : port)
    })
  })
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined
}

/** Opens the door. Beyond loopback it needs TLS and a passphrase, which this version does not have: refused. */
export async function openHttpDoor(options: HttpDoorOptions): Promise<HttpDoor> {
  const asked = options.asked === undefined ? { host: '127.0.0.1', port: DEFAULT_PORT } : parseEndpoint(options.asked)
  if (!isLoopback(asked.host))
    throw new Failure(
      'headless',
      'not-loopback',
      `The pages are not served on ${asked.host}: beyond this machine they need TLS and a passphrase.`,
      {
        remedy: 'Use --http 127.0.0.1:PORT, and a tunnel from elsewhere.',
      },
    )
  let port = asked.port
  const answer = handler(options, () => port)
  const listener = getRequestListener(
    async (request, env) => {
      const from = 'incoming' in env ? env.incoming.socket.remoteAddress : undefined
      return withHeaders(await answer(request, from ?? ''))
    },
    {
      overrideGlobalObjects: false,
      // What is no request at all is answered with the same headers.
      errorHandler: () => withHeaders(new Response('Bad request.', { status: 400 })),
    },
  )
  const servers: http.Server[] = [http.createServer(SERVER_OPTIONS, (req, res) => void listener(req, res))]
  const [first] = servers
  if (first === undefined) throw new Error('unreachable')
  const tries = options.asked === undefined ? PORTS_TRIED : 1
  for (let i = 0; ; i++) {
    try {
      port = await listen(first, asked.host, asked.port === 0 ? 0 : asked.port + i)
      break
    } catch (error) {
      if (codeOf(error) !== 'EADDRINUSE' || i + 1 >= tries)
        throw new Failure('headless', 'port-taken', `${asked.host}:${asked.port} cannot be listened on.`, {
          remedy: 'Name another one with --http 127.0.0.1:PORT.',
          cause: error,
        })
    }
  }
  // A browser may try ::1 first for localhost: somebody else answering there would be shown as us.
  if (asked.host === '127.0.0.1') {
    const six = http.createServer(SERVER_OPTIONS, (req, res) => void listener(req, res))
    try {
      await listen(six, '::1', port)
      servers.push(six)
    } catch {
      // No IPv6 on this machine, or the port is taken there; the IPv4 one is enough for clients that name it.
    }
  }
  const note = options.asked === undefined && port !== asked.port ? `port ${asked.port} is taken` : ''
  return {
    host: asked.host,
    port,
    note,
    async close() {
      for (const server of servers) server.closeAllConnections()
      await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))))
    },
  }
}
