// What an attack on the verifier found, each with its kind: an outcome that could not be evaluated was no outcome, two parsers read one
// From, and a message could ask for more work than a deadline ends.
import { generateKeyPairSync } from 'node:crypto'
import { dkimSign, sealMessage } from 'mailauth'
import { describe, expect, it } from 'vitest'
import {
  fieldsNamed,
  headerLength,
  mailboxesOf,
  parseAddressList,
  parseHeaderBlock,
  rewriteForward,
  unfoldedBody,
} from '../../../main/mail/index.ts'
import type { Domain } from '../../../main/terms/address.ts'
import { authenticateMessage, type Outcome } from '../../../main/trust/authenticate.ts'
import { forwardFacts } from '../mail/golden-facts.ts'
import { dmarcPassedFor } from '../../../main/trust/authres.ts'
import { evidenceOf, verdictsOf } from '../../../main/trust/results.ts'
import {
  chooseSignatures,
  MAX_ARC_SETS,
  MAX_BODY_HASHES,
  MAX_HEADER_LINES,
  MAX_SIGNATURES,
} from '../../../main/trust/signatures.ts'

const pair = generateKeyPairSync('rsa', { modulusLength: 2048 })
const privateKey = pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
const KEY = `v=DKIM1; k=rsa; p=${pair.publicKey.export({ type: 'spki', format: 'der' }).toString('base64')}`

const ZONE: Readonly<Record<string, string>> = {
  'evil.test': 'v=spf1 +all',
  '_dmarc.evil.test': 'v=DMARC1; p=reject',
  's1._domainkey.evil.test': KEY,
  '_dmarc.bank.test': 'v=DMARC1; p=reject',
  's1._domainkey.bank.test': KEY,
  '_dmarc.broken.test': 'v=DMARC1; p=rejct',
  'broken.test': 'v=spf1 +all',
  's1._domainkey.list.test': KEY,
}

interface Asked {
  readonly outcome: Outcome
  readonly header: Buffer
  readonly asked: readonly string[]
}

type Zone = Readonly<Record<string, string | readonly string[]>>

async function look(raw: string, sender = 'x@evil.test', zone: Zone = ZONE): Promise<Asked> {
  const asked: string[] = []
  const bytes = Buffer.from(raw, 'latin1')
  const header = bytes.subarray(0, headerLength(bytes))
  const resolve = async (name: string, type: string): Promise<unknown[]> => {
    asked.push(`${type} ${name}`)
    const found = type === 'TXT' ? zone[name] : undefined
    if (found === undefined) throw Object.assign(new Error('no'), { code: 'ENOTFOUND' })
    return typeof found === 'string' ? [[found]] : found.map((text) => [text])
  }
  const about = { ip: '192.0.2.1', helo: 'x.test', hostname: 'mail.us.test', sender }
  const body = (): Buffer => bytes.subarray(header.length)
  return { outcome: await authenticateMessage({ ...about, header, body, isOver: () => false }, resolve), header, asked }
}

const REST = 'To: shop@us.test\r\nDate: Sun, 22 Nov 2026 10:00:00 +0000\r\nMessage-ID: <1@x>\r\n\r\nhello\r\n'
const signed = async (raw: string, domain: string, more: object = {}): Promise<string> => {
  const about = { signingDomain: domain, selector: 's1', privateKey, ...more }
  return (await dkimSign(raw, { ...about, signatureData: [about] })).signatures + raw
}

