// Who we are to the relay: signed in or out, or before data that is locked.
import type { LoginAnswer, LoginState } from '../../main/api/shapes-access.ts'
import type { Calls, Proof } from '../api/calls.ts'
import { ApiFailure, DamagedFailure, isGone, messageOf } from '../api/failure.ts'
import type { Actions } from './actions.ts'
import type { Store } from './store.ts'
import type { Session } from './view.ts'

/** A relay that was unlocked opens its data and its doors again; on a slow disk after a crash that takes a while. */
const COMING_UP_TRIES = 120
const COMING_UP_PAUSE = 500

function sessionFor(error: unknown): Session {
  if (error instanceof ApiFailure && error.kind === 'signed-out') return { kind: 'out', message: '', busy: false }
  if (error instanceof ApiFailure && error.kind === 'locked') return { kind: 'locked', message: '', busy: false }
  if (error instanceof DamagedFailure) return { kind: 'damaged', damage: error.damage }
  return { kind: 'unreachable', message: messageOf(error) }
}

/** From a proof to a session, by way of the second factor where there is one. */
function proving(
  store: Store,
  calls: Calls,
  enter: () => Promise<void>,
): Pick<Actions, 'login' | 'second' | 'askLogin'> {
  const asked = (): LoginState | undefined => {
    const { session } = store.get()
    return session.kind === 'out' ? session.ask : undefined
  }
  const prove = async (call: () => Promise<LoginAnswer>): Promise<void> => {
    const ask = asked()
    store.update(() => ({ session: { kind: 'out', message: '', busy: true, ask } }))
    let answer: LoginAnswer
    try {
      answer = await call()
    } catch (error) {
      const session: Session =
        isGone(error) && error.kind !== 'signed-out'
          ? sessionFor(error)
          : { kind: 'out', message: messageOf(error), busy: false, ask: await stillAsked(error, ask) }
      store.update(() => ({ session }))
      return
    }
    if (answer.ok) return enter()
    const owed = { passphrase: ask?.passphrase === true, second: answer.second }
    store.update(() => ({ session: { kind: 'out', message: '', busy: false, ask: owed } }))
  }
  /** Whoever was half way in may have to begin again. */
  const stillAsked = async (error: unknown, ask: LoginState | undefined): Promise<LoginState | undefined> =>
    error instanceof ApiFailure && error.kind === 'signed-out' && ask !== undefined && ask.second.length > 0
      ? calls.loginState().catch(() => ask)
      : ask
  const askLogin = async (): Promise<void> => {
    const ask = await calls.loginState().catch(() => ({ passphrase: false, second: [] }))
    store.update(({ session }) => (session.kind === 'out' ? { session: { ...session, ask } } : {}))
  }
  return {
    askLogin,
    login: (proof: Proof) => prove(() => calls.login(proof)),
    second: (proof: Proof) => prove(() => calls.second(proof)),
  }
}

/** Whether there is a relay again; while nothing answers, all stays as it is. */
function looking(store: Store, calls: Calls): Actions['look'] {
  return async () => {
    try {
      await calls.session()
      store.update(() => ({ session: { kind: 'in' } }))
    } catch (error) {
      if (isGone(error)) store.update(() => ({ session: sessionFor(error) }))
    }
  }
}

export function sessions(
  store: Store,
  calls: Calls,
  sleep: (millis: number) => Promise<void> = (millis) => new Promise((resolve) => setTimeout(resolve, millis)),
): Pick<Actions, 'begin' | 'login' | 'second' | 'askLogin' | 'keyOptions' | 'unlock' | 'logout' | 'lost' | 'look'> {
  const enter = async (): Promise<void> => {
    try {
      await calls.session()
      store.update(() => ({ session: { kind: 'in' } }))
    } catch (error) {
      store.update(() => ({ session: sessionFor(error) }))
    }
  }
  const { login, askLogin, second } = proving(store, calls, enter)
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
    if (await comesUp()) await login({ code })
    else await enter()
  }
  return {
    login,
    askLogin,
    unlock,
    second,
    keyOptions: (path) => calls.keyOptions(path),
    logout: async () => {
      await calls.logout().catch(() => undefined)
      await enter()
    },
    lost: (error) => {
      const next = sessionFor(error)
      if (next.kind !== 'unreachable') store.update(({ session }) => (session.kind === 'in' ? { session: next } : {}))
    },
    look: looking(store, calls),
    begin: (code) => (code === undefined ? enter() : login({ code })),
  }
}
