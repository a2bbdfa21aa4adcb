// Everything that the page shows, as one value, and the small functions that make the next value from it.
import type { LoginState } from '../../main/api/shapes-access.ts'
import type { AppState, LogEntry, MailboxItem, MailboxMessage } from '../../main/api/shapes.ts'
import type { AliasShape } from '../../main/api/shapes-addy.ts'
import type { DomainOptions, Part } from '../api/calls.ts'

/** Something that is fetched. What was once there stays on the page when a later fetch fails. */
export type Loadable<T> =
  | { readonly kind: 'loading' }
  | { readonly kind: 'ready'; readonly data: T }
  | { readonly kind: 'stale'; readonly data: T; readonly message: string }
  | { readonly kind: 'failed'; readonly message: string }

export interface AliasList {
  readonly data: readonly AliasShape[]
  readonly total: number
}

export interface Notice {
  readonly id: number
  readonly tone: 'good' | 'bad'
  readonly text: string
  /** What may be done about it. */
  readonly retry: (() => void) | undefined
}

export type Session =
  | { readonly kind: 'checking' }
  | { readonly kind: 'unreachable'; readonly message: string }
  | { readonly kind: 'locked'; readonly message: string; readonly busy: boolean }
  | {
      readonly kind: 'out'
      readonly message: string
      readonly busy: boolean
      /** What the relay asks for; undefined until it was asked. */
      readonly ask?: LoginState | undefined
    }
  | { readonly kind: 'in' }

export interface View {
  readonly session: Session
  readonly link: 'connecting' | 'live' | 'lost'
  readonly state: Loadable<AppState>
  readonly log: Loadable<Part<LogEntry>>
  readonly mailbox: Loadable<Part<MailboxItem>>
  readonly aliases: Loadable<AliasList>
  readonly domains: DomainOptions | undefined
  readonly open: { readonly id: number; readonly message: Loadable<MailboxMessage> } | undefined
  /** Aliases whose switch was moved and is not yet confirmed. */
  readonly pending: ReadonlySet<string>
  readonly notices: readonly Notice[]
  /** What a screen reader is told about something that came in by itself. */
  readonly announcement: string
}

export const emptyView: View = {
  session: { kind: 'checking' },
  link: 'connecting',
  state: { kind: 'loading' },
  log: { kind: 'loading' },
  mailbox: { kind: 'loading' },
  aliases: { kind: 'loading' },
  domains: undefined,
  open: undefined,
  pending: new Set(),
  notices: [],
  announcement: '',
}

/** Rows that are kept on the page; older ones come back by "Show older". */
export const MAX_ROWS = 500

export function dataOf<T>(value: Loadable<T>): T | undefined {
  return value.kind === 'ready' || value.kind === 'stale' ? value.data : undefined
}

export function ready<T>(data: T): Loadable<T> {
  return { kind: 'ready', data }
}

export function failed<T>(before: Loadable<T>, message: string): Loadable<T> {
  const data = dataOf(before)
  return data === undefined ? { kind: 'failed', message } : { kind: 'stale', data, message }
}

export function mapData<T>(value: Loadable<T>, change: (data: T) => T): Loadable<T> {
  return value.kind === 'ready' || value.kind === 'stale' ? { ...value, data: change(value.data) } : value
}

interface Row {
  readonly id: number
}

/** Puts a row where it belongs, newest first: a new one in its place, a known one over its older self. */
export function withRow<T extends Row>(part: Part<T>, row: T): Part<T> {
  const at = part.data.findIndex((known) => known.id <= row.id)
  if (part.data[at]?.id === row.id) return { ...part, data: part.data.with(at, row) }
  // Older than everything here: it is on a part that was not asked for yet.
  if (at === -1 && part.next !== null) return part
  const data = at === -1 ? [...part.data, row] : part.data.toSpliced(at, 0, row)
  const last = data[MAX_ROWS - 1]
  return data.length > MAX_ROWS && last !== undefined
    ? { data: data.slice(0, MAX_ROWS), next: last.id }
    : { ...part, data }
}

/** A part that was asked for later, behind the ones that are here. */
export function withOlder<T extends Row>(part: Part<T>, older: Part<T>): Part<T> {
  const known = new Set(part.data.map((row) => row.id))
  return { data: [...part.data, ...older.data.filter((row) => !known.has(row.id))], next: older.next }
}

export function withAlias(list: AliasList, alias: AliasShape): AliasList {
  const at = list.data.findIndex((known) => known.id === alias.id)
  if (at === -1) return { data: [alias, ...list.data], total: list.total + 1 }
  return { ...list, data: list.data.with(at, alias) }
}

export function withoutAlias(list: AliasList, id: string): AliasList {
  const data = list.data.filter((alias) => alias.id !== id)
  return { data, total: list.total - (list.data.length - data.length) }
}

export function withActive(list: AliasList, id: string, active: boolean): AliasList {
  return { ...list, data: list.data.map((alias) => (alias.id === id ? { ...alias, active } : alias)) }
}
