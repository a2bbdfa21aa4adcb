// The arithmetic of DNSSEC against the examples of the RFCs, and the bounds on what a hostile zone may cost.
import { generateKeyPairSync, sign } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { parseAnchors, ROOT_ANCHORS } from '../../../main/dns/anchors.ts'
import { countLabels, nameBytes, parseName, type Name } from '../../../main/dns/name.ts'
import { denyByNsec } from '../../../main/dns/nsec.ts'
import { denyByNsec3, hashName } from '../../../main/dns/nsec3.ts'
import { chooseDns, createDns } from '../../../main/dns/resolver.ts'
import type { RrSet, Signature } from '../../../main/dns/rrset.ts'
import {
  keyTagOf,
  matchesDelegation,
  newBudget,
  parseKeys,
  signedData,
  verifySet,
  type ZoneKey,
} from '../../../main/dns/signature.ts'
import type { Message, RawRecord } from '../../../main/dns/wire.ts'

const name = (text: string): Name => {
  const parsed = parseName(text)
  if (parsed === undefined) throw new Error(text)
  return parsed
}

test('the hashed names of RFC 5155 appendix A', () => {
  const salt = Buffer.from('aabbccdd', 'hex')
  expect(hashName(name('example'), salt, 12)).toBe('0p9mhaveqvm6t7vbl5lop2u3t2rp3tom')
  expect(hashName(name('a.example'), salt, 12)).toBe('35mthgpgcu1qg68fab165klnsnk3dpvl')
  expect(hashName(name('*.w.example'), salt, 12)).toBe('r53bq7cc2uvmubfu5ocmm6pers9tk9en')
})

test('the key tag and the digest of RFC 4034 §5.4', () => {
  const key =
    'AQOeiiR0GOMYkDshWoSKz9XzfwJr1AYtsmx3TGkJaNXVbfi/2pHm822aJ5iI9BMzNXxeYCmZDRD99WYwYqUSdjMmmAphXdvxegXd/M5+X7OrzKBaMbCVdFLUUh6DhweJBjEVv5f2wwjM9XzcnOf+EPbtG9DMBmADjFDc2w/rljwvFw=='
  const rdata = Buffer.concat([Buffer.from('01000305', 'hex'), Buffer.from(key, 'base64')])
  expect(keyTagOf(rdata)).toBe(60485)
  const zoneKey = { flags: 256, algorithm: 5, tag: 60485, rdata, key: generateKeyPairSync('ed25519').publicKey }
  const digest = Buffer.from('2BB183AF5F22588179A53B0A98631FAD1A292118', 'hex')
  const ds = { keyTag: 60485, algorithm: 5, digestType: 1, digest }
  expect(matchesDelegation(ds, name('dskey.example.com'), zoneKey)).toBe(true)
  expect(matchesDelegation(ds, name('other.example.com'), zoneKey)).toBe(false)
})

test('the anchors of the root are those of IANA, and a file may bring others', () => {
  expect(ROOT_ANCHORS.map(({ delegation }) => delegation.keyTag)).toEqual([20326, 38696])
  // The DNSKEY of 2017 as the root publishes it: its digest is the anchor.
  const ksk2017 =
    'AwEAAaz/tAm8yTn4Mfeh5eyI96WSVexTBAvkMgJzkKTOiW1vkIbzxeF3+/4RgWOq7HrxRixHlFlExOLAJr5emLvN7SWXgnLh4+B5xQlNVz8Og8kvArMtNROxVQuCaSnIDdD5LKyWbRd2n9WGe2R8PzgCmr3EgVLrjyBxWezF0jLHwVN8efS3rCj/EWgvIWgb9tarpVUDK/b58Da+sqqls3eNbuv7pr+eoZG+SrDK6nWeL3c6H5Apxz7LjVc1uTIdsIXxuOLYA4/ilBmSVIzuDWfdRUfhHdY6+cn8HFRm+2hM8AnXGXws9555KrUB5qihylGa8subX2Nn6UwNR1AkUTV74bU='
  const [fromKey] = parseAnchors(`; the root\n. 172800 IN DNSKEY 257 3 8 ${ksk2017}\n`)
  expect(fromKey?.delegation).toEqual(ROOT_ANCHORS[0]?.delegation)
  const [ds] = parseAnchors('example.org. IN DS 12345 13 2 0011223344 55667788')
  expect(ds?.delegation).toMatchObject({ keyTag: 12345, algorithm: 13, digestType: 2 })
  for (const text of ['', 'example.org', '. IN DS 1 2', '. IN DS a b c d', '. IN A 1 2 3 4', '. IN DS 1 8 2 xyz'])
    expect(() => parseAnchors(text)).toThrow(/no trust anchor/)
})

