// What the DNS says about a domain of ours, beside what it should say. Each record is looked at by itself: one that cannot be looked up
// says so and keeps no other from being checked.
import { Hono } from 'hono'
import { compareRecord } from '../../dns/check-records.ts'
import type { DnsRecord } from '../../dns/records.ts'
import { parseDomain } from '../../terms/address.ts'
import { findDomain, recordsOf } from '../actions/domains.ts'
import type { ApiParts } from '../parts.ts'
import type { RecordCheck } from '../shapes-pages.ts'

/** Without MX nothing comes in, without the others what goes out is not believed; reports are good to have. */
function needOf(record: DnsRecord): RecordCheck['need'] {
  return record.name.startsWith('_smtp._tls.') ? 'recommended' : 'required'
}

async function checkOne(parts: ApiParts, domain: string, record: DnsRecord): Promise<RecordCheck> {
  const answer = await parts.lookupAnew(record.name, record.type)
  const isMissing = answer.status === 'no-data' || answer.status === 'no-name'
  const doubled = isMissing ? await parts.lookupAnew(`${record.name}.${domain}`, record.type) : undefined
  const { state, found, mistakes } = compareRecord(record, answer, doubled)
  return {
    ...{ type: record.type, name: record.name, expected: record.value, why: record.why, need: needOf(record) },
    ...{ state, found: [...found], mistakes: [...mistakes], worth: answer.security },
    trouble: answer.status === 'trouble' ? answer.reason : '',
  }
}

export function domainCheckRoutes(parts: ApiParts): Hono {
  const routes = new Hono()
  routes.get('/domains/:name/check', async (c) => {
    const row = findDomain(parts, c.req.param('name'))
    const hostname = parseDomain(parts.state().hostname) ?? row.name
    const records = recordsOf(parts, row, hostname)
    const checks = await Promise.all(records.map((record) => checkOne(parts, row.name, record)))
    return c.json({ data: { at: parts.clock.now(), records: checks } })
  })
  return routes
}
