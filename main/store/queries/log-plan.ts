// From filters of the log to conditions on its columns, and to what may lead the way to the rows: the text index, or the indexes of single values.
import { spellings } from '../../terms/spellings.ts'

export interface LogFilter {
  /** Any of these. */
  readonly outcomes?: readonly string[] | undefined
  readonly reasons?: readonly string[] | undefined
  readonly direction?: string | undefined
  /** The whole address. */
  readonly alias?: string | undefined
  /** The domain of the alias, as an A-label. */
  readonly domain?: string | undefined
  /** The whole address of whom it goes to: a mailbox of the user's, or the stranger of a reply. */
  readonly recipient?: string | undefined
  /** Who wrote, or whom a reply goes to: a whole address, or a domain (A-label) with what is under it. */
  readonly contact?: string | undefined
  /** Of the connection that brought it: `TLSv1.3`, …, or `none` where it was in clear. */
  readonly tls?: string | undefined
  /** Part of alias, sender, recipient, subject, host or Message-ID; or the whole of a reason. */
  readonly text?: string | undefined
  /** Epoch milliseconds: from then on, and before then. */
  readonly from?: number | undefined
  readonly until?: number | undefined
}

export type Values = Readonly<Record<string, string | number>>

/** An index that holds the rows of one condition in the order of their ids: one value, or one look for each. */
export interface Lead {
  /** `SELECT … FROM source WHERE is`, with `:value`. */
  readonly source: string
  readonly id: string
  readonly is: string
  readonly each: readonly string[]
  /** Walks the log itself by this index; undefined where another table gives ids. */
  readonly index: string | undefined
  /** Every row that it leads to fits its filter. */
  readonly isWhole: boolean
}

export interface Plan {
  /** All that a row must be. */
  readonly where: readonly string[]
  readonly values: Values
  /** A text that the text index can find. */
  readonly text: Text | undefined
  readonly leads: readonly Lead[]
}

export interface Text {
  /** For the text index. */
  readonly match: string
  /** Also rows with this reason. */
  readonly reason: string
  /** The same as a condition, for the rows that another index leads to. */
  readonly where: string
}

/** One phrase, quoted: nothing in it is an operator of the index's own language. */
const phrase = (text: string): string => `"${text.replaceAll('"', '""')}"`

/** The index holds three-letter pieces. */
const isLong = (text: string): boolean => Array.from(text).length >= 3

interface Part {
  readonly where: string
  readonly values: Values
  readonly lead?: Lead
}

const MAX = 320
const trimmed = (text: string | undefined): string => (text ?? '').trim().slice(0, MAX)

function column(name: string, expression: string, wanted: readonly string[]): Part | undefined {
  const [only] = wanted
  if (only === undefined) return undefined
  const one = wanted.length === 1
  return {
    where: one ? `${expression} = :${name}` : `${expression} IN (SELECT value FROM json_each(:${name}))`,
    values: { [name]: one ? only : JSON.stringify(wanted) },
    lead: lead(name, expression, wanted),
  }
}

function lead(name: string, expression: string, each: readonly string[], isWhole = true): Lead {
  const index = `log_by_${name}`
  return { source: `log INDEXED BY ${index}`, id: 'id', is: `${expression} = :value`, each, index, isWhole }
}

function recipientPart(recipient: string): Part | undefined {
  if (recipient === '') return undefined
  const wanted = spellings(recipient)
  return {
    where: `EXISTS (SELECT 1 FROM log_recipient r WHERE r.log_id = log.id
      AND lower(r.address) IN (SELECT value FROM json_each(:recipient)))`,
    values: { recipient: JSON.stringify(wanted) },
    lead: {
      source: 'log_recipient INDEXED BY log_recipient_by_address',
      ...{ id: 'log_id', is: 'lower(address) = :value', each: wanted, index: undefined, isWhole: true },
    },
  }
}

function contactPart(contact: string): Part | undefined {
  if (contact === '') return undefined
  if (contact.includes('@')) return column('contact', 'contact', spellings(contact))
  const domain = contact.toLowerCase()
  const fits = '(contact_host = :host OR substr(contact_host, -length(:under)) = :under)'
  const values = { host: domain, under: `.${domain}` }
  const labels = domain.split('.')
  if (labels.length < 2) return { where: fits, values }
  const site = labels.slice(-2).join('.')
  return {
    where: `contact_site = :site AND ${fits}`,
    values: { ...values, site },
    lead: lead('contact_site', 'contact_site', [site], false),
  }
}

/** Needs the function `log_folded`: small letters, whatever the alphabet. */
const HAY = `log_folded(${['alias', 'sender', 'recipient', 'subject', 'peer', 'message_id'].join(' || char(31) || ')})`
const HAS_TEXT = `(reason = :text OR instr(${HAY}, :text) > 0)`

function timePart(name: 'from' | 'until', at: number | undefined): Part | undefined {
  return at === undefined ? undefined : { where: `at ${name === 'from' ? '>=' : '<'} :${name}`, values: { [name]: at } }
}

const listed = (one: string | undefined): readonly string[] => (one === undefined || one === '' ? [] : [one])

const partsOf = (filter: LogFilter): readonly (Part | undefined)[] => [
  column('reason', 'reason', filter.reasons ?? []),
  recipientPart(trimmed(filter.recipient)),
  column('alias', 'lower(alias)', trimmed(filter.alias) === '' ? [] : spellings(trimmed(filter.alias))),
  contactPart(trimmed(filter.contact)),
  column('tls_version', 'tls_version', listed(filter.tls)),
  column('alias_domain', 'alias_domain', listed(filter.domain?.toLowerCase())),
  column('outcome', 'outcome', filter.outcomes ?? []),
  column('direction', 'direction', listed(filter.direction)),
  timePart('from', filter.from),
  timePart('until', filter.until),
]

export function planOf(filter: LogFilter): Plan {
  const text = (filter.text ?? '').trim().slice(0, 200).toLowerCase()
  const parts = partsOf(filter).filter((part) => part !== undefined)
  // What is too short for the text index is looked for in each row.
  const isShort = text !== '' && !isLong(text)
  return {
    where: [...parts.map((part) => part.where), ...(isShort ? [HAS_TEXT] : [])],
    values: Object.assign(text === '' ? {} : { text }, ...parts.map((part) => part.values)) as Values,
    text: isLong(text) ? { match: phrase(text), reason: text, where: HAS_TEXT } : undefined,
    leads: parts.flatMap((part) => part.lead ?? []),
  }
}
