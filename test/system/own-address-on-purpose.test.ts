// The user's address in the text of a reply becomes the alias, and the log says so; by a tag in the reply address, or by a word about a held
// reply, it stays. Whoever does not know the tag gets nothing by it.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DOMAIN, fieldOf, startExchange, USER, type Exchange } from '../world/exchange.ts'

const ALIAS = `letters@${DOMAIN}`
const ANN = 'ann@one.example.org'
const BOB = 'bob@two.example.org'
let exchange: Exchange
let ann = ''
let bob = ''
let tagged = ''

beforeAll(async () => {
  exchange = await startExchange()
  const text = `From: Ann <${ANN}>\r\nTo: ${ALIAS}\r\nCc: ${BOB}\r\nSubject: hello\r\nMessage-ID: <p@one.example.org>\r\n\r\nhi`
  await exchange.outgoing(1, () => exchange.deliver(ANN, ALIAS, text))
  const contacts = await exchange.contacts(ALIAS)
  ann = contacts.find(({ address }) => address === ANN)?.replyAddress ?? ''
  bob = contacts.find(({ address }) => address === BOB)?.replyAddress ?? ''
})
afterAll(() => exchange.close())

let count = 0
const written = (to: string, subject: string): string =>
  [
    `From: ${USER}\r\nTo: ${to}\r\nSubject: ${subject}\r\nMessage-ID: <${++count}@home.test>`,
    `\r\nMy own address is ${USER}, and Bob has ${bob}.`,
  ].join('\r\n')

async function sent(to: string, subject: string): Promise<string> {
  const [mail] = await exchange.outgoing(1, () => exchange.submit([to], written(to, subject)))
  expect(mail?.to).toEqual([ANN])
  expect(fieldOf(mail?.raw ?? Buffer.alloc(0), 'To')).toBe(ANN)
  expect(fieldOf(mail?.raw ?? Buffer.alloc(0), 'From')).toBe(ALIAS)
  return mail?.raw.toString('latin1') ?? ''
}

describe("the user's own address, written on purpose", () => {
  it('is replaced, and the log says so and how else to do it', async () => {
    const text = await sent(ann, 'first')
    expect(text).toContain(`My own address is ${ALIAS}, and Bob has ${BOB}.`)
    await expect.poll(async () => (await exchange.log('first'))[0]?.text).toContain('was replaced by the alias')
    const [entry] = await exchange.log('first')
    tagged = /write to (\S+@alias\.test)/.exec(entry?.text ?? '')?.[1] ?? ''
    expect(tagged).toMatch(new RegExp(`^${ann.split('@')[0] ?? ''}\\+real-[a-z2-7]{5}@alias\\.test$`))
  })

  it('stays in a message to the reply address with the tag, and nothing else changes', async () => {
    const text = await sent(tagged, 'second')
    expect(text).toContain(`My own address is ${USER}, and Bob has ${BOB}.`)
    expect(text).not.toMatch(/real-|home\.test>/)
    expect(text.split(USER)).toHaveLength(2)
    expect((await exchange.log('second'))[0]?.text).not.toContain('replaced')
  })

  it('a tag that was guessed is no tag', async () => {
    const guess = tagged.replace(/real-\w/, (found) => `real-${found.endsWith('a') ? 'b' : 'a'}`)
    await expect(exchange.submit([guess], written(guess, 'guessed'))).rejects.toThrow(/550/)
  })

  it('is still asked for where the message waits for another reason', async () => {
    await exchange.submit([tagged], written(`${tagged}, stranger@else.example.org`, 'third'))
    const [held] = await exchange.held()
    expect(held?.reason).toBe('reply-to-strangers')
    const [mail] = await exchange.outgoing(1, () => exchange.relay.run('held', 'release', String(held?.id ?? 0)))
    expect(mail?.raw.toString('latin1')).toContain(`My own address is ${USER},`)
  })

  it('is shown by the preview of a held reply as replaced, and stays on the word about it', async () => {
    await exchange.submit([ann], written(`${ann}, stranger@else.example.org`, 'fourth'))
    const id = String((await exchange.held())[0]?.id ?? 0)
    const preview = await exchange.relay.run('preview', '--held', id)
    expect(preview.out).toContain('your address in the text was replaced by the alias')
    const release = (): Promise<unknown> => exchange.relay.run('held', 'release', id, '--real-address')
    const [mail] = await exchange.outgoing(1, release)
    expect(mail?.raw.toString('latin1')).toContain(`My own address is ${USER}, and Bob has ${BOB}.`)
  })
})
