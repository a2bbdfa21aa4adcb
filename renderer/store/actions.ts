// What a person, or the relay, makes the frame do: sign in and out, unlock, prove again who one is, say something.
import type { Calls, Proof } from '../api/calls.ts'
import { proving, type Gate } from './step-up.ts'
import { sessions } from './sessions.ts'
import type { Store } from './store.ts'
import type { NoticeAction } from './view.ts'

export interface Actions {
  /** Finds out who we are; with a code from a login link, signs in by it first. */
  readonly begin: (code: string | undefined) => Promise<void>
  readonly login: (proof: Proof) => Promise<void>
  /** The second factor, for whoever has proven the first. */
  readonly second: (proof: Proof) => Promise<void>
  readonly askLogin: () => Promise<void>
  readonly keyOptions: Calls['keyOptions']
  /** Opens data that is locked, waits for the relay to come up, and signs in. */
  readonly unlock: (by: 'passphrase' | 'recovery', secret: string) => Promise<void>
  readonly logout: () => Promise<void>
  /** Whether the relay is there again; while nothing answers, all stays as it is. */
  readonly look: () => Promise<void>
  /** The session is gone, or the data is locked: a call has just said so. */
  readonly lost: (error: unknown) => void
  /** Answers what a call that waits wants proven. */
  readonly stepUp: (proof: Proof) => Promise<void>
  readonly cancelStepUp: () => void
  readonly dismiss: (id: number) => void
  readonly tell: (tone: 'good' | 'bad', text: string, action?: NoticeAction) => void
}

export function makeActions(store: Store, calls: Calls, gate: Gate): Actions {
  return {
    ...sessions(store, calls),
    ...proving(store, calls, gate),
    dismiss: (id) => store.dismiss(id),
    tell: (tone, text, action) => store.notice(tone, text, action),
  }
}
