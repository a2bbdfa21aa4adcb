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
interface Chosen {
  readonly kind: 'choice'
  readonly standard: string
  readonly choices: readonly string[]
}
type Kind = Counted | Worded | Chosen

export type Setting = Kind & {
  readonly help: string
  /**
   * Whether whoever is signed in proves again who they are before it is changed: it says who gets in or where mail goes, lets mail pass that
   * failed a check, or deletes what cannot be made again.
   */
  readonly wantsProof: boolean
  /** `now`, or at the next start: a listener keeps the limits it was opened with. */
  readonly takesEffect: 'now' | 'start'
}

/** The first one is the standard. */
const choice = <const Choices extends readonly [string, ...string[]]>(
  choices: Choices,
): { readonly kind: 'choice'; readonly standard: Choices[0]; readonly choices: Choices } => ({
  kind: 'choice',
  standard: choices[0],
  choices,
})

const count = (standard: number, min: number, max: number): Counted => ({ kind: 'count', standard, min, max })

export const SETTINGS = {
  hostname: {
    kind: 'text',
    takesEffect: 'start',
    wantsProof: false,
    help: 'the name in EHLO, Received and the certificate',
  },
  route: {
    kind: 'text',
    takesEffect: 'now',
    wantsProof: true,
    help: 'where mail leaves: mailbox, mx, smtp://HOST:PORT or smtps://HOST:PORT',
  },
  'route-user': { kind: 'text', takesEffect: 'now', wantsProof: true, help: 'the login at the smarthost' },
  'route-password': {
    kind: 'text',
    secret: true,
    takesEffect: 'now',
    wantsProof: true,
    help: 'the password there; from a file',
  },
  'default-recipient': {
    kind: 'text',
    takesEffect: 'now',
    wantsProof: false,
    help: 'where mail goes whose alias and domain say nothing',
  },
  'private-hosts': {
    kind: 'text',
    takesEffect: 'now',
    wantsProof: true,
    help: 'mail servers inside your own network that may be delivered to (route mx), with commas: mail.home.arpa, or .home.arpa for all below',
  },
  'log-days': { ...count(90, 1, 36_500), takesEffect: 'now', wantsProof: true, help: 'how long the log is kept' },
  'session-idle-minutes': {
    ...count(720, 1, 10_080),
    takesEffect: 'now',
    wantsProof: true,
    help: 'minutes without use after which the pages ask again who you are',
  },
  'session-hours': {
    ...count(168, 1, 8760),
    takesEffect: 'now',
    wantsProof: true,
    help: 'hours after which they ask in any case',
  },
  'token-minute-limit': {
    ...count(600, 1, 1_000_000),
    takesEffect: 'now',
    wantsProof: true,
    help: 'requests a minute of one API token',
  },
  'audit-days': {
    ...count(365, 1, 36_500),
    takesEffect: 'now',
    wantsProof: true,
    help: 'how long logins and changes are kept',
  },
  'report-days': {
    ...count(90, 1, 3650),
    takesEffect: 'now',
    wantsProof: true,
    help: 'how long reports of others are kept',
  },
  'sender-hourly-limit': {
    ...count(300, 1, 1_000_000),
    takesEffect: 'now',
    wantsProof: false,
    help: 'messages an hour from one sender',
  },
  'alias-hourly-limit': {
    ...count(600, 1, 1_000_000),
    takesEffect: 'now',
    wantsProof: false,
    help: 'messages an hour to one alias, where it has no limit of its own',
  },
  'new-alias-hourly-limit': {
    ...count(100, 1, 1_000_000),
    takesEffect: 'now',
    wantsProof: false,
    help: 'aliases an hour that mail itself may make',
  },
  'message-size': {
    ...count(75, 1, 1024),
    takesEffect: 'start',
    wantsProof: false,
    help: 'the biggest message taken, in MiB',
  },
  'message-recipients': {
    ...count(100, 1, 10_000),
    takesEffect: 'start',
    wantsProof: false,
    help: 'recipients of one message',
  },
  connections: { ...count(200, 1, 100_000), takesEffect: 'start', wantsProof: false, help: 'connections at once' },
  'address-connections': {
    ...count(30, 1, 100_000),
    takesEffect: 'start',
    wantsProof: false,
    help: 'connections at once from one address',
  },
  resolver: {
    kind: 'text',
    takesEffect: 'now',
    wantsProof: true,
    help: "the DNS resolver to ask, where --resolver names none: ADDRESS:PORT, tls://ADDRESS#NAME or https://NAME/dns-query (the system's)",
  },
  dnssec: {
    ...choice(['on', 'off', 'ad']),
    takesEffect: 'now',
    wantsProof: true,
    help: 'validate DNS answers here (on); off: none, and no DANE; ad: believe a resolver on this machine',
  },
  'dmarc-failures': {
    ...choice(['hold', 'refuse']),
    takesEffect: 'now',
    wantsProof: false,
    help: 'mail that fails the DMARC of a domain which asks to reject or quarantine it: hold or refuse',
  },
  'spf-failures': {
    ...choice(['hold', 'deliver']),
    takesEffect: 'now',
    wantsProof: true,
    help: 'mail that SPF forbids, of a domain without DMARC and without a signature of its own: hold or deliver',
  },
  'check-failures': {
    ...choice(['defer', 'deliver']),
    takesEffect: 'now',
    wantsProof: true,
    help: 'mail whose sender cannot be checked at the moment: defer (451) or deliver',
  },
  'tls-report-url': {
    kind: 'text',
    takesEffect: 'now',
    wantsProof: false,
    help: 'https://NAME:PORT/tls-report, where others may post TLS reports; needs pages beyond this machine (serve --http)',
  },
  'send-tls-reports': {
    ...choice(['on', 'off']),
    takesEffect: 'now',
    wantsProof: false,
    help: 'tell domains that ask for it, once a day, how encryption with their mail servers went (route mx only)',
  },
  'send-dmarc-reports': {
    ...choice(['off', 'on']),
    takesEffect: 'now',
    wantsProof: false,
    help: 'tell domains that ask for it, once a day, which servers wrote in their name and what DMARC said',
  },
  'trusted-sealers': {
    kind: 'text',
    takesEffect: 'now',
    wantsProof: true,
    help: 'domains whose ARC seal you believe, with commas: mailing lists and forwarders of yours',
  },
} as const satisfies Record<string, Setting>

