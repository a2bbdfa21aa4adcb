// The shapes of the activity log beyond its rows (those are in shapes.ts): one entry with what became of it.
import { z } from 'zod'
import { spellings, stored } from '../terms/spellings.ts'
import { logEntry, type LogEntry } from './shapes.ts'

z.config({ jitless: true })

/** How the connection was encrypted that brought a message; `none`: in clear. */
export const TLS_VERSIONS = ['none', 'TLSv1.2', 'TLSv1.3'] as const

/** The filters of GET /app/log and /app/log-export. An empty one is none. */
export interface LogFilter {
  /** Any of these, with commas. */
  readonly outcome?: string | undefined
  readonly reason?: string | undefined
  readonly direction?: string | undefined
  /** The whole address. */
  readonly alias?: string | undefined
  /** The domain of the alias. */
  readonly domain?: string | undefined
  /** The whole address of a mailbox, or of the stranger a reply goes to. */
  readonly recipient?: string | undefined
  /** Who wrote, or whom a reply goes to: a whole address, or a domain with what is under it. */
  readonly contact?: string | undefined
  readonly tls?: string | undefined
  readonly q?: string | undefined
  /** Epoch milliseconds: from then on, and before then. */
  readonly from?: string | undefined
  readonly until?: string | undefined
}

const domainOf = (address: string): string => stored(address.slice(address.lastIndexOf('@') + 1))

/** The version of the connection, as the filter names it; empty where nothing came in. */
const tlsOf = ({ tls, peer }: LogEntry): string => (tls !== '' ? (tls.split(' ')[0] ?? '') : peer === '' ? '' : 'none')

/** Whom an entry is about on the other side. */
export const otherSideOf = ({ direction, sender, recipient }: LogEntry): string =>
  direction === 'reply' ? recipient : sender

function isOf(contact: string, other: string): boolean {
  if (contact.includes('@')) return spellings(contact).includes(stored(other))
  const at = `@${contact.toLowerCase()}`
  return stored(other).endsWith(at) || stored(other).endsWith(`.${at.slice(1)}`)
}

const listed = (text: string): readonly string[] => text.split(',').filter((one) => one !== '')

function hasText(entry: LogEntry, text: string): boolean {
  const { reason, alias, sender, recipient, subject, peer, messageId } = entry
  if (reason === text) return true
  return [alias, sender, recipient, subject, peer, messageId].some((one) => one.toLowerCase().includes(text))
}

const FITS: Readonly<Record<keyof LogFilter, (entry: LogEntry, wanted: string) => boolean>> = {
  outcome: ({ outcome }, wanted) => listed(wanted).includes(outcome),
  reason: ({ reason }, wanted) => listed(wanted).includes(reason),
  direction: ({ direction }, wanted) => direction === wanted,
  alias: ({ alias }, wanted) => spellings(wanted).includes(stored(alias)),
  domain: ({ alias }, wanted) => alias.includes('@') && domainOf(alias) === stored(wanted),
  recipient: ({ to }, wanted) => to.some((one) => spellings(wanted).includes(stored(one))),
  contact: (entry, wanted) => isOf(wanted, otherSideOf(entry)),
  tls: (entry, wanted) => tlsOf(entry) === wanted,
  q: (entry, wanted) => hasText(entry, wanted.toLowerCase()),
  from: ({ at }, wanted) => at >= Number(wanted),
  until: ({ at }, wanted) => at < Number(wanted),
}

/** Whether an entry fits, as the relay decides it. Domains are A-labels. */
export function fitsLog(entry: LogEntry, filter: LogFilter): boolean {
  return (Object.keys(FITS) as (keyof LogFilter)[]).every((name) => {
    const wanted = (filter[name] ?? '').trim()
    return wanted === '' || FITS[name](entry, wanted)
  })
}

export const logDelivery = z.object({
  id: z.number(),
  /** `queued`, `in-flight`, `delivered`, `failed`, `dropped`. */
  state: z.string(),
  forwardPath: z.string(),
  destination: z.string(),
  attempts: z.number(),
  /** Epoch milliseconds: when it is tried next, while it is queued. */
  dueAt: z.number(),
  lastAnswer: z.string(),
})
export type LogDeliveryShown = z.infer<typeof logDelivery>

/** GET /app/log/:id */
export const logTrace = z.object({
  data: z.object({
    entry: logEntry,
    deliveries: z.array(logDelivery),
    held: z.object({ id: z.number(), kind: z.string() }).nullable(),
    alias: z.object({ id: z.string(), active: z.boolean() }).nullable(),
    contact: z.object({ id: z.string(), blocked: z.boolean(), muted: z.boolean() }).nullable(),
    /** Ids of the blocks for the sender everywhere. */
    blocks: z.object({ address: z.string().nullable(), domain: z.string().nullable() }),
  }),
})
export type LogTrace = z.infer<typeof logTrace>['data']
