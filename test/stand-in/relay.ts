// Stands in for a running relay on its owner socket: session, state, log and events from memory, for tests of the desktop host. What the pages
// and the real relay do is tested with the real relay.
import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AppState } from '../../main/api/shapes.ts'
import { sampleState } from './samples.ts'

const CSRF = 'csrf-of-the-stand-in'

export interface StandIn {
  readonly state: AppState
  /** Whether all that goes out is paused: the one thing that can be changed. */
  paused(): boolean
  /** Event streams that are open now. */
  streams(): number
  push(event: 'log' | 'state', data: unknown): void
  close(): Promise<void>
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' })
  response.end(JSON.stringify(body))
}

export async function startStandIn({ socket }: { readonly socket: string }): Promise<StandIn> {
  const state = sampleState()
  const open = new Set<ServerResponse>()
  let paused = false
  let eventId = 0
  const events = (response: ServerResponse): void => {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
    response.write(': hello\n\n')
    open.add(response)
    response.on('close', () => open.delete(response))
  }
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost')
    const what = `${request.method ?? 'GET'} ${pathname}`
    if (request.method !== 'GET' && request.headers['x-postern-csrf'] !== CSRF)
      json(response, 403, { message: 'No CSRF token.' })
    else if (what === 'GET /app/session') json(response, 200, { csrf: CSRF, via: 'owner' })
    else if (what === 'GET /app/state') json(response, 200, state)
    else if (what === 'GET /app/log') json(response, 200, { data: [], next: null })
    else if (what === 'GET /app/events') events(response)
    else if (what === 'POST /app/queue/pause' || what === 'POST /app/queue/resume') {
      paused = pathname.endsWith('/pause')
      json(response, 200, { data: { paused } })
    } else json(response, 404, { message: 'Not found.' })
  }
  const server = createServer(answer)
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(socket, resolve)
  })
  return {
    state,
    paused: () => paused,
    streams: () => open.size,
    push: (event, data) => {
      for (const stream of open) stream.write(`id: ${++eventId}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`)
    },
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
