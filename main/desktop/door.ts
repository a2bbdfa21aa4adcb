// E10: the window's own door to the relay. Mounted on our window's session alone; answers only addresses of our host, without a
// foreign Referer (requests on a scheme of our own carry no Origin), and passes on what an API needs and nothing else.
import { headersFor } from '../api/security-headers.ts'
import { ORIGIN, ownUrl } from './origin.ts'
import { answer, notFound } from './pages.ts'
import type { Pages } from './pages.ts'

/** Whatever answers for the relay: one in this process, or one behind its owner socket. */
export type RelayFetch = (request: Request) => Promise<Response>

const METHODS: ReadonlySet<string> = new Set(['GET', 'POST', 'PATCH', 'PUT', 'DELETE'])
const MAX_BODY = 1024 * 1024
const PASSED = ['accept', 'content-type', 'x-postern-csrf', 'last-event-id']

const json = (status: number, message: string): Response =>
  answer(status, JSON.stringify({ message }), 'application/json; charset=utf-8')

function hasForeignReferer(request: Request): boolean {
  const referer = request.headers.get('referer') ?? request.referrer
  return referer !== '' && referer !== 'about:client' && ownUrl(referer) === undefined
}

/** The body, or undefined where it is bigger than any request of our pages. Never more than the limit is held. */
async function boundedBody(request: Request): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const pieces: Uint8Array<ArrayBuffer>[] = []
  let size = 0
  if (request.body === null) return new Uint8Array()
  const reader = request.body.getReader()
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return Buffer.concat(pieces)
    size += value.byteLength
    if (size > MAX_BODY) {
      await reader.cancel()
      return undefined
    }
    pieces.push(value)
  }
}

async function passOn(request: Request, url: URL, relay: RelayFetch): Promise<Response> {
  const headers = new Headers()
  for (const name of PASSED) {
    const value = request.headers.get(name)
    if (value !== null) headers.set(name, value)
  }
  const reads = request.method === 'GET'
  const body = reads ? undefined : await boundedBody(request)
  if (!reads && body === undefined) return json(413, 'That is too much at once.')
  const inner = new Request(`http://localhost${url.pathname}${url.search}`, {
    method: request.method,
    headers,
    signal: request.signal,
    ...(body === undefined || body.byteLength === 0 ? {} : { body }),
  })
  const response = await relay(inner)
  const outer = new Headers(response.headers)
  for (const [name, value] of Object.entries(headersFor(response))) outer.set(name, value)
  outer.delete('set-cookie')
  return new Response(response.body, { status: response.status, headers: outer })
}

export function makeDoor(pages: Pages, relay: RelayFetch, report: (error: unknown) => void): RelayFetch {
  return async (request) => {
    const url = ownUrl(request.url)
    if (url === undefined) return notFound()
    if (hasForeignReferer(request)) return json(403, `Only ${ORIGIN} may ask.`)
    if (!METHODS.has(request.method)) return json(405, 'No such method.')
    const isApi = url.pathname.startsWith('/app/') || url.pathname.startsWith('/api/')
    try {
      if (isApi) return await passOn(request, url, relay)
      return request.method === 'GET' ? await pages(url.pathname) : notFound()
    } catch (error) {
      // No stack and no path goes to a page.
      report(error)
      return json(503, error instanceof RelayUnavailable ? error.message : 'The relay could not answer.')
    }
  }
}

/** The relay cannot be reached; the message is one plain sentence for the person. */
export class RelayUnavailable extends Error {
  override readonly name = 'RelayUnavailable'
}
