// What the API is made of, and how it says no.
import type { Access, Method } from '../access/access.ts'
import type { TokenRate } from '../access/token-rate.ts'
import type { Announcer } from '../queue/announce.ts'
import type { TlsTest } from '../delivery/test-tls.ts'
import type { Lookup } from '../dns/resolver.ts'
import type { DnsService } from '../dns/service.ts'
import type { Previewer } from '../queue/preview.ts'
import type { Backups } from '../store/backup-jobs.ts'
import type { Store } from '../store/store.ts'
import type { Clock, Random } from '../terms/clock.ts'
import type { Domain } from '../terms/address.ts'
import type { Vault } from '../vault/vault.ts'
import type { Display } from './display.ts'
import type { AppState } from './shapes.ts'

export interface ApiParts {
  readonly store: Store
  readonly clock: Clock
  readonly random: Random
  readonly announcer: Announcer
  readonly access: Access
  readonly tokenRate: TokenRate
  readonly version: string
  readonly vault: Vault
  readonly backups: Backups
  readonly state: () => AppState
  readonly route: () => string
  readonly previewer: Previewer
  readonly lookup: Lookup
  /** The same, past what is remembered. */
  readonly lookupAnew: Lookup
  /** The resolver: another one can be tried, and the settings about it are read again after a change. */
  readonly resolvers: Pick<DnsService, 'try' | 'look' | 'refresh' | 'shown'>
  /** What a delivery to this domain would require and get. */
  readonly testTls: (domain: Domain) => Promise<TlsTest>
  /** Wakes the queue after something became due. */
  readonly wakeQueue: () => void
  /** The same, and destinations that nobody answered at are asked again. */
  readonly hurryQueue: () => void
  /** Looks anew at whether sending is paused. */
  readonly pauseQueue: () => void
  /** For the log of the process: what went wrong where nobody waits for an answer. */
  readonly onError: (error: unknown, what: string) => void
  /** Called after an app password was made: the submission listener may have to open. */
  readonly accountsChanged: () => Promise<void>
  /** Stored messages for the eye, read in a worker with a bound on its time. */
  readonly display: Display
}

/** Who is asking. `window`: our own window's session. `owner`: whoever may open the owner socket. */
export type Caller =
  | { readonly kind: 'owner' }
  | { readonly kind: 'window' }
  | {
      readonly kind: 'http'
      readonly cookieName: string
      readonly secure: boolean
      /** The address of who asks. */
      readonly from: string
    }

/** An answer that is not what was asked for: a status, a sentence, and for forms the fields that are wrong. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly status: 400 | 401 | 403 | 404 | 409 | 413 | 422 | 429 | 503
  readonly errors: Readonly<Record<string, readonly string[]>> | undefined
  /** Seconds. */
  readonly retryAfter: number | undefined
  /** By what to prove again who one is; then the same call works. */
  readonly methods: readonly Method[] | undefined
  constructor(
    status: ApiError['status'],
    message: string,
    errors?: Readonly<Record<string, readonly string[]>>,
    more: { readonly retryAfter?: number; readonly methods?: readonly Method[] } = {},
  ) {
    super(message)
    this.status = status
    this.errors = errors
    this.retryAfter = more.retryAfter
    this.methods = more.methods
  }
}

/** 422 with one field named. */
export function invalid(field: string, message: string): ApiError {
  return new ApiError(422, message, { [field]: [message] })
}

export function notFound(what: string): ApiError {
  return new ApiError(404, `${what} was not found.`)
}