export type SettingName = keyof typeof SETTINGS
type CountName = { [Name in SettingName]: (typeof SETTINGS)[Name]['kind'] extends 'count' ? Name : never }[SettingName]

export function isSettingName(name: string): name is SettingName {
  return Object.hasOwn(SETTINGS, name)
}

type ChoiceName = {
  [Name in SettingName]: (typeof SETTINGS)[Name]['kind'] extends 'choice' ? Name : never
}[SettingName]
type ChoiceOf<Name extends ChoiceName> = (typeof SETTINGS)[Name]['choices'][number]

/** The choice in force. */
export function readChoice<Name extends ChoiceName>(
  directory: Pick<DirectoryQueries, 'setting'>,
  name: Name,
): ChoiceOf<Name> {
  const { standard, choices } = SETTINGS[name]
  const stored = directory.setting(name)
  const known: readonly ChoiceOf<Name>[] = choices
  return known.find((one) => one === stored) ?? standard
}

/** The number in force. What is stored and no longer fits its bounds is as if nobody had set it. */
export function readCount(directory: Pick<DirectoryQueries, 'setting'>, name: CountName): number {
  const { standard, min, max } = SETTINGS[name]
  const stored = directory.setting(name)
  const value = stored === undefined ? standard : Number(stored)
  return Number.isInteger(value) && value >= min && value <= max ? value : standard
}
