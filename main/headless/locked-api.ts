// The API of a relay that is locked: it says so, and takes what unlocks it. Whoever knows the passphrase is the owner; there is
// nothing else to prove it by while every name, token and session is behind it.
import { z } from 'zod'
import { readBody } from '../api/body.ts'
import { ApiError, type Caller } from '../api/parts.ts'
import { Failure } from '../terms/failure.ts'
import { peerKey } from '../terms/peer-address.ts'
import type { Asked } from '../vault/vault.ts'

const MAX_BODY = 10_000
/** Tries at once, those that wait their turn among them: each takes 64 MiB and half a second by design, one after the other. */
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

/** Peers whose wrong tries are remembered. */
const MAX_PEERS = 1000

interface Waiting {
  readonly peer: string
  readonly start: () => void
  readonly refuse: (error: ApiError) => void
}

/** One try at a time. Peers with fewer wrong and waiting tries go first, so that guesses from elsewhere do not keep the owner out. */
class Turns {
  private readonly options: LockedApiOptions
  private readonly waiting: Waiting[] = []
  private readonly wrongBy = new Map<string, number>()
  private isBusy = false
  private wrong = 0
  private settled = false

  constructor(options: LockedApiOptions) {
    this.options = options
  }

  async take(asked: Asked, caller: Caller): Promise<Response> {
    const peer = caller.kind === 'http' ? peerKey(caller.from) : caller.kind
    await this.turn(peer)
    try {
      return await this.tryOnce(asked, peer, caller.kind === 'owner')
    } finally {
      this.isBusy = false
      this.next()
    }
  }

  /** Resolves when it is the turn of this try; rejects if too many wait that are no worse. */
  private turn(peer: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ peer, start: resolve, refuse: reject })
      this.next()
      // Of peers that are alike the last to come goes.
      if (this.waiting.length >= MAX_WAITING)
        this.remove((a, b) => a >= b)?.refuse(new ApiError(429, 'Too many tries at once. Wait a moment.'))
    })
  }

  private next(): void {
    if (this.isBusy) return
    const first = this.remove((a, b) => a < b)
    this.isBusy = first !== undefined
    first?.start()
  }

  /** Takes out the try whose weight is `before` those of all that came earlier. */
  private remove(before: (a: number, b: number) => boolean): Waiting | undefined {
    const weight = ({ peer }: Waiting): number =>
      (this.wrongBy.get(peer) ?? 0) + this.waiting.filter((one) => one.peer === peer).length
    const weights = this.waiting.map(weight)
    const at = weights.reduce((best, one, i) => (before(one, weights[best] ?? one) ? i : best), 0)
    return this.waiting.splice(at, 1)[0]
  }

  private remember(peer: string): void {
    const count = (this.wrongBy.get(peer) ?? 0) + 1
    this.wrongBy.delete(peer)
    this.wrongBy.set(peer, count)
    for (const oldest of this.wrongBy.keys()) if (this.wrongBy.size > MAX_PEERS) this.wrongBy.delete(oldest)
  }

  private async tryOnce(asked: Asked, peer: string, inTerminal: boolean): Promise<Response> {
    try {
      await this.options.open(asked)
    } catch (error) {
      if (!(error instanceof Failure)) throw error
      this.remember(peer)
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
  return turns.take({ passphrase: given(passphrase), recovery: given(recovery) }, caller)
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