describe('two parsers of From', () => {
  it.each([
    ['an unclosed quote hides the second address', 'From: "CEO <ceo@bank.test>[x@evil.test '],
    ['an encoded word is an address', 'From: =?utf-8?Q?ceo=40bank.test?= x@evil.test'],
    [
      'an encoded word is half of an address',
      'From: =?utf-8?Q?ceo?=@bank.test <x@evil.test>, =?utf-8?Q?ceo=40bank.test?=',
    ],
    ['two addresses in one bracket', 'From: <x@evil.test@bank.test>'],
    ['a domain with a character that nobody sees', 'From: x@evil.test\u00e2\u0080\u008b'],
    ['two authors', 'From: x@evil.test, ceo@bank.test'],
    ['two From fields', 'From: x@evil.test\r\nFrom: ceo@bank.test'],
    ['two From fields, one with a space before its colon', 'From : ceo@bank.test\r\nFrom: x@evil.test'],
    ['a group of two', 'From: all: x@evil.test, ceo@bank.test;'],
  ])('%s: signed by one of them, it passes for neither', async (_, from) => {
    const { outcome, header } = await look(await signed(`${from}\r\n${REST}`, 'evil.test'))
    const { author, aligned } = evidenceOf(outcome, header, false)
    // The one that everybody reads alike is judged by itself, and shown alone.
    if (author.kind === 'known') expect([author.domain, verdictsOf(outcome).dmarc]).toEqual(['evil.test', 'pass'])
    else expect([verdictsOf(outcome).dmarc, aligned]).toEqual(['permerror', false])
    if (author.kind === 'known') expect(author.addresses).toEqual(['x@evil.test'])
  })

  it('the same with SPF alone', async () => {
    const { outcome } = await look(`From: "CEO <ceo@bank.test>[x@evil.test \r\n${REST}`)
    expect(verdictsOf(outcome)).toMatchObject({ spf: 'pass', dmarc: 'permerror' })
    const { author } = outcome
    expect(author.kind === 'unknown' ? [...author.domains].sort() : author).toEqual(['bank.test', 'evil.test'])
  })
})

/** The authors that a forward names, which is what its reader and every later server goes by. */
function shownBy(header: Buffer): readonly string[] {
  const forward = parseHeaderBlock(rewriteForward(header, forwardFacts({ reversePath: null }, header)).header)
  return fieldsNamed(forward, 'x-postern-original-from').flatMap((field) =>
    mailboxesOf(parseAddressList(unfoldedBody(field))).map(({ address }) => address ?? 'nobody'),
  )
}

describe('a header that mail programs read differently: whoever is judged is whoever is shown', () => {
  it.each([
    ['a line without a colon above From', 'junk\r\nFrom: x@evil.test', 'x@evil.test'],
    ['a line without a colon behind From', 'From: x@evil.test\r\nceo@bank.test', 'x@evil.test'],
    ['a line without a colon between two From fields', 'From: x@evil.test\r\njunk\r\nFrom: ceo@bank.test', undefined],
    ['a space before the colon', 'From : x@evil.test', 'x@evil.test'],
    ['the colon on the next line', 'From\r\n : ceo@bank.test\r\nFrom: x@evil.test', undefined],
    ['a byte order mark before From', '\xef\xbb\xbfFrom: x@evil.test', undefined],
    ['a byte order mark before a second From', '\xef\xbb\xbfFrom: ceo@bank.test\r\nFrom: x@evil.test', undefined],
    ['a control character in the name of a field', 'Fro\x01m: ceo@bank.test\r\nFrom: x@evil.test', 'x@evil.test'],
    ['a folded line of blanks in From', 'From: x@evil.test,\r\n \t\r\n ceo@bank.test', undefined],
    ['a mailbox line above', 'From ceo@bank.test Sun Nov 22 10:00:00 2026\r\nFrom: x@evil.test', 'x@evil.test'],
  ])('%s', async (_what, from, wanted) => {
    const raw = `${from}\r\n${REST}`
    const { outcome, header } = await look(await signed(raw, 'evil.test').catch(() => raw))
    const { author } = evidenceOf(outcome, header, false)
    if (wanted === undefined) expect([author.kind, verdictsOf(outcome).dmarc]).toEqual(['unknown', 'permerror'])
    else expect([author, shownBy(header)]).toMatchObject([{ kind: 'known', addresses: [wanted] }, [wanted]])
  })
})

