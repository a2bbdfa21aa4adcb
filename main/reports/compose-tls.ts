// A TLS report of ours: the counts of a day as the domain's owner gets them. Pure. RFC 8460 §4.4
import { reportCode, type SessionFailure, type SessionPolicy } from './tls-session.ts'

export const DAY = 86_400_000

/** A row of the counts: `record` is empty for a session as it should be. */
export interface Counted {
  readonly policy: string
  readonly record: string
  readonly count: number
}

export interface ReportHead {
  readonly organisation: string
  readonly contact: string
  readonly reportId: string
  /** Days since the epoch, UTC. */
  readonly day: number
  readonly domain: string
}

export interface ComposedReport {
  readonly text: string
  readonly successes: number
  readonly failures: number
}

/** Readers give up at more; nobody changes a policy so often in a day. */
const POLICIES_MAX = 20

/** RFC 3339 §5.6, without fractions of a second. */
const timeOf = (at: number): string => new Date(at).toISOString().replace(/\.\d+Z$/, 'Z')

/** What is not known is left out. */
function known(values: Readonly<Record<string, string | number>>): Readonly<Record<string, string | number>> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== ''))
}

function failureOf({ record, count }: Counted): object {
  const {
    type,
    host = '',
    ip = '',
    helo = '',
    sendingIp = '',
    reason = '',
  } = JSON.parse(record) as Pick<SessionFailure, 'type'> & Partial<SessionFailure>
  return known({
    'result-type': type,
    'sending-mta-ip': sendingIp,
    'receiving-mx-hostname': host,
    'receiving-mx-helo': helo,
    'receiving-ip': ip,
    'failed-session-count': count,
    // Counted before an update, it may be a sentence.
    'failure-reason-code': reportCode(reason),
  })
}

function policyOf(domain: string, text: string, rows: readonly Counted[]): object {
  const { type, lines, hosts } = JSON.parse(text) as SessionPolicy
  const failed = rows.filter(({ record }) => record !== '')
  return {
    policy: {
      'policy-type': type,
      ...(lines.length === 0 ? {} : { 'policy-string': lines }),
      'policy-domain': domain,
      ...(hosts.length === 0 ? {} : { 'mx-host': hosts }),
    },
    summary: {
      'total-successful-session-count': sum(rows) - sum(failed),
      'total-failure-session-count': sum(failed),
    },
    ...(failed.length === 0 ? {} : { 'failure-details': failed.map(failureOf) }),
  }
}

const sum = (rows: readonly Counted[]): number => rows.reduce((all, { count }) => all + count, 0)

export function composeTlsReport(head: ReportHead, rows: readonly Counted[]): ComposedReport {
  const { organisation, contact, reportId, day, domain } = head
  const policies = [...new Set(rows.map(({ policy }) => policy))].slice(0, POLICIES_MAX)
  const about = policies.map((policy) => ({ policy, rows: rows.filter((row) => row.policy === policy) }))
  const told = about.flatMap((one) => one.rows)
  const failures = sum(told.filter(({ record }) => record !== ''))
  const report = {
    'organization-name': organisation,
    'date-range': { 'start-datetime': timeOf(day * DAY), 'end-datetime': timeOf((day + 1) * DAY - 1000) },
    'contact-info': contact,
    'report-id': reportId,
    policies: about.map((one) => policyOf(domain, one.policy, one.rows)),
  }
  return { text: JSON.stringify(report), successes: sum(told) - failures, failures }
}
