// What a session counts as, for every way that it can end, under every policy. RFC 8460 §4.3
import { describe, expect, it } from 'vitest'
import type { TlsFacts, TlsaFact } from '../../../main/delivery/decide-tls.ts'
import { countRefusal, countSession, sessionRule, type SeenSession } from '../../../main/delivery/session-policy.ts'

const TLSA: TlsaFact = {
  ...{ kind: 'found', base: 'mx.far.test' },
  records: [{ usage: 3, selector: 1, matching: 1, data: Buffer.alloc(32, 0xab) }],
}
const UNUSABLE: TlsaFact = { ...TLSA, records: [{ usage: 0, selector: 0, matching: 1, data: Buffer.alloc(32) }] }
const facts = (more: Partial<TlsFacts> = {}): TlsFacts => ({
  ...{ domain: 'far.test', host: 'mx.far.test', names: [], policy: undefined, override: undefined },
  ...{ tlsa: { kind: 'none', why: '' }, requireTls: false, tlsOptional: false, ...more },
})
const seen = (more: Partial<SeenSession> = {}): SeenSession => ({
  ...{ end: 'done', encrypted: true, certificate: '', problem: '', helo: 'mx', localAddress: '192.0.2.5', ...more },
})
const sts = (mode: 'enforce' | 'testing' | 'none', mx = '*.far.test') => ({ mode, mx: [mx], maxAge: 86_400 })
const PLACE = { host: 'mx.far.test', address: '198.51.100.1' }

function told(about: TlsFacts, session: SeenSession): string {
  const rule = sessionRule(about)
  const counted = rule === undefined ? undefined : countSession(rule, PLACE, session)
  return counted === undefined ? 'nothing' : `${counted.policy.type}: ${counted.failure?.type ?? 'success'}`
}

