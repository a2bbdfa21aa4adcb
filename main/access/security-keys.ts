// Security keys and passkeys (W3C Web Authentication): each challenge is good once and for what it was made for, the user has proven to the
// key who they are, and a counter that goes back is refused. Browsers allow them on `localhost` and on https names only.
import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server'
import type { SecurityKeyRow } from '../store/queries/factors.ts'
import type { Store } from '../store/store.ts'
import type { Clock, Random } from '../terms/clock.ts'

export const MAX_KEYS = 20
/** Milliseconds that a person may take. */
const PATIENCE = 5 * 60_000

interface Parts {
  readonly store: Store
  readonly clock: Clock
  readonly random: Random
}

/** Where the page stands: `http://localhost:7788`. */
export interface Site {
  readonly origin: string
  readonly name: string
}

export interface Challenge {
  readonly purpose: 'register' | 'prove'
  readonly value: string
  readonly until: number
}

/** The site of an address; undefined where browsers have no keys for it. */
export function siteOf(url: string): Site | undefined {
  const { hostname, origin, protocol } = new URL(url)
  const local = hostname === 'localhost' || hostname.endsWith('.localhost')
  const named = protocol === 'https:' && !/^[0-9.[\]:a-f]*$/.test(hostname)
  return local || named ? { origin, name: hostname } : undefined
}

const transportsOf = (row: SecurityKeyRow): string[] => row.transports.split(' ').filter((one) => one !== '')

// Loaded when it is needed: most relays have no keys.
const library = () => import('@simplewebauthn/server')

export class SecurityKeys {
  private readonly parts: Parts

  constructor(parts: Parts) {
    this.parts = parts
  }

  list(): readonly SecurityKeyRow[] {
    return this.parts.store.factors.securityKeys()
  }

  private challenge(purpose: Challenge['purpose']): Challenge {
    const value = this.parts.random.bytes(32).toString('base64url')
    return { purpose, value, until: this.parts.clock.now() + PATIENCE }
  }

  private fits(challenge: Challenge | undefined, purpose: Challenge['purpose']): challenge is Challenge {
    return challenge?.purpose === purpose && challenge.until >= this.parts.clock.now()
  }

  async registerOptions(site: Site): Promise<{ readonly options: unknown; readonly challenge: Challenge }> {
    const { generateRegistrationOptions } = await library()
    const challenge = this.challenge('register')
    const options = await generateRegistrationOptions({
      rpName: 'Postern',
      rpID: site.name,
      userName: 'owner',
      userDisplayName: 'The owner of this relay',
      challenge: new Uint8Array(Buffer.from(challenge.value, 'base64url')),
      timeout: PATIENCE,
      attestationType: 'none',
      excludeCredentials: this.list().map((row) => ({ id: row.id, transports: transportsOf(row) })),
      authenticatorSelection: { userVerification: 'required', residentKey: 'discouraged' },
    })
    return { options, challenge }
  }

  /** False for an answer that is none to this challenge at this site. */
  async register(
    site: Site,
    challenge: Challenge | undefined,
    given: { readonly name: string; readonly response: unknown },
  ): Promise<boolean> {
    if (!this.fits(challenge, 'register') || this.list().length >= MAX_KEYS) return false
    const { verifyRegistrationResponse } = await library()
    const found = await verifyRegistrationResponse({
      response: given.response as RegistrationResponseJSON,
      expectedChallenge: challenge.value,
      expectedOrigin: site.origin,
      expectedRPID: site.name,
      requireUserVerification: true,
    }).catch(() => undefined)
    if (found?.verified !== true) return false
    const { id, publicKey, counter, transports = [] } = found.registrationInfo.credential
    if (this.list().some((row) => row.id === id)) return false
    await this.parts.store.writer.run('addSecurityKey', {
      id,
      name: given.name,
      publicKey,
      counter,
      transports: transports.filter((one) => /^[a-z-]{1,20}$/.test(one)).join(' '),
      at: this.parts.clock.now(),
    })
    return true
  }

  async proveOptions(site: Site): Promise<{ readonly options: unknown; readonly challenge: Challenge }> {
    const { generateAuthenticationOptions } = await library()
    const challenge = this.challenge('prove')
    const options = await generateAuthenticationOptions({
      rpID: site.name,
      challenge: new Uint8Array(Buffer.from(challenge.value, 'base64url')),
      timeout: PATIENCE,
      allowCredentials: this.list().map((row) => ({ id: row.id, transports: transportsOf(row) })),
      userVerification: 'required',
    })
    return { options, challenge }
  }

  async prove(site: Site, challenge: Challenge | undefined, response: unknown): Promise<boolean> {
    if (!this.fits(challenge, 'prove')) return false
    const answer = response as AuthenticationResponseJSON
    const row = this.list().find((one) => one.id === answer.id)
    if (row === undefined) return false
    const { verifyAuthenticationResponse } = await library()
    const found = await verifyAuthenticationResponse({
      response: answer,
      expectedChallenge: challenge.value,
      expectedOrigin: site.origin,
      expectedRPID: site.name,
      credential: { id: row.id, publicKey: new Uint8Array(row.publicKey), counter: row.counter },
      requireUserVerification: true,
    }).catch(() => undefined)
    if (found?.verified !== true) return false
    return this.parts.store.writer.run(
      'useSecurityKey',
      row.id,
      found.authenticationInfo.newCounter,
      this.parts.clock.now(),
    )
  }
}
