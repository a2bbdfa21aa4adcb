// Who the user proves to be. First a login code, the passphrase or the recovery key of the vault; then, where one is set, a second factor.
// The recovery key stands for both: it opens the data itself. What can be guessed is slowed before it is looked at. Of what cannot be
// guessed only the wrong answers are slowed, so that whoever holds the right one is never kept out by somebody who tries.
import type { Store } from '../store/store.ts'
import type { Clock, Random } from '../terms/clock.ts'
import type { Vault } from '../vault/vault.ts'
import { Passphrase } from './passphrase.ts'
import { dropRecoveryCodes, makeRecoveryCodes, useRecoveryCode } from './recovery-codes.ts'
import { SecurityKeys, type Challenge, type Site } from './security-keys.ts'
import type { Sessions } from './sessions.ts'
import { Slowing } from './slowing.ts'
import { Totp } from './totp.ts'

/** A hash of 64 MiB stands behind it. */
const PASSPHRASE_SLOWNESS = { first: 500, last: 8000 }
/** Three codes of a million are good at any time: a minute between tries makes that one in a thousand a day. */
const CODE_SLOWNESS = { first: 1000, last: 60_000 }
/** Of 80 random bits and more. What is slowed is what a wrong one costs: an entry of the audit log, a look at the key store. */
const SECRET_SLOWNESS = { first: 1000, last: 60_000 }

export type Method = 'code' | 'passphrase' | 'totp' | 'recoveryCode' | 'key' | 'recoveryKey'

export type Proof =
  | { readonly code: string }
  | { readonly passphrase: string }
  | { readonly totp: string }
  | { readonly recoveryCode: string }
  | { readonly key: unknown }
  | { readonly recoveryKey: string }

/** From where it is proven, and to which question a key answers. */
export interface Circumstances {
  readonly address: string
  readonly site: Site | undefined
  readonly challenge: Challenge | undefined
}

export type Verdict = { readonly kind: 'good' | 'wrong' } | { readonly kind: 'wait'; readonly millis: number }

export interface AccessParts {
  readonly store: Store
  readonly clock: Clock
  readonly random: Random
  readonly vault: Pick<Vault, 'sources' | 'testSource'>
  readonly sessions: Sessions
}

const verdict = (good: boolean): Verdict => ({ kind: good ? 'good' : 'wrong' })

export class Access {
  readonly sessions: Sessions
  readonly passphrase: Passphrase
  readonly totp: Totp
  readonly keys: SecurityKeys
  private readonly parts: AccessParts
  private readonly passphrases: Slowing
  private readonly codes: Slowing
  private readonly secrets: Slowing

  constructor(parts: AccessParts) {
    this.parts = parts
    this.sessions = parts.sessions
    this.passphrase = new Passphrase(parts)
    this.totp = new Totp(parts)
    this.keys = new SecurityKeys(parts)
    this.passphrases = new Slowing(parts.clock, PASSPHRASE_SLOWNESS)
    this.codes = new Slowing(parts.clock, CODE_SLOWNESS)
    this.secrets = new Slowing(parts.clock, SECRET_SLOWNESS)
  }

  get hasSecondFactor(): boolean {
    return this.totp.isSet || this.keys.list().length > 0
  }

  /** By what the second factor may be proven at this site; empty where there is none. */
  secondMethods(site: Site | undefined): readonly Method[] {
    if (!this.hasSecondFactor) return []
    return [
      ...(this.keys.list().length > 0 && site !== undefined ? (['key'] as const) : []),
      ...(this.totp.isSet ? (['totp'] as const) : []),
      ...(this.parts.store.factors.recoveryCodesLeft() > 0 ? (['recoveryCode'] as const) : []),
      'recoveryKey',
    ]
  }

  /** Takes a proof of any kind, used up where it is good once. Which kinds are enough is the caller's to decide. */
  async prove(proof: Proof, { address, site, challenge }: Circumstances): Promise<Verdict> {
    const unguessable = this.unguessable(proof, site, challenge)
    if (unguessable !== undefined) return this.slowWhenWrong(address, await unguessable)
    if ('totp' in proof) return this.slowly(this.codes, address, () => this.totp.use(proof.totp))
    if (!('passphrase' in proof)) return verdict(false)
    if (!this.passphrase.hasRoom) return { kind: 'wait', millis: 1000 }
    return this.slowly(this.passphrases, address, () => this.passphrase.verify(proof.passphrase))
  }

  /** Whether a proof of a kind that nobody can guess is right; undefined for the other kinds. */
  private unguessable(
    proof: Proof,
    site: Site | undefined,
    challenge: Challenge | undefined,
  ): Promise<boolean> | undefined {
    if ('code' in proof) return Promise.resolve(this.sessions.spend(proof.code))
    if ('recoveryKey' in proof) return this.opensVault(proof.recoveryKey)
    if ('recoveryCode' in proof)
      return this.hasSecondFactor ? useRecoveryCode(this.parts, proof.recoveryCode) : Promise.resolve(false)
    if ('key' in proof) return site === undefined ? Promise.resolve(false) : this.keys.prove(site, challenge, proof.key)
    return undefined
  }

  private slowWhenWrong(address: string, good: boolean): Verdict {
    if (good) return verdict(true)
    const millis = this.secrets.wait(address)
    if (millis > 0) return { kind: 'wait', millis }
    this.secrets.fail(address)
    return verdict(false)
  }

  private async slowly(slowing: Slowing, address: string, work: () => Promise<boolean>): Promise<Verdict> {
    const millis = slowing.wait(address)
    if (millis > 0) return { kind: 'wait', millis }
    // Counted before it is looked at: a thousand that come at once are one try.
    slowing.fail(address)
    const good = await work()
    if (good) slowing.succeed(address)
    else slowing.answered(address)
    return verdict(good)
  }

  private async opensVault(recoveryKey: string): Promise<boolean> {
    const { vault } = this.parts
    const asked = { recovery: () => Promise.resolve(recoveryKey.slice(0, 200)) }
    for (const { id, kind } of vault.sources()) {
      if (kind !== 'recovery') continue
      try {
        await vault.testSource(id, asked)
        return true
      } catch {
        // Mistyped or another one: the caller learns only that it was wrong.
      }
    }
    return false
  }

  /** Ten new ones, shown once. */
  newRecoveryCodes(): Promise<readonly string[]> {
    return makeRecoveryCodes(this.parts)
  }

  /** With the last second factor its recovery codes go, too. */
  async afterRemoval(): Promise<void> {
    if (!this.hasSecondFactor) await dropRecoveryCodes(this.parts)
  }

  /** The first second factor brings its recovery codes along. */
  async afterAddition(): Promise<readonly string[] | undefined> {
    return this.parts.store.factors.recoveryCodesLeft() === 0 ? this.newRecoveryCodes() : undefined
  }
}
