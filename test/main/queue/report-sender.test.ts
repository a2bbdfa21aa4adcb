// The reports that we send: counted by the day, made when it is over, once, for who asks for them in a way that can be believed.
import { gunzipSync } from 'node:zlib'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Posted } from '../../../main/delivery/post-report.ts'
import { parseHeaderBlock } from '../../../main/mail/index.ts'
import { compose } from '../../../main/queue/compose.ts'
import { jitterOf } from '../../../main/queue/report-draft.ts'
import { ReportSender } from '../../../main/queue/report-sender.ts'
import { nextStep } from '../../../main/queue/retry.ts'
import { composeTlsReport } from '../../../main/reports/compose-tls.ts'
import { readAggregateReport } from '../../../main/reports/read-report.ts'
import { parseDestinations, parseTlsRptRecords } from '../../../main/reports/rua.ts'
import type { CountedSession, SessionFailure } from '../../../main/reports/tls-session.ts'
import { parseTlsReport } from '../../../main/reports/tls-report.ts'
import { startReporting, texts, type Reporting } from '../../world/reporting.ts'

const DAY = 86_400_000
/** Noon of a day. */
const NOON = 20_700 * DAY + DAY / 2
const NEXT_NOON = NOON + DAY
let world: Reporting
function inAWorld(): void {
  beforeEach(async () => {
    world = await startReporting(NOON)
  })
  afterEach(async () => {
    await world.close()
  })
}

const policy = { type: 'sts', lines: ['version: STSv1', 'mode: testing'], hosts: ['*.far.test'] } as const
const failure: SessionFailure = {
  ...{
    type: 'certificate-expired',
    host: 'mx.far.test',
    ip: '192.0.2.7',
    helo: 'mx.far.test',
    sendingIp: '198.51.100.3',
  },
  reason: 'CERT_HAS_EXPIRED',
}
const session = (domain: string, bad?: SessionFailure): CountedSession => ({ domain, policy, failure: bad })
const RUA = { '_smtp._tls.far.test': ['v=TLSRPTv1; rua=mailto:tls@far.test'] }

const nobody = (): Promise<Posted> => Promise.reject(new Error('nothing should be posted'))
const senderFor = (
  lookup: ReturnType<typeof texts>,
  post: typeof nobody | ((url: string) => Promise<Posted>) = nobody,
) => new ReportSender(world.parts, lookup, post)
const sentReports = () =>
  world.parts.store.reportsSent.list({ kind: undefined, domain: undefined, before: undefined, limit: 1000 })
const deliveries = () => sentReports().length

async function afterADay(lookup = texts(RUA)): Promise<ReportSender> {
  const sender = senderFor(lookup)
  for (let i = 0; i < 3; i++) sender.tally.countTls(session('far.test'))
  sender.tally.countTls(session('far.test', failure))
  await sender.tally.flush()
  world.clock.set(NEXT_NOON)
  await sender.round()
  return sender
}

