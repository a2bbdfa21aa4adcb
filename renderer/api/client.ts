// The one place where the pages call the relay. Every answer is checked against its shape before a page sees it.
import { z } from 'zod'
import { errorShape } from '../../main/api/shapes.ts'
import { method } from '../../main/api/shapes-access.ts'
import { ApiFailure } from './failure.ts'

export type Method = 'POST' | 'PUT' | 'PATCH' | 'DELETE'
export type Fetch = (path: string, init: RequestInit) => Promise<Response>

export interface Client {
  read<T>(path: string, shape: z.ZodType<T>): Promise<T>
  send<T>(method: Method, path: string, body: unknown, shape: z.ZodType<T>): Promise<T>
  /** For calls whose answer has no body. */
  tell(method: Method, path: string, body?: unknown): Promise<void>
  /** The token that proves that a change comes from our own page; in memory only. */
  setCsrf(token: string): void
}

const failureShape = errorShape.extend({ methods: z.array(method).optional() })

async function failureOf(response: Response): Promise<ApiFailure> {
  const answer = failureShape.safeParse(await response.json().catch(() => undefined))
  const { message, errors, locked } = answer.success ? answer.data : { message: '', errors: undefined, locked: false }
  const stepUp = answer.success && answer.data.stepUp === true ? (answer.data.methods ?? []) : []
  const { status } = response
  if (status === 503 && locked === true) return new ApiFailure('locked', message, status)
  if (status === 401) return new ApiFailure('signed-out', message || 'You are not signed in.', status)
  if (status >= 400 && status < 500)
    return new ApiFailure('refused', message || `The relay refused (${status}).`, status, errors, stepUp)
  return new ApiFailure('broken', message || `The relay could not answer (${status}).`, status)
}

async function bodyOf<T>(response: Response, shape: z.ZodType<T>): Promise<T> {
  const answer = shape.safeParse(await response.json().catch(() => undefined))
  if (!answer.success)
    throw new ApiFailure('broken', 'The relay answered in a way that this page does not understand.', response.status)
  return answer.data
}

export function makeClient(fetcher: Fetch): Client {
  let csrf = ''
  const call = async (path: string, init: RequestInit): Promise<Response> => {
    let response: Response
    try {
      response = await fetcher(path, { credentials: 'same-origin', cache: 'no-store', redirect: 'error', ...init })
    } catch {
      throw new ApiFailure('unreachable', 'The relay does not answer.')
    }
    if (!response.ok) throw await failureOf(response)
    return response
  }
  const change = (method: Method, path: string, body: unknown): Promise<Response> => {
    const headers: Record<string, string> = { accept: 'application/json', 'content-type': 'application/json' }
    if (csrf !== '') headers['x-postern-csrf'] = csrf
    return call(path, { method, headers, body: JSON.stringify(body ?? {}) })
  }
  return {
    read: async (path, shape) => bodyOf(await call(path, { headers: { accept: 'application/json' } }), shape),
    send: async (method, path, body, shape) => bodyOf(await change(method, path, body), shape),
    tell: async (method, path, body) => {
      await change(method, path, body)
    },
    setCsrf: (token) => {
      csrf = token
    },
  }
}
