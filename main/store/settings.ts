// Every setting that a person may change, in one table: its name, what it takes, what it is when nobody set it. They live in the database;
// what reads one asks here, so that a name with a typing error does not compile.
import type { DirectoryQueries } from './queries/directory.ts'

interface Counted {
  readonly kind: 'count'
  readonly standard: number
  readonly min: number
  readonly max: number
}
interface Worded {
  readonly kind: 'text'
  /** Never shown again once it is set. */
  readonly secret?: true
}
type Kind = Counted | Worded

export type Setting = Kind & {
  readonly help: string
  /** `now`, or at the next start: a listener keeps the limits it was opened with. */
  readonly takesEffect: 'now' | 'start'
}

const count = (standard: number, min: number, max: number): Counted => ({ kind: 'count', standard, min, max })

export const SETTINGS = {
  hostname: { kind: 'text', takesEffect: 'start', help: 'the name in EHLO, Received and the certificate' },
  route: {
    kind: 'text',
    takesEffect: 'now',
    help: 'where mail leaves: mailbox, mx, smtp://HOST:PORT or smtps://HOST:PORT',
  },
  'route-user': { kind: 'text', takesEffect: 'now', help: 'the login at the smarthost' },
  'route-password': { kind: 'text', secret: true, takesEffect: 'now', help: 'the password there; from a file' },
  'default-recipient': { kind: 'text', takesEffect: 'now', help: 'where mail goes whose alias and domain say nothing' },
  'log-days': { ...count(90, 1, 36_500), takesEffect: 'now', help: 'how long the log is kept' },
  'sender-hourly-limit': { ...count(300, 1, 1_000_000), takesEffect: 'now', help: 'messages an hour from one sender' },
  'alias-hourly-limit': {
    ...count(600, 1, 1_000_000),
    takesEffect: 'now',
    help: 'messages an hour to one alias, where it has no limit of its own',
  },
  'new-alias-hourly-limit': {
    ...count(100, 1, 1_000_000),
    takesEffect: 'now',
    help: 'aliases an hour that mail itself may make',
  },
  'message-size': { ...count(75, 1, 1024), takesEffect: 'start', help: 'the biggest message taken, in MiB' },
  'message-recipients': { ...count(100, 1, 10_000), takesEffect: 'start', help: 'recipients of one message' },
  connections: { ...count(200, 1, 100_000), takesEffect: 'start', help: 'connections at once' },
  'address-connections': {
    ...count(30, 1, 100_000),
    takesEffect: 'start',
    help: 'connections at once from one address',
  },
} as const satisfies Record<string, Setting>

export type SettingName = keyof typeof SETTINGS
type CountName = { [Name in SettingName]: (typeof SETTINGS)[Name]['kind'] extends 'count' ? Name : never }[SettingName]

export function isSettingName(name: string): name is SettingName {
  return Object.hasOwn(SETTINGS, name)
}

/** The number in force. What is stored and no longer fits its bounds is as if nobody had set it. */
export function readCount(directory: Pick<DirectoryQueries, 'setting'>, name: CountName): number {
  const { standard, min, max } = SETTINGS[name]
  const stored = directory.setting(name)
  const value = stored === undefined ? standard : Number(stored)
  return Number.isInteger(value) && value >= min && value <= max ? value : standard
}
