// The public suites for SPF and ARC against the verifier as the relay runs it, and what it does with the examples of the RFCs.
// Every failure that is left is named here and explained in test/conformance.md; a new one fails the test, and so does one that is gone.
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import yaml from 'js-yaml'
import { authenticate, dkimVerify } from 'mailauth'
import { spf } from 'mailauth/lib/spf'
import { describe, expect, it } from 'vitest'
import { parseHeaderBlock, type HeaderField } from '../../../main/mail/index.ts'
import { relaxedField, RelaxedBodyHash } from '../../../main/trust/canonical.ts'
import { explanationOf } from '../../../main/trust/results.ts'
import { messageOctets, placeOf, sealOctets } from '../../../main/trust/seal.ts'
import { loadSigningKey, signData } from '../../../main/trust/sign.ts'

const corpora = process.env['POSTERN_CORPORA']
const SPF_FILE = path.join(corpora ?? '', 'spf', 'rfc7208-tests.yml')
const ARC_FILE = path.join(corpora ?? '', 'arc', 'arc-draft-validation-tests.yml')
const ARC_SIGNING_FILE = path.join(corpora ?? '', 'arc', 'arc-draft-sign-tests.yml')
const missing =
  corpora === undefined ? 'POSTERN_CORPORA is not set' : existsSync(SPF_FILE) ? undefined : 'the suites are not there'

const coded = (code: string): Error => Object.assign(new Error(code), { code })

type Zone = Readonly<Record<string, readonly unknown[]>>

/** The zone of a suite, in the shapes that `resolve` has: SPF records stand for TXT where there are none. */
function resolverOf(zone: Zone) {
  const known = new Map(Object.entries(zone).map(([name, records]) => [name.toLowerCase(), records]))
  return async (name: string, type: string): Promise<unknown[]> => {
    const records = known.get(name.toLowerCase().replace(/\.$/, ''))
    if (records === undefined) throw coded('ENOTFOUND')
    const pairs = records.flatMap((one) => (typeof one === 'object' && one !== null ? Object.entries(one) : []))
    const hasTxt = pairs.some(([kind]) => kind === 'TXT')
    const found: unknown[] = []
    for (const [kind, value] of pairs as [string, unknown][]) {
      const real = kind === 'SPF' && !hasTxt ? 'TXT' : kind
      if (real !== type || value === 'NONE') continue
      if (value === 'TIMEOUT') throw coded('ETIMEOUT')
      if (type === 'MX' && Array.isArray(value))
        found.push({ priority: value[0] as unknown, exchange: value[1] as unknown })
      else found.push(type === 'TXT' && !Array.isArray(value) ? [value] : value)
    }
    if (found.length === 0) throw coded(records.includes('TIMEOUT') ? 'ETIMEOUT' : 'ENODATA')
    return found
  }
}

interface SpfSuite {
  readonly description: string
  readonly zonedata: Zone
  readonly tests: Readonly<
    Record<
      string,
      {
        readonly mailfrom: string
        readonly helo: string
        readonly host: string
        readonly result: string | readonly string[]
        readonly explanation?: string
      }
    >
  >
}

interface SigningSuite {
  readonly domain: string
  readonly sel: string
  readonly privatekey: string
  readonly 'txt-records': Readonly<Record<string, string>>
  readonly tests: Readonly<
    Record<string, { readonly message: string; readonly 'sig-headers': string; AAR: string; AMS: string; AS: string }>
  >
}

const zoneResolver = (zone: Readonly<Record<string, string>>) => (owner: string) => {
  const record = zone[owner]
  if (record === undefined) return Promise.reject(coded('ENOTFOUND'))
  return Promise.resolve([[record.replaceAll('\n', '')]] as unknown as string[])
}

const withLineEnds = (text: string): string => text.replaceAll(/\r?\n/g, '\r\n')

/** What our verifier makes of the chain in a message. */
async function chainIn(raw: Buffer, zone: Readonly<Record<string, string>>): Promise<string> {
  const about = { ip: '192.0.2.1', helo: 'x.test', mta: 'r.test', sender: 'a@x.test', strict: true }
  const { arc } = await authenticate(raw, {
    ...{ ...about, disableBimi: true, disableDmarc: true, resolver: zoneResolver(zone) },
  })
  return arc === false ? 'none' : arc.status.result
}