const NOW = Date.UTC(2026, 10, 22)
const SECONDS = NOW / 1000

interface Signer {
  readonly zone: Name
  readonly key: ZoneKey
  sign(set: RrSet, change?: Partial<Signature>): RrSet
}

/** An Ed25519 zone key that signs what it is told to. */
function signer(zone: Name): Signer {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const raw = publicKey.export({ type: 'spki', format: 'der' }).subarray(-32)
  const rdata = Buffer.concat([Buffer.from([1, 1, 3, 15]), raw])
  const key = { flags: 257, algorithm: 15, tag: keyTagOf(rdata), rdata, key: publicKey }
  return {
    zone,
    key,
    sign(set, change = {}) {
      const labels = countLabels(set.name)
      const about = {
        covered: set.type,
        algorithm: 15,
        labels,
        originalTtl: 300,
        expires: SECONDS + 1000,
        begins: SECONDS - 1000,
        keyTag: key.tag,
        signer: zone,
        ...change,
      }
      const head = Buffer.alloc(18)
      head.writeUInt16BE(about.covered, 0)
      head[2] = about.algorithm
      head[3] = about.labels
      head.writeUInt32BE(about.originalTtl, 4)
      head.writeUInt32BE(about.expires, 8)
      head.writeUInt32BE(about.begins, 12)
      head.writeUInt16BE(about.keyTag, 16)
      const signature: Signature = {
        ...about,
        signature: Buffer.alloc(0),
        head: Buffer.concat([head, nameBytes(about.signer)]),
      }
      const data = signedData(set, signature)
      return {
        ...set,
        signatures: [...set.signatures, { ...signature, signature: sign(null, data ?? Buffer.alloc(0), privateKey) }],
      }
    },
  }
}

const set = (owner: string, type: number, ...data: string[]): RrSet => ({
  name: name(owner),
  type,
  ttl: 300,
  data: data.map((hex) => Buffer.from(hex, 'hex')).sort((a, b) => Buffer.compare(a, b)),
  signatures: [],
})

describe('signatures', () => {
  const zone = signer(name('example'))
  const place = { zone: zone.zone, keys: [zone.key], now: NOW }
  const address = set('a.example', 1, 'c0000201', 'c0000202')

  test('hold over what was signed and nothing else', () => {
    const signed = zone.sign(address)
    expect(verifySet(signed, place, newBudget())).toMatchObject({ valid: true, ttl: 300, wildcard: undefined })
    for (const other of [
      { ...signed, name: name('b.example') },
      { ...signed, type: 28 },
      { ...signed, data: signed.data.slice(1) },
      zone.sign({ ...address, data: [] }).signatures.map((one) => ({ ...address, signatures: [one] }))[0] ?? signed,
    ])
      expect(verifySet(other, place, newBudget()).valid).toBe(false)
  })

  test('have their time', () => {
    const cases: readonly [Partial<Signature>, string | undefined][] = [
      [{ expires: SECONDS - 1 }, 'expired'],
      [{ begins: SECONDS + 3600 }, 'not valid before'],
      [{ begins: SECONDS + 60 }, undefined],
      [{ labels: 3 }, 'wrong'],
      [{ keyTag: 1 }, 'does not have'],
      [{ algorithm: 7 }, 'not checked'],
      [{ signer: name('test') }, 'not of its zone'],
    ]
    for (const [change, why] of cases) {
      const verdict = verifySet(zone.sign(address, change), place, newBudget())
      expect(verdict.valid).toBe(why === undefined)
      if (!verdict.valid) expect(verdict.reason).toContain(why)
    }
  })

  test('over a wildcard say which', () => {
    const wild = zone.sign(set('*.example', 1, 'c0000201'))
    const expanded = { ...wild, name: name('x.y.example') }
    expect(verifySet(expanded, place, newBudget())).toMatchObject({ valid: true, wildcard: name('example') })
    expect(verifySet(wild, place, newBudget())).toMatchObject({ valid: true, wildcard: undefined })
  })

  test('are checked a bounded number of times, whatever a zone brings (KeyTrap)', () => {
    const broken = zone.sign(address).signatures.map((one) => ({ ...one, signature: Buffer.alloc(64) }))
    const many = Array.from({ length: 500 }, () => broken).flat()
    const keys = Array.from({ length: 500 }, () => zone.key)
    const budget = newBudget()
    expect(verifySet({ ...address, signatures: many }, { ...place, keys }, budget).valid).toBe(false)
    expect(newBudget().signatures - budget.signatures).toBeLessThanOrEqual(8 * 4)
    budget.signatures = 0
    expect(verifySet(zone.sign(address), place, budget)).toMatchObject({
      valid: false,
      reason: 'costs too much to check',
    })
  })

  test('keys: revoked, of another protocol, for no zone or too small, count for nothing', () => {
    const good = zone.key.rdata.toString('hex')
    const bad = [`0181${good.slice(4)}`, `010102${good.slice(6)}`, `0001${good.slice(4)}`, '01010308030100010102']
    expect(parseKeys(set('example', 48, good)).length).toBe(1)
    expect(parseKeys(set('example', 48, ...bad))).toEqual([])
  })
})

