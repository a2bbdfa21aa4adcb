// Direct delivery against Postfix, with real signed zones: what is delivered, deferred and refused under DANE, MTA-STS, the user's word
// and none of them. No row may bring a message in clear, or to the wrong server, where a policy forbids that: Postfix's log is the witness.
import { createHash, X509Certificate } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { deliver, type DeliveryParts } from '../../main/delivery/deliver.ts'
import type { TlsOverride } from '../../main/delivery/decide-tls.ts'
import type { DeliveryOutcome, Outgoing } from '../../main/delivery/outgoing.ts'
import { parseRoute } from '../../main/delivery/route.ts'
import { SmtpClients } from '../../main/delivery/smtp-client.ts'
import { createFetch } from '../../main/delivery/sts-fetch.ts'
import { StsPolicies } from '../../main/delivery/sts-policies.ts'
import { testTls } from '../../main/delivery/test-tls.ts'
import { publicKeyInfo } from '../../main/delivery/tlsa.ts'
import { parseAnchors } from '../../main/dns/anchors.ts'
import { createDns } from '../../main/dns/resolver.ts'
import type { StsPolicyRow } from '../../main/store/queries/trust.ts'
import type { Address, Domain } from '../../main/terms/address.ts'
import { makeCa, type TestCa, type TestCertificate } from '../world/certificates.ts'
import {
  HOSTS,
  startMailHosts,
  startPolicyServer,
  type HostName,
  type MailHosts,
  type PolicyServer,
} from '../world/mail-hosts.ts'
import { STS } from '../world/sts-cases.ts'
import { DANE, DAY, WORD, type Case, type Tlsa } from '../world/tls-cases.ts'
import { postfixMissing } from '../world/postfix.ts'
import { startWorld, worldMissing, type World } from '../world/zones.ts'

const missing = worldMissing() ?? postfixMissing()

const CASES = [...DANE, ...STS, ...WORD].map((one, i) => ({ ...one, label: `c${i}`, domain: `c${i}.${one.zone}.test` }))

function tlsaData([usage, selector, matching, of]: Tlsa, certificates: MailHosts['certificates']): string {
  const numbers = `${usage} ${selector} ${matching}`
  if (of === 'short') return `${numbers} 00112233`
  const size = matching === 2 ? 64 : 32
  if (of === '!') return `${numbers} ${'ab'.repeat(size)}`
  const { raw } = new X509Certificate(certificates[of].cert)
  const selected = selector === 0 ? raw : (publicKeyInfo(raw) ?? Buffer.alloc(0))
  const digest =
    matching === 0
      ? selected
      : createHash(matching === 1 ? 'sha256' : 'sha512')
          .update(selected)
          .digest()
  return `${numbers} ${digest.toString('hex')}`
}

/** A long TLSA in pieces: a zone file has bounds on its words. */
function pieces(hex: string): string {
  const [usage = '', selector = '', matching = '', data = ''] = hex.split(' ')
  return `${usage} ${selector} ${matching} ${(data.match(/.{1,120}/g) ?? []).join(' ')}`
}

function linesOf(zone: Case['zone'], port: number, certificates: MailHosts['certificates']): string {
  const lines = [`elsewhere IN A ${HOSTS.self}`, `daned IN A ${HOSTS.good}`]
  lines.push(`_${port}._tcp.daned IN TLSA ${tlsaData([3, 1, 1, 'good'], certificates)}`)
  if (zone === 's') lines.push(`_${port}._tcp.elsewhere IN TLSA ${tlsaData([3, 1, 1, '!'], certificates)}`)
  for (const one of CASES.filter((each) => each.zone === zone)) {
    const { label, hosts, tlsa = [], sts = [] } = one
    for (const [i, host] of hosts.entries()) {
      lines.push(`${label} IN MX ${10 + i} h${i}-${label}`, `h${i}-${label} IN A ${HOSTS[host]}`)
      for (const row of tlsa[i] ?? [])
        lines.push(`_${port}._tcp.h${i}-${label} IN TLSA ${pieces(tlsaData(row, certificates))}`)
    }
    for (const line of one.lines ?? [])
      lines.push(
        line
          .replaceAll('@D', label)
          .replaceAll('PORT', String(port))
          .replaceAll('WRONG', tlsaData([3, 1, 1, '!'], certificates))
          .replaceAll('GOOD', HOSTS.good),
      )
    for (const record of sts) lines.push(`_mta-sts.${label} IN TXT "${record}"`)
    lines.push(`mta-sts.${label} IN A 127.0.1.99`)
  }
  return lines.join('\n')
}