/** The fields that a verifier takes for the names, from the bottom up. RFC 6376 §5.4.2 */
function canonicalOf(fields: readonly HeaderField[], names: readonly string[]): Buffer[] {
  const left = [...fields]
  return names.flatMap((name) => {
    const at = left.findLastIndex((field) => field.key === name)
    const [found] = at < 0 ? [] : left.splice(at, 1)
    return found === undefined ? [] : [relaxedField(found.raw), Buffer.from('\r\n')]
  })
}

/** One value of a tag list, white space left out. */
const tag = (list: string, name: string): string =>
  new RegExp(`(?:^|;)\\s*${name}=([^;]*)`).exec(list)?.[1]?.replaceAll(/\s/g, '') ?? ''
const withoutSignature = (list: string): string => list.replace(/(^|;)(\s*b=)[^;]*/, '$1$2')

interface ArcSuite {
  readonly tests?: Readonly<Record<string, { readonly message?: string; readonly cv?: string }>>
  readonly 'txt-records'?: Readonly<Record<string, string>>
}

/** Explained in test/conformance.md. */
const ARC_LEFT = ['ams_fields_c_na', 'ams_fields_h_empty']

describe.skipIf(missing !== undefined)(`conformance${missing === undefined ? '' : `: skipped, ${missing}`}`, () => {
  it('SPF: the suite of RFC 7208, all of it, explanations included', async () => {
    const suites = yaml.loadAll(readFileSync(SPF_FILE, 'utf8')) as SpfSuite[]
    const failed: string[] = []
    let count = 0
    for (const { description, zonedata, tests } of suites)
      for (const [name, { mailfrom, helo, host, result, explanation }] of Object.entries(tests)) {
        count++
        const resolver = resolverOf(zonedata) as (domain: string, rrtype: string) => Promise<string[]>
        const got = await spf({ sender: mailfrom, ip: host, helo, mta: 'receiver.example', resolver, strict: true })
        const right = [result].flat().includes(got.status.result)
        const said = explanation === undefined || explanation === 'DEFAULT' || explanationOf(got) === explanation
        if (!right || !said) failed.push(`${description}: ${name}: ${got.status.result}`)
      }
    console.log(`SPF: ${count - failed.length} of ${count}`)
    expect(count).toBe(200)
    expect(failed).toEqual([])
  })

  it('ARC: the validations, all but what is explained', async () => {
    const suites = yaml.loadAll(readFileSync(ARC_FILE, 'utf8'), null, { json: true }) as (ArcSuite | null)[]
    const failed: string[] = []
    let count = 0
    for (const suite of suites)
      for (const [name, { message = '', cv = '' }] of Object.entries(suite?.tests ?? {})) {
        count++
        const got = await chainIn(Buffer.from(withLineEnds(message)), suite?.['txt-records'] ?? {})
        if (cv !== '' && got !== cv.toLowerCase()) failed.push(name)
      }
    console.log(`ARC: ${count - failed.length} of ${count}`)
    expect(count).toBe(171)
    expect(failed).toEqual(ARC_LEFT)
  })

  it('ARC: the signings: the place in the chain, the body hash, and both signatures to the octet', async () => {
    const suites = yaml.loadAll(readFileSync(ARC_SIGNING_FILE, 'utf8')) as (SigningSuite | null)[]
    const failed: string[] = []
    let count = 0
    for (const suite of suites)
      for (const [name, { message, 'sig-headers': names, AAR, AMS, AS }] of Object.entries(suite?.tests ?? {})) {
        if (suite === null) continue
        count++
        const raw = Buffer.from(withLineEnds(message))
        const end = raw.indexOf('\r\n\r\n') + 4
        const { fields } = parseHeaderBlock(raw.subarray(0, end))
        const place = placeOf(fields, await chainIn(raw, suite['txt-records']))
        if (place === undefined || AS === '') {
          if (place !== undefined || AS !== '')
            failed.push(`${name}: sealed where it must not be, or not where it must`)
          continue
        }
        const key = loadSigningKey(suite.sel, 'rsa', suite.privatekey)
        const hash = new RelaxedBodyHash()
        hash.update(raw.subarray(end))
        const sign = async (octets: Buffer): Promise<string> => (await signData(key, octets)).toString('base64')
        const field = (key: string, value: string): string =>
          `${key}: ${withLineEnds(value).trim().replaceAll('\r\n', '\r\n ')}`
        // The suite's signer wrote its signature on one line; the suite shows it folded.
        const ams = field(
          'ARC-Message-Signature',
          AMS.replace(/(b=)([^;]*)/, (_, b: string, text: string) => b + text.replaceAll(/\s/g, '')),
        )
        const canonical = canonicalOf(fields, names.split(':'))
        const wanted = [String(place.instance), place.cv, hash.digest()]
        const got = [tag(AS, 'i'), tag(AS, 'cv'), tag(AMS, 'bh')]
        const octets = sealOctets(
          place.before,
          field('ARC-Authentication-Results', AAR),
          ams,
          withoutSignature(field('ARC-Seal', AS)),
        )
        wanted.push(await sign(messageOctets(canonical, withoutSignature(ams))), await sign(octets))
        got.push(tag(AMS, 'b'), tag(AS, 'b'))
        for (const [index, what] of ['instance', 'cv', 'body hash', 'message signature', 'seal'].entries())
          if (wanted[index] !== got[index]) failed.push(`${name}: ${what}: ${wanted[index]} for ${got[index]}`)
      }
    console.log(`ARC signings: ${count - failed.length} of ${count}`)
    expect(count).toBe(17)
    expect(failed).toEqual([])
  })
})

