// The one place where the pages call the relay. Every answer is checked against its shape before a page sees it.
import { z } from 'zod'
import { errorShape } from '../../main/api/shapes.ts'
import { method, type Method as Proving } from '../../main/api/shapes-access.ts'
import { texts } from '../texts/texts.ts'
import { ApiFailure, DamagedFailure } from './failure.ts'

export type Method = 'POST' | 'PUT' | 'PATCH' | 'DELETE'
export type Fetch = (path: string, init: RequestInit) => Promise<Response>

export interface Client {
  read<T>(path: string, shape: z.ZodType<T>, signal?: AbortSignal): Promise<T>
  send<T>(method: Method, path: string, body: unknown, shape: z.ZodType<T>): Promise<T>
  /** For calls whose answer has no body. */
  tell(method: Method, path: string, body?: unknown): Promise<void>
  /** The token that proves that a change comes from our own page; in memory only. */
  setCsrf(token: string): void
  /** Shows that it was proven who asks, where there is no session to remember it: in the desktop window. */
  setGrant(token: string): void
}

const failureShape = errorShape.extend({ methods: z.array(method).optional() })

async function failureOf(response: Response): Promise<ApiFailure> {
  const answer = failureShape.safeParse(await response.json().catch(() => undefined))
  const { message, errors, locked } = answer.success ? answer.data : { message: '', errors: undefined, locked: false }
  const stepUp = answer.success && answer.data.stepUp === true ? (answer.data.methods ?? []) : []
  const { status } = response
  const t = texts().common.failure
  if (answer.success && answer.data.damaged !== undefined) return new DamagedFailure(message, answer.data.damaged)
  if (status === 503 && locked === true) return new ApiFailure('locked', message, status)
  if (status === 401) return new ApiFailure('signed-out', message || t.signedOut, status)
  if (status >= 400 && status < 500)
    return new ApiFailure('refused', message || t.refused(status), status, errors, stepUp)
  return new ApiFailure('broken', message || t.broken(status), status)
}

async function bodyOf<T>(response: Response, shape: z.ZodType<T>): Promise<T> {
  const answer = shape.safeParse(await response.json().catch(() => undefined))
  if (!answer.success) throw new ApiFailure('broken', texts().common.failure.strange, response.status)
  return answer.data
}

/** Asks the person to prove again who they are; true where it was proven. */
export type AskProof = (methods: readonly Proving[]) => Promise<boolean>

const csrfShape = z.object({ csrf: z.string() })

export function makeClient(fetcher: Fetch, askProof: AskProof = () => Promise.resolve(false)): Client {
  let csrf = ''
  let grant = ''
  const once = async (path: string, init: RequestInit): Promise<Response> => {
    let response: Response
    try {
      response = await fetcher(path, { credentials: 'same-origin', cache: 'no-store', redirect: 'error', ...init })
    } catch (error) {
      if (error instanceof DOMException && error.name === 'AbortError') throw error
      throw new ApiFailure('unreachable', texts().common.failure.unreachable)
    }
    if (!response.ok) throw await failureOf(response)
    return response
  }
  const common = (): Record<string, string> => ({
    accept: 'application/json',
    ...(grant === '' ? {} : { 'x-postern-grant': grant }),
  })
  // A proof, or another tab, may have made a new session with a new token: the second time everything is put together anew.
  const call = async (path: string, init: () => RequestInit): Promise<Response> => {
    try {
      return await once(path, init())
    } catch (error) {
      if (!(error instanceof ApiFailure)) throw error
      if (error.stepUp.length > 0) {
        if (await askProof(error.stepUp)) return once(path, init())
        throw new ApiFailure('refused', texts().common.failure.proofNeeded, error.status)
      }
      if (error.status !== 403 || csrf === '') throw error
      const before = csrf
      csrf = (await bodyOf(await once('/app/session', { headers: common() }), csrfShape)).csrf
      if (csrf === before) throw error
      return once(path, init())
    }
  }
  const change = (method: Method, path: string, body: unknown): Promise<Response> =>
    call(path, () => {
      const headers: Record<string, string> = { ...common(), 'content-type': 'application/json' }
      if (csrf !== '') headers['x-postern-csrf'] = csrf
      return { method, headers, body: JSON.stringify(body ?? {}) }
    })
  return {
    read: async (path, shape, signal) =>
      bodyOf(await call(path, () => ({ headers: common(), ...(signal === undefined ? {} : { signal }) })), shape),
    send: async (method, path, body, shape) => bodyOf(await change(method, path, body), shape),
    tell: async (method, path, body) => {
      await change(method, path, body)
    },
    setCsrf: (token) => {
      csrf = token
    },
    setGrant: (token) => {
      grant = token
    },
  }
}