describe('several TXT records at a selector: the first that is a key counts, as for OpenDKIM', () => {
  const other = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey
  const OTHER = `v=DKIM1; p=${other.export({ type: 'spki', format: 'der' }).toString('base64')}`
  it.each<[string, readonly string[], string]>([
    ['a word of somebody else first', ['google-site-verification=x', KEY], 'pass'],
    ['an SPF record first', ['v=spf1 -all', KEY], 'pass'],
    ['a key of another version first', ['v=DKIM2; p=AAAA', KEY], 'pass'],
    ['a version that does not stand first', ['k=rsa; v=DKIM1; p=AAAA', KEY], 'pass'],
    ['a record without a key first', ['v=DKIM1; k=rsa', KEY], 'pass'],
    ['the key first', [KEY, 'v=spf1 -all'], 'pass'],
    ['the same key without its version', ['v=spf1 -all', KEY.replace('v=DKIM1; ', '')], 'pass'],
    ['another key first', [OTHER, KEY], 'fail'],
    ['the word that there is none first', ['v=DKIM1; p=', KEY], 'fail'],
    ['no key at all', ['v=spf1 -all', 'x'], 'fail'],
  ])('%s', async (_what, records, result) => {
    const zone: Zone = { ...ZONE, 's1._domainkey.evil.test': records }
    const raw = await signed(`From: x@evil.test\r\n${REST}`, 'evil.test')
    const { outcome } = await look(raw, 'x@nowhere.test', zone)
    expect(verdictsOf(outcome).dmarc).toBe(result)
  })
})

