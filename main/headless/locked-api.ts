// The API of a relay that is locked: it says so, and takes what unlocks it. Whoever knows the passphrase is the owner; there is
// nothing else to prove it by while every name, token and session is behind it.
import { z } from 'zod'
import { readBody } from '../api/body.ts'
import { ApiError, type Caller } from '../api/parts.ts'
import { Failure } from '../terms/failure.ts'
import type { Asked } from '../vault/vault.ts'

const MAX_BODY = 10_000
/** Tries that may wait their turn: each takes 64 MiB and half a second by design, one after the other. */
const MAX_WAITING = 4
/** After a wrong try the next answer waits, longer each time and never for good: the owner mistypes too. */
const FIRST_PAUSE = 250
const LAST_PAUSE = 8000

const unlockRequest = z.strictObject({ passphrase: z.string().optional(), recovery: z.string().optional() })

export interface LockedApiOptions {
  /** Opens the vault with what was given; throws a Failure where that is wrong. */
  readonly open: (asked: Asked) => Promise<void>
  /** Called once, with what opened it, after the answer has left. */
  readonly done: (asked: Asked) => void
  /** A code that logs in once at the relay that comes up: whoever unlocked it in a browser need not prove it twice. */
  readonly loginCode: string
  readonly pause: (millis: number) => Promise<void>
}

export type LockedFetch = (request: Request, caller: Caller) => Promise<Response>

const given = (text: string | undefined): (() => Promise<string | undefined>) | undefined =>
  text === undefined ? undefined : () => Promise.resolve(text)

const say = (status: number, body: unknown): Response =>
  Response.json(body, { status, headers: { 'Cache-Control': 'no-store' } })

/** hardening.md, loopback door 4: a form of another site can send neither this content type nor this header value. */
function refuseForeign(request: Request, caller: Caller): void {
  if (caller.kind !== 'http') return
  const site = request.headers.get('sec-fetch-site')
  if (site !== null && site !== 'same-origin' && site !== 'none') throw new ApiError(403, 'Not from another site.')
  const type = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase()
  if (type !== 'application/json') throw new ApiError(403, 'The body must be JSON.')
}

class Turns {
  private readonly options: LockedApiOptions
  private last: Promise<unknown> = Promise.resolve()
  private waiting = 0
  private wrong = 0
  private settled = false

  constructor(options: LockedApiOptions) {
    this.options = options
  }

  async take(asked: Asked, inTerminal: boolean): Promise<Response> {
    if (this.waiting >= MAX_WAITING) throw new ApiError(429, 'Too many tries at once. Wait a moment.')
    this.waiting++
    const mine = this.last.then(() => this.tryOnce(asked, inTerminal))
    this.last = mine.catch(() => undefined)
    try {
      return await mine
    } finally {
      this.waiting--
    }
  }

  private async tryOnce(asked: Asked, inTerminal: boolean): Promise<Response> {
    try {
      await this.options.open(asked)
    } catch (error) {
      if (!(error instanceof Failure)) throw error
      await this.options.pause(Math.min(FIRST_PAUSE * 2 ** this.wrong++, LAST_PAUSE))
      // The remedies name commands: of use in a terminal only.
      const message = inTerminal ? `${error.message} ${error.remedy}`.trim() : error.message
      return say(422, { message, locked: true })
    }
    if (!this.settled) this.options.done(asked)
    this.settled = true
    return say(200, { unlocked: true, code: this.options.loginCode })
  }
}

async function unlock(request: Request, caller: Caller, turns: Turns): Promise<Response> {
  refuseForeign(request, caller)
  const { passphrase, recovery } = await readBody(request, unlockRequest, MAX_BODY)
  return turns.take({ passphrase: given(passphrase), recovery: given(recovery) }, caller.kind === 'owner')
}

/** Answers `POST /app/unlock`, and everything else with 503 and `locked: true`. */
export function lockedApi(options: LockedApiOptions): LockedFetch {
  const turns = new Turns(options)
  return async (request, caller) => {
    try {
      if (request.method === 'POST' && new URL(request.url).pathname === '/app/unlock')
        return await unlock(request, caller, turns)
      return say(503, { message: 'The data is locked. Unlock it with: postern key unlock', locked: true })
    } catch (error) {
      if (error instanceof ApiError) return say(error.status, { message: error.message, locked: true })
      return say(500, { message: 'That did not work; nothing was changed.', locked: true })
    }
  }
}
