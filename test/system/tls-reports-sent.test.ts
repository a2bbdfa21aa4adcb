// TLS reports that we send, end to end: real deliveries to Postfix under DANE, MTA-STS and no policy are counted; when the day is over the
// reports leave by our own queue to a real SMTP server and by HTTPS, signed so that python3-dkim agrees, and our own reader takes them.
import { createHash, X509Certificate } from 'node:crypto'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import https from 'node:https'
import os from 'node:os'
import path from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { deliver, type DeliveryParts } from '../../main/delivery/deliver.ts'
import type { Outgoing } from '../../main/delivery/outgoing.ts'
import { createPost } from '../../main/delivery/post-report.ts'
import { SmtpClients } from '../../main/delivery/smtp-client.ts'
import { createFetch } from '../../main/delivery/sts-fetch.ts'
import { StsPolicies } from '../../main/delivery/sts-policies.ts'
import { publicKeyInfo } from '../../main/delivery/tlsa.ts'
import { parseAnchors } from '../../main/dns/anchors.ts'
import { createDns } from '../../main/dns/resolver.ts'
import { QueueRunner } from '../../main/queue/runner.ts'
import { ReportSender } from '../../main/queue/report-sender.ts'
import { readAggregateReport } from '../../main/reports/read-report.ts'
import type { SessionFailure, SessionPolicy } from '../../main/reports/tls-session.ts'
import { parseTlsReport } from '../../main/reports/tls-report.ts'
import type { StsPolicyRow } from '../../main/store/queries/trust.ts'
import type { Address } from '../../main/terms/address.ts'
import { makeCa, type TestCa } from '../world/certificates.ts'
import {
  HOSTS,
  startMailHosts,
  startPolicyServer,
  type HostName,
  type MailHosts,
  type PolicyHost,
  type PolicyServer,
} from '../world/mail-hosts.ts'
import { postfixMissing } from '../world/postfix.ts'
import { runProgram } from '../world/programs.ts'
import { attachedText, startReporting, type Reporting } from '../world/reporting.ts'
import { startSink, type Sink } from '../world/sink.ts'
import { POLICY, RECORD } from '../world/tls-cases.ts'
import { startWorld, worldMissing, type World } from '../world/zones.ts'

const DAY = 86_400_000
const YESTERDAY = Math.floor(Date.now() / DAY) * DAY - DAY / 2
const SINK = '127.0.1.21'
const POSTBOX = '127.0.1.22'
const PYTHON = '/usr/bin/python3'

interface Case {
  readonly zone: 's' | 'u' | 'b'
  readonly host: HostName
  readonly tlsa?: 'self' | 'other' | 'short'
  readonly policy?: (ca: TestCa) => PolicyHost
  readonly messages?: number
  /** Policy, successful sessions, failures by their type. */
  readonly counts: readonly (readonly [SessionPolicy['type'], number, ...SessionFailure['type'][]])[]
}

const CASES: Readonly<Record<string, Case>> = {
  'dane-good': { zone: 's', host: 'self', tlsa: 'self', counts: [['tlsa', 1]] },
  'dane-bad': { zone: 's', host: 'self', tlsa: 'other', counts: [['tlsa', 0, 'certificate-not-trusted']] },
  'dane-unusable': { zone: 's', host: 'self', tlsa: 'short', counts: [['tlsa', 0, 'tlsa-invalid']] },
  'dane-plain': { zone: 's', host: 'stripped', tlsa: 'self', counts: [['tlsa', 0, 'starttls-not-supported']] },
  bogus: { zone: 'b', host: 'good', tlsa: 'self', counts: [['tlsa', 0, 'dnssec-invalid']] },
  'sts-good': { zone: 'u', host: 'good', policy: () => POLICY('enforce', '*.u.test'), counts: [['sts', 1]] },
  'sts-testing': {
    ...{ zone: 'u', host: 'self', policy: () => POLICY('testing', '*.u.test') },
    counts: [['sts', 0, 'certificate-not-trusted']],
  },
  'sts-expired': {
    ...{ zone: 'u', host: 'expired', policy: () => POLICY('enforce', '*.u.test') },
    counts: [['sts', 0, 'certificate-expired']],
  },
  'sts-other': {
    ...{ zone: 'u', host: 'other', policy: () => POLICY('enforce', '*.u.test') },
    counts: [['sts', 0, 'certificate-host-mismatch']],
  },
  'sts-unnamed': {
    ...{ zone: 'u', host: 'good', policy: () => POLICY('enforce', 'mx.elsewhere.test') },
    counts: [['sts', 0, 'validation-failure']],
  },
  'sts-stripped': {
    ...{ zone: 'u', host: 'stripped', policy: () => POLICY('enforce', '*.u.test') },
    counts: [['sts', 0, 'starttls-not-supported']],
  },
  'sts-none': { zone: 'u', host: 'good', policy: () => POLICY('none'), counts: [['no-policy-found', 1]] },
  'sts-missing': {
    ...{ zone: 'u', host: 'good', policy: () => ({ text: '', status: 404 }) },
    counts: [
      ['no-policy-found', 1],
      ['sts', 0, 'sts-policy-fetch-error'],
    ],
  },
  'sts-rubbish': {
    ...{ zone: 'u', host: 'good', policy: () => ({ text: 'version: STSv1\r\nmode: hope\r\n' }) },
    counts: [
      ['no-policy-found', 1],
      ['sts', 0, 'sts-policy-invalid'],
    ],
  },
  'sts-forged': {
    zone: 'u',
    host: 'good',
    policy: (ca) => ({ ...POLICY('enforce', '*.u.test'), certificate: ca.issue(['elsewhere.test']) }),
    counts: [
      ['no-policy-found', 1],
      ['sts', 0, 'sts-webpki-invalid'],
    ],
  },
  plain: { zone: 'u', host: 'plain', counts: [['no-policy-found', 0, 'starttls-not-supported']] },
  // What follows in clear is no session of its own.
  broken: { zone: 'u', host: 'broken', counts: [['no-policy-found', 0, 'validation-failure']] },
  // Three messages over one connection are one session.
  any: { zone: 'u', host: 'self', messages: 3, counts: [['no-policy-found', 1]] },
  // Nobody answers: no session.
  gone: { zone: 'u', host: 'nobody', counts: [] },
}
const NAMES = Object.keys(CASES)
const domainOf = (name: string): string => `${name}.${CASES[name]?.zone ?? ''}.test`