describe('denial', () => {
  const bitmap = (...types: number[]): string => {
    const bytes = Buffer.alloc(34)
    bytes[1] = 32
    for (const type of types) bytes[2 + (type >> 3)] = (bytes[2 + (type >> 3)] ?? 0) | (0x80 >> (type & 7))
    return bytes.toString('hex')
  }
  const nsec = (owner: string, next: string, ...types: number[]): RrSet =>
    set(owner, 47, nameBytes(name(next)).toString('hex') + bitmap(...types))
  const zone = name('example')
  const ask = (owner: string, type: number, ...sets: RrSet[]): string =>
    denyByNsec({ name: name(owner), type, zone }, sets).kind

  test('by NSEC: the name, the type, the wildcard, and nothing from the wrong side of a cut', () => {
    const apex = nsec('example', 'b.example', 2, 6, 46, 47)
    expect(ask('b.example', 52, nsec('b.example', 'd.example', 1, 46, 47))).toBe('no-data')
    expect(ask('b.example', 1, nsec('b.example', 'd.example', 1))).toBe('unproven')
    expect(ask('b.example', 52, nsec('b.example', 'd.example', 5))).toBe('unproven')
    expect(ask('c.example', 1, nsec('b.example', 'd.example', 1), apex)).toBe('no-name')
    expect(ask('c.example', 1, nsec('b.example', 'd.example', 1))).toBe('unproven')
    expect(ask('z.example', 1, nsec('y.example', 'example', 1), apex)).toBe('no-name')
    // An empty non-terminal.
    expect(ask('c.example', 1, nsec('b.example', 'x.c.example', 1))).toBe('no-data')
    // RFC 6840 §4.1: a delegation says nothing about what is below it.
    expect(ask('x.b.example', 1, nsec('b.example', 'd.example', 2, 46, 47), apex)).toBe('unproven')
    expect(ask('x.b.example', 1, nsec('b.example', 'd.example', 39, 46, 47), apex)).toBe('unproven')
    expect(ask('b.example', 52, nsec('b.example', 'd.example', 2, 46, 47))).toBe('unproven')
    expect(ask('b.example', 43, nsec('b.example', 'd.example', 2, 46, 47))).toBe('unsigned-delegation')
    expect(ask('b.example', 43, nsec('b.example', 'd.example', 2, 6, 46, 47))).toBe('unproven')
    expect(ask('c.example', 1, nsec('b.example', 'd.example', 1), nsec('*.example', 'b.example', 16))).toBe('no-data')
    expect(ask('c.example', 16, nsec('b.example', 'd.example', 1), nsec('*.example', 'b.example', 16))).toBe('unproven')
  })

  test('by NSEC3: rounds are bounded, and a zone that wants more counts as insecure', () => {
    const rdata = (iterations: number): string =>
      `0100${iterations.toString(16).padStart(4, '0')}0014${'00'.repeat(20)}${bitmap(1)}`
    const owner = `${'0'.repeat(32)}.example`
    const deny = (iterations: number, asked: string, budget = newBudget()) =>
      denyByNsec3({ name: name(asked), type: 1, zone }, false, [set(owner, 50, rdata(iterations))], budget)
    expect(deny(101, 'x.example').kind).toBe('insecure')
    const budget = newBudget()
    expect(deny(100, `${'a.'.repeat(100)}example`, budget).kind).toBe('unproven')
    expect(newBudget().rounds - budget.rounds).toBeLessThanOrEqual(101 * 102)
    budget.rounds = 0
    expect(deny(100, 'x.example', budget).kind).toBe('unproven')
  })
})

