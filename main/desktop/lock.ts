// The lock of the window. It stands between our page and the relay: while it is shut, the page gets nothing but the question who is there.
// The page's own memory goes with it, since the window is loaded afresh. Where no passphrase and no second factor is set there is
// nothing to open it by, and it stays open. It keeps out who sits down at the machine; whoever may read the user's files is the user.
import { z } from 'zod'
import type { RelayFetch } from './door.ts'

const methodsShape = z.object({ methods: z.array(z.string()) })

/** `unknown` until the relay has said whether there is something to prove: the window begins locked where there is. */
type State = { readonly kind: 'unknown' } | { readonly kind: 'open' } | { readonly kind: 'locked' }

export interface WindowLock {
  /** The relay, as far as the page may have it at the moment. */
  readonly fetch: RelayFetch
  readonly isLocked: () => boolean
  /** Shuts it, and has the page forgotten; resolves when that is so. */
  readonly lock: () => Promise<void>
}

const json = (status: number, body: unknown): Response =>
  Response.json(body, { status, headers: { 'cache-control': 'no-store' } })

const inner = (path: string, init: RequestInit = {}): Request => new Request(`http://localhost${path}`, init)

export function makeLock(relay: RelayFetch, forget: () => void): WindowLock {
  let state: State = { kind: 'unknown' }

  /** By what it is opened; undefined where the relay cannot say. */
  const methods = async (): Promise<readonly string[] | undefined> => {
    try {
      const response = await relay(inner('/app/security/window'))
      // A relay that knows no lock has none.
      if (response.status === 404) return []
      if (response.status !== 200) return undefined
      return methodsShape.safeParse(await response.json()).data?.methods
    } catch {
      return undefined
    }
  }

  const tryToOpen = async (request: Request): Promise<Response> => {
    const headers = { 'content-type': 'application/json' }
    const response = await relay(inner('/app/security/window', { method: 'POST', headers, body: await request.text() }))
    if (response.status !== 200) return response
    state = { kind: 'open' }
    return json(200, { ok: true, second: [] })
  }

  const answerLocked = async (request: Request, ways: readonly string[]): Promise<Response> => {
    const { pathname } = new URL(request.url)
    const isRead = request.method === 'GET'
    const passphrase = ways.includes('passphrase')
    const second = passphrase ? [] : ways.filter((way) => way !== 'code')
    if (isRead && pathname === '/app/login') return json(200, { passphrase, second })
    if (!isRead && (pathname === '/app/login' || pathname === '/app/login/second')) return tryToOpen(request)
    return json(401, { message: 'Postern is locked.' })
  }

  return {
    isLocked: () => state.kind === 'locked',
    fetch: async (request) => {
      if (state.kind === 'open') return relay(request)
      const ways = await methods()
      // A relay that cannot say is not up, or its data is locked: its own answer says so, and has nothing of a mail in it.
      if (ways === undefined)
        return state.kind === 'locked' ? json(503, { message: 'The relay could not answer.' }) : relay(request)
      if (ways.length === 0) {
        state = { kind: 'open' }
        return relay(request)
      }
      state = { kind: 'locked' }
      return answerLocked(request, ways)
    },
    lock: async () => {
      if (state.kind === 'locked') return
      state = { kind: 'locked' }
      const ways = await methods()
      if (ways?.length === 0) state = { kind: 'open' }
      else forget()
    },
  }
}
