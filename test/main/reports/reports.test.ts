// Reports that others send: read whatever real reporters write, and refused with a reason where they are broken, or bombs.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { crc32, deflateRawSync, gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { headerLength, ReportAttachmentReader } from '../../../main/mail/index.ts'
import { classifyRecord, type OwnFacts } from '../../../main/reports/classify.ts'
import { DmarcReportReader, type DmarcRecord } from '../../../main/reports/dmarc-report.ts'
import { readAggregateReport, type ReadReport } from '../../../main/reports/read-report.ts'
import { REPORT_MAX, ReportRefused } from '../../../main/reports/refusal.ts'
import { parseTlsReport } from '../../../main/reports/tls-report.ts'
import { XmlReader } from '../../../main/reports/xml-reader.ts'

const OURS = ['example.com', 'example.de', 'company-y.example']
const own: OwnFacts = {
  isOurs: (domain) => OURS.includes(domain),
  isOurSelector: (_, selector) => selector === 'r1',
  isKnownForwarder: (domain) => domain === 'list.test',
}
const anybody: OwnFacts = { ...own, isOurs: () => true }

function record(ip = '192.0.2.1', extra = ''): string {
  return (
    `<record><row><source_ip>${ip}</source_ip><count>2</count><policy_evaluated><disposition>none</disposition>` +
    `<dkim>fail</dkim><spf>fail</spf>${extra}</policy_evaluated></row><identifiers><header_from>example.com</header_from>` +
    `</identifiers><auth_results><spf><domain>far.test</domain><result>pass</result></spf></auth_results></record>`
  )
}
function dmarc(records = record(), head = '<?xml version="1.0"?>'): string {
  return (
    `${head}<feedback><report_metadata><org_name>Far &amp; Co</org_name><email>r@far.test</email><report_id>1</report_id>` +
    `<date_range><begin>1700000000</begin><end>1700086399</end></date_range></report_metadata><policy_published>` +
    `<domain>example.com</domain><p>reject</p></policy_published>${records}</feedback>`
  )
}

interface Forged {
  readonly size?: number
  readonly flags?: number
  readonly files?: number
}

/** A zip as the format says, or with a lie in it. */
function zip(content: Buffer, { size = content.length, flags = 0, files = 1 }: Forged = {}): Buffer {
  const packed = deflateRawSync(content)
  const name = Buffer.from('report.xml')
  const local = Buffer.alloc(30)
  local.writeUInt32LE(0x04034b50, 0)
  local.writeUInt16LE(8, 8)
  local.writeUInt16LE(name.length, 26)
  const entry = Buffer.alloc(46)
  entry.writeUInt32LE(0x02014b50, 0)
  entry.writeUInt16LE(flags, 8)
  entry.writeUInt16LE(8, 10)
  entry.writeUInt32LE(crc32(content), 16)
  entry.writeUInt32LE(packed.length, 20)
  entry.writeUInt32LE(size, 24)
  entry.writeUInt16LE(name.length, 28)
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt16LE(files, 10)
  end.writeUInt32LE(30 + name.length + packed.length, 16)
  const entries = Array.from({ length: files }, () => Buffer.concat([entry, name]))
  return Buffer.concat([local, name, packed, ...entries, end])
}

function read(bytes: Buffer | string, facts = own): Promise<readonly ReadReport[]> {
  return readAggregateReport(Buffer.from(bytes), facts)
}

