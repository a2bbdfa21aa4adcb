// DMARC aggregate reports that we send: composed as our own reader and an XML parser of others take them, for nobody who did not agree.
import { existsSync } from 'node:fs'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { countDmarc } from '../../../main/queue/count-dmarc.ts'
import type { HiddenPeers } from '../../../main/queue/hidden-peers.ts'
import type { Arrival } from '../../../main/queue/arrival.ts'
import { dmarcDestinations, tlsDestinations } from '../../../main/queue/report-destinations.ts'
import { ReportSender } from '../../../main/queue/report-sender.ts'
import { composeDmarcReport } from '../../../main/reports/compose-dmarc.ts'
import type { DmarcFacts, DmarcRow } from '../../../main/reports/dmarc-seen.ts'
import { DmarcReportReader, type DmarcRecord } from '../../../main/reports/dmarc-report.ts'
import { readAggregateReport } from '../../../main/reports/read-report.ts'
import { dmarcFactsOf } from '../../../main/trust/dmarc-facts.ts'
import { runProgram } from '../../world/programs.ts'
import { startReporting, texts, type Reporting } from '../../world/reporting.ts'

const DAY = 86_400_000
const NOON = 20_700 * DAY + DAY / 2
const PYTHON = '/usr/bin/python3'
const HEAD = {
  organisation: 'us.test',
  contact: 'postmaster@us.test',
  reportId: 'x@us.test',
  day: 20_700,
  domain: 'far.test',
}
const ROW: DmarcRow = {
  ...{
    ip: '192.0.2.1',
    disposition: 'quarantine',
    reasons: ['local_policy'],
    headerFrom: 'far.test',
    envelopeFrom: 'b.test',
  },
  ...{ alignedDkim: false, alignedSpf: false, dkim: [{ domain: 'far.test', selector: 's1', result: 'fail' }] },
  spf: { domain: 'b.test', result: 'softfail' },
}
const counted = (row: DmarcRow, count = 1, policy = '{"p":"reject"}') => ({
  policy,
  record: JSON.stringify(row),
  count,
})

describe('the report', () => {
  it('has the elements of RFC 9990, in their order', () => {
    const published = '{"p":"reject","sp":"none","np":"reject","adkim":"s","aspf":"r","fo":"1","t":"y"}'
    const { text, successes, failures } = composeDmarcReport(HEAD, [
      counted(ROW, 3, published),
      counted({ ...ROW, disposition: 'pass', alignedSpf: true, reasons: [], dkim: [], envelopeFrom: '' }, 4, published),
      { policy: published, record: '', count: 7 },
    ])
    expect({ successes, failures }).toEqual({ successes: 4, failures: 3 })
    expect(text.replaceAll('\n', '')).toBe(
      '<?xml version="1.0" encoding="UTF-8"?><feedback xmlns="urn:ietf:params:xml:ns:dmarc-2.0"><version>1.0</version>' +
        '<report_metadata><org_name>us.test</org_name><email>postmaster@us.test</email><report_id>x@us.test</report_id>' +
        '<date_range><begin>1788480000</begin><end>1788566399</end></date_range>' +
        '<error>7 messages from more sources than are told apart are left out.</error></report_metadata>' +
        '<policy_published><domain>far.test</domain><discovery_method>treewalk</discovery_method><p>reject</p><sp>none</sp>' +
        '<np>reject</np><adkim>s</adkim><aspf>r</aspf><fo>1</fo><testing>y</testing></policy_published>' +
        '<record><row><source_ip>192.0.2.1</source_ip><count>3</count><policy_evaluated><disposition>quarantine</disposition>' +
        '<dkim>fail</dkim><spf>fail</spf><reason><type>local_policy</type></reason></policy_evaluated></row>' +
        '<identifiers><envelope_from>b.test</envelope_from><header_from>far.test</header_from></identifiers>' +
        '<auth_results><dkim><domain>far.test</domain><selector>s1</selector><result>fail</result></dkim>' +
        '<spf><domain>b.test</domain><scope>mfrom</scope><result>softfail</result></spf></auth_results></record>' +
        '<record><row><source_ip>192.0.2.1</source_ip><count>4</count><policy_evaluated><disposition>pass</disposition>' +
        '<dkim>fail</dkim><spf>pass</spf></policy_evaluated></row><identifiers><header_from>far.test</header_from></identifiers>' +
        '<auth_results><spf><domain>b.test</domain><scope>mfrom</scope><result>softfail</result></spf></auth_results></record></feedback>',
    )
  })

  it('what we send, our own reader takes and an XML parser of others, whatever stood in the mail', async () => {
    const word = fc.string({
      unit: fc.constantFrom(...Array.from('ab.<>&"\'\u0000\u0008é\ud83d\ude00\ufffe')),
      maxLength: 20,
    })
    const row = fc.record({
      ip: fc.constantFrom('192.0.2.1', '2001:db8::1'),
      disposition: fc.constantFrom('none', 'pass', 'quarantine', 'reject'),
      reasons: fc.subarray(['local_policy', 'policy_test_mode', 'trusted_forwarder'] as const),
      ...{ headerFrom: word, envelopeFrom: word, alignedDkim: fc.boolean(), alignedSpf: fc.boolean() },
      dkim: fc.array(fc.record({ domain: word, selector: word, result: fc.constant('pass') }), { maxLength: 3 }),
      spf: fc.option(fc.record({ domain: word, result: fc.constant('fail') }), { nil: undefined }),
    }) as fc.Arbitrary<DmarcRow>
    const own = { isOurs: () => true, isOurSelector: () => false, isKnownForwarder: () => false }
    const written: string[] = []
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 8 }), async (rows) => {
        const unique = [...new Map(rows.map((one) => [JSON.stringify(one), one])).values()]
        const made = composeDmarcReport(
          HEAD,
          unique.map((one, i) => counted(one, i + 1)),
        )
        written.push(made.text)
        const [read] = await readAggregateReport(Buffer.from(made.text), own)
        expect(read).toMatchObject({ kind: 'dmarc', domain: 'far.test', reportId: 'x@us.test', beginsAt: 20_700 * DAY })
        const records: DmarcRecord[] = []
        const reader = new DmarcReportReader((one) => records.push(one))
        reader.push(made.text)
        reader.end()
        expect(records.map(({ count, disposition, reasons }) => ({ count, disposition, reasons }))).toEqual(
          unique.map(({ disposition, reasons }, i) => ({ count: i + 1, disposition, reasons })),
        )
      }),
      { numRuns: 100 },
    )
    if (!existsSync(PYTHON)) throw new Error('python3 of Debian is not installed')
    const script =
      'import sys, json\nfrom xml.etree import ElementTree\nfor one in json.load(sys.stdin): ElementTree.fromstring(one.encode())\nprint("good")'
    expect((await runProgram(PYTHON, ['-c', script], JSON.stringify(written))).out).toBe('good\n')
  })
})

