// Signing in and out, call by call. What the pages ask for is in a file per area beside this one.
import { z } from 'zod'
import { sessionInfo, unlockAnswer, type SessionInfo } from '../../main/api/shapes.ts'
import { loginAnswer, loginState } from '../../main/api/shapes-access.ts'
import type { LoginAnswer, LoginState } from '../../main/api/shapes-access.ts'
import type { PublicKeyCredentialRequestOptionsJSON } from '@simplewebauthn/browser'
import type { Client } from './client.ts'

/** One proof of who one is. */
export type Proof = Readonly<Record<string, unknown>>

const steppedUp = z.object({ csrf: z.string().optional(), grant: z.string().optional() })
const keyQuestion = z.object({ options: z.looseObject({ challenge: z.string() }) })

export interface Calls {
  session(): Promise<SessionInfo>
  /** What may be asked for. */
  loginState(): Promise<LoginState>
  login(proof: Proof): Promise<LoginAnswer>
  second(proof: Proof): Promise<LoginAnswer>
  logout(): Promise<void>
  /** Proves once more who one is, for what is not done behind one's back. */
  stepUp(proof: Proof): Promise<void>
  /** What a security key is asked. */
  keyOptions(path: string): Promise<PublicKeyCredentialRequestOptionsJSON>
  /** Opens the data; answers with a code that logs in once at the relay that comes up. */
  unlock(by: 'passphrase' | 'recovery', secret: string): Promise<string>
}

export function makeCalls(client: Client): Calls {
  return {
    session: async () => {
      const found = await client.read('/app/session', sessionInfo)
      client.setCsrf(found.csrf)
      return found
    },
    loginState: () => client.read('/app/login', loginState),
    login: (proof) => client.send('POST', '/app/login', proof, loginAnswer),
    second: (proof) => client.send('POST', '/app/login/second', proof, loginAnswer),
    logout: () => client.tell('POST', '/app/logout'),
    stepUp: async (proof) => {
      const { csrf, grant } = await client.send('POST', '/app/security/step-up', proof, steppedUp)
      if (csrf !== undefined) client.setCsrf(csrf)
      if (grant !== undefined) client.setGrant(grant)
    },
    keyOptions: async (path) => (await client.send('POST', path, {}, keyQuestion)).options,
    unlock: async (by, secret) => (await client.send('POST', '/app/unlock', { [by]: secret }, unlockAnswer)).code,
  }
}
