// Addresses with more than 64 octets before the @, which trackers and mailing lists use every day, on their way through the whole relay; and
// addresses that cannot be read at all: nobody else is ever answered in their place.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DOMAIN, fieldOf, startExchange, USER, type Exchange } from '../world/exchange.ts'

const TOKEN = `reply+${'0123456789abcdef'.repeat(5)}0123`
const TRACKER = `${TOKEN}@tasks.example.com`
/** One octet less than there may be: the server at the other end of this test takes no more. RFC 5321 §4.5.3.1.3 */
const LONGEST = `${'x'.repeat(253 - '@far.example.com'.length)}@far.example.com`
const TOO_LONG = `xx${LONGEST}`
const VERP = `bounce+${'0123456789abcdef'.repeat(4)}-n=${DOMAIN}`

let exchange: Exchange
beforeAll(async () => {
  exchange = await startExchange()
})
afterAll(() => exchange.close())

const message = (id: string, ...fields: readonly string[]): string =>
  [
    ...fields,
    `Subject: ${id}`,
    `Message-ID: <${id}@example.com>`,
    'Date: Fri, 20 Nov 2026 09:00:00 +0100',
    '',
    'hi',
  ].join('\r\n')

async function replyAddress(alias: string, contact: string): Promise<string> {
  const found = (await exchange.contacts(alias)).find(({ address }) => address === contact)
  return found?.replyAddress ?? `no contact ${contact}`
}

describe('addresses with more than 64 octets before the @', () => {
  it.each([
    ['of a mailing list', `${VERP}@lists.example.com`],
    ['of 253 octets', LONGEST],
  ])('a return path %s is taken and forwarded', async (_what, reversePath) => {
    const [mail] = await exchange.outgoing(1, async () => {
      const text = message('path', 'From: n@lists.example.com', `To: path@${DOMAIN}`)
      expect(await exchange.deliver(reversePath, `path@${DOMAIN}`, text)).toMatch(/^250/)
    })
    expect(mail?.to).toEqual([USER])
  })

  it.each([
    ['From', 'of a tracker', TRACKER],
    ['From', 'of 253 octets', LONGEST],
    ['Reply-To', 'of a tracker', TRACKER],
    ['Reply-To', 'of 253 octets', LONGEST],
    ['Cc', 'of a tracker', TRACKER],
  ])('%s %s is shown, and the answer goes there', async (name, _what, address) => {
    const alias = `long-${name.toLowerCase()}-${address.length}@${DOMAIN}`
    const from = name === 'From' ? [] : ['From: News <news@example.com>']
    const fields = [...from, `${name}: A Robot <${address}>`, `To: ${alias}`]
    const [forward] = await exchange.outgoing(1, () =>
      exchange.deliver('n@example.com', alias, message('l', ...fields)),
    )
    const reply = await replyAddress(alias, address)
    expect(fieldOf(forward?.raw ?? Buffer.alloc(0), name)).toContain(`<${reply}>`)
    const answer = message('a', `From: ${USER}`, `To: ${reply}`)
    const [sent] = await exchange.outgoing(1, () => exchange.submit([reply], answer))
    expect(sent?.to).toEqual([address])
    expect(fieldOf(sent?.raw ?? Buffer.alloc(0), 'To')).toContain(address)
  })

  it('can be written to, blocked and looked for', async () => {
    const [sent] = await exchange.outgoing(1, () =>
      exchange.submit([LONGEST], message('new', `From: out@${DOMAIN}`, `To: ${LONGEST}`)),
    )
    expect(sent?.to).toEqual([LONGEST])
    const byOrder = `out+${TOKEN}=tasks.example.com@${DOMAIN}`
    const [ordered] = await exchange.outgoing(1, () =>
      exchange.submit([byOrder], message('order', `From: out@${DOMAIN}`, `To: ${byOrder}`)),
    )
    expect(ordered?.to).toEqual([TRACKER])
    const { relay } = exchange
    expect(await relay.json<unknown[]>('log', '--contact', LONGEST)).not.toHaveLength(0)
    await relay.json('block', 'add', TRACKER)
    const refused = await exchange.deliver(TRACKER, `path@${DOMAIN}`, message('b', `From: ${TRACKER}`))
    expect(refused).toMatch(/^550/)
  })

  it('of ours: no such address, and none is made', async () => {
    const local = `list-confirm-${'0123456789abcdef'.repeat(4)}`
    const refused = await exchange.deliver('x@example.com', `${local}@${DOMAIN}`, 'x')
    expect(refused).toMatch(/^550 5\.1\.1/)
    expect(await exchange.deliver('x@example.com', `list+${'a'.repeat(64)}@${DOMAIN}`, 'x')).toMatch(/^550 5\.1\.1/)
    const made = await exchange.relay.run('alias', 'add', `${local}@${DOMAIN}`)
    expect(made.code).not.toBe(0)
    expect(made.err).toContain('64 octets')
  })
})

describe('an address that cannot be read', () => {
  it('Reply-To: the message is held, and no other person is answered when it is released', async () => {
    const alias = `unread@${DOMAIN}`
    const text = message('u', 'From: News <news@example.com>', `Reply-To: Project <${TOO_LONG}>`, `To: ${alias}`)
    expect(await exchange.deliver('n@example.com', alias, text)).toMatch(/^250/)
    const [held] = await exchange.held()
    expect(held).toMatchObject({ reason: 'reply-to-unreadable' })
    expect(held?.text).toContain('Reply-To cannot be read')
    const [released] = await exchange.outgoing(1, () => exchange.relay.json('held', 'release', String(held?.id)))
    const replyTo = fieldOf(released?.raw ?? Buffer.alloc(0), 'Reply-To')
    expect(replyTo).toContain(`<${alias}>`)
  })

  it('From: the envelope does not stand in for it', async () => {
    const alias = `unread-from@${DOMAIN}`
    await exchange.relay.json('alias', 'add', alias)
    const text = message('v', `From: Chef <${TOO_LONG}>`, `To: ${alias}`)
    expect(await exchange.deliver('someone@else.example', alias, text)).toMatch(/^250/)
    const [held] = await exchange.held()
    expect(held).toMatchObject({ reason: 'dmarc-failed', sender: '' })
    const [released] = await exchange.outgoing(1, () => exchange.relay.json('held', 'release', String(held?.id)))
    expect(fieldOf(released?.raw ?? Buffer.alloc(0), 'From')).toContain(`<${alias}>`)
    expect(await exchange.contacts(alias)).toEqual([])
  })
})
