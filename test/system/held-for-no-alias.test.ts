// A message that is held makes no alias; released, it does: without one it would come with the sender's own address, and an answer to it would
// leave from the real mailbox.
import { afterAll, beforeAll, expect, it } from 'vitest'
import { DOMAIN, fieldOf, startExchange, USER, type Exchange } from '../world/exchange.ts'

let exchange: Exchange
beforeAll(async () => {
  exchange = await startExchange()
})
afterAll(() => exchange.close())

/** Two authors are nobody who can be checked. */
const message = (id: string): string =>
  `From: Ann <ann@one.example.org>\r\nFrom: Bob <bob@two.example.org>\r\nCc: carol@three.example.org\r\nSubject: odd\r\nMessage-ID: <${id}@one.example.org>\r\n\r\nhello`

interface Alias {
  readonly email: string
}

it.each([
  ['released', []],
  ['released, and its sender allowed', ['--allow']],
])('%s, it goes to the user by way of the alias that it was for', async (how, flags) => {
  const alias = `new${String(flags.length)}@${DOMAIN}`
  expect(await exchange.deliver('ann@one.example.org', alias, message(alias))).toMatch(/^250/)
  const [held] = await exchange.held()
  expect(held).toMatchObject({ reason: 'dmarc-failed', alias })
  expect((await exchange.relay.json<Alias[]>('alias', 'list')).map(({ email }) => email)).not.toContain(alias)
  const [mail] = await exchange.outgoing(1, () =>
    exchange.relay.run('held', 'release', String(held?.id ?? 0), ...flags),
  )
  const raw = mail?.raw ?? Buffer.alloc(0)
  expect(mail?.to, how).toEqual([USER])
  expect((await exchange.relay.json<Alias[]>('alias', 'list')).map(({ email }) => email)).toContain(alias)
  for (const name of ['From', 'Cc']) expect(fieldOf(raw, name), name).toMatch(/<[a-z2-7]{22}@alias\.test>/)
  expect(fieldOf(raw, 'X-Postern-Alias')).toContain(alias)
  const answerTo = /<([a-z2-7]{22}@alias\.test)>/.exec(fieldOf(raw, 'From'))?.[1] ?? ''
  const answer = `From: ${USER}\r\nTo: ${answerTo}\r\nSubject: Re: odd\r\nMessage-ID: <a${alias}>\r\n\r\nyes`
  const [sent] = await exchange.outgoing(1, () => exchange.submit([answerTo], answer))
  expect(fieldOf(sent?.raw ?? Buffer.alloc(0), 'From')).toBe(alias)
})

it('dropped, it leaves no alias behind', async () => {
  const alias = `never@${DOMAIN}`
  await exchange.deliver('ann@one.example.org', alias, message(alias))
  await exchange.relay.run('held', 'drop', String((await exchange.held())[0]?.id ?? 0))
  expect((await exchange.relay.json<Alias[]>('alias', 'list')).map(({ email }) => email)).not.toContain(alias)
})
