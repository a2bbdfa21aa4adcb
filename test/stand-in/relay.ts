// Stands in for a running relay: speaks the shapes of the API from memory, on loopback (with login) or on an owner socket (without).
// For tests of the pages and of the desktop host; what the real relay does is tested with the real relay.
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import path from 'node:path'
import type { AppState, LogEntry, MailboxItem } from '../../main/api/shapes.ts'
import type { AliasShape } from '../../main/api/shapes-addy.ts'
import { SECURITY_HEADERS } from '../../main/api/security-headers.ts'
import { sampleAlias, sampleAliases, sampleItems, sampleLogs, sampleMessage, sampleState } from './samples.ts'

export const CODE = 'sesame-4711'
const CSRF = 'csrf-of-the-stand-in'
const pages = path.resolve(import.meta.dirname, '..', '..', 'dist', 'renderer')

export interface StandIn {
  readonly url: string
  readonly data: { state: AppState; log: LogEntry[]; mailbox: MailboxItem[]; aliases: AliasShape[] }
  /** `METHOD path` of each request that came. */
  readonly requests: string[]
  /** Event streams that are open now. */
  streams(): number
  push(event: 'log' | 'mailbox' | 'alias' | 'state', data: unknown): void
  /** The next request whose `METHOD path` begins so is answered with this status. */
  failNext(start: string, status: number, body?: unknown): void
  /** Makes every answer to such a request wait. */
  delay(start: string, millis: number): void
  dropStreams(): void
  close(): Promise<void>
}

export interface StandInOptions {
  /** A path makes it an owner socket: whoever may open it is the owner. */
  readonly socket?: string
  readonly empty?: boolean
}

interface World extends Omit<StandIn, 'url' | 'close' | 'streams'> {
  readonly owner: boolean
  readonly open: Set<ServerResponse>
  readonly failures: { start: string; status: number; body: unknown }[]
  readonly delays: { start: string; millis: number }[]
  signedIn: boolean
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { ...SECURITY_HEADERS, 'content-type': 'application/json', 'cache-control': 'no-store' })
  response.end(status === 204 ? undefined : JSON.stringify(body))
}

async function bodyOf(request: IncomingMessage): Promise<Record<string, string | undefined>> {
  let text = ''
  for await (const chunk of request) text += String(chunk)
  return text === '' ? {} : (JSON.parse(text) as Record<string, string | undefined>)
}

function sendPage(response: ServerResponse, pathname: string): void {
  const manifest = JSON.parse(readFileSync(path.join(pages, 'manifest.json'), 'utf8')) as Record<
    string,
    { sha384: string; type: string }
  >
  const file = pathname === '/' ? 'index.html' : pathname.slice(1)
  const entry = manifest[file]
  if (entry === undefined) {
    json(response, 404, { message: 'Not found.' })
    return
  }
  const bytes = readFileSync(path.join(pages, file))
  if (createHash('sha384').update(bytes).digest('base64') !== entry.sha384)
    throw new Error(`${file} is not what was built`)
  response.writeHead(200, { ...SECURITY_HEADERS, 'content-type': entry.type })
  response.end(bytes)
}

