// The examples of RFC 9989 (appendix B) and RFC 6376 (§3.4.5, appendix A) through the verifier as the relay runs it: which domains align, which
// record is the policy, and what signatures are over.
import { createHash, generateKeyPairSync } from 'node:crypto'
import { dkimVerify } from 'mailauth'
import { describe, expect, it } from 'vitest'
import { authenticateMessage } from '../../../main/trust/authenticate.ts'
import { relaxedField, RelaxedBodyHash } from '../../../main/trust/canonical.ts'
import { evidenceOf, verdictsOf } from '../../../main/trust/results.ts'
import { loadSigningKey, signHeader } from '../../../main/trust/sign.ts'

const pair = generateKeyPairSync('rsa', { modulusLength: 2048 })
const key = loadSigningKey('s1', 'rsa', pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString())
const KEY_RECORD = `v=DKIM1; k=rsa; p=${pair.publicKey.export({ type: 'spki', format: 'der' }).toString('base64')}`

interface Case {
  readonly from: string
  readonly mailFrom?: string
  readonly dkim?: string
  /** Owner (without `_dmarc.`) to record. */
  readonly dmarc: Readonly<Record<string, string>>
  /** Names that do not exist at all. */
  readonly absent?: readonly string[]
}

interface Judged {
  readonly dmarc: string
  readonly policy: string | undefined
  readonly asked: readonly string[]
}

/** SPF passes for every domain of the world and each signature holds: what is left is alignment. */
async function judge({ from, mailFrom = 'other.invalid', dkim, dmarc, absent = [] }: Case): Promise<Judged> {
  const asked: string[] = []
  const resolver = async (name: string, type: string): Promise<string[]> => {
    if (name.startsWith('_dmarc.')) {
      asked.push(name)
      const record = dmarc[name.slice('_dmarc.'.length)]
      if (record !== undefined) return [[record]] as unknown as string[]
    } else if (name === `s1._domainkey.${dkim ?? ''}`) return [[KEY_RECORD]] as unknown as string[]
    else if (type === 'TXT' && name === mailFrom) return [['v=spf1 +all']] as unknown as string[]
    throw Object.assign(new Error('no'), { code: absent.includes(name) ? 'ENOTFOUND' : 'ENODATA' })
  }
  const header = `From: Ada <ada@${from}>\r\nTo: bob@receiver.example\r\nSubject: x\r\nDate: Sun, 22 Nov 2026 10:00:00 +0000\r\nMessage-ID: <1@x>\r\n`
  const body = 'Hello.\r\n'
  const hash = new RelaxedBodyHash()
  hash.update(Buffer.from(body))
  const about = { header: Buffer.from(`${header}\r\n`), bodyHash: hash.digest(), keys: [key], at: 1_790_000_000 }
  const signature = dkim === undefined ? '' : (await signHeader({ ...about, domain: dkim })).toString()
  const envelope = { ip: '192.0.2.1', helo: 'x.test', hostname: 'r.test', sender: `bounce@${mailFrom}` }
  const message = {
    header: Buffer.from(`${signature}${header}\r\n`),
    body: () => Buffer.from(body),
    isOver: () => false,
  }
  const result = await authenticateMessage({ ...envelope, ...message }, resolver)
  const { dmarc: verdict, policy } = verdictsOf(result)
  expect(evidenceOf(result, Buffer.from(header), false).author).toMatchObject({ domain: from })
  return { dmarc: verdict, policy, asked }
}

const REJECT = 'v=DMARC1; p=reject'
const STRICT = 'v=DMARC1; p=reject; adkim=s; aspf=s'