describe('a session', () => {
  const EXPIRED = { certificate: 'CERT_HAS_EXPIRED' }
  const plain = { encrypted: false }
  it.each<[string, TlsFacts, SeenSession, string]>([
    ['no policy, encrypted', facts(), seen({ certificate: 'SELF_SIGNED' }), 'no-policy-found: success'],
    ['no policy, in clear', facts(), seen(plain), 'no-policy-found: starttls-not-supported'],
    ['no policy, broken', facts(), seen({ end: 'handshake', ...plain }), 'no-policy-found: validation-failure'],
    ['the user wants more', facts({ override: 'verified' }), seen({ end: 'peer' }), 'nothing'],
    ['the user wants less', facts({ override: 'opportunistic', tlsa: TLSA }), seen(), 'nothing'],
    ['the user wants none', facts({ override: 'none' }), seen(plain), 'nothing'],
    ['the message wants none', facts({ tlsOptional: true, tlsa: TLSA }), seen(), 'nothing'],
    ['DANE, right', facts({ tlsa: TLSA }), seen(EXPIRED), 'tlsa: success'],
    ['DANE, wrong', facts({ tlsa: TLSA }), seen({ end: 'peer', problem: 'x' }), 'tlsa: certificate-not-trusted'],
    [
      'DANE, another name',
      facts({ tlsa: TLSA }),
      seen({ end: 'peer', problem: 'mx has a certificate for another name (a)' }),
      'tlsa: certificate-host-mismatch',
    ],
    [
      'DANE, out of date',
      facts({ tlsa: TLSA }),
      seen({ end: 'peer', problem: 'mx has a certificate in its chain that is not valid now' }),
      'tlsa: certificate-expired',
    ],
    ['DANE, no TLS', facts({ tlsa: TLSA }), seen({ end: 'no-tls', ...plain }), 'tlsa: starttls-not-supported'],
    ['DANE, nothing usable', facts({ tlsa: UNUSABLE }), seen(), 'tlsa: tlsa-invalid'],
    ['DANE before MTA-STS', facts({ tlsa: TLSA, policy: sts('enforce') }), seen(), 'tlsa: success'],
    ['MTA-STS where DANE is unusable', facts({ tlsa: UNUSABLE, policy: sts('enforce') }), seen(), 'sts: success'],
    ['MTA-STS, right', facts({ policy: sts('enforce') }), seen(), 'sts: success'],
    ['MTA-STS, out of date', facts({ policy: sts('enforce') }), seen(EXPIRED), 'sts: certificate-expired'],
    [
      'MTA-STS, another name',
      facts({ policy: sts('testing') }),
      seen({ certificate: 'ERR_TLS_CERT_ALTNAME_INVALID' }),
      'sts: certificate-host-mismatch',
    ],
    [
      'MTA-STS, nobody’s',
      facts({ policy: sts('testing') }),
      seen({ certificate: 'DEPTH_ZERO_SELF_SIGNED_CERT' }),
      'sts: certificate-not-trusted',
    ],
    ['MTA-STS, in clear', facts({ policy: sts('testing') }), seen(plain), 'sts: starttls-not-supported'],
    ['MTA-STS, not named', facts({ policy: sts('testing', 'a.test') }), seen(), 'sts: validation-failure'],
    ['MTA-STS, mode none', facts({ policy: sts('none') }), seen(EXPIRED), 'no-policy-found: success'],
  ])('%s', (_, about, session, expected) => {
    expect(told(about, session)).toBe(expected)
  })

  it('says what the policy was, and nothing of our own network or of a server’s long speech', () => {
    const rule = sessionRule(facts({ policy: sts('enforce') }))
    if (rule === undefined) throw new Error('no rule')
    expect(rule.policy).toEqual({
      ...{ type: 'sts', hosts: ['*.far.test'] },
      lines: ['version: STSv1', 'mode: enforce', 'mx: *.far.test', 'max_age: 86400'],
    })
    const session = seen({
      ...{
        end: 'handshake',
        problem: `bad\r\nthing\u0000${'x'.repeat(9999)}`,
        helo: 'mx\u001b[2J',
        localAddress: '192.168.1.9',
      },
    })
    const { failure } = countSession(rule, PLACE, session) ?? {}
    expect(failure).toMatchObject({ sendingIp: '', helo: 'mx [2J', host: 'mx.far.test', ip: '198.51.100.1' })
    expect(failure?.reason).toBe('')
    expect(countSession(rule, PLACE, { ...session, localAddress: '::ffff:192.0.2.5' })?.failure?.sendingIp).toBe(
      '192.0.2.5',
    )
  })

  it.each([
    ['connect ECONNREFUSED 192.168.1.9:25', 'ECONNREFUSED'],
    ['192.168.1.1:53 answered SERVFAIL for TLSA of _25._tcp.mx.far.test', ''],
    ['write EPROTO 80AB:error:0A000126:SSL routines:ssl3_read_n:unexpected eof:/home/ada/x.c:1:', 'error:0A000126'],
    ["ENOENT: no such file or directory, open '/home/ada/keys.pem'", 'ENOENT'],
    ['the certificate is for ada.home.arpa', ''],
  ])('of an error here a report has the code alone: %s', (problem, code) => {
    const rule = sessionRule(facts({ policy: sts('enforce') }))
    if (rule === undefined) throw new Error('no rule')
    expect(countSession(rule, PLACE, seen({ end: 'handshake', problem }))?.failure?.reason).toBe(code)
  })

  it('a server that is not dialled for what the DNS or the policy say counts too, one that is, does not twice', () => {
    const count = (about: TlsFacts) => {
      const rule = sessionRule(about)
      return rule === undefined ? 'nothing' : (countRefusal(rule, 'mx.far.test')?.failure?.type ?? 'nothing')
    }
    expect(count(facts({ tlsa: { kind: 'trouble', why: 'bogus' } }))).toBe('dnssec-invalid')
    expect(count(facts({ policy: sts('enforce', 'a.test') }))).toBe('validation-failure')
    expect(count(facts())).toBe('nothing')
  })
})
