// Compares what a domain's records should be with what the DNS has, and names the mistakes that people make when they type them in. Pure.
import { parseMx, parseTxt } from './rdata.ts'
import { nameText } from './name.ts'
import type { DnsRecord } from './records.ts'
import type { Answer } from './resolver.ts'

export type Mistake =
  /** Quotation marks became part of the text. */
  | 'quotes'
  /** The domain stands in the name twice: `_dmarc.example.com.example.com`. */
  | 'doubled-name'
  /** Two SPF or DMARC records: neither counts. RFC 7208 §4.5, RFC 9989 §4.10 */
  | 'two-records'
  /** Blanks inside a key, from a text that was pasted in pieces. */
  | 'blanks'
  /** Another server is still asked to take this domain's mail. */
  | 'old-mx'
  /** An address where a name should stand. RFC 5321 §5.1 */
  | 'mx-address'
  /** An alias where a name with an address of its own should stand. RFC 2181 §10.3 */
  | 'alias'
  /** Everybody may send in this domain's name. */
  | 'all-pass'
  /** The domain has no records at all: its servers are elsewhere, or it is not registered. */
  | 'no-zone'

export interface Compared {
  readonly state: 'found' | 'missing' | 'other' | 'unknown'
  readonly found: readonly string[]
  readonly mistakes: readonly Mistake[]
}

const MAX_FOUND = 10
const MAX_TEXT = 1000

function texts(answer: Answer): string[] {
  return answer.data
    .map((rdata) => parseTxt(rdata))
    .filter((one) => one !== undefined)
    .map((pieces) => Buffer.concat([...pieces]).toString('latin1'))
}

/** The first words of a record say whose it is: `v=spf1`, `v=DMARC1`. */
const kindOf = (text: string): string => /^\s*["']?\s*v=([a-z0-9]+)/i.exec(text)?.[1]?.toLowerCase() ?? ''

/** Tags and mechanisms in one spelling: blanks, the last semicolon and the case of what has none do not count. */
function normal(text: string): string {
  return text
    .trim()
    .replaceAll(/\s*;\s*/g, ';')
    .replaceAll(/\s+/g, ' ')
    .replace(/;$/, '')
}

function compareTxt(record: DnsRecord, answer: Answer): Compared {
  const kind = kindOf(record.value)
  const same = texts(answer).filter((text) => kindOf(text) === kind)
  const mistakes: Mistake[] = []
  if (same.some((text) => /^\s*["'\\]/.test(text))) mistakes.push('quotes')
  if (same.length > 1) mistakes.push('two-records')
  const squeezed = (text: string): string => text.replaceAll(/["'\s]/g, '').toLowerCase()
  const isThere = same.some((text) => normal(text) === normal(record.value))
  if (kind === 'dkim1' && !isThere && same.some((text) => squeezed(text) === squeezed(record.value)))
    mistakes.push('blanks')
  if (kind === 'spf1' && same.some((text) => /(^|\s)\+?all(\s|$)/i.test(text))) mistakes.push('all-pass')
  const found = same.slice(0, MAX_FOUND).map((text) => text.slice(0, MAX_TEXT))
  if (same.length === 0) return { state: 'missing', found: [], mistakes }
  return { state: isThere && same.length === 1 ? 'found' : 'other', found, mistakes }
}

function compareMx(record: DnsRecord, answer: Answer): Compared {
  const wanted = record.value.split(' ')[1]?.replace(/\.$/, '').toLowerCase() ?? ''
  const found = answer.data.map((rdata) => parseMx(rdata)).filter((one) => one !== undefined)
  const names = found.map((one) => nameText(one.exchange).replace(/\.$/, '').toLowerCase())
  const mistakes: Mistake[] = []
  if (names.some((name) => /^\d+(\.\d+){3}$/.test(name))) mistakes.push('mx-address')
  const isThere = names.includes(wanted)
  if (isThere && names.some((name) => name !== wanted)) mistakes.push('old-mx')
  return {
    state: names.length === 0 ? 'missing' : isThere && names.length === 1 ? 'found' : 'other',
    found: found.slice(0, MAX_FOUND).map((one, i) => `${one.preference} ${names[i] ?? ''}.`),
    mistakes,
  }
}

/** `doubled` is what is found at the name with the domain behind it once more. */
export function compareRecord(record: DnsRecord, answer: Answer, doubled: Answer | undefined): Compared {
  if (answer.status === 'trouble') return { state: 'unknown', found: [], mistakes: [] }
  const compared = record.type === 'MX' ? compareMx(record, answer) : compareTxt(record, answer)
  const mistakes = [...compared.mistakes]
  if (answer.aliases.length > 0 && record.type === 'MX') mistakes.push('alias')
  if (compared.state === 'missing' && doubled?.status === 'found') mistakes.push('doubled-name')
  if (compared.state === 'missing' && record.type === 'MX' && answer.status === 'no-name') mistakes.push('no-zone')
  return { ...compared, mistakes }
}