describe('RFC 9989 appendix B.1: identifier alignment', () => {
  it.each([
    // B.1.1, SPF.
    ['example.com', { mailFrom: 'example.com' }, REJECT, 'pass'],
    ['example.com', { mailFrom: 'example.com' }, STRICT, 'pass'],
    ['example.com', { mailFrom: 'child.example.com' }, REJECT, 'pass'],
    ['example.com', { mailFrom: 'child.example.com' }, STRICT, 'fail'],
    ['child.example.com', { mailFrom: 'example.net' }, REJECT, 'fail'],
    // B.1.2, DKIM.
    ['example.com', { dkim: 'example.com' }, REJECT, 'pass'],
    ['example.com', { dkim: 'example.com' }, STRICT, 'pass'],
    ['child.example.com', { dkim: 'example.com' }, REJECT, 'pass'],
    ['child.example.com', { dkim: 'example.com' }, STRICT, 'fail'],
    ['child.example.com', { dkim: 'sample.net' }, REJECT, 'fail'],
  ])('From %s with %j under "%s": %s', async (from, proof, record, expected) => {
    expect((await judge({ from, ...proof, dmarc: { 'example.com': record } })).dmarc).toBe(expected)
  })
})

describe('RFC 9989 appendix B.4: the tree walk', () => {
  it('B.4.1: both the organization and the signing subdomain have a record', async () => {
    const dmarc = { 'example.com': REJECT, 'signing.example.com': REJECT }
    const { dmarc: verdict } = await judge({ from: 'example.com', dkim: 'signing.example.com', dmarc })
    expect(verdict).toBe('pass')
  })

  it('B.4.2: a name of many labels costs eight questions, and still finds its organization', async () => {
    const from = 'a.b.c.d.e.f.g.h.i.j.k.example.com'
    const dmarc = { 'example.com': REJECT, 'signing.example.com': REJECT }
    const judged = await judge({ from, mailFrom: 'example.com', dmarc })
    expect(judged.dmarc).toBe('pass')
    expect(judged.asked).toEqual([
      ...[`_dmarc.${from}`, '_dmarc.g.h.i.j.k.example.com', '_dmarc.h.i.j.k.example.com', '_dmarc.i.j.k.example.com'],
      ...['_dmarc.j.k.example.com', '_dmarc.k.example.com', '_dmarc.example.com', '_dmarc.com'],
    ])
    expect((await judge({ from, dkim: 'signing.example.com', dmarc })).dmarc).toBe('pass')
  })

  it('B.4.3: below a public suffix with a record, neighbours are strangers and its policy is the last resort', async () => {
    const dmarc = { 'bank.example': 'v=DMARC1; p=reject; psd=y' }
    const from = 'giant.bank.example'
    expect(await judge({ from, mailFrom: 'mail.giant.bank.example', dmarc })).toMatchObject({ dmarc: 'pass' })
    expect(await judge({ from, dkim: 'mail.mega.bank.example', dmarc })).toMatchObject({
      ...{ dmarc: 'fail', policy: 'reject' },
    })
  })

  it('psd=n ends the walk: what stands above it is another organization', async () => {
    const dmarc = { 'example.com': REJECT, 'own.example.com': 'v=DMARC1; p=quarantine; psd=n' }
    const { dmarc: verdict, policy } = await judge({ from: 'own.example.com', mailFrom: 'example.com', dmarc })
    expect([verdict, policy]).toEqual(['fail', 'quarantine'])
  })
})

describe('RFC 9989 §4.7: which policy is asked for', () => {
  const record = 'v=DMARC1; p=reject; sp=quarantine; np=none'
  it.each([
    ['example.com', record, [], 'reject'],
    ['there.example.com', record, [], 'quarantine'],
    ['invented.example.com', record, ['invented.example.com'], 'none'],
    ['there.example.com', 'v=DMARC1; p=reject', [], 'reject'],
    // In testing, the policy one level below.
    ['example.com', 'v=DMARC1; p=reject; t=y', [], 'quarantine'],
    ['example.com', 'v=DMARC1; p=quarantine; t=y', [], 'none'],
    // pct= is history: a share of the mail is not spared.
    ['example.com', 'v=DMARC1; p=reject; pct=0', [], 'reject'],
    // No policy that can be read, and nowhere to tell of it.
    ['example.com', 'v=DMARC1; p=banish; rua=mailto:d@example.com', [], 'none'],
  ])('From %s under "%s", of which %j are not there: %s', async (from, text, absent, expected) => {
    const judged = await judge({ from, dmarc: { 'example.com': text }, absent })
    expect([judged.dmarc, judged.policy]).toEqual(['fail', expected])
  })

  it.each(['v=DMARC2; p=reject', 'p=reject; v=DMARC1'])('"%s" is no record', async (text) => {
    expect((await judge({ from: 'example.com', dmarc: { 'example.com': text } })).dmarc).toBe('none')
  })

  // RFC 9989 §4.10.1 lets them count for nothing; but whoever wrote one wanted the domain protected.
  it.each(['v=DMARC1; p=banish', 'v=DMARC1; p=reject; p=none', 'v=dmarc1; p=reject', 'V = DMARC1 ; p='])(
    '"%s" is a record that cannot be evaluated, which is no pass',
    async (text) => {
      expect((await judge({ from: 'example.com', dmarc: { 'example.com': text } })).dmarc).toBe('permerror')
    },
  )
})

