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
const MAX_LOOKED_AT = 100
/** A key record of 8192 bits has 1,500. */
const MAX_LENGTH = 4096
const MAX_TEXT = 1000

/** Texts of the answer, as many and as long as anybody writes: what is beyond that is no record of ours. */
function texts(answer: Answer): string[] {
  return answer.data
    .slice(0, MAX_LOOKED_AT)
    .map((rdata) => parseTxt(rdata))
    .filter((one) => one !== undefined)
    .map((pieces) => Buffer.concat([...pieces]).toString('latin1', 0, MAX_LENGTH))
}

const QUOTE = /^["'\\]/

/** The first words of a record say whose it is: `v=spf1`, `v=DMARC1`; quotation marks that got into it aside. */
function kindOf(text: string): string {
  const plain = text.trimStart().replace(QUOTE, '').trimStart()
  return /^v=([a-z0-9]{1,20})/i.exec(plain)?.[1]?.toLowerCase() ?? ''
}

/** Tags and mechanisms in one spelling: blanks around semicolons, and the last semicolon, do not count. */
function normal(text: string): string {
  const tags = text.split(';').map((tag) => tag.trim().split(/\s+/).join(' '))
  if (tags.at(-1) === '') tags.pop()
  return tags.join(';')
}

function compareTxt(record: DnsRecord, answer: Answer): Compared {
  const kind = kindOf(record.value)
  const same = texts(answer).filter((text) => kindOf(text) === kind)
  const mistakes: Mistake[] = []
  if (same.some((text) => QUOTE.test(text.trimStart()))) mistakes.push('quotes')
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
  const found = answer.data
    .slice(0, MAX_LOOKED_AT)
    .map((rdata) => parseMx(rdata))
    .filter((one) => one !== undefined)
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
