// One message of the user's has one Message-ID, whoever gets it: otherwise an answer to all refers to a message that nobody else has, and a list
// sends a second copy to whom it finds in Cc.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DOMAIN, fieldOf, startExchange, USER, type Exchange } from '../world/exchange.ts'
import type { Received } from '../world/sink.ts'

const [ANN, BEA] = ['ann@one.example.org', 'bea@two.example.org']
let exchange: Exchange
beforeAll(async () => {
  exchange = await startExchange()
})
afterAll(() => exchange.close())

let count = 0
const written = (alias: string, to: string, id = `w${String(++count)}`, day = '20'): string =>
  [
    `From: ${alias}@${DOMAIN}`,
    `To: ${to}`,
    'Subject: to both',
    `Message-ID: <${id}@home.test>`,
    `Date: Fri, ${day} Nov 2026 09:00:00 +0100`,
    '',
    'hello',
  ].join('\r\n')

const ids = (mails: readonly Received[]): readonly string[] => mails.map(({ raw }) => fieldOf(raw, 'Message-ID'))

describe('the Message-ID of what the user writes', () => {
  it('is the same for all recipients; return paths and signatures are their own', async () => {
    const to = `${ANN}, ${BEA}`
    const mails = await exchange.outgoing(3, () =>
      exchange.submit([ANN, BEA, 'bcc@three.example.org'], written('a', to)),
    )
    expect(mails.flatMap((mail) => mail.to).toSorted()).toEqual([ANN, 'bcc@three.example.org', BEA])
    expect(new Set(ids(mails)).size).toBe(1)
    expect(ids(mails)[0]).toMatch(/^<[a-z2-7]{26}@alias\.test>$/)
    expect(new Set(mails.map((mail) => mail.from)).size).toBe(3)
    for (const { raw } of mails) expect(fieldOf(raw, 'To')).toBe(to)
  })

  it('is the same where a provider brings the message in several transactions at once', async () => {
    const message = written('a', `${ANN}, ${BEA}`)
    const mails = await exchange.outgoing(2, () =>
      Promise.all([exchange.submit([ANN], message), exchange.submit([BEA], message)]),
    )
    expect(new Set(ids(mails)).size).toBe(1)
  })

  it('is the same for a reply that was held first', async () => {
    const alias = `h@${DOMAIN}`
    const text = `From: ${ANN}\r\nCc: ${BEA}\r\nTo: ${alias}\r\nSubject: x\r\nMessage-ID: <h@one.example.org>\r\n\r\nhi`
    await exchange.outgoing(1, () => exchange.deliver(ANN, alias, text))
    const contacts = await exchange.contacts(alias)
    const address = (of: string): string => contacts.find((one) => one.address === of)?.replyAddress ?? ''
    const reply = written('x', `${address(ANN)}, ${address(BEA)}`).replace(`x@${DOMAIN}`, USER)
    const [first] = await exchange.outgoing(1, () => exchange.submit([address(ANN)], reply))
    // Nothing proves this one: it came without a password and without a signature.
    await exchange.deliver(USER, address(BEA), reply)
    const [held] = await exchange.held()
    expect(held?.reason).toBe('reply-unproven')
    const [second] = await exchange.outgoing(1, () => exchange.relay.json('held', 'release', String(held?.id)))
    expect(second?.to).toEqual([BEA])
    expect(fieldOf(second?.raw ?? Buffer.alloc(0), 'Message-ID')).toBe(
      fieldOf(first?.raw ?? Buffer.alloc(0), 'Message-ID'),
    )
  })

  it('is another one from another alias, and for another message under the same id', async () => {
    const same = 'constant'
    const mails = await exchange.outgoing(4, async () => {
      await exchange.submit([ANN], written('a', ANN, same))
      await exchange.submit([ANN], written('b', ANN, same))
      await exchange.submit([ANN], written('a', ANN, same, '21'))
      await exchange.submit([ANN], written('a', ANN).replace(/^Message-ID.*\r\n/m, ''))
    })
    expect(new Set(ids(mails)).size).toBe(4)
  })
})
