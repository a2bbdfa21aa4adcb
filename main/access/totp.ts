// Codes of an authenticator app (RFC 6238): SHA-1, six digits, thirty seconds, as every app does them.
import { generateSecret, generateURI, verifySync } from 'otplib'
import type { Store } from '../store/store.ts'
import type { Clock } from '../terms/clock.ts'

/** Seconds. RFC 6238 §5.2: one step of delay is allowed, before and after. */
const STEP = 30
const SETUP_LIFE = 15 * 60_000

interface Parts {
  readonly store: Store
  readonly clock: Clock
}

export interface TotpSetup {
  readonly secret: string
  readonly uri: string
}

function stepOf(secret: string, code: string, now: number): number | undefined {
  if (!/^[0-9]{6}$/.test(code)) return undefined
  const found = verifySync({
    secret,
    token: code,
    epoch: Math.floor(now / 1000),
    epochTolerance: STEP,
    period: STEP,
    digits: 6,
  })
  return found.valid ? Math.floor(now / 1000 / STEP) + found.delta : undefined
}

export class Totp {
  private readonly parts: Parts
  /** Shown, and not yet proven to have arrived in an app. */
  private setup: { readonly secret: string; readonly until: number } | undefined

  constructor(parts: Parts) {
    this.parts = parts
  }

  get isSet(): boolean {
    return this.parts.store.factors.login().totpSecret !== null
  }

  /** A new secret, to be shown once; nothing changes until a code of it was confirmed. */
  begin(label: string): TotpSetup {
    const secret = generateSecret({ length: 20 })
    this.setup = { secret, until: this.parts.clock.now() + SETUP_LIFE }
    return { secret, uri: generateURI({ issuer: 'Postern', label, secret }) }
  }

  /** True where the code is one of the secret that was begun; it counts from now on, and that code is used up. */
  async confirm(code: string): Promise<boolean> {
    const now = this.parts.clock.now()
    const { setup } = this
    if (setup === undefined || setup.until < now) return false
    const step = stepOf(setup.secret, code, now)
    if (step === undefined) return false
    this.setup = undefined
    await this.parts.store.writer.run('setTotp', setup.secret, now, step)
    return true
  }

  /** A code is good once, and none before it afterwards. */
  async use(code: string): Promise<boolean> {
    const { totpSecret } = this.parts.store.factors.login()
    if (totpSecret === null) return false
    const step = stepOf(totpSecret, code, this.parts.clock.now())
    return step !== undefined && this.parts.store.writer.run('useTotpStep', step)
  }

  async remove(): Promise<void> {
    await this.parts.store.writer.run('setTotp', null, this.parts.clock.now(), 0)
  }
}
