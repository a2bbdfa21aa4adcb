// An answer to all has the alias among its recipients: no copy of it comes back to the user as mail of a new contact with the real address.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DOMAIN, fieldsOf, startExchange, USER, type Exchange } from '../world/exchange.ts'

const ALIAS = `party@${DOMAIN}`
const OTHER_ALIAS = `other@${DOMAIN}`
const ANN = 'ann@one.example.org'
let exchange: Exchange
let ann = ''

beforeAll(async () => {
  exchange = await startExchange()
  await exchange.relay.json('alias', 'add', OTHER_ALIAS)
  const text = `From: Ann <${ANN}>\r\nTo: ${ALIAS}\r\nSubject: party\r\nMessage-ID: <p@one.example.org>\r\n\r\nhi`
  await exchange.outgoing(1, () => exchange.deliver(ANN, ALIAS, text))
  ann = (await exchange.contacts(ALIAS))[0]?.replyAddress ?? ''
})
afterAll(() => exchange.close())

const answer = (id: string, ...fields: readonly string[]): string =>
  [`From: ${USER}`, ...fields, 'Subject: Re: party', `Message-ID: <${id}@home.test>`, '', 'yes'].join('\r\n')

/** To whom something goes out while `work` is done, and in the moment behind it. */
async function alone(work: () => Promise<unknown>): Promise<readonly string[]> {
  const before = exchange.sink?.mails.length ?? 0
  await exchange.outgoing(1, work)
  await new Promise((resolve) => setTimeout(resolve, 500))
  return (exchange.sink?.mails ?? []).slice(before).flatMap((mail) => mail.to)
}

describe('an answer to all that has the alias among its recipients', () => {
  it('goes to the contact alone, and neither names nor makes a contact of the user', async () => {
    const text = answer('a', `To: ${ann}`, `Cc: ${ALIAS}, ${OTHER_ALIAS}`)
    expect(await alone(() => exchange.submit([ann, ALIAS, OTHER_ALIAS], text))).toEqual([ANN])
    const sent = exchange.sink?.mails.at(-1)?.raw ?? Buffer.alloc(0)
    expect([...fieldsOf(sent, 'To'), ...fieldsOf(sent, 'Cc')]).toEqual([ANN, OTHER_ALIAS])
    for (const alias of [ALIAS, OTHER_ALIAS])
      expect((await exchange.contacts(alias)).map(({ address }) => address)).not.toContain(USER)
    const noted = await exchange.log('Re: party')
    expect(noted.map(({ reason }) => reason)).toContain('own-copy')
  })

  it('the same where a provider brings the copy by itself, without a password', async () => {
    const text = answer('b', `To: ${ann}`, `Cc: ${ALIAS}`)
    const before = exchange.sink?.mails.length ?? 0
    expect(await exchange.deliver(USER, ALIAS, text)).toMatch(/^250/)
    await new Promise((resolve) => setTimeout(resolve, 1000))
    expect(exchange.sink?.mails.length).toBe(before)
    expect((await exchange.contacts(ALIAS)).map(({ address }) => address)).not.toContain(USER)
  })

  it('a message to the alias alone is still a message: somebody tries it', async () => {
    const text = answer('c', `To: ${ALIAS}`)
    expect(await alone(() => exchange.deliver(USER, ALIAS, text))).toEqual([USER])
    expect(await alone(() => exchange.submit([ALIAS], text.replace('<c@', '<d@')))).toEqual([USER])
  })

  it('an entry that cannot be read is left out of the answer, and does not hold it', async () => {
    const text = answer('e', `To: ${ann}, broken@@one.example.org`)
    expect(await alone(() => exchange.submit([ann], text))).toEqual([ANN])
    expect(fieldsOf(exchange.sink?.mails.at(-1)?.raw ?? Buffer.alloc(0), 'To')).toEqual([ANN])
    const [entry] = await exchange.log('Re: party')
    expect(entry?.text).toContain('a recipient in To or Cc is no address; it was left out')
  })
})
