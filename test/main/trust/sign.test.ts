import { createHash, createPrivateKey } from 'node:crypto'
import { dkimVerify } from 'mailauth'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { RelaxedBodyHash, relaxedField } from '../../../main/trust/canonical.ts'
import { makeDkimKeys } from '../../../main/trust/keys.ts'
import { signHeader, type SigningKey } from '../../../main/trust/sign.ts'

/** RFC 6376 §3.4.4 in the plainest words. */
function relaxedBody(text: string): string {
  const lines = text.split('\r\n').map((line) => line.replace(/[ \t]+/g, ' ').replace(/ $/, ''))
  while (lines.length > 0 && lines.at(-1) === '') lines.pop()
  return lines.length === 0 ? '' : `${lines.join('\r\n')}\r\n`
}

function hashOf(chunks: readonly Buffer[]): string {
  const hash = new RelaxedBodyHash()
  for (const chunk of chunks) hash.update(chunk)
  return hash.digest()
}

describe('RelaxedBodyHash', () => {
  it.each([
    '',
    '\r\n',
    '\r\n\r\n',
    'a',
    'a\r\n',
    ' a  b \t\r\n\r\n',
    ' \r\n',
    'a\r\n \t\r\n',
    '\r\na',
    ' C \r\nD \t E\r\n\r\n\r\n',
  ])('%j', (text) => {
    expect(hashOf([Buffer.from(text)])).toBe(createHash('sha256').update(relaxedBody(text)).digest('base64'))
  })

  it('is the reference, however the bytes are cut', () => {
    const texts = fc.array(fc.constantFrom('a', ' ', '\t', '\r\n', 'word', '  ', '\r\n\r\n'), { maxLength: 40 })
    fc.assert(
      fc.property(texts, fc.nat(40), (parts, cut) => {
        const bytes = Buffer.from(parts.join(''))
        const want = createHash('sha256')
          .update(relaxedBody(parts.join('')))
          .digest('base64')
        expect(hashOf([bytes.subarray(0, cut), bytes.subarray(cut)])).toBe(want)
      }),
      { numRuns: 3000, seed: 5 },
    )
  })

  it('handles more than its buffer', () => {
    const text = 'line of text\r\n'.repeat(10_000)
    expect(hashOf([Buffer.from(text)])).toBe(createHash('sha256').update(text).digest('base64'))
  })
})

describe('relaxedField', () => {
  it.each([
    ['A: X\r\n', 'a:X'],
    ['B : Y\t\r\n\tZ  \r\n', 'b:Y Z'],
    ['Subject:\r\n', 'subject:'],
  ])('%j -> %j', (raw, want) => {
    expect(relaxedField(Buffer.from(raw)).toString()).toBe(want)
  })
})

describe('signHeader', () => {
  it('makes signatures that mailauth verifies, and that an added From breaks', async () => {
    const pairs = await makeDkimKeys()
    const keys: SigningKey[] = pairs.map((pair) => ({
      selector: pair.selector,
      algorithm: pair.algorithm,
      privateKey: createPrivateKey(pair.privateKey),
    }))
    const header = Buffer.from(
      'From: a@alias.test\r\nTo: b@c.test,\r\n  d@e.test\r\nSubject: =?utf-8?q?h=C3=A4?=\r\nReceived: x\r\nReceived: y\r\n\r\n',
    )
    const body = Buffer.from('hello  \r\n\r\n')
    const signature = await signHeader({
      header,
      bodyHash: hashOf([body]),
      domain: 'alias.test',
      keys,
      at: 1_795_000_000,
    })
    for (const line of signature.toString().split('\r\n')) expect(line.length).toBeLessThan(78)
    const resolver = (name: string): Promise<string[][]> => {
      const pair = pairs.find((one) => name === `${one.selector}._domainkey.alias.test`)
      return Promise.resolve([[`v=DKIM1; k=${pair?.algorithm ?? ''}; p=${pair?.publicKey ?? ''}`]])
    }
    const verify = async (message: Buffer): Promise<string[]> =>
      (await dkimVerify(message, { resolver })).results.map((one) => one.status.result)
    expect(await verify(Buffer.concat([signature, header, body]))).toEqual(['pass', 'pass'])
    const spoofed = Buffer.concat([Buffer.from('From: evil@x.test\r\n'), signature, header, body])
    expect((await verify(spoofed)).includes('pass')).toBe(false)
    expect((await verify(Buffer.concat([signature, header, Buffer.from('other\r\n')]))).includes('pass')).toBe(false)
  })
})