describe('what cannot be evaluated is no pass', () => {
  it.each([
    ['no From', '', 'no-from'],
    ['no address in From', 'From: Somebody\r\n', 'no-address'],
    ['several From fields of one author', 'From: a@evil.test\r\nFrom: a@evil.test\r\n', 'several-from-fields'],
    ['authors at several domains', 'From: a@evil.test, b@bank.test\r\n', 'several-domains'],
    ['an address that nobody can read', 'From: Ada <ada@@evil.test>\r\n', 'unreadable'],
    ['a From of 9,000 octets', `From: ${'a@evil.test, '.repeat(700)}a@evil.test\r\n`, 'too-long'],
  ])('%s', async (_, from, fault) => {
    const { outcome, header } = await look(await signed(`${from}${REST}`, 'evil.test').catch(() => `${from}${REST}`))
    expect(verdictsOf(outcome).dmarc).toBe('permerror')
    expect(evidenceOf(outcome, header, false).author).toMatchObject({ kind: 'unknown', fault })
    expect(verdictsOf(outcome).reasons?.[0]).toMatch(/^DMARC: permerror \(/)
  })

  it('several authors of one domain are one author domain (RFC 9989 §5.3.1)', async () => {
    const { outcome } = await look(await signed(`From: a@evil.test, b@evil.test\r\n${REST}`, 'evil.test'))
    expect(verdictsOf(outcome).dmarc).toBe('pass')
  })

  it('a record that is not valid', async () => {
    const { outcome } = await look(`From: a@broken.test\r\n${REST}`, 'a@broken.test')
    expect(verdictsOf(outcome)).toMatchObject({ spf: 'pass', dmarc: 'permerror' })
    expect(verdictsOf(outcome).reasons).toContain('DMARC: permerror (a record that is not valid)')
  })

  it('a word that nobody knows', () => {
    const strange = { status: { result: 'super-pass' } }
    const outcome = {
      author: { kind: 'known', domain: 'a.test', addresses: [] },
      brokenRecord: false,
      chosen: undefined,
    }
    const found = {
      ...outcome,
      spf: strange,
      dkim: { results: [strange] },
      arc: strange,
      dmarc: strange,
    } as unknown as Outcome
    expect(verdictsOf(found)).toMatchObject({
      spf: 'permerror',
      dkim: 'permerror',
      dmarc: 'permerror',
      arc: 'permerror',
    })
  })

  it('a signature with a length proves nothing about what was put behind it', async () => {
    const whole = await signed(`From: ceo@bank.test\r\n${REST}`, 'bank.test', { maxBodyLength: 7 })
    expect(verdictsOf((await look(whole)).outcome).dmarc).toBe('pass')
    const longer = await look(`${whole}Pay here: evil.test\r\n`)
    expect(verdictsOf(longer.outcome)).toMatchObject({ dkim: 'pass', dmarc: 'fail' })
    expect(evidenceOf(longer.outcome, longer.header, false).aligned).toBe(false)
  })
})

describe('a seal of somebody whom the user trusts', () => {
  const sealedAs = async (results: string): Promise<string | undefined> => {
    const raw = `From: ceo@bank.test\r\n${REST}`
    const seal = { signingDomain: 'list.test', selector: 's1', privateKey, authResults: results, cv: 'none' as const }
    const { outcome, header } = await look((await sealMessage(raw, seal)).toString() + raw)
    expect(verdictsOf(outcome).arc).toBe('pass')
    return evidenceOf(outcome, header, false).sealedFor
  }
  it('says for whom DMARC passed', async () => {
    expect(await sealedAs('mx.list.test; spf=none; dmarc=pass (p=reject) header.from=bank.test')).toBe('bank.test')
    expect(await sealedAs('mx.list.test; dmarc=pass header.from=evil.test')).toBe('evil.test')
    expect(await sealedAs('mx.list.test; dmarc=fail header.from=bank.test')).toBeUndefined()
  })

  it.each([
    ['mx; dmarc=pass header.from=Bank.Test', 'bank.test'],
    ['mx; DMARC = pass (x) header . from = bank.test', 'bank.test'],
    ['mx; dmarc=pass', undefined],
    ['mx; dmarc=pass header.from="bank.test"', undefined],
    ['mx; dmarc=fail header.from=bank.test; dmarc=pass header.from=bank.test', undefined],
    ['mx; spf=pass smtp.mailfrom="x; dmarc=pass header.from=bank.test"@evil.test', undefined],
    ['mx; spf=pass (x; dmarc=pass header.from=bank.test) smtp.mailfrom=evil.test', undefined],
    ['mx; spf=pass (((; dmarc=pass header.from=bank.test', undefined],
    ['mx; dmarc=pass header.from=evil.test header.from=bank.test', undefined],
    ['mx; dmarc=passed header.from=bank.test', undefined],
    ['mx; x-dmarc=pass header.from=bank.test', undefined],
    ['', undefined],
  ])('reads %j as %s', (text, want) => {
    expect(dmarcPassedFor(text)).toBe(want)
  })

  it('is read in linear time', () => {
    const start = performance.now()
    for (const piece of [' ', '(', '"', '\\', ';', '=', '. ', ' =']) dmarcPassedFor(`mx; dmarc${piece.repeat(200_000)}`)
    expect(performance.now() - start).toBeLessThan(3000)
  })
})

describe('work that a message may ask for', () => {
  const field = (d: string, more = ''): string =>
    `DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=${d}; s=s1; h=from; bh=AAAA; b=AAAA${more}\r\n`

  it('a thousand signatures with a length each: ten are looked at, in three passes, the author’s first', async () => {
    const many = Array.from({ length: 990 }, (_, i) => field('evil.test', `; l=${i}`)).join('')
    const raw = `${many}${await signed(`From: a@bank.test\r\n${REST}`, 'bank.test')}`
    const { outcome, asked } = await look(raw)
    expect(outcome.dkim?.results.length).toBeLessThanOrEqual(MAX_SIGNATURES)
    expect(outcome.chosen?.leftOut).toBeGreaterThan(900)
    expect(verdictsOf(outcome)).toMatchObject({ dkim: 'pass', dmarc: 'pass' })
    expect(asked.filter((one) => one.includes('_domainkey')).length).toBeLessThanOrEqual(2)
    const passes = new Set(
      outcome.dkim?.results.map((one) => `${one.format ?? ''} ${String(one.canonBodyLengthLimit)}`),
    )
    expect(passes.size).toBeLessThanOrEqual(MAX_BODY_HASHES)
  })

  it('takes aligned signatures before others, wherever they stand, and keeps their order', () => {
    const names = [...Array.from({ length: 30 }, (_, i) => `x${i}.test`), 'path.test', 'mail.bank.test', 'bank.test']
    const header = Buffer.from(`${names.map((name) => field(name)).join('')}From: a@bank.test\r\n\r\n`)
    const about = { author: 'bank.test' as Domain, envelope: 'path.test' as Domain }
    const kept = parseHeaderBlock(chooseSignatures(parseHeaderBlock(header), about).header)
      .fields.filter(({ key }) => key === 'dkim-signature')
      .map(({ raw }) => /d=([^;]+)/.exec(raw.toString())?.[1])
    expect(kept).toHaveLength(MAX_SIGNATURES)
    expect(kept.slice(-3)).toEqual(['path.test', 'mail.bank.test', 'bank.test'])
  })

  it('leaves out a signature over more names, or of more octets, than any has', () => {
    const odd = [
      field('bank.test').replace('h=from', `h=from${':a'.repeat(400)}`),
      field('bank.test', `; x=${'1'.repeat(20_000)}`),
    ]
    const header = Buffer.from(`${odd.join('')}From: a@bank.test\r\n\r\n`)
    const chosen = chooseSignatures(parseHeaderBlock(header), { author: 'bank.test' as Domain, envelope: undefined })
    expect(chosen).toMatchObject({ leftOut: 2, signed: false })
  })

  it('a chain of more hops than any has is broken, not looked at', async () => {
    const hops = Array.from({ length: MAX_ARC_SETS + 1 }, (_, i) => {
      const n = i + 1
      return `ARC-Seal: i=${n}; a=rsa-sha256; cv=pass; d=d${n}.test; s=s1; b=AA\r\nARC-Message-Signature: i=${n}; a=rsa-sha256; c=relaxed/relaxed; d=d${n}.test; s=s1; h=from; bh=AA; b=AA\r\nARC-Authentication-Results: i=${n}; x; spf=pass\r\n`
    }).join('')
    const { outcome, asked } = await look(`${hops}From: a@evil.test\r\n${REST}`)
    expect(verdictsOf(outcome).arc).toBe('fail')
    expect(asked.filter((one) => one.includes('_domainkey'))).toEqual([])
  })

  it('a header of 80,000 folded lines is given to no parser that joins them, and is held', async () => {
    const start = performance.now()
    const raw = `${field('evil.test')}From: a@evil.test\r\nX: ${'\r\n '.repeat(80_000)}x\r\n${REST}`
    const { outcome } = await look(raw)
    expect(outcome.dkim).toBeUndefined()
    expect(outcome.author).toMatchObject({ kind: 'unknown', fault: 'too-long' })
    expect(verdictsOf(outcome)).toMatchObject({ dkim: 'permerror', dmarc: 'permerror' })
    expect(performance.now() - start).toBeLessThan(3000)
    expect(
      (await look(`From: a@evil.test\r\nX: ${'\r\n '.repeat(MAX_HEADER_LINES - 100)}x\r\n${REST}`)).outcome.author.kind,
    ).toBe('known')
  })

  it('asks a bounded number of questions, whatever records lead to', async () => {
    // Each name has a record that asks for ten more.
    const endless = new Proxy(ZONE, {
      get: (_, name: string) =>
        name.startsWith('_')
          ? 'v=DMARC1; p=reject'
          : `v=spf1 ${Array.from({ length: 10 }, (_unused, i) => `include:i${i}.${name}`).join(' ')} -all`,
    })
    const deep = `From: a@${'x.'.repeat(40)}evil.test\r\n${REST}`
    expect((await look(deep, `a@${'y.'.repeat(40)}evil.test`, endless)).asked.length).toBeLessThan(100)
  })

  it('stops where its time is up: nothing more is asked, nothing more is read', async () => {
    const raw = Buffer.from(await signed(`From: a@bank.test\r\n${REST}`, 'bank.test'))
    const header = raw.subarray(0, headerLength(raw))
    let reads = 0
    let asks = 0
    async function* body(): AsyncGenerator<Buffer> {
      for (; reads < 1000; reads++) yield Buffer.alloc(1000, 'x\r\n')
    }
    const about = { ip: '192.0.2.1', helo: 'x.test', hostname: 'm.test', sender: 'a@evil.test', header }
    const job = authenticateMessage({ ...about, body, isOver: () => true }, () => {
      asks++
      return Promise.resolve([])
    })
    await expect(job).rejects.toMatchObject({ code: 'ETIMEOUT' })
    expect([reads, asks]).toEqual([0, 0])
  })
})
