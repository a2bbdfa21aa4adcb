// TLS reports: how often others reached our servers with the encryption that we ask for, and why not. RFC 8460 §4. Pure.
import { parseDomain, type Domain } from '../terms/address.ts'
import { ReportRefused } from './refusal.ts'

export interface TlsFailure {
  /** RFC 8460 §4.3. */
  readonly type: string
  readonly count: number
  readonly receivingHost: string
  readonly receivingIp: string
  readonly sendingIp: string
  readonly reason: string
}

export interface TlsPolicy {
  /** `tlsa`, `sts` or `no-policy-found`. */
  readonly type: string
  readonly domain: Domain
  readonly successes: number
  readonly failures: number
  readonly details: readonly TlsFailure[]
}

export interface TlsReport {
  readonly organisation: string
  readonly contact: string
  readonly reportId: string
  readonly begin: number
  readonly end: number
  readonly policies: readonly TlsPolicy[]
}

const DEPTH_MAX = 16
/** Values in all: 10 MB of empty lists would be hundreds of megabytes of objects. */
const VALUES_MAX = 100_000
const POLICIES_MAX = 20
const DETAILS_MAX = 50
const VALUE_MAX = 255
const COUNT_MAX = 1e12

/** Looks at the brackets before anything is built of them: linear, and nothing is kept. */
function checkShape(text: string): void {
  let depth = 0
  let values = 0
  let inText = false
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (inText) {
      if (code === 0x5c) at++
      else if (code === 0x22) inText = false
    } else if (code === 0x22) inText = true
    else if (code === 0x5b || code === 0x7b) {
      depth++
      values++
    } else if (code === 0x5d || code === 0x7d) depth--
    else if (code === 0x2c) values++
    if (depth > DEPTH_MAX) throw new ReportRefused('The JSON is nested deeper than any report is.')
    if (values > VALUES_MAX) throw new ReportRefused('The JSON has more values than any report needs.')
  }
}

type JsonObject = Readonly<Record<string, unknown>>

function object(value: unknown, what: string): JsonObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new ReportRefused(`The report has no proper ${what}.`)
  return value as JsonObject
}

function list(value: unknown, what: string): readonly unknown[] {
  if (!Array.isArray(value)) throw new ReportRefused(`The report has no proper list of ${what}.`)
  return value as readonly unknown[]
}

function get(from: JsonObject, name: string): unknown {
  return Object.hasOwn(from, name) ? from[name] : undefined
}

function text(from: JsonObject, name: string): string {
  const value = get(from, name) ?? ''
  if (typeof value !== 'string') throw new ReportRefused(`The report's ${name} is no text.`)
  return value.slice(0, VALUE_MAX)
}

/** A count that is left out is none. */
function count(from: JsonObject, name: string): number {
  const value = get(from, name) ?? 0
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0 || value > COUNT_MAX)
    throw new ReportRefused(`The report's ${name} is no number.`)
  return value
}

/** RFC 3339 §5.6 */
function time(from: JsonObject, name: string): number {
  const value = text(from, name)
  const parsed = /^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}/.test(value) ? Date.parse(value) : NaN
  if (Number.isNaN(parsed)) throw new ReportRefused(`The report's ${name} is no time.`)
  return parsed
}

function readFailure(value: unknown): TlsFailure {
  const from = object(value, 'failure details')
  return {
    type: text(from, 'result-type'),
    count: count(from, 'failed-session-count'),
    receivingHost: text(from, 'receiving-mx-hostname'),
    receivingIp: text(from, 'receiving-ip'),
    sendingIp: text(from, 'sending-mta-ip'),
    reason: text(from, 'failure-reason-code'),
  }
}

function readPolicy(value: unknown): TlsPolicy {
  const from = object(value, 'policy')
  const policy = object(get(from, 'policy'), 'policy')
  const summary = object(get(from, 'summary') ?? {}, 'summary')
  const domain = parseDomain(text(policy, 'policy-domain'))
  if (domain === undefined) throw new ReportRefused('A policy of the report does not say which domain it is about.')
  return {
    type: text(policy, 'policy-type'),
    domain,
    successes: count(summary, 'total-successful-session-count'),
    failures: count(summary, 'total-failure-session-count'),
    details: list(get(from, 'failure-details') ?? [], 'failure details')
      .slice(0, DETAILS_MAX)
      .map(readFailure),
  }
}

/** Reads a whole report. RFC 8460 §4.4; throws with the reason where it is none. */
export function parseTlsReport(json: string): TlsReport {
  checkShape(json)
  let parsed: unknown
  try {
    parsed = JSON.parse(json)
  } catch {
    throw new ReportRefused('The report is no JSON.')
  }
  const report = object(parsed, 'content')
  const range = object(get(report, 'date-range'), 'date-range')
  const policies = list(get(report, 'policies'), 'policies')
  if (policies.length > POLICIES_MAX) throw new ReportRefused('The report has more policies than any report needs.')
  const reportId = text(report, 'report-id')
  if (reportId === '') throw new ReportRefused('The report has no id.')
  const contact = text(report, 'contact-info')
  return {
    organisation: text(report, 'organization-name') || contact,
    ...{ contact, reportId, begin: time(range, 'start-datetime'), end: time(range, 'end-datetime') },
    policies: policies.map(readPolicy),
  }
}
