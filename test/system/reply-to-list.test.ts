// "Reply to list" goes by way of the relay: List-Post names a reply address, and what is written to it reaches the list from the alias.
import { afterAll, beforeAll, expect, it } from 'vitest'
import { DOMAIN, fieldOf, startExchange, USER, type Exchange } from '../world/exchange.ts'

const ALIAS = `lists@${DOMAIN}`
const LIST = 'dev@lists.example.org'
const BOUNCES = 'dev-bounces@lists.example.org'
let exchange: Exchange

beforeAll(async () => {
  exchange = await startExchange()
})
afterAll(() => exchange.close())

it('an answer to the list leaves from the alias, and reaches the list alone', async () => {
  const fields = [
    `From: Ann <ann@one.example.org>\r\nTo: ${LIST}\r\nSubject: [dev] plans\r\nMessage-ID: <l1@one.example.org>`,
    `List-Id: <dev.lists.example.org>\r\nList-Post: <mailto:${LIST}>\r\nList-Owner: <mailto:dev-owner@lists.example.org>`,
    'X-BeenThere: dev@lists.example.org\r\nErrors-To: dev-errors@lists.example.org\r\n\r\nhello',
  ]
  const [mail] = await exchange.outgoing(1, () => exchange.deliver(BOUNCES, ALIAS, fields.join('\r\n')))
  const forward = mail?.raw ?? Buffer.alloc(0)
  for (const name of ['To', 'List-Post', 'List-Owner', 'X-BeenThere', 'Errors-To'])
    expect(fieldOf(forward, name), name).toMatch(/<(?:mailto:)?[a-z2-7]{22}@alias\.test>/)
  const list = /mailto:([^>]+)/.exec(fieldOf(forward, 'List-Post'))?.[1] ?? ''
  const answer = `From: ${USER}\r\nTo: ${list}\r\nSubject: Re: [dev] plans\r\nMessage-ID: <a1@home.test>\r\n\r\nyes`
  const [sent] = await exchange.outgoing(1, () => exchange.submit([list], answer))
  expect(sent?.to).toEqual([LIST])
  expect(fieldOf(sent?.raw ?? Buffer.alloc(0), 'To')).toBe(LIST)
  expect(fieldOf(sent?.raw ?? Buffer.alloc(0), 'From')).toBe(ALIAS)
  expect(sent?.raw.toString('latin1')).not.toContain('home.test')
})
