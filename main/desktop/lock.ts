// The lock of the window. It stands between our page and the relay: while it is shut, the page gets nothing but the question who is there.
// The page's own memory goes with it, since the window is loaded afresh. Where no passphrase and no second factor is set there is
// nothing to open it by, and it stays open. It keeps out who sits down at the machine; whoever may read the user's files is the user.
import { z } from 'zod'
import type { RelayFetch } from './door.ts'

const methodsShape = z.object({ methods: z.array(z.string()), second: z.array(z.string()).default([]) })
type Ways = z.infer<typeof methodsShape>
const NOTHING: Ways = { methods: [], second: [] }

/** `unknown` until the relay has said whether there is something to prove: the window begins locked where there is. */
type State =
  | { readonly kind: 'unknown' }
  | { readonly kind: 'open' }
  /** `half`: the first factor is proven, the second one owed. */
  | { readonly kind: 'locked'; readonly half: boolean }

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

const SHUT: State = { kind: 'locked', half: false }

/** By what it is opened; undefined where the relay cannot say. */
async function askWays(relay: RelayFetch): Promise<Ways | undefined> {
  try {
    const response = await relay(inner('/app/security/window'))
    // A relay that knows no lock has none.
    if (response.status === 404) return NOTHING
    if (response.status !== 200) return undefined
    return methodsShape.safeParse(await response.json()).data
  } catch {
    return undefined
  }
}

const NO_ANSWER = (): Response => json(503, { message: 'The relay could not answer.' })

/** A relay that cannot say is not up, or its data is locked: its own word about that passes, unlocking does, and nothing else. */
async function carefully(relay: RelayFetch, request: Request): Promise<Response> {
  const isUnlock = request.method === 'POST' && new URL(request.url).pathname === '/app/unlock'
  if (isUnlock) return relay(request)
  if (request.method !== 'GET') return NO_ANSWER()
  const response = await relay(request)
  if (response.status >= 400) return response
  await response.body?.cancel()
  return NO_ANSWER()
}

/** The one proof in a body: its name. The relay reads it strictly. */
function proofIn(text: string): string | undefined {
  try {
    const body: unknown = JSON.parse(text)
    return typeof body === 'object' && body !== null ? Object.keys(body)[0] : undefined
  } catch {
    return undefined
  }
}

export function makeLock(relay: RelayFetch, forget: () => void): WindowLock {
  let state: State = { kind: 'unknown' }
  const isOpen = (): boolean => state.kind === 'open'

  const tryToOpen = async (request: Request, half: boolean, { methods, second }: Ways): Promise<Response> => {
    const headers = { 'content-type': 'application/json' }
    const body = await request.text()
    const name = proofIn(body) ?? ''
    if (!(half ? second : methods).includes(name)) return json(401, { message: 'That was not right.' })
    const response = await relay(inner('/app/security/window', { method: 'POST', headers, body }))
    if (response.status !== 200) return response
    // The recovery key stands for both: it opens the data itself.
    const owes = !half && second.length > 0 && name !== 'recoveryKey'
    state = owes ? { kind: 'locked', half: true } : { kind: 'open' }
    return json(200, { ok: !owes, second: owes ? second : [] })
  }

  const answerLocked = async (request: Request, half: boolean, ways: Ways): Promise<Response> => {
    const { pathname } = new URL(request.url)
    const isRead = request.method === 'GET'
    const passphrase = ways.methods.includes('passphrase')
    const own = ways.methods.filter((way) => way !== 'code')
    const second = half ? ways.second : passphrase ? [] : own
    if (isRead && pathname === '/app/login') return json(200, { passphrase, second })
    if (!isRead && (pathname === '/app/login' || pathname === '/app/login/second'))
      return tryToOpen(request, half, ways)
    return json(401, { message: 'Postern is locked.' })
  }

  return {
    isLocked: () => state.kind === 'locked',
    fetch: async (request) => {
      if (isOpen()) return relay(request)
      const ways = await askWays(relay)
      // Another answer may have opened it meanwhile.
      if (isOpen()) return relay(request)
      if (ways === undefined) return state.kind === 'locked' ? NO_ANSWER() : carefully(relay, request)
      if (ways.methods.length === 0) {
        state = { kind: 'open' }
        return relay(request)
      }
      // Half way in is worth nothing where no second factor is left to ask for.
      const half = state.kind === 'locked' && state.half && ways.second.length > 0
      state = { kind: 'locked', half }
      return answerLocked(request, half, ways)
    },
    lock: async () => {
      const before = state.kind
      state = SHUT
      if (before === 'locked') return
      const ways = await askWays(relay)
      if (ways?.methods.length === 0) state = { kind: 'open' }
      else forget()
    },
  }
}