describe.skipIf(missing !== undefined)(`direct delivery${missing === undefined ? '' : `: skipped, ${missing}`}`, () => {
  let ca: TestCa
  let mail: MailHosts
  let policies: PolicyServer
  let world: World
  const cache = new Map<string, StsPolicyRow>()

  beforeAll(async () => {
    ca = makeCa()
    mail = await startMailHosts(ca)
    policies = await startPolicyServer(ca)
    const zone = (name: 's' | 'u' | 'b') => linesOf(name, mail.port, mail.certificates)
    world = await startWorld([
      { name: '.', algorithm: 'ECDSAP256SHA256', records: '' },
      { name: 'test', algorithm: 'ECDSAP256SHA256', records: '' },
      { name: 's.test', algorithm: 'ECDSAP256SHA256', records: zone('s') },
      { name: 'u.test', records: zone('u') },
      {
        name: 'b.test',
        algorithm: 'ECDSAP256SHA256',
        records: zone('b'),
        spoil: (text) => text.replaceAll(/^_\d+\._tcp\.h0.*\n(?:\t.*\n)*/gm, ''),
      },
    ])
  }, 120_000)
  afterAll(async () => {
    await world.close()
    await policies.close()
    await mail.close()
    ca.remove()
  })

  function partsFor(override?: TlsOverride): DeliveryParts {
    const { lookup } = createDns({ server: world.resolver, anchors: parseAnchors(world.anchors) }, Date.now)
    const store = {
      load: (domain: string) => cache.get(domain),
      save: async (row: StsPolicyRow) => void cache.set(row.domain, row),
      stale: () => [],
    }
    const fetch = createFetch({ lookup, port: policies.port, ca: ca.cert, mayDial: () => true, timeout: 1000 })
    return {
      ...{
        clients: new SmtpClients(Date.now),
        lookup,
        mxPort: mail.port,
        reachable: { named: () => [], isOwn: () => true },
        ca: ca.cert,
        chance: () => 0.5,
      },
      ...{ policies: new StsPolicies(store, lookup, fetch, Date.now), overrideOf: () => override },
      ...{ ehlo: () => 'us.test', credentials: () => undefined },
    }
  }

  function messageFor(one: (typeof CASES)[number]): Outgoing {
    const header = Buffer.from(`From: <us@us.test>\r\nTo: <them@${one.domain}>\r\nSubject: ${one.label}\r\n\r\n`)
    return {
      ...{ reversePath: `case-${one.label}@us.test` as Address, forwardPath: `them@${one.domain}` as Address, header },
      ...{ body: () => [Buffer.from('hello\r\n')], size: header.length + 7, needsUtf8: false },
      ...{ requireTls: one.requireTls === true, tlsOptional: one.tlsOptional === true },
    }
  }

  function prepare(one: (typeof CASES)[number]): void {
    const { domain, label, policy, cached } = one
    const host = typeof policy === 'function' ? policy(ca) : policy
    if (host !== undefined) policies.hosts.set(domain, { ...host, text: host.text.replaceAll('@D', label) })
    if (cached === undefined) return
    const fetchedAt = Date.now() - (cached.age ?? 1000)
    const row = { domain, policyId: cached.id ?? 'before', mode: cached.mode, mx: '*.u.test', maxAge: 86_400 }
    cache.set(domain, { ...row, fetchedAt, expiresAt: fetchedAt + DAY })
  }

  test('every row goes as the RFCs say, and Postfix saw no other message than those', async () => {
    const wrong: string[] = []
    const counts = { delivered: 0, deferred: 0, failed: 0 }
    for (const one of CASES) {
      prepare(one)
      const parts = partsFor(one.override)
      const outcome: DeliveryOutcome = await deliver({ kind: 'mx' }, messageFor(one), parts)
      parts.clients.close()
      counts[outcome.outcome]++
      const as = outcome.outcome === 'delivered' ? outcome.level : outcome.reason
      if (outcome.outcome !== one.gets || as !== one.as)
        wrong.push(`${one.label} ${one.what}: ${outcome.outcome} ${as ?? ''} (${outcome.answer})`)
      // The level that is said is the one that was spoken.
      if (
        outcome.level !== undefined &&
        outcome.outcome === 'delivered' &&
        (outcome.level === 'clear') !== (outcome.tls === '')
      )
        wrong.push(`${one.label}: level ${outcome.level}, TLS "${outcome.tls}"`)
    }
    console.log(`${CASES.length} rows: ${JSON.stringify(counts)}`)
    expect(wrong).toEqual([])
    expect(CASES.length).toBeGreaterThan(50)
    const seen = new Set(
      [...mail.postfix.log().matchAll(/from=<case-(c\d+)@us\.test>, size/g)].map(([, label]) => label),
    )
    const delivered = CASES.filter(({ gets }) => gets === 'delivered').map(({ label }) => label)
    expect([...seen].sort()).toEqual(delivered.sort())
  }, 120_000)

  test('a policy is fetched once, and not again within minutes where that failed', async () => {
    const [broken] = CASES.filter(({ what }) => what === 'the policy is not found')
    const [fine] = CASES.filter(({ what }) => what === 'enforce, and all is well')
    const parts = partsFor()
    policies.asked.length = 0
    cache.clear()
    for (let i = 0; i < 3; i++)
      for (const one of [broken, fine]) if (one !== undefined) await parts.policies.find(one.domain)
    expect(policies.asked).toEqual([broken?.domain, fine?.domain])
  })

  test('`tls test` tells the steps, and sends nothing', async () => {
    const before = mail.postfix.log()
    const told = async (what: string): Promise<string> => {
      const one = CASES.find((each) => each.what === what)
      const result = await testTls((one?.domain ?? '') as Domain, partsFor())
      return `${result.ok} ${result.level ?? ''}\n${result.steps.join('\n')}`
    }
    const dane = await told('3 1 1 that fits a self-signed certificate')
    expect(dane).toMatch(/^true dane\n.*found, secure/)
    expect(dane).toContain('has TLSA records, proved: 3 1 1')
    expect(await told('3 1 1 that does not fit')).toMatch(/^false[^]*has no certificate that its TLSA records name/)
    expect(await told('null MX')).toContain('takes no mail (null MX)')
    expect(await told('enforce, another server')).toContain('is none of the servers that the MTA-STS policy')
    expect(mail.postfix.log().slice(before.length)).not.toContain('from=<')
  })

  test('a smarthost gets the same care: implied names, STARTTLS or nothing, a pinned key', async () => {
    const key = (one: TestCertificate): string =>
      createHash('sha256')
        .update(publicKeyInfo(new X509Certificate(one.cert).raw) ?? '')
        .digest('base64')
    const one = CASES[0]
    if (one === undefined) throw new Error('no case')
    const send = async (route: string): Promise<string> => {
      const parsed = parseRoute(route)
      if (parsed.kind === 'mailbox') throw new Error(route)
      const parts = partsFor()
      const { outcome, reason, level } = await deliver(parsed, messageFor(one), parts)
      parts.clients.close()
      return outcome === 'delivered' ? `delivered ${level ?? ''}` : reason
    }
    const at = (host: HostName): string => `${HOSTS[host]}:${mail.port}`
    expect(await send(`smtp://${at('good')}`)).toBe('delivered encrypted')
    expect(await send(`smtp://${at('good')}?pin=${encodeURIComponent(key(mail.certificates.good))}`)).toBe(
      'delivered encrypted',
    )
    expect(await send(`smtp://${at('good')}?pin=${encodeURIComponent(key(mail.certificates.self))}`)).toBe('tls-failed')
    expect(await send(`smtp://${at('plain')}?pin=${encodeURIComponent(key(mail.certificates.good))}`)).toBe(
      'tls-failed',
    )
    expect(await send(`smtp://${at('stripped')}?pin=${encodeURIComponent(key(mail.certificates.good))}`)).toBe(
      'tls-failed',
    )
    expect(await send(`smtp://${at('plain')}?tls=none`)).toBe('delivered clear')
  })

  test('a smarthost with TLSA records of its own is held to them', async () => {
    const [any] = CASES
    const cutOut = CASES.find(({ zone }) => zone === 'b')
    if (any === undefined || cutOut === undefined) throw new Error('no case')
    const send = async (host: string, query = ''): Promise<string> => {
      const route = parseRoute(`smtp://${host}:${mail.port}${query}`)
      if (route.kind === 'mailbox') throw new Error(host)
      const parts = partsFor()
      const { outcome, reason, level } = await deliver(route, messageFor(any), parts)
      parts.clients.close()
      return outcome === 'delivered' ? `delivered ${level ?? ''}` : reason
    }
    expect(await send('daned.s.test')).toBe('delivered dane')
    expect(await send('elsewhere.s.test')).toBe('dane-failed')
    expect(await send('elsewhere.s.test', '?tls=opportunistic')).toBe('dane-failed')
    // Without DNSSEC the records are worth nothing: the certificate has to hold.
    expect(await send('daned.u.test')).toBe('delivered verified')
    expect(await send('elsewhere.u.test')).toBe('tls-failed')
    expect(await send('elsewhere.u.test', '?tls=opportunistic')).toBe('delivered encrypted')
    // Records that were cut out of a signed zone: nothing goes out.
    expect(await send(`h0-${cutOut.label}.b.test`)).toBe('dane-failed')
    expect(await send('daned.s.test', '?tls=none')).toBe('delivered clear')
  })
})
