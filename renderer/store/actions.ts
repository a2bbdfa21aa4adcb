// What a person, or the relay, makes the page do. Each action changes the view at once and again when the relay has answered.
import type { MailboxMessage } from '../../main/api/shapes.ts'
import type { Calls, NewAlias, Proof } from '../api/calls.ts'
import { ApiFailure, messageOf } from '../api/failure.ts'
import { attempt, sessions } from './sessions.ts'
import type { Store } from './store.ts'
import { dataOf, failed, mapData, ready, withActive, withAlias, withOlder } from './view.ts'
import type { Loadable, View } from './view.ts'

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
  readonly refresh: () => Promise<void>
  readonly openMessage: (id: number) => Promise<void>
  readonly closeMessage: () => void
  readonly olderLog: () => Promise<void>
  readonly olderMailbox: () => Promise<void>
  readonly setActive: (id: string, active: boolean) => Promise<void>
  /** Undefined when it worked, else what to tell beside the form. */
  readonly createAlias: (alias: NewAlias) => Promise<ApiFailure | undefined>
  readonly dismiss: (id: number) => void
  readonly tell: (tone: 'good' | 'bad', text: string) => void
}

type Lists = 'state' | 'log' | 'mailbox' | 'aliases'

function loader(store: Store, calls: Calls) {
  const load = async <K extends Lists>(key: K, read: () => Promise<DataOf<View[K]>>): Promise<void> => {
    const error = await attempt(store, async () => {
      const data = await read()
      store.update(() => ({ [key]: ready(data) }))
    })
    if (error === undefined) return
    store.update((view) => ({ [key]: failed(view[key] as Loadable<unknown>, messageOf(error)) }))
  }
  return async (): Promise<void> => {
    await Promise.all([
      load('state', () => calls.state()),
      load('log', () => calls.log()),
      load('mailbox', () => calls.mailbox()),
      load('aliases', () => calls.aliases()),
      attempt(store, async () => {
        const domains = await calls.domainOptions()
        store.update(() => ({ domains }))
      }),
    ])
  }
}

type DataOf<L> = L extends { readonly kind: 'ready'; readonly data: infer T } ? T : never

function lists(
  store: Store,
  calls: Calls,
): Pick<Actions, 'openMessage' | 'closeMessage' | 'olderMailbox' | 'olderLog'> {
  const show = (id: number, message: Loadable<MailboxMessage>): void =>
    // The person may have opened another one meanwhile.
    store.update(({ open }) => (open?.id === id ? { open: { id, message } } : {}))
  const append = async (key: 'log' | 'mailbox', before: number): Promise<void> => {
    if (key === 'log') {
      const part = await calls.log(before)
      store.update((view) => ({ log: mapData(view.log, (data) => withOlder(data, part)) }))
      return
    }
    const part = await calls.mailbox(before)
    store.update((view) => ({ mailbox: mapData(view.mailbox, (data) => withOlder(data, part)) }))
  }
  const older = async (key: 'log' | 'mailbox'): Promise<void> => {
    const before = (key === 'log' ? dataOf(store.get().log) : dataOf(store.get().mailbox))?.next
    if (before === undefined || before === null) return
    const error = await attempt(store, () => append(key, before))
    if (error !== undefined) store.notice('bad', messageOf(error), () => void older(key))
  }
  return {
    olderLog: () => older('log'),
    olderMailbox: () => older('mailbox'),
    closeMessage: () => store.update(() => ({ open: undefined })),
    openMessage: async (id) => {
      store.update(() => ({ open: { id, message: { kind: 'loading' } } }))
      const error = await attempt(store, async () => {
        const message = await calls.message(id)
        show(id, ready(message))
        store.update((view) => ({
          mailbox: mapData(view.mailbox, (part) => ({
            ...part,
            data: part.data.map((item) => (item.id === id ? { ...item, read: true } : item)),
          })),
        }))
      })
      if (error !== undefined) show(id, { kind: 'failed', message: messageOf(error) })
    },
  }
}

function aliases(store: Store, calls: Calls): Pick<Actions, 'setActive' | 'createAlias'> {
  const put = (id: string, active: boolean, pending: boolean): void =>
    store.update((view) => {
      const next = new Set(view.pending)
      if (pending) next.add(id)
      else next.delete(id)
      return { pending: next, aliases: mapData(view.aliases, (list) => withActive(list, id, active)) }
    })
  const setActive = async (id: string, active: boolean): Promise<void> => {
    if (store.get().pending.has(id)) return
    const email = dataOf(store.get().aliases)?.data.find((alias) => alias.id === id)?.email ?? 'the alias'
    put(id, active, true)
    const error = await attempt(store, () => calls.setActive(id, active))
    put(id, error === undefined ? active : !active, false)
    if (error === undefined) return
    const wanted = active ? 'on' : 'off'
    store.notice(
      'bad',
      `${email} could not be switched ${wanted}. ${messageOf(error)}`,
      () => void setActive(id, active),
    )
  }
  return {
    setActive,
    createAlias: async (wanted) => {
      const error = await attempt(store, async () => {
        const alias = await calls.createAlias(wanted)
        store.update((view) => ({ aliases: mapData(view.aliases, (list) => withAlias(list, alias)) }))
        store.notice('good', `${alias.email} is ready.`)
      })
      if (error === undefined) return undefined
      return error instanceof ApiFailure ? error : new ApiFailure('broken', messageOf(error))
    },
  }
}

export function makeActions(store: Store, calls: Calls): Actions {
  return {
    ...sessions(store, calls),
    ...lists(store, calls),
    ...aliases(store, calls),
    refresh: loader(store, calls),
    dismiss: (id) => store.dismiss(id),
    tell: (tone, text) => store.notice(tone, text),
  }
}