describe('what is read', () => {
  it.each<[string, Buffer]>([
    ['plain', Buffer.from(dmarc())],
    ['with a byte order mark', Buffer.from(`\uFEFF${dmarc()}`)],
    ['gzip', gzipSync(dmarc())],
    ['zip', zip(Buffer.from(dmarc()))],
    ['a zip in a gzip', gzipSync(zip(Buffer.from(dmarc())))],
    ['gzip with a line end behind it', Buffer.concat([gzipSync(dmarc()), Buffer.from('\r\n')])],
    ['a namespace, comments and instructions', Buffer.from(dmarc(record(), '<!-- > <a> --><?x y?>'))],
  ])('%s', async (_, bytes) => {
    const [report] = await read(bytes)
    expect(report).toMatchObject({
      kind: 'dmarc',
      organisation: 'Far & Co',
      domain: 'example.com',
      spoof: 2,
      failures: 2,
    })
    expect(report?.beginsAt).toBe(1_700_000_000_000)
  })
  it('sums all records and keeps a bounded part of them', async () => {
    const [report] = await read(
      dmarc(Array.from({ length: 3000 }, (_, i) => record(`10.1.${i >> 8}.${i & 255}`)).join('')),
    )
    const detail = JSON.parse(report?.detail ?? '') as { records: unknown[]; left: number }
    expect(report?.spoof).toBe(6000)
    expect(detail.records.length + detail.left).toBe(3000)
    expect(report?.detail.length).toBeLessThan(64 * 1024)
  })
})

const LAUGHS = '<!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;&lol;&lol;&lol;">]>'
const tls = (policies: unknown): string =>
  JSON.stringify({
    ...{ 'organization-name': 'X', 'report-id': '1', 'contact-info': 'x' },
    ...{ 'date-range': { 'start-datetime': '2024-01-09T00:00:00Z', 'end-datetime': '2024-01-09T23:59:59Z' }, policies },
  })

describe('what is refused, with its reason and in little memory', () => {
  const huge = Buffer.alloc(REPORT_MAX + 1, ' ')
  const bomb = gzipSync(Buffer.alloc(300 * 1024 * 1024), { level: 9 })
  it.each<[string, () => Buffer | string, RegExp]>([
    ['nothing', () => '', /breaks off/],
    ['words', () => 'Dear Sir', /no XML/],
    ['another XML', () => '<html></html>', /no DMARC report/],
    ['10 MB of spaces', () => huge, /more than 10 MiB/],
    ['a gzip bomb', () => bomb, /unpacks to more/],
    ['a bomb in a gzip', () => gzipSync(bomb), /unpacks to more/],
    ['wrapped four times', () => gzipSync(gzipSync(gzipSync(gzipSync(dmarc())))), /packed more often/],
    ['a zip bomb', () => zip(Buffer.alloc(300 * 1024 * 1024)), /unpacks to more/],
    ['a zip bomb that lies', () => zip(Buffer.alloc(300 * 1024 * 1024), { size: 10 }), /unpacks to more/],
    ['an encrypted zip', () => zip(Buffer.from(dmarc()), { flags: 1 }), /encrypted/],
    ['two files', () => zip(Buffer.from(dmarc()), { files: 2 }), /exactly one/],
    ['a thousand files', () => zip(Buffer.from(dmarc()), { files: 1000 }), /more files/],
    ['half a gzip', () => gzipSync(dmarc()).subarray(0, 80), /damaged/],
    ['half a zip', () => zip(Buffer.from(dmarc())).subarray(0, 200), /damaged/],
    ['billion laughs', () => dmarc(record(), LAUGHS), /document type/],
    ['an outside entity', () => dmarc(record(), '<!DOCTYPE a SYSTEM "file:///etc/passwd">'), /document type/],
    ['an unknown entity', () => dmarc('<record>&lol;</record>'), /entity/],
    ['no character', () => dmarc('<record>&#xD800;</record>'), /character/],
    ['a tag that is never closed', () => dmarc('<record>'), /not open/],
    ['a text that is cut', () => dmarc().slice(0, -4), /breaks off/],
    ['too deep', () => '<feedback>'.repeat(200_000), /deeper/],
    ['a long value', () => dmarc(`<record><x>${'y'.repeat(1e6)}</x></record>`), /longer/],
    ['a long tag', () => dmarc(`<record><x a="${'y'.repeat(1e6)}"/></record>`), /longer/],
    ['no count', () => dmarc(record().replace('<count>2', '<count>two')), /no number/],
    ['no address', () => dmarc(record('localhost')), /IP address/],
    ['no times', () => dmarc().replace('1700000000', 'now'), /no number/],
    ['no domain', () => dmarc().replace('<domain>example.com</domain><p>', '<p>'), /which domain/],
    [
      'a domain of others',
      () => dmarc().replace('<domain>example.com</domain><p>', '<domain>far.test</domain><p>'),
      /not served/,
    ],
    ['broken JSON', () => '{"a"', /no JSON/],
    ['deep JSON', () => `{"a":${'['.repeat(5_000_000)}`, /deeper/],
    ['10 MB of empty lists', () => `{"a":[${'[],'.repeat(3_000_000)}[]]}`, /more values/],
    ['JSON of other types', () => tls({ a: 1 }), /proper list/],
    [
      'JSON with a text for a count',
      () => tls([{ policy: { 'policy-domain': 'example.com' }, summary: { 'total-failure-session-count': '1' } }]),
      /no number/,
    ],
    ['JSON without times', () => tls([]).replace('start-datetime', 'x'), /no time/],
    ['JSON about others', () => tls([{ policy: { 'policy-domain': 'far.test' } }]), /no domain/],
  ])('%s', { timeout: 30_000 }, async (_, make, why) => {
    const bytes = make()
    const before = process.memoryUsage().rss
    const started = performance.now()
    const refused: unknown = await read(bytes).catch((error: unknown) => error)
    expect(refused).toBeInstanceOf(ReportRefused)
    expect((refused as Error).message).toMatch(why)
    expect(performance.now() - started).toBeLessThan(5000)
    expect(process.memoryUsage().rss - before).toBeLessThan(128 * 1024 * 1024)
  })
})