/** RFC 8463 appendix A: one message, an RSA and an Ed25519 signature by the same domain. */
const RFC8463 = `DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/relaxed;
 d=football.example.com; i=@football.example.com;
 q=dns/txt; s=brisbane; t=1528637909; h=from : to :
 subject : date : message-id : from : subject : date;
 bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;
 b=/gCrinpcQOoIfuHNQIbq4pgh9kyIK3AQUdt9OdqQehSwhEIug4D11Bus
 Fa3bT3FY5OsU7ZbnKELq+eXdp1Q1Dw==
DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed;
 d=football.example.com; i=@football.example.com;
 q=dns/txt; s=test; t=1528637909; h=from : to : subject :
 date : message-id : from : subject : date;
 bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;
 b=F45dVWDfMbQDGHJFlXUNB2HKfbCeLRyhDXgFpEL8GwpsRe0IeIixNTe3
 DhCVlUrSjV4BwcVcOF6+FF3Zo9Rpo1tFOeS9mPYQTnGdaSGsgeefOsk2Jz
 dA+L10TeYt9BgDfQNZtKdN1WO//KgIqXP7OdEFE4LjFYNcUxZQ4FADY+8=
From: Joe SixPack <joe@football.example.com>
To: Suzie Q <suzie@shopping.example.net>
Subject: Is dinner ready?
Date: Fri, 11 Jul 2003 21:00:37 -0700 (PDT)
Message-ID: <20030712040037.46341.5F8J@football.example.com>

Hi.

We lost the game.  Are you hungry yet?

Joe.
`
const RFC8463_KEYS: Readonly<Record<string, string>> = {
  'brisbane._domainkey.football.example.com': 'v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=',
  'test._domainkey.football.example.com':
    'v=DKIM1; k=rsa; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDkHlOQoBTzWRiGs5V6NpP3idY6Wk08a5qhdR6wy5bdOKb2jLQiY/J16JYi0Qvx/byYzCNb3W91y3FutACDfzwQ/BC/e/8uBsCR+yz1Lxj+PL6lHvqMKrM3rG4hstT5QjvHO9PzoxZyVYLzBfO2EeC3Ip3G+2kryOTIKT+l/K4w3QIDAQAB',
}

it('DKIM: both signatures of the message in RFC 8463 appendix A hold, and neither when a letter changes', async () => {
  const resolver = async (name: string): Promise<string[]> => {
    const record = RFC8463_KEYS[name]
    if (record === undefined) throw coded('ENOTFOUND')
    return [[record]] as unknown as string[]
  }
  const raw = RFC8463.replaceAll('\n', '\r\n')
  const results = async (message: string): Promise<string[]> =>
    (await dkimVerify(message, { resolver, strict: true })).results.map((one) => one.status.result)
  expect(await results(raw)).toEqual(['pass', 'pass'])
  expect(await results(raw.replace('hungry', 'Hungry'))).not.toContain('pass')
  expect(await results(raw.replace('dinner', 'supper'))).not.toContain('pass')
})
