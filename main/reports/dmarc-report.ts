// DMARC aggregate reports: who sent mail in the name of a domain of ours, as a receiver saw it. RFC 9990, and the form that was
// in use before it; the elements of both have the same names. Unknown elements are passed over, wrong values refused. Pure.
import { isIP } from 'node:net'
import { parseDomain, type Domain } from '../terms/address.ts'
import { ReportRefused } from './refusal.ts'
import { XmlReader } from './xml-reader.ts'

export interface DkimResult {
  readonly domain: string
  readonly selector: string
  readonly result: string
}

export interface DmarcRecord {
  readonly sourceIp: string
  readonly count: number
  readonly disposition: string
  /** Aligned results: what DMARC went by. */
  readonly dkim: string
  readonly spf: string
  /** Why the receiver did not do as the policy asks. */
  readonly reasons: readonly string[]
  readonly headerFrom: string
  readonly envelopeFrom: string
  readonly dkimResults: readonly DkimResult[]
  readonly spfResults: readonly { readonly domain: string; readonly result: string }[]
}

export interface DmarcReport {
  readonly organisation: string
  readonly contact: string
  readonly reportId: string
  /** Milliseconds since the epoch. */
  readonly begin: number
  readonly end: number
  readonly domain: Domain
  /** As it was published when the receiver looked: `p`, `sp`, `np`, `adkim`, `aspf`, `testing`. */
  readonly policy: Readonly<Record<string, string>>
  readonly records: number
}

const VALUE_MAX = 255
/** Results and reasons of one record; a message has few. */
const LIST_MAX = 10
const COUNT_MAX = 1e12
/** The year 9999: a time behind it is no time. */
const TIME_MAX = 253_402_300_799

function whole(text: string, what: string, max: number): number {
  const value = Number(text)
  if (!/^[0-9]{1,15}$/.test(text) || value > max) throw new ReportRefused(`The report's ${what} is no number.`)
  return value
}

/** A word that others chose: what a result or a disposition is, in lower case. */
const word = (text: string): string => text.toLowerCase().slice(0, 32)

/** Values by the path of their element below the root or the record; a value that is there twice keeps its first. */
class Values {
  private readonly values = new Map<string, string>()
  set(path: string, value: string): void {
    if (!this.values.has(path)) this.values.set(path, value.slice(0, VALUE_MAX))
  }
  get(path: string): string {
    return this.values.get(path) ?? ''
  }
  clear(): void {
    this.values.clear()
  }
}

/** What is kept of the report's head; the paths of everything else are not. */
const HEAD =
  /^(version|report_metadata\/(org_name|email|report_id|date_range\/(begin|end))|policy_published\/[a-z_]{1,20})$/
const RECORD =
  /^(row\/(source_ip|count|policy_evaluated\/(disposition|dkim|spf))|identifiers\/(header_from|envelope_from))$/
const POLICY = ['p', 'sp', 'np', 'adkim', 'aspf', 'testing', 't', 'pct'] as const

/** Reads a report as its text comes; each record is handed on as soon as it is whole, and not kept. */
export class DmarcReportReader {
  private readonly xml: XmlReader
  private readonly onRecord: (record: DmarcRecord) => void
  private readonly path: string[] = []
  private readonly head = new Values()
  private readonly row = new Values()
  private readonly item = new Values()
  private reasons: string[] = []
  private dkimResults: DkimResult[] = []
  private spfResults: { domain: string; result: string }[] = []
  private records = 0

  constructor(onRecord: (record: DmarcRecord) => void) {
    this.onRecord = onRecord
    this.xml = new XmlReader({
      open: (name) => {
        this.open(name)
      },
      close: (_, text) => {
        this.close(text)
      },
    })
  }

  push(text: string): void {
    this.xml.push(text)
  }

  /** The head of the report; throws where it is none. */
  end(): DmarcReport {
    this.xml.end()
    const domain = parseDomain(this.head.get('policy_published/domain'))
    if (domain === undefined) throw new ReportRefused('The report does not say which domain it is about.')
    const time = (name: string): number =>
      whole(this.head.get(`report_metadata/date_range/${name}`), `${name} of the time range`, TIME_MAX) * 1000
    const reportId = this.head.get('report_metadata/report_id')
    if (reportId === '') throw new ReportRefused('The report has no id.')
    const contact = this.head.get('report_metadata/email')
    return {
      organisation: this.head.get('report_metadata/org_name') || contact,
      ...{ contact, reportId, domain, begin: time('begin'), end: time('end'), records: this.records },
      policy: this.policy(),
    }
  }

  private policy(): Readonly<Record<string, string>> {
    const found: Record<string, string> = {}
    for (const name of POLICY) {
      const value = this.head.get(`policy_published/${name}`)
      if (value !== '') found[name] = value
    }
    return found
  }

  private open(name: string): void {
    if (this.path.length === 0 && name !== 'feedback')
      throw new ReportRefused('This XML is no DMARC report: its root is not "feedback".')
    this.path.push(name)
    if (this.path.length === 2 && name === 'record') {
      this.row.clear()
      this.reasons = []
      this.dkimResults = []
      this.spfResults = []
    }
    if (this.path.length <= 5) this.openItem()
  }

  private openItem(): void {
    const path = this.path.slice(2).join('/')
    if (path === 'auth_results/dkim' || path === 'auth_results/spf' || path === 'row/policy_evaluated/reason')
      this.item.clear()
  }

  private close(text: string): void {
    const [, section] = this.path
    const rest = this.path.slice(2).join('/')
    const name = this.path.pop() ?? ''
    if (section === 'record') this.closeInRecord(rest, name, text)
    else {
      const path = section === undefined ? '' : rest === '' ? section : `${section}/${rest}`
      if (HEAD.test(path)) this.head.set(path, text)
    }
  }

  private closeInRecord(path: string, name: string, text: string): void {
    const { item } = this
    if (path === '') this.finishRecord()
    else if (RECORD.test(path)) this.row.set(path, text)
    else if (path === 'auth_results/dkim') {
      const [domain, selector, result] = [item.get('domain'), item.get('selector'), word(item.get('result'))]
      if (this.dkimResults.length < LIST_MAX) this.dkimResults.push({ domain, selector, result })
    } else if (path === 'auth_results/spf') {
      const found = { domain: item.get('domain'), result: word(item.get('result')) }
      if (this.spfResults.length < LIST_MAX) this.spfResults.push(found)
    } else if (path === 'row/policy_evaluated/reason') {
      const type = word(item.get('type'))
      if (type !== '' && this.reasons.length < LIST_MAX) this.reasons.push(type)
    } else this.item.set(name, text)
  }

  private finishRecord(): void {
    const { row } = this
    const sourceIp = row.get('row/source_ip')
    if (isIP(sourceIp) === 0) throw new ReportRefused('A record of the report has no IP address as its source.')
    this.records++
    this.onRecord({
      sourceIp,
      count: whole(row.get('row/count'), 'count of messages', COUNT_MAX),
      disposition: word(row.get('row/policy_evaluated/disposition')),
      dkim: word(row.get('row/policy_evaluated/dkim')),
      spf: word(row.get('row/policy_evaluated/spf')),
      reasons: this.reasons,
      headerFrom: row.get('identifiers/header_from').toLowerCase(),
      envelopeFrom: row.get('identifiers/envelope_from').toLowerCase(),
      dkimResults: this.dkimResults,
      spfResults: this.spfResults,
    })
  }
}