describe('RFC 6376', () => {
  it('§3.4.5: fields and body in relaxed form', () => {
    expect(relaxedField(Buffer.from('A: X\r\n')).toString()).toBe('a:X')
    expect(relaxedField(Buffer.from('B : Y\t\r\n\tZ  \r\n')).toString()).toBe('b:Y Z')
    const hash = new RelaxedBodyHash()
    hash.update(Buffer.from(' C \r\nD \t E\r\n\r\n\r\n'))
    expect(hash.digest()).toBe(createHash('sha256').update(' C\r\nD E\r\n').digest('base64'))
  })

  /** Errata 3192 and 4926: one space in the second line of the body, and six before each fold. */
  const MESSAGE = `DKIM-Signature: v=1; a=rsa-sha256; s=brisbane; d=example.com;
      c=simple/simple; q=dns/txt; i=joe@football.example.com;
      h=Received : From : To : Subject : Date : Message-ID;
      bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;
      b=AuUoFEfDxTDkHlLXSZEpZj79LICEps6eda7W3deTVFOk4yAUoqOB
      4nujc7YopdG5dWLSdNg6xNAZpOPr+kHxt1IrE+NahM6L/LbvaHut
      KVdkLLkpVaVVQPzeRDI009SO2Il5Lu7rDNH6mZckBdrIx0orEtZV
      4bmp/YzhwvcubU4=;
Received: from client1.football.example.com  [192.0.2.1]
      by submitserver.example.com with SUBMISSION;
      Fri, 11 Jul 2003 21:01:54 -0700 (PDT)
From: Joe SixPack <joe@football.example.com>
To: Suzie Q <suzie@shopping.example.net>
Subject: Is dinner ready?
Date: Fri, 11 Jul 2003 21:00:37 -0700 (PDT)
Message-ID: <20030712040037.46341.5F8J@football.example.com>

Hi.

We lost the game. Are you hungry yet?

Joe.
`.replaceAll('\n', '\r\n')
  const BRISBANE =
    'v=DKIM1; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDwIRP/UC3SBsEmGqZ9ZJW3/DkMoGeLnQg1fWn7/zYtIxN2SnFCjxOCKG9v3b4jYfcTNh5ijSsq631uBItLa7od+v/RtdC2UzJ1lWT947qR+Rcac2gbto/NMqJ0fzfVjH4OuKhitdY9tf6mcwGjaNBcWToIMmPSPDdQPNUYckcQ2QIDAQAB'
  const resolver = async (name: string): Promise<string[]> => {
    if (name !== 'brisbane._domainkey.example.com') throw Object.assign(new Error('no'), { code: 'ENOTFOUND' })
    return [[BRISBANE]] as unknown as string[]
  }
  const resultOf = async (message: string): Promise<string | undefined> =>
    (await dkimVerify(message, { resolver, strict: true })).results[0]?.status.result

  it('appendix A.2: the signed message holds, and not when one octet of it changes', async () => {
    expect(await resultOf(MESSAGE)).toBe('pass')
    for (const [of, by] of [
      ['We lost', 'We won'],
      ['Is dinner', 'is dinner'],
      ['To: Suzie Q', 'To:  Suzie Q'],
      ['Joe.\r\n', 'Joe. \r\n'],
    ] as const)
      expect(await resultOf(MESSAGE.replace(of, by)), of).not.toBe('pass')
  })
})