describe('nobody has reports sent to somebody who did not ask for them', () => {
  const THIRD = 'mailto:ada@ada.duckdns.org'
  const zoneOf = (domain: string, rua: string) => ({
    [`_dmarc.${domain}`]: [`v=DMARC1; p=none; rua=${rua}`],
    [`_smtp._tls.${domain}`]: [`v=TLSRPTv1; rua=${rua}`],
  })
  const both = async (zone: Parameters<typeof texts>[0], domain: string) => {
    const found = [await dmarcDestinations(texts(zone), domain), await tlsDestinations(texts(zone), domain)]
    return found.map((list) => list?.map(({ uri }) => uri))
  }
  it.each([
    ['elsewhere', 'far.test'],
    ['a neighbour under a suffix that many share', 'mallory.duckdns.org'],
    ['what is under a suffix that many share', 'duckdns.org'],
  ])('%s', async (_, domain) => {
    expect(await both(zoneOf(domain, THIRD), domain)).toEqual([[], []])
    const agrees = { [`${domain}._report._dmarc.ada.duckdns.org`]: ['v=DMARC1'] }
    expect(await both({ ...zoneOf(domain, THIRD), ...agrees }, domain)).toEqual([[THIRD], [THIRD]])
    const unknown = { [`${domain}._report._dmarc.ada.duckdns.org`]: 'trouble' as const }
    expect(await both({ ...zoneOf(domain, THIRD), ...unknown }, domain)).toEqual([undefined, undefined])
  })
  it('a host of the same organisation is no third party, and a server answers for itself', async () => {
    const own = 'mailto:a@reports.far.test'
    expect(await both(zoneOf('far.test', own), 'far.test')).toEqual([[own], [own]])
    expect(await both(zoneOf('far.test', 'https://other.test/tls'), 'far.test')).toEqual([
      [],
      ['https://other.test/tls'],
    ])
  })
})

