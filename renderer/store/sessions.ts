// Who we are to the relay: signed in or out, or before data that is locked.
import type { Calls } from '../api/calls.ts'
import { ApiFailure, messageOf } from '../api/failure.ts'
import type { Actions } from './actions.ts'
import type { Store } from './store.ts'
import type { Session } from './view.ts'

/** Runs a call; one that says "not signed in" takes the whole page there. Answers with the failure, if any. */
export async function attempt(store: Store, work: () => Promise<void>): Promise<unknown> {
  try {
    await work()
    return undefined
  } catch (error) {
    if (error instanceof ApiFailure && error.kind === 'signed-out') {
      store.update(({ session }) =>
        session.kind === 'out' ? {} : { session: { kind: 'out', message: '', busy: false }, open: undefined },
      )
    }
    if (error instanceof ApiFailure && error.kind === 'locked') {
      store.update(({ session }) => (session.kind === 'locked' ? {} : { session: sessionFor(error), open: undefined }))
    }
    return error
  }
}

/** A relay that was unlocked opens its data and its doors again; on a slow disk after a crash that takes a while. */
const COMING_UP_TRIES = 120
const COMING_UP_PAUSE = 500

function sessionFor(error: unknown): Session {
  if (error instanceof ApiFailure && error.kind === 'signed-out') return { kind: 'out', message: '', busy: false }
  if (error instanceof ApiFailure && error.kind === 'locked') return { kind: 'locked', message: '', busy: false }
  return { kind: 'unreachable', message: messageOf(error) }
}

export function sessions(
  store: Store,
  calls: Calls,
  sleep: (millis: number) => Promise<void> = (millis) => new Promise((resolve) => setTimeout(resolve, millis)),
): Pick<Actions, 'begin' | 'login' | 'unlock'> {
  const enter = async (): Promise<void> => {
    try {
      await calls.session()
      store.update(() => ({ session: { kind: 'in' } }))
    } catch (error) {
      store.update(() => ({ session: sessionFor(error) }))
    }
  }
  const login = async (code: string): Promise<void> => {
    store.update(() => ({ session: { kind: 'out', message: '', busy: true } }))
    try {
      await calls.login(code)
    } catch (error) {
      const session: Session =
        error instanceof ApiFailure && error.kind === 'locked'
          ? { kind: 'locked', message: '', busy: false }
          : { kind: 'out', message: messageOf(error), busy: false }
      store.update(() => ({ session }))
      return
    }
    await enter()
  }
  /** Waits while nothing answers, or still the locked relay; true where there is a relay to log in to. */
  const comesUp = async (): Promise<boolean> => {
    for (let i = 0; i < COMING_UP_TRIES; i++) {
      await sleep(COMING_UP_PAUSE)
      try {
        await calls.session()
        return true
      } catch (error) {
        if (error instanceof ApiFailure && error.kind === 'signed-out') return true
      }
    }
    return false
  }
  const unlock = async (by: 'passphrase' | 'recovery', secret: string): Promise<void> => {
    store.update(() => ({ session: { kind: 'locked', message: '', busy: true } }))
    let code: string
    try {
      code = await calls.unlock(by, secret)
    } catch (error) {
      store.update(() => ({ session: { kind: 'locked', message: messageOf(error), busy: false } }))
      return
    }
    if (await comesUp()) await login(code)
    else await enter()
  }
  return { login, unlock, begin: (code) => (code === undefined ? enter() : login(code)) }
}