describe('a day that is over', () => {
  inAWorld()
  it('becomes one mail that carries what was counted, and our own reader takes it', async () => {
    await afterADay()
    const [row] = sentReports()
    expect(row).toMatchObject({
      ...{ kind: 'tls', day: 20_700, domain: 'far.test', destination: 'mailto:tls@far.test', state: 'queued' },
      ...{ successes: 3, failures: 1 },
    })
    const { mail } = world.parts.store
    const delivery = mail.delivery(1)
    if (delivery === undefined) throw new Error('no delivery')
    expect(delivery).toMatchObject({ forwardPath: 'tls@far.test', destination: 'far.test', ready: 1, aliasId: null })
    const composed = await compose(world.parts, delivery)
    expect(composed.uncounted).toBe(true)
    expect(composed.tlsOptional).toBe(true)
    expect(composed.reversePath).toMatch(/@us\.test$/)
    expect(composed.dsn).toEqual({ notify: 'NEVER' })
    const header = composed.header.toString('latin1')
    expect(header.match(/^DKIM-Signature:[^]*?d=us\.test;/gm)).toHaveLength(2)
    expect(header).toMatch(/^From: TLS Reports <tls-reports@us\.test>\r$/m)
    const unfolded = header.replaceAll(/\r\n[ \t]+/g, ' ')
    expect(unfolded).toMatch(
      /^Subject: Report Domain: far\.test Submitter: us\.test Report-ID: <[a-z2-7]{20}@us\.test>\r$/m,
    )
    expect(unfolded).toContain(
      '\r\nTLS-Report-Domain: far.test\r\nTLS-Report-Submitter: us.test\r\nTLS-Required: No\r\n',
    )
    expect(unfolded).toMatch(/^Content-Type: multipart\/report; report-type="tlsrpt"; boundary="/m)
    expect(parseHeaderBlock(composed.header).fields.every(({ raw }) => raw.length < 998)).toBe(true)
    const pieces: Buffer[] = []
    for await (const one of composed.body()) pieces.push(one)
    const body = Buffer.concat(pieces).toString('latin1')
    expect(body.replaceAll(/\r\n[ \t]+/g, ' ')).toMatch(
      /filename="us\.test!far\.test!1788480000!1788566399![a-z2-7]{20}\.json\.gz"/,
    )
    const content = gunzipSync(Buffer.from(/\r\n\r\n(H4s[^-]+)\r\n--/.exec(body)?.[1] ?? '', 'base64')).toString()
    const report = parseTlsReport(content)
    expect(report).toMatchObject({
      ...{ organisation: 'us.test', contact: 'postmaster@us.test', begin: 20_700 * DAY, end: 20_701 * DAY - 1000 },
      policies: [{ type: 'sts', domain: 'far.test', successes: 3, failures: 1 }],
    })
    // RFC 8460 §4.4, name by name.
    expect(JSON.parse(content)).toMatchObject({
      'date-range': { 'start-datetime': '2026-09-04T00:00:00Z', 'end-datetime': '2026-09-04T23:59:59Z' },
      policies: [
        {
          policy: {
            'policy-type': 'sts',
            'policy-string': ['version: STSv1', 'mode: testing'],
            'policy-domain': 'far.test',
            'mx-host': ['*.far.test'],
          },
          summary: { 'total-successful-session-count': 3, 'total-failure-session-count': 1 },
          'failure-details': [
            {
              'result-type': 'certificate-expired',
              'sending-mta-ip': '198.51.100.3',
              'receiving-mx-hostname': 'mx.far.test',
              'receiving-mx-helo': 'mx.far.test',
              'receiving-ip': '192.0.2.7',
              'failed-session-count': 1,
              'failure-reason-code': 'CERT_HAS_EXPIRED',
            },
          ],
        },
      ],
    })
  })

  it('is not told before it is over, nor before the minutes that spread all senders', async () => {
    const sender = senderFor(texts(RUA))
    sender.tally.countTls(session('far.test'))
    await sender.round()
    const jitter = jitterOf({ kind: 'tls', day: 20_700, domain: 'far.test' }, 'mail.us.test', 4 * 3_600_000)
    for (const [at, count] of [
      [20_701 * DAY - 1, 0],
      [20_701 * DAY + jitter - 1000, 0],
      [20_701 * DAY + jitter + 1000, 1],
    ] as const) {
      world.clock.set(at)
      await sender.round()
      expect(deliveries(), `${at}`).toBe(count)
    }
  })

  it('is told once, whatever restarts and clocks do', async () => {
    const sender = await afterADay()
    await sender.round()
    await world.restart()
    await senderFor(texts(RUA)).round()
    expect(deliveries()).toBe(1)
    // The clock goes back, mail goes on, the day ends again.
    world.clock.set(NOON)
    const again = senderFor(texts(RUA))
    again.tally.countTls(session('far.test'))
    await again.round()
    world.clock.set(NEXT_NOON)
    await again.round()
    expect(deliveries()).toBe(1)
    expect(world.parts.store.reportsSent.tallied('tls', 1e6, 10)).toEqual([])
  })

  it('survives a restart between counting and telling, and three days asleep, no more', async () => {
    const sender = senderFor(texts(RUA))
    sender.tally.countTls(session('far.test'))
    await sender.stop()
    await world.restart()
    world.clock.set(NOON + 3 * DAY)
    await senderFor(texts(RUA)).round()
    expect(deliveries()).toBe(1)
    const later = senderFor(texts(RUA))
    later.tally.countTls(session('far.test'))
    await later.stop()
    world.clock.set(NOON + 7 * DAY)
    await senderFor(texts(RUA)).round()
    expect(deliveries()).toBe(1)
    expect(world.parts.store.reportsSent.tallied('tls', 1e6, 10)).toEqual([])
  })

  it('waits where the DNS does not answer, and asks again after an hour', async () => {
    const asked: string[] = []
    const sender = senderFor(texts({ '_smtp._tls.far.test': 'trouble' }, asked))
    sender.tally.countTls(session('far.test'))
    await sender.tally.flush()
    world.clock.set(NEXT_NOON)
    for (let i = 0; i < 3; i++) await sender.round()
    expect(asked).toEqual(['_smtp._tls.far.test TXT'])
    world.clock.set(NEXT_NOON + 2 * 3_600_000)
    await sender.round()
    expect(asked).toHaveLength(2)
    expect(world.parts.store.reportsSent.tallied('tls', 1e6, 10)).toHaveLength(1)
  })

  it('nothing is counted or sent where it is switched off, or where mail leaves by the built-in mailbox', async () => {
    const sender = senderFor(texts(RUA))
    sender.tally.countTls(session('far.test'))
    await sender.tally.flush()
    await world.parts.store.writer.run('setting', 'send-tls-reports', 'off')
    sender.tally.countTls(session('other.test'))
    await sender.tally.flush()
    expect(world.parts.store.reportsSent.tallied('tls', 1e6, 10)).toEqual([{ day: 20_700, domain: 'far.test' }])
    world.clock.set(NEXT_NOON)
    await sender.round()
    await world.parts.store.writer.run('setting', 'send-tls-reports', 'on')
    await sender.round()
    expect(deliveries()).toBe(0)
  })

  it('is told to nobody where the domain is ours, or asks for nothing', async () => {
    const sender = senderFor(texts({ '_smtp._tls.us.test': ['v=TLSRPTv1; rua=mailto:a@far.test'] }))
    sender.tally.countTls(session('us.test'))
    sender.tally.countTls(session('silent.test'))
    await sender.tally.flush()
    world.clock.set(NEXT_NOON)
    await sender.round()
    expect(deliveries()).toBe(0)
    expect(world.parts.store.reportsSent.tallied('tls', 1e6, 10)).toEqual([])
  })

  it('keeps a bounded number of rows: what is too many is told by its kind alone', async () => {
    const sender = senderFor(texts(RUA))
    for (let i = 0; i < 3000; i++)
      sender.tally.countTls(session('far.test', { ...failure, ip: `192.0.${i >> 8}.${i & 255}` }))
    await sender.tally.flush()
    const rows = world.parts.store.reportsSent.tallyOf('tls', 20_700, 'far.test')
    expect(rows.length).toBeLessThanOrEqual(61)
    expect(rows.reduce((all, { count }) => all + count, 0)).toBe(3000)
    for (let i = 0; i < 25_000; i++) {
      sender.tally.countTls(session(`d${i}.test`))
      if (i % 500 === 0) await sender.tally.flush()
    }
    await sender.tally.flush()
    const all = world.parts.store.reportsSent.tallied('tls', 1e6, 100_000)
    expect(all.length).toBeGreaterThan(10_000)
    expect(all.length).toBeLessThanOrEqual(20_000)
  }, 60_000)
})

describe('by HTTPS', () => {
  inAWorld()
  const HTTPS = texts({ '_smtp._tls.far.test': ['v=TLSRPTv1; rua=https://far.test/v1/tlsrpt,mailto:tls@far.test'] })
  async function posting(
    answers: readonly Posted[],
  ): Promise<{ readonly sender: ReportSender; readonly posted: string[] }> {
    const posted: string[] = []
    const sender = senderFor(HTTPS, (url) => {
      posted.push(url)
      return Promise.resolve(answers[posted.length - 1] ?? { taken: false, permanent: false, answer: 'HTTP 503' })
    })
    sender.tally.countTls(session('far.test'))
    await sender.tally.flush()
    world.clock.set(NEXT_NOON)
    await sender.round()
    return { sender, posted }
  }
  const states = () => sentReports().map(({ destination, state, answer }) => `${destination} ${state} ${answer}`.trim())

  it('each address gets it, and what came of it stands beside it', async () => {
    const { posted } = await posting([{ taken: true, permanent: false, answer: 'HTTP 204' }])
    expect(posted).toEqual(['https://far.test/v1/tlsrpt'])
    expect(states()).toEqual(['mailto:tls@far.test queued', 'https://far.test/v1/tlsrpt sent HTTP 204'])
    await world.restart()
    await senderFor(HTTPS).round()
  })

  it('is tried again for a day and then given up', async () => {
    const { sender, posted } = await posting([])
    for (let hour = 1; hour < 60; hour++) {
      world.clock.set(NEXT_NOON + hour * 3_600_000)
      await sender.round()
    }
    expect(posted.length).toBeGreaterThan(3)
    expect(posted.length).toBeLessThan(10)
    expect(states()).toContain('https://far.test/v1/tlsrpt failed HTTP 503')
  })

  it('a refusal or a redirect is the end of it', async () => {
    const { sender, posted } = await posting([{ taken: false, permanent: true, answer: 'HTTP 301' }])
    world.clock.set(NEXT_NOON + 12 * 3_600_000)
    await sender.round()
    expect(posted).toHaveLength(1)
    expect(states()).toContain('https://far.test/v1/tlsrpt failed HTTP 301')
  })
})

describe('the end of a report mail', () => {
  inAWorld()
  it('it is given up after a day, not after five', async () => {
    await afterADay()
    const row = world.parts.store.mail.delivery(1)
    expect(row?.giveUpAt).toBe(NEXT_NOON + DAY)
    let at = NEXT_NOON
    let attempts = 0
    for (;;) {
      const step = nextStep(++attempts, NEXT_NOON, at, 0.5, row?.giveUpAt)
      if (step.kind === 'give-up') break
      at = step.dueAt
    }
    expect(at).toBeLessThanOrEqual(NEXT_NOON + DAY)
    expect(attempts).toBeGreaterThan(8)
    expect(nextStep(attempts, NEXT_NOON, at, 0.5).kind).toBe('retry')
  })

  it('what the queue says of it is what the list says', async () => {
    await afterADay()
    const now = world.clock.now()
    const { writer } = world.parts.store
    const asked = { now, limit: 10, perDestination: 10, rooms: new Map<string, number>() }
    const { rows } = await writer.run('lease', asked)
    expect(rows).toHaveLength(1)
    const attempt = { at: now, outcome: 'failed', answer: '550 5.1.1 nobody', destination: 'mx', tls: '' } as const
    const base = { deliveryId: 1, reason: 'refused-by-server', text: '', dueAt: now, keepUntil: null }
    await writer.run('settle', { ...base, outcome: 'failed', attempt })
    expect(sentReports()[0]).toMatchObject({ state: 'failed', answer: '550 5.1.1 nobody' })
    await writer.run('noteSentReports')
    expect(sentReports()[0]).toMatchObject({ state: 'failed', answer: '550 5.1.1 nobody' })
  })
})

describe('what a domain asks for', () => {
  const at = (record: string): string[] => parseTlsRptRecords([record]).map(({ uri }) => uri)
  it.each<[string, readonly string[]]>([
    ['v=TLSRPTv1; rua=mailto:a@b.test', ['mailto:a@b.test']],
    ['v=TLSRPTv1;rua=mailto:a@b.test,https://b.test/x?y=1;', ['mailto:a@b.test', 'https://b.test/x?y=1']],
    ['v=TLSRPTv1; rua= mailto:a%2Bb@B.test , mailto:c@b.test', ['mailto:a+b@b.test', 'mailto:c@b.test']],
    ['v=TLSRPTv1; ext=1; rua=mailto:a@b.test; more=2', ['mailto:a@b.test']],
    ['v=TLSRPTv1; rua=mailto:a@b.test?subject=hi&bcc=c@d.test', ['mailto:a@b.test']],
    ['v=TLSRPTv1; rua=mailto:a@b.test,mailto:A@b.test', ['mailto:A@b.test']],
    ['v=TLSRPTv1', []],
    ['v=TLSRPTv2; rua=mailto:a@b.test', []],
    [' v=TLSRPTv1; rua=mailto:a@b.test', []],
    ['v=TLSRPTv1; rua=mailto:a@b.test; rua=mailto:c@b.test', []],
    ['v=TLSRPTv1; rua=javascript:alert(1)', []],
    ['v=TLSRPTv1; rua=http://b.test/x', []],
    ['v=TLSRPTv1; rua=file:///etc/passwd,ftp://b.test/', []],
    ['v=TLSRPTv1; rua=mailto:a@b.test%0d%0aBcc:c@d.test', []],
    ['v=TLSRPTv1; rua=mailto:a%0d%0aRCPT%20TO:c@b.test', []],
    ['v=TLSRPTv1; rua=mailto:a\r\nBcc: c@b.test', []],
    ['v=TLSRPTv1; rua=mailto:%00@b.test,mailto:%zz@b.test,mailto:@b.test,mailto:a@,mailto:', []],
    ['v=TLSRPTv1; rua=mailto:%C3%A4@b.test', []],
    ['v=TLSRPTv1; rua=https://127.0.0.1/,https://[::1]/,https://localhost/,https://2130706433/', []],
    ['v=TLSRPTv1; rua=https://user:pw@b.test/,https://b.test:0/', []],
    [`v=TLSRPTv1; rua=${Array.from({ length: 10_000 }, (_, i) => `mailto:a${i}@b.test`).join(',')}`, []],
    [`v=TLSRPTv1; rua=mailto:${'a'.repeat(1_000_000)}@b.test`, []],
  ])('%#', (record, uris) => {
    expect(at(record)).toEqual(uris)
  })
  it('two records are none, others beside it do not count', () => {
    const good = 'v=TLSRPTv1; rua=mailto:a@b.test'
    expect(parseTlsRptRecords([good, good])).toEqual([])
    expect(parseTlsRptRecords(['v=spf1 -all', good])).toHaveLength(1)
    expect(parseTlsRptRecords([])).toEqual([])
  })
  it('whatever it says, no control character and no more than four addresses come out', () => {
    const scrap = fc.constantFrom(
      'mailto:',
      'https://',
      'a@b.test',
      ',',
      '!10m',
      '%0d%0a',
      '\r\n',
      '%',
      '?',
      '@',
      'x.test/',
    )
    fc.assert(
      fc.property(fc.array(fc.oneof(scrap, fc.string({ maxLength: 6 })), { maxLength: 30 }), (words) => {
        const found = parseDestinations(words.join(''))
        expect(found.length).toBeLessThanOrEqual(4)
        for (const one of found) expect(one.uri).toMatch(/^(mailto:|https:\/\/)[\x21-\x7e]+$/)
      }),
    )
  })
})

describe('round trip', () => {
  const text = fc.string({ unit: fc.constantFrom(...Array.from('abc.:-"\\{}<>é\u0001\n')), maxLength: 40 })
  const counted = fc.record({
    policy: fc
      .record({
        type: fc.constantFrom('tlsa', 'sts', 'no-policy-found'),
        lines: fc.array(text, { maxLength: 4 }),
        hosts: fc.array(text, { maxLength: 3 }),
      })
      .map((one) => JSON.stringify(one)),
    record: fc.oneof(
      fc.constant(''),
      fc
        .record({ type: fc.constant('validation-failure'), host: text, ip: text, reason: text })
        .map((one) => JSON.stringify(one)),
    ),
    count: fc.integer({ min: 1, max: 1e9 }),
  })
  it('what we send, our own reader takes, with the same sums', async () => {
    const own = { isOurs: () => true, isOurSelector: () => false, isKnownForwarder: () => false }
    await fc.assert(
      fc.asyncProperty(fc.array(counted, { minLength: 1, maxLength: 20 }), async (rows) => {
        const head = { organisation: 'us.test', contact: 'postmaster@us.test', reportId: 'x@us.test', day: 20_700 }
        const made = composeTlsReport({ ...head, domain: 'far.test' }, rows)
        const [read] = await readAggregateReport(Buffer.from(made.text), own)
        expect(read).toMatchObject({
          ...{ kind: 'tls', domain: 'far.test', reportId: 'x@us.test', organisation: 'us.test' },
          ...{ successes: made.successes, failures: made.failures, beginsAt: 20_700 * DAY },
        })
      }),
      { numRuns: 200 },
    )
  })
})