describe('where it goes', () => {
  const at = async (zone: Parameters<typeof texts>[0]) =>
    (await dmarcDestinations(texts(zone), 'far.test'))?.map(({ uri }) => uri)
  const rua = (value: string) => ({ '_dmarc.far.test': [`v=DMARC1; p=none; rua=${value}`] })
  const AGREES = 'far.test._report._dmarc.other.test'
  it.each<[string, Parameters<typeof texts>[0], readonly string[] | undefined]>([
    ['to the domain itself', rua('mailto:a@far.test'), ['mailto:a@far.test']],
    ['to a host of the same organisation', rua('mailto:a@mx.far.test'), ['mailto:a@mx.far.test']],
    ['not to one elsewhere that says nothing', rua('mailto:a@other.test'), []],
    [
      'elsewhere, where that agrees',
      { ...rua('mailto:a@other.test'), [AGREES]: ['v=DMARC1'] },
      ['mailto:a@other.test'],
    ],
    [
      'to the address that it names instead',
      { ...rua('mailto:a@other.test'), [AGREES]: ['v=DMARC1; rua=mailto:b@other.test'] },
      ['mailto:b@other.test'],
    ],
    [
      'which may not lead on to a third',
      { ...rua('mailto:a@other.test'), [AGREES]: ['v=DMARC1; rua=mailto:b@third.test'] },
      ['mailto:a@other.test'],
    ],
    ['not for two records', { ...rua('mailto:a@other.test'), [AGREES]: ['v=DMARC1', 'v=DMARC1'] }, []],
    ['not for a text of another kind', { ...rua('mailto:a@other.test'), [AGREES]: ['v=spf1 -all'] }, []],
    ['later, where that cannot be known', { ...rua('mailto:a@other.test'), [AGREES]: 'trouble' }, undefined],
    ['later, where the record cannot be had', { '_dmarc.far.test': 'trouble' }, undefined],
    ['nowhere without a record', {}, []],
    ['nowhere for two records', { '_dmarc.far.test': ['v=DMARC1; rua=mailto:a@far.test', 'v=DMARC1; p=none'] }, []],
    ['not by HTTPS', rua('https://far.test/report'), []],
    ['not to what is no address', rua('mailto:a@far.test%0d%0aBcc:x@y.test,javascript:alert(1)'), []],
  ])('%s', async (_, zone, expected) => {
    expect(await at(zone)).toEqual(expected)
  })
  it('with the size that an address takes', async () => {
    const found = await dmarcDestinations(texts(rua('mailto:a@far.test!10m,mailto:b@far.test!1')), 'far.test')
    expect(found).toMatchObject([{ maxSize: 10 * 1024 * 1024 }, { maxSize: 1 }])
  })
})

