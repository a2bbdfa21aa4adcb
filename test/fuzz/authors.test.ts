// The short form of the authors' part of `npm run fuzz`: a fixed seed, a few thousand headers, and the ones that were found.
import { describe, expect, it } from 'vitest'
import { checkAuthor, makeHeader } from './authors.ts'
import { seeded } from './messages.ts'

describe('who is shown was judged', () => {
  it('in every generated From', async () => {
    const random = seeded(11)
    let judged = 0
    for (let i = 0; i < 6000; i++) if (await checkAuthor(makeHeader(random))) judged++
    // A generator whose headers nobody can judge would prove nothing.
    expect(judged).toBeGreaterThan(1000)
  }, 60_000)

  it.each([
    'From: "CEO <ceo@bank.test>[x@evil.test \r\n\r\n',
    'From: x@evil.test\u200b\r\n\r\n',
    'From\t: <CEO<@evil.test\'ceo@ban\r\n k<" "a@b"@evil.test\r\n\r\n',
    'From: =?utf-8?Q?ceo=40bank.test?=\r\n\r\n',
    'From: CEO <ceo@bank.test>\r\nFrom: x@evil.test\r\n\r\n',
  ])('in %j', async (header) => {
    await checkAuthor(Buffer.from(header))
  })
})