function readXml(pieces: readonly string[]): unknown {
  const records: DmarcRecord[] = []
  try {
    const reader = new DmarcReportReader((one) => records.push(one))
    for (const piece of pieces) reader.push(piece)
    return { report: reader.end(), records }
  } catch (error) {
    if (!(error instanceof ReportRefused)) throw error
    return error.message
  }
}

describe('however it is cut', () => {
  it('every place of a report gives the same, and every beginning of it is refused', () => {
    const text = dmarc(`${record()}<!-- a --><record><![CDATA[ ]]]]>${record().slice(8)}`)
    const whole = readXml([text])
    expect(whole).toMatchObject({ records: [{ count: 2 }, { count: 2 }] })
    for (let at = 0; at <= text.length; at++) {
      expect(readXml([text.slice(0, at), text.slice(at)])).toEqual(whole)
      if (at < text.length) expect(typeof readXml([text.slice(0, at)])).toBe('string')
    }
  })
  it('any soup of XML gives the same in pieces of one character', () => {
    const parts = [
      '<',
      '>',
      '/',
      '!',
      '--',
      '?',
      'a',
      ' ',
      '"',
      "'",
      '&amp;',
      '&',
      ';',
      ']]>',
      '<![CDATA[',
      '<a>',
      '</a>',
      '<feedback>',
      '</feedback>',
    ]
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...parts), { maxLength: 40 }), (soup) => {
        const text = soup.join('')
        expect(readXml(Array.from(text))).toEqual(readXml([text]))
      }),
      { numRuns: 2000 },
    )
  })
  it('time grows with the size, not with its square', () => {
    const time = (text: string): number => {
      const reader = new XmlReader({ open: () => undefined, close: () => undefined })
      const started = performance.now()
      for (let at = 0; at < text.length; at += 1000) reader.push(text.slice(at, at + 1000))
      return performance.now() - started
    }
    const cdata = `<b><![CDATA[${']]>'.padStart(4000, '>')}</b>`
    const units = ['<b>x</b>', '<!-- - -- -->', cdata, '<?  ? ?>', '<b a="\'>">&lt;</b>', '      ']
    for (const unit of units) {
      const fits = (size: number): string => `<a>${unit.repeat(Math.ceil(size / unit.length))}`
      const least = (text: string): number => Math.min(time(text), time(text), time(text))
      // Twelve times the size; its square would be 144 times the time.
      expect(least(fits(3_600_000)), unit).toBeLessThan(100 + least(fits(300_000)) * 48)
    }
  })
})

