// The reports that we write beside the samples of the RFCs: no member and no element that they do not know, where they have it.
// POSTERN_CORPORA names the folder that has `reports/samples`.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { composeDmarcReport } from '../../../main/reports/compose-dmarc.ts'
import { composeTlsReport } from '../../../main/reports/compose-tls.ts'
import type { DmarcRow } from '../../../main/reports/dmarc-seen.ts'
import { XmlReader } from '../../../main/reports/xml-reader.ts'

const FOLDER = join(process.env['POSTERN_CORPORA'] ?? '', 'reports', 'samples')
const there = process.env['POSTERN_CORPORA'] !== undefined && existsSync(FOLDER)
const HEAD = { organisation: 'us.test', contact: 'a@us.test', reportId: 'x@us.test', day: 20_700, domain: 'far.test' }

/** Every path of members, lists passed through. */
function membersOf(value: unknown, path = ''): string[] {
  if (Array.isArray(value)) return value.flatMap((one) => membersOf(one, path))
  if (typeof value !== 'object' || value === null) return [path]
  return Object.entries(value).flatMap(([name, one]) => membersOf(one, `${path}/${name}`))
}

function elementsOf(xml: string): string[] {
  const stack: string[] = []
  const found: string[] = []
  const reader = new XmlReader({
    open: (name) => {
      stack.push(name)
      found.push(stack.join('/'))
    },
    close: () => void stack.pop(),
  })
  reader.push(xml)
  reader.end()
  return [...new Set(found)]
}

describe.skipIf(!there)('the samples of the RFCs (POSTERN_CORPORA)', () => {
  it('a TLS report has the members of RFC 8460, Appendix B', () => {
    const sample = membersOf(JSON.parse(readFileSync(join(FOLDER, 'smtp_tls', 'rfc8460.json'), 'utf8')))
    const policy = JSON.stringify({ type: 'sts', lines: ['version: STSv1'], hosts: ['*.far.test'] })
    const about = { host: 'mx.far.test', ip: '192.0.2.1', helo: 'mx.far.test', sendingIp: '192.0.2.2', reason: 'x' }
    const failed = JSON.stringify({ type: 'certificate-expired', ...about })
    const { text } = composeTlsReport(HEAD, [
      { policy, record: '', count: 5 },
      { policy, record: failed, count: 2 },
    ])
    const ours = membersOf(JSON.parse(text))
    // §4.4 has it, the sample does not.
    const more = '/policies/failure-details/receiving-mx-helo'
    expect(ours.filter((one) => !sample.includes(one))).toEqual([more])
    const left = '/policies/failure-details/additional-information'
    expect([...new Set(sample)].filter((one) => !ours.includes(one))).toEqual([left])
  })

  it('a DMARC report has the elements of RFC 9990, Appendix B', () => {
    const folder = join(FOLDER, 'aggregate')
    const files = readdirSync(folder).filter((name) => name.startsWith('rfc9990-'))
    expect(files.length).toBeGreaterThan(1)
    const sample = new Set(files.flatMap((name) => elementsOf(readFileSync(join(folder, name), 'utf8'))))
    const row: DmarcRow = {
      ...{ ip: '192.0.2.1', disposition: 'none', reasons: ['local_policy'], headerFrom: 'far.test' },
      ...{ envelopeFrom: 'far.test', alignedDkim: true, alignedSpf: false, spf: { domain: 'a.test', result: 'fail' } },
      dkim: [{ domain: 'far.test', selector: 's', result: 'pass' }],
    }
    const policy = JSON.stringify({ p: 'none', sp: 'none', np: 'none', adkim: 's', aspf: 's', fo: '1', t: 'y' })
    const { text } = composeDmarcReport(HEAD, [{ policy, record: JSON.stringify(row), count: 1 }])
    expect(elementsOf(text).filter((one) => !sample.has(one))).toEqual([])
  })
})