function events(world: World, response: ServerResponse): void {
  response.writeHead(200, { ...SECURITY_HEADERS, 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
  response.write(': hello\n\n')
  world.open.add(response)
  response.on('close', () => world.open.delete(response))
}

function mailbox(world: World, response: ServerResponse, rest: string): void {
  const id = Number(rest.split('/')[1])
  const item = world.data.mailbox.find((each) => each.id === id)
  if (rest === '') json(response, 200, { data: world.data.mailbox.toReversed(), next: null })
  else if (item === undefined) json(response, 404, { message: 'There is no such message.' })
  else json(response, 200, sampleMessage(item))
}

function listAliases(world: World, response: ServerResponse): void {
  const { aliases } = world.data
  const total = aliases.length
  json(response, 200, {
    data: aliases,
    links: { first: null, last: null, prev: null, next: null },
    meta: { current_page: 1, from: 1, last_page: 1, path: '/api/v1/aliases', per_page: 100, to: total, total },
  })
}

async function createAlias(world: World, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await bodyOf(request)
  const local = body['local_part'] ?? `quiet-harbour-${world.data.aliases.length}`
  const domain = String(body['domain'])
  const email = `${local}@${domain}`
  if (world.data.aliases.some((alias) => alias.email === email)) {
    json(response, 422, {
      message: 'The given data was invalid.',
      errors: { local_part: ['This address exists already.'] },
    })
    return
  }
  const alias = sampleAlias(world.data.aliases.length + 1, {
    email,
    local_part: local,
    domain,
    description: body['description'] ?? '',
    emails_forwarded: 0,
    emails_replied: 0,
  })
  world.data.aliases.unshift(alias)
  json(response, 201, { data: alias })
}

function setActive(world: World, response: ServerResponse, id: string, active: boolean): void {
  const at = world.data.aliases.findIndex((alias) => alias.id === id)
  const before = world.data.aliases[at]
  if (before === undefined) {
    json(response, 404, { message: 'There is no such alias.' })
    return
  }
  const alias = { ...before, active }
  world.data.aliases[at] = alias
  json(response, active ? 200 : 204, { data: alias })
  world.push('alias', { id })
}

async function login(world: World, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await bodyOf(request)
  if (body['code'] !== CODE) {
    json(response, 401, { message: 'That code is not valid.' })
    return
  }
  world.signedIn = true
  response.setHeader('set-cookie', 'session=one; HttpOnly; SameSite=Strict; Path=/')
  json(response, 200, { ok: true, second: [] })
}

async function api(world: World, request: IncomingMessage, response: ServerResponse, pathname: string): Promise<void> {
  const method = request.method ?? 'GET'
  const cookie = request.headers.cookie ?? ''
  if (method === 'POST' && pathname === '/app/login') return login(world, request, response)
  if (method === 'GET' && pathname === '/app/login') return json(response, 200, { passphrase: false, second: [] })
  if (!world.owner && (!world.signedIn || !cookie.includes('session=one')))
    return json(response, 401, { message: 'Unauthenticated.' })
  if (method !== 'GET' && request.headers['x-postern-csrf'] !== CSRF)
    return json(response, 403, { message: 'No CSRF token.' })
  if (pathname === '/app/session') return json(response, 200, { csrf: CSRF, via: world.owner ? 'owner' : 'cookie' })
  if (pathname === '/app/state') return json(response, 200, world.data.state)
  if (pathname === '/app/log') return json(response, 200, { data: world.data.log.toReversed(), next: null })
  if (pathname === '/app/events') return events(world, response)
  if (pathname.startsWith('/app/mailbox')) return mailbox(world, response, pathname.slice('/app/mailbox'.length))
  if (pathname === '/api/v1/domain-options') {
    const data = world.data.state.domains.map((domain) => domain.name)
    return json(response, 200, {
      data,
      sharedDomains: [],
      defaultAliasDomain: data[0] ?? null,
      defaultAliasFormat: 'random_words',
    })
  }
  if (pathname === '/api/v1/aliases' && method === 'POST') return createAlias(world, request, response)
  if (pathname === '/api/v1/aliases') return listAliases(world, response)
  const [, , , resource, id = ''] = pathname.split('/')
  if (resource === 'aliases') {
    const alias = world.data.aliases.find((each) => each.id === id)
    return alias === undefined
      ? json(response, 404, { message: 'There is no such alias.' })
      : json(response, 200, { data: alias })
  }
  if (resource === 'active-aliases') {
    const target = method === 'POST' ? String((await bodyOf(request))['id']) : id
    return setActive(world, response, target, method === 'POST')
  }
  return json(response, 404, { message: 'Not found.' })
}

async function answer(world: World, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname } = new URL(request.url ?? '/', 'http://localhost')
  const what = `${request.method ?? 'GET'} ${pathname}`
  world.requests.push(what)
  const wait = world.delays.find(({ start }) => what.startsWith(start))
  if (wait !== undefined) await new Promise((resolve) => setTimeout(resolve, wait.millis))
  const at = world.failures.findIndex(({ start }) => what.startsWith(start))
  const failure = world.failures[at]
  if (failure !== undefined) {
    world.failures.splice(at, 1)
    json(response, failure.status, failure.body)
  } else if (pathname.startsWith('/app/') || pathname.startsWith('/api/')) await api(world, request, response, pathname)
  else sendPage(response, pathname)
}

function makeWorld(options: StandInOptions): World {
  const empty = options.empty === true
  const open = new Set<ServerResponse>()
  let eventId = 0
  const failures: World['failures'] = []
  const delays: World['delays'] = []
  return {
    owner: options.socket !== undefined,
    signedIn: false,
    open,
    failures,
    delays,
    requests: [],
    data: {
      state: sampleState(),
      log: empty ? [] : sampleLogs(),
      mailbox: empty ? [] : sampleItems(),
      aliases: empty ? [] : sampleAliases(),
    },
    push: (event, data) => {
      for (const stream of open) stream.write(`id: ${++eventId}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`)
    },
    failNext: (start, status, body = { message: 'Local error, try again later.' }) =>
      failures.push({ start, status, body }),
    delay: (start, millis) => delays.push({ start, millis }),
    dropStreams: () => {
      for (const stream of open) stream.destroy()
    },
  }
}

function listenOn(server: Server, socket: string | undefined): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    const ready = (): void => {
      const address = server.address()
      resolve(address === null || typeof address === 'string' ? '' : `http://localhost:${address.port}`)
    }
    if (socket === undefined) server.listen(0, '127.0.0.1', ready)
    else server.listen(socket, ready)
  })
}

export async function startStandIn(options: StandInOptions = {}): Promise<StandIn> {
  const world = makeWorld(options)
  const server = createServer((request, response) => {
    answer(world, request, response).catch((error: unknown) => json(response, 500, { message: String(error) }))
  })
  const url = await listenOn(server, options.socket)
  return {
    ...world,
    url,
    streams: () => world.open.size,
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