describe('what a record is', () => {
  const base: DmarcRecord = {
    ...{ sourceIp: '192.0.2.1', count: 1, disposition: 'none', dkim: 'fail', spf: 'fail', reasons: [] },
    ...{ headerFrom: 'example.com', envelopeFrom: '', dkimResults: [], spfResults: [] },
  }
  it.each<[string, Partial<DmarcRecord>, string]>([
    ['from a host of ours', { spf: 'pass', dkim: 'pass' }, 'ours'],
    ['signed by us, from elsewhere', { dkim: 'pass' }, 'forwarder'],
    ['the receiver knows the list', { reasons: ['mailing_list'] }, 'forwarder'],
    ['a forwarder that the user trusts', { spfResults: [{ domain: 'list.test', result: 'pass' }] }, 'forwarder'],
    ['a forwarder that nobody knows', { spfResults: [{ domain: 'far.test', result: 'pass' }] }, 'spoof'],
    ['our signature, broken', { dkimResults: [{ domain: 'example.com', selector: 'r1', result: 'fail' }] }, 'unknown'],
    [
      'a selector that we never had',
      { dkimResults: [{ domain: 'example.com', selector: 'x', result: 'fail' }] },
      'spoof',
    ],
    ['not to be checked', { spfResults: [{ domain: 'far.test', result: 'temperror' }] }, 'unknown'],
    ['nothing at all', {}, 'spoof'],
  ])('%s', (_, change, want) => {
    expect(classifyRecord({ ...base, ...change }, own)).toBe(want)
  })
})

const SAMPLES = join(process.env['POSTERN_CORPORA'] ?? '', 'reports', 'samples')
const there = process.env['POSTERN_CORPORA'] !== undefined && existsSync(SAMPLES)
/** Refused on purpose: an unescaped < in a value; a schema opened around the report and never closed. */
const BROKEN = ['invalid_xml.xml', 'ikea.com!example.de!1538690400!1538776800.xml']

function samples(): readonly string[] {
  if (!there) return ['POSTERN_CORPORA names no folder with reports/']
  const folders = ['aggregate', 'aggregate_invalid', 'extract_report', 'smtp_tls']
  return folders.flatMap((folder) => readdirSync(join(SAMPLES, folder)).map((name) => join(folder, name)))
}

function attachmentsOf(message: Buffer, chunk: number): readonly Buffer[] {
  const length = headerLength(message)
  const reader = new ReportAttachmentReader(message.subarray(0, length), REPORT_MAX)
  for (let at = length; at < message.length; at += chunk) reader.push(message.subarray(at, at + chunk))
  return reader.end().map(({ bytes }) => bytes)
}

describe.skipIf(!there)('samples of real reporters (POSTERN_CORPORA)', () => {
  it.each(samples())('%s', async (name) => {
    const bytes = readFileSync(join(SAMPLES, name))
    const mail = name.endsWith('.eml')
    const attachments = mail ? attachmentsOf(bytes, 4096) : [bytes]
    if (mail) expect(attachmentsOf(bytes, 1)).toEqual(attachments)
    expect(attachments).toHaveLength(1)
    for (const one of attachments) {
      const result = read(one, anybody)
      if (BROKEN.some((broken) => name.endsWith(broken))) await expect(result).rejects.toThrow(ReportRefused)
      else expect((await result).length).toBeGreaterThan(0)
    }
  })
  it('the example of RFC 8460 Appendix B is read in full', () => {
    const report = parseTlsReport(readFileSync(join(SAMPLES, 'smtp_tls', 'rfc8460.json'), 'utf8'))
    expect(report).toMatchObject({
      organisation: 'Company-X',
      policies: [{ type: 'sts', successes: 5326, failures: 303 }],
    })
    expect(report.policies[0]?.details.map((one) => one.count)).toEqual([100, 200, 3])
  })
})