describe('what is counted', () => {
  let world: Reporting
  beforeEach(async () => {
    world = await startReporting(NOON, 'smtp://127.0.0.1:1')
  })
  afterEach(async () => {
    await world.close()
  })
  const FACTS: DmarcFacts = {
    ...{
      policyDomain: 'far.test',
      published: { p: 'reject' },
      headerFrom: 'far.test',
      result: 'fail',
      asked: 'reject',
    },
    ...{ alignedDkim: false, alignedSpf: false, dkim: [], spf: { domain: 'b.test', result: 'fail' } },
  }
  const arrival = (dmarc: DmarcFacts | undefined, ip = '192.0.2.9') =>
    ({
      ...{ dmarc, evidence: {}, verdicts: null, transaction: { reversePath: 'secret.sender@b.test' } },
      peer: { ip, loopback: false },
    }) as unknown as Arrival
  const plans = (kind = 'to-user') => [{ decision: { kind } }] as unknown as Parameters<typeof countDmarc>[1]
  const senderOf = (zone: Parameters<typeof texts>[0] = {}) =>
    new ReportSender(world.parts, texts(zone), () => Promise.reject(new Error('no post')))
  const rows = () => world.parts.store.reportsSent.tallyOf('dmarc', 20_700, 'far.test')

  it('nothing, unless it was switched on; then the message by its domains and address, nobody’s name', async () => {
    const sender = senderOf()
    const parts = { ...world.parts, store: world.parts.store, tally: sender.tally }
    countDmarc(parts, plans(), arrival(FACTS))
    await sender.tally.flush()
    expect(rows()).toEqual([])
    await world.parts.store.writer.run('setting', 'send-dmarc-reports', 'on')
    countDmarc(parts, plans(), arrival(FACTS, '::ffff:192.0.2.9'))
    countDmarc(parts, plans(), arrival(FACTS))
    countDmarc(parts, plans('report'), arrival(FACTS))
    countDmarc(parts, plans(), arrival({ ...FACTS, policyDomain: 'us.test' }))
    countDmarc(parts, plans(), arrival(undefined))
    for (const inside of ['10.0.0.1', '::ffff:192.168.1.2', '172.31.0.1', '100.64.0.1', 'fd00::1', 'fe80::1'])
      countDmarc(parts, plans(), arrival(FACTS, inside))
    await sender.tally.flush()
    expect(rows()).toMatchObject([{ count: 2, policy: '{"p":"reject"}' }])
    expect(JSON.parse(rows()[0]?.record ?? '')).toEqual({
      ...{
        ip: '192.0.2.9',
        disposition: 'none',
        reasons: ['local_policy'],
        headerFrom: 'far.test',
        envelopeFrom: 'b.test',
      },
      ...{ alignedDkim: false, alignedSpf: false, dkim: [], spf: { domain: 'b.test', result: 'fail' } },
    })
    expect(world.parts.store.reportsSent.tallied('dmarc', 1e6, 10)).toHaveLength(1)
    // Switched off again before the day was over: nobody is told.
    await world.parts.store.writer.run('setting', 'send-dmarc-reports', 'off')
    world.clock.set(NOON + DAY)
    await senderOf({ '_dmarc.far.test': ['v=DMARC1; p=none; rua=mailto:a@far.test'] }).round()
    expect(world.parts.store.reportsSent.tallied('dmarc', 1e6, 10)).toEqual([])
    expect(world.parts.store.mail.delivery(1)).toBeUndefined()
  })

  it('no mail that came as if from this machine while strangers do: its address is not theirs', async () => {
    await world.parts.store.writer.run('setting', 'send-dmarc-reports', 'on')
    const sender = senderOf()
    const local = { ...arrival(FACTS, '127.0.0.1'), peer: { ip: '127.0.0.1', loopback: true } } as unknown as Arrival
    for (const doubts of [true, false]) {
      const hiddenPeers = { doubts: () => doubts } as unknown as HiddenPeers
      countDmarc({ ...world.parts, tally: sender.tally, hiddenPeers }, plans(), local)
      countDmarc({ ...world.parts, tally: sender.tally, hiddenPeers }, plans(), arrival(FACTS))
      await sender.tally.flush()
      const ips = rows().map(({ record }) => (JSON.parse(record) as { ip: string }).ip)
      expect(ips.sort()).toEqual(doubts ? ['192.0.2.9'] : ['127.0.0.1', '192.0.2.9'])
    }
  })

  it('a bounded number of rows for a domain; what is beyond them is said to be left out', async () => {
    await world.parts.store.writer.run('setting', 'send-dmarc-reports', 'on')
    const sender = senderOf({ '_dmarc.far.test': ['v=DMARC1; p=none; rua=mailto:a@far.test,mailto:tiny@far.test!100'] })
    const parts = { ...world.parts, store: world.parts.store, tally: sender.tally }
    for (let i = 0; i < 2000; i++) countDmarc(parts, plans(), arrival(FACTS, `198.51.${i >> 8}.${i & 255}`))
    await sender.tally.flush()
    expect(rows().length).toBeLessThanOrEqual(501)
    expect(rows().reduce((all, { count }) => all + count, 0)).toBe(2000)
    world.clock.set(NOON + DAY)
    await sender.round()
    const sent = world.parts.store.reportsSent.list({ kind: 'dmarc', domain: undefined, before: undefined, limit: 10 })
    // The one that takes 100 octets gets none.
    expect(sent.map(({ destination }) => destination)).toEqual(['mailto:a@far.test'])
  })
})

describe('what mailauth says', () => {
  const dmarc = {
    ...{ status: { result: 'fail', header: { from: 'Sub.Far.test' } }, policyDomain: 'far.test', policy: 'quarantine' },
    ...{ rr: 'v=DMARC1; p=reject; sp=quarantine; adkim=s; fo=1:d; t=n; rua=mailto:a@b.test; pct=3', alignment: {} },
  }
  it('becomes facts where the record asks for reports', () => {
    const spf = { domain: 'b.test', status: { result: 'softfail' } }
    const results = [
      { signingDomain: 'X.test', selector: 's', status: { result: 'pass' } },
      { signingDomain: 'y.test', selector: '', status: { result: 'pass' } },
      { signingDomain: 'z.test', selector: 's', status: { result: 'skipped' } },
    ]
    expect(dmarcFactsOf({ dmarc, spf, dkim: { results } })).toEqual({
      ...{ policyDomain: 'far.test', headerFrom: 'sub.far.test', result: 'fail', asked: 'quarantine' },
      published: { p: 'reject', sp: 'quarantine', adkim: 's', fo: '1:d', t: 'n' },
      ...{ alignedDkim: false, alignedSpf: false, dkim: [{ domain: 'x.test', selector: 's', result: 'pass' }] },
      spf: { domain: 'b.test', result: 'softfail' },
    })
  })
  it('and nothing where it does not, or nobody knows yet', () => {
    expect(dmarcFactsOf({ dmarc: { ...dmarc, rr: 'v=DMARC1; p=reject' } })).toBeUndefined()
    expect(dmarcFactsOf({ dmarc: { ...dmarc, status: { result: 'temperror' } } })).toBeUndefined()
    expect(dmarcFactsOf({ dmarc: false })).toBeUndefined()
  })
})