describe('a resolver', () => {
  const record = (owner: string, type: number, hex: string): RawRecord => ({
    ...{ name: name(owner), type, class: 1, ttl: 60 },
    rdata: Buffer.from(hex, 'hex'),
  })
  const message = (answer: readonly RawRecord[], rcode = 0): Message => ({
    ...{ id: 0, isResponse: true, truncated: false, authenticated: true, rcode, questions: [], answer, authority: [] },
    ...{ additional: [], errors: [], edns: true },
  })
  const about = { server: '127.0.0.1:53' }

  test('that strips signatures is found out', async () => {
    const { lookup } = createDns(
      { ...about, exchange: async () => message([record('a.test', 1, 'c0000201')]) },
      () => NOW,
    )
    const answer = await lookup('a.test', 'A')
    expect(answer).toMatchObject({ status: 'trouble', security: 'bogus', data: [] })
    expect(answer.reason).toContain('gave no keys although it is signed')
  })

  test('has its word taken only where the user says so and it is on this machine', async () => {
    const exchange = async (): Promise<Message> => message([record('a.test', 1, 'c0000201')])
    const off = await createDns({ ...about, exchange, dnssec: 'off' }, () => NOW).lookup('a.test', 'A')
    expect(off).toMatchObject({ status: 'found', security: 'insecure', reason: 'DNSSEC is switched off' })
    const ad = await createDns({ ...about, exchange, dnssec: 'ad' }, () => NOW).lookup('a.test', 'A')
    expect(ad).toMatchObject({ status: 'found', security: 'secure' })
    expect(() => createDns({ server: '192.0.2.53', dnssec: 'ad' }, () => NOW)).toThrow(/on this machine/)
  })

  test('is the one of the start, else of the settings; a stored word that cannot be kept is taken as the stricter one', () => {
    const none = { resolver: undefined, dnssec: undefined }
    const stored = { resolver: '192.0.2.53', dnssec: 'off' } as const
    expect(chooseDns(none, none).dnssec).toBe('on')
    expect(chooseDns(none, stored)).toEqual({ server: '192.0.2.53', dnssec: 'off' })
    expect(chooseDns({ resolver: '127.0.0.1:53', dnssec: 'ad' }, stored)).toEqual({
      server: '127.0.0.1:53',
      dnssec: 'ad',
    })
    expect(chooseDns(none, { resolver: '127.0.0.1', dnssec: 'ad' }).dnssec).toBe('ad')
    expect(chooseDns(none, { resolver: '192.0.2.53', dnssec: 'ad' }).dnssec).toBe('on')
    // Said at the start, it is refused aloud.
    expect(chooseDns({ resolver: '192.0.2.53', dnssec: 'ad' }, none).dnssec).toBe('ad')
  })

  test('that sends aliases round in rings, or without end, costs a bounded number of questions', async () => {
    let asked = 0
    const ring = async (_: unknown, { name: owner }: { name: Name }): Promise<Message> => {
      asked++
      const next = nameBytes(name(`x${asked}.test`)).toString('hex')
      return message([{ ...record('a.test', 5, next), name: owner }])
    }
    const answer = await createDns({ ...about, exchange: ring, dnssec: 'off' }, () => NOW).lookup('a.test', 'A')
    expect(answer.status).toBe('trouble')
    expect(asked).toBeLessThan(20)
  })

  test('is asked once for many who want the same, and again when the answer is old', async () => {
    let asked = 0
    let now = NOW
    const exchange = async (): Promise<Message> => {
      asked++
      return message([record('a.test', 1, 'c0000201')])
    }
    const { lookup } = createDns({ ...about, exchange, dnssec: 'off' }, () => now)
    await Promise.all(Array.from({ length: 20 }, () => lookup('a.test', 'A')))
    expect(asked).toBe(1)
    now += 61_000
    await lookup('A.TEST', 'A')
    expect(asked).toBe(2)
  })

  test('that fails is tried again, then told as trouble, and an unknown name is no trouble', async () => {
    let asked = 0
    const failing = async (): Promise<Message> => {
      asked++
      return message([], 2)
    }
    const { lookup, resolve } = createDns({ ...about, exchange: failing, dnssec: 'off' }, () => NOW)
    expect(await lookup('a.test', 'A')).toMatchObject({ status: 'trouble' })
    expect(asked).toBe(2)
    await expect(resolve('a.test', 'A')).rejects.toMatchObject({ code: 'ESERVFAIL' })
    const none = createDns({ ...about, exchange: async () => message([], 3), dnssec: 'off' }, () => NOW)
    await expect(none.resolve('a.test', 'A')).rejects.toMatchObject({ code: 'ENOTFOUND' })
  })
})