const VERIFY = `
import dkim, sys
keys = {}
for row in open(sys.argv[1]):
    name, value = row.rstrip('\\n').split(' ', 1)
    keys[name.encode() + b'.'] = value.encode()
raw = open(sys.argv[2], 'rb').read()
for i in range(2):
    print(dkim.DKIM(raw).verify(idx=i, dnsfunc=lambda n, timeout=5: keys.get(n if isinstance(n, bytes) else n.encode())))
`

const missing =
  worldMissing() ?? postfixMissing() ?? (existsSync('/usr/lib/python3/dist-packages/dkim') ? undefined : 'python3-dkim')

describe.skipIf(missing !== undefined)(`TLS reports${missing === undefined ? '' : `: skipped, ${missing}`}`, () => {
  let ca: TestCa
  let mail: MailHosts
  let policies: PolicyServer
  let world: World
  let us: Reporting
  let sink: Sink
  let postbox: https.Server
  let runner: QueueRunner
  let sender: ReportSender
  let parts: DeliveryParts
  const posted: { readonly url: string; readonly type: string; readonly body: Buffer }[] = []

  function tlsaOf(kind: NonNullable<Case['tlsa']>): string {
    if (kind === 'short') return '3 1 1 00112233'
    const info = publicKeyInfo(new X509Certificate(mail.certificates.self.cert).raw) ?? ''
    return `3 1 1 ${kind === 'self' ? createHash('sha256').update(info).digest('hex') : 'ab'.repeat(32)}`
  }

  function zone(which: Case['zone'], postPort: number): string {
    // Where reports go, and once more with a TLSA record that nothing can fulfil.
    const bad = [
      `repbad IN MX 10 mx-repbad`,
      `mx-repbad IN A ${SINK}`,
      `_${mail.port}._tcp.mx-repbad IN TLSA ${tlsaOf('other')}`,
    ]
    // It takes reports about others, and says so.
    const lines = [...bad, `rep IN MX 10 mx-rep`, `mx-rep IN A ${SINK}`, `post IN A ${POSTBOX}`]
    lines.push('*._report._dmarc.rep IN TXT "v=DMARC1"')
    for (const name of NAMES) {
      const one = CASES[name]
      if (one?.zone !== which) continue
      lines.push(`${name} IN MX 10 mx-${name}`, `mx-${name} IN A ${HOSTS[one.host]}`, `mta-sts.${name} IN A 127.0.1.99`)
      if (one.tlsa !== undefined) lines.push(`_${mail.port}._tcp.mx-${name} IN TLSA ${tlsaOf(one.tlsa)}`)
      if (one.policy !== undefined) lines.push(`_mta-sts.${name} IN TXT "${RECORD[0] ?? ''}"`)
      const to = name === 'dane-bad' ? 'mailto:tls@repbad.s.test' : 'mailto:tls@rep.u.test'
      const rua = name === 'sts-expired' ? `https://post.u.test:${postPort}/v1/tlsrpt` : to
      lines.push(`_smtp._tls.${name} IN TXT "v=TLSRPTv1; rua=${rua}"`)
    }
    return lines.join('\n')
  }

  async function startPostbox(): Promise<number> {
    const { cert, key } = ca.issue(['post.u.test'])
    postbox = https.createServer({ cert, key }, (request, response) => {
      const pieces: Buffer[] = []
      request.on('data', (chunk: Buffer) => pieces.push(chunk))
      request.on('end', () => {
        const type = request.headers['content-type'] ?? ''
        posted.push({ url: request.url ?? '', type, body: Buffer.concat(pieces) })
        response.writeHead(201).end()
      })
    })
    await new Promise<void>((resolve) => postbox.listen(0, POSTBOX, resolve))
    const address = postbox.address()
    return typeof address === 'object' && address !== null ? address.port : 0
  }

  beforeAll(async () => {
    ca = makeCa()
    mail = await startMailHosts(ca)
    policies = await startPolicyServer(ca)
    sink = await startSink({ host: SINK, port: mail.port })
    const postPort = await startPostbox()
    const signed = 'ECDSAP256SHA256'
    world = await startWorld([
      { name: '.', algorithm: signed, records: '' },
      { name: 'test', algorithm: signed, records: '' },
      { name: 's.test', algorithm: signed, records: zone('s', postPort) },
      { name: 'u.test', records: zone('u', postPort) },
      {
        ...{ name: 'b.test', algorithm: signed, records: zone('b', postPort) },
        spoil: (text) => text.replaceAll(/^_\d+\._tcp\.mx.*\n(?:\t.*\n)*/gm, ''),
      },
    ])
    us = await startReporting(YESTERDAY)
    const { lookup } = createDns({ server: world.resolver, anchors: parseAnchors(world.anchors) }, Date.now)
    const cache = new Map<string, StsPolicyRow>()
    const rows = {
      load: (domain: string) => cache.get(domain),
      save: async (row: StsPolicyRow) => void cache.set(row.domain, row),
      stale: () => [],
    }
    const fetch = createFetch({ lookup, port: policies.port, ca: ca.cert, mayDial: () => true, timeout: 2000 })
    sender = new ReportSender(us.parts, lookup, createPost({ lookup, ca: ca.cert, mayDial: () => true }))
    parts = {
      ...{
        clients: new SmtpClients(Date.now),
        lookup,
        mxPort: mail.port,
        reachable: { named: () => [], isOwn: () => true },
        ca: ca.cert,
        chance: () => 0.5,
      },
      ...{ policies: new StsPolicies(rows, lookup, fetch, Date.now), overrideOf: () => undefined },
      ...{ ehlo: () => 'mail.us.test', credentials: () => undefined, count: sender.tally.countTls },
    }
    runner = new QueueRunner(us.parts, parts)
  }, 120_000)
  afterAll(async () => {
    await runner.stop(1000)
    await us.close()
    await world.close()
    await policies.close()
    await sink.close()
    postbox.closeAllConnections()
    postbox.close()
    await mail.close()
    ca.remove()
  })

  async function send(name: string, more: Partial<Outgoing> = {}): Promise<void> {
    const header = Buffer.from(`From: <a@us.test>\r\nTo: <them@${domainOf(name)}>\r\n\r\n`)
    const message: Outgoing = {
      ...{ reversePath: 'a@us.test' as Address, forwardPath: `them@${domainOf(name)}` as Address, header },
      ...{ body: () => [Buffer.from('hello\r\n')], size: header.length + 7, needsUtf8: false, ...more },
    }
    await deliver({ kind: 'mx' }, message, parts)
  }

  function counted(name: string): Case['counts'] {
    const rows = us.parts.store.reportsSent.tallyOf('tls', Math.floor(YESTERDAY / DAY), domainOf(name))
    return [...new Set(rows.map(({ policy }) => policy))].map((policy) => {
      const about = rows.filter((row) => row.policy === policy)
      const good = about.find(({ record }) => record === '')?.count ?? 0
      const bad = about.flatMap(({ record }) => (record === '' ? [] : [(JSON.parse(record) as SessionFailure).type]))
      return [(JSON.parse(policy) as SessionPolicy).type, good, ...bad]
    })
  }

  it('each session counts by the policy that it was held against, and as what RFC 8460 calls it', async () => {
    for (const name of NAMES) {
      const { policy, messages = 1 } = CASES[name] ?? {}
      if (policy !== undefined) policies.hosts.set(domainOf(name), policy(ca))
      for (let i = 0; i < messages; i++) await send(name)
    }
    // A report on its way is in no report: it would never end.
    await send('plain', { uncounted: true })
    // RFC 8689 §5: what goes past the policy on purpose says nothing about who has it.
    await send('dane-bad', { tlsOptional: true })
    await sender.tally.flush()
    for (const name of NAMES) expect([...counted(name)].sort(), name).toEqual([...(CASES[name]?.counts ?? [])].sort())
    const [row] = us.parts.store.reportsSent
      .tallyOf('tls', Math.floor(YESTERDAY / DAY), domainOf('sts-expired'))
      .map(({ record }) => JSON.parse(record) as SessionFailure)
    expect(row).toMatchObject({
      ...{ host: 'mx-sts-expired.u.test', ip: HOSTS.expired, sendingIp: expect.stringMatching(/^127\./) as string },
      ...{ helo: expect.stringMatching(/./) as string, reason: 'CERT_HAS_EXPIRED' },
    })
  }, 120_000)

  it('the day over, a mail and a post for each domain arrive; python3-dkim finds both signatures good', async () => {
    us.clock.set(YESTERDAY + DAY)
    await sender.round()
    await runner.start()
    const withSessions = NAMES.filter((name) => (CASES[name]?.counts.length ?? 0) > 0)
    await sink.waitFor(withSessions.length - 1, 60_000)
    const folder = mkdtempSync(path.join(os.tmpdir(), 'postern-dkim-'))
    const { directory } = us.parts.store
    const id = directory.domains()[0]?.id ?? ''
    const keys = directory
      .dkimKeys(id)
      .map((key) => `${key.selector}._domainkey.us.test v=DKIM1; k=${key.algorithm}; p=${key.publicKey}\n`)
    writeFileSync(path.join(folder, 'keys'), keys.join(''))
    const own = { isOurs: () => true, isOurSelector: () => false, isKnownForwarder: () => false }
    const told = new Map<string, string>()
    for (const { raw, from, to } of sink.mails) {
      // RFC 8460 §3: a report gets there although TLS fails.
      const about = attachedText(raw).includes('dane-bad.s.test')
      expect(to).toEqual([about ? 'tls@repbad.s.test' : 'tls@rep.u.test'])
      expect(from).toMatch(/@us\.test$/)
      writeFileSync(path.join(folder, 'mail'), raw)
      writeFileSync(path.join(folder, 'verify.py'), VERIFY)
      const args = ['verify.py', 'keys', 'mail'].map((name) => path.join(folder, name))
      expect((await runProgram(PYTHON, args)).out).toBe('True\nTrue\n')
      const text = attachedText(raw)
      const [policy] = parseTlsReport(text).policies
      told.set(policy?.domain ?? '', text)
      expect(await readAggregateReport(Buffer.from(text), own)).toHaveLength(1)
    }
    rmSync(folder, { recursive: true })
    expect([...told.keys()].sort()).toEqual(
      withSessions
        .filter((name) => name !== 'sts-expired')
        .map(domainOf)
        .sort(),
    )
    const dane = JSON.parse(told.get('dane-good.s.test') ?? '') as { policies: unknown[] }
    expect(dane.policies).toEqual([
      {
        policy: {
          ...{ 'policy-type': 'tlsa', 'policy-string': [tlsaOf('self')], 'policy-domain': 'dane-good.s.test' },
          'mx-host': ['mx-dane-good.s.test'],
        },
        summary: { 'total-successful-session-count': 1, 'total-failure-session-count': 0 },
      },
    ])
    expect(posted).toHaveLength(1)
    expect(posted[0]).toMatchObject({ url: '/v1/tlsrpt', type: 'application/tlsrpt+gzip' })
    const text = gunzipSync(posted[0]?.body ?? Buffer.alloc(0)).toString()
    expect(parseTlsReport(text).policies).toMatchObject([
      { type: 'sts', domain: 'sts-expired.u.test', failures: 1, details: [{ type: 'certificate-expired' }] },
    ])
    // The sessions that brought the reports are counted nowhere.
    await sender.tally.flush()
    expect(us.parts.store.reportsSent.tallied('tls', 1e6, 100)).toEqual([])
    const list = us.parts.store.reportsSent.list({ kind: 'tls', domain: undefined, before: undefined, limit: 100 })
    expect(list).toHaveLength(withSessions.length)
    await expect
      .poll(() =>
        us.parts.store.reportsSent
          .list({ kind: 'tls', domain: undefined, before: undefined, limit: 100 })
          .filter(({ state }) => state !== 'sent'),
      )
      .toEqual([])
    expect(us.errors).toEqual([])
  }, 120_000)

  it('a URL that leads into our own network is not dialled', async () => {
    const { lookup } = parts
    const post = createPost({ lookup, ca: ca.cert })
    const before = posted.length
    const answer = await post('https://post.u.test/v1/tlsrpt', 'application/tlsrpt+gzip', Buffer.from('x'))
    expect(answer).toEqual({ taken: false, permanent: false, answer: 'post.u.test has no public address' })
    expect(posted).toHaveLength(before)
  })
})
