// Who may write to me, over a real socket: state set through the API, the answer compared by code, enhanced code and text, and
// the log entry found by its reason. Rows of behaviour.md section 1 that go by the alias, its sender and its limits.
import os from 'node:os'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Wire } from '../world/dialogue.ts'
import { startDns, type TestDns } from '../world/dns.ts'
import { startRelay, type TestRelay } from '../world/relay.ts'
import { startSink, type Sink } from '../world/sink.ts'

let relay: TestRelay
let sink: Sink
/** Knows nobody: whoever comes from another machine is checked, and no domain asks for anything. */
let dns: TestDns
const D = 'who.test'

interface Entry {
  readonly reason: string
  readonly outcome: string
  readonly recipient: string
  readonly alias: string
}

beforeAll(async () => {
  sink = await startSink()
  dns = await startDns({})
  const route = `smtp://127.0.0.1:${sink.port}`
  relay = await startRelay({
    init: ['--domain', D, '--domain', 'strict.test', '--recipient', 'me@far.test', '--route', route],
    serve: ['--smtp', '0.0.0.0:0', '--resolver', dns.server],
  })
  await relay.json('domain', 'set', D, '--catch-all', 'on')
  await relay.json('recipient', 'add', 'second@far.test')
})
afterAll(async () => {
  await relay.destroy()
  await sink.close()
  await dns.close()
})

/** A connection from the loopback, or from another address of this machine. */
function open(host?: string): Promise<Wire> {
  const wanted = host === undefined ? '127.0.0.1' : '0.0.0.0'
  const port = relay.ready?.listeners.find((one) => one.kind === 'smtp' && one.host === wanted)?.port
  return Wire.open(port ?? 0, host)
}

/** Sends one message; the first answer that ends it, or that of the final dot. */
let sent = 0

async function send(to: string, from: string, header = from, host?: string): Promise<string> {
  const wire = await open(host)
  try {
    await wire.reply()
    await wire.say('EHLO peer.test')
    const mail = await wire.say(`MAIL FROM:<${from}>`)
    if (!mail.startsWith('250')) return mail
    const rcpt = await wire.say(`RCPT TO:<${to}>`)
    if (!rcpt.startsWith('250')) return rcpt
    await wire.say('DATA')
    // One that is new: a client that hangs up behind our answer and sends the same again is taken for one that never saw it.
    const id = `Message-ID: <${++sent}@x.test>`
    return await wire.say(`From: ${header}\r\nTo: ${to}\r\nSubject: hello\r\n${id}\r\n\r\nhi\r\n.`)
  } finally {
    wire.close()
  }
}

async function entries(about: string): Promise<Entry[]> {
  await new Promise((resolve) => setTimeout(resolve, 20)) // a refusal is answered before its entry is durable
  return relay.json<Entry[]>('log', '--search', about)
}

async function alias(name: string, ...flags: string[]): Promise<string> {
  const address = `${name}@${D}`
  await relay.json('alias', 'add', address)
  if (flags.length > 0) await relay.json('alias', 'set', address, ...flags)
  return address
}

describe('an alias that expired', () => {
  it.each([
    ['time', ['--expires-at', '2020-01-01'], '550 5.1.1', 'alias-expired-time'],
    ['time-later', ['--expires-at', '2020-01-01', '--when-disabled', 'defer'], '450 4.2.1', 'alias-expired-time'],
    [
      'time-words',
      ['--expires-at', '2020-01-01', '--reject-text', 'gone fishing'],
      '550 5.1.1 gone fishing',
      'alias-expired-time',
    ],
    ['time-silent', ['--expires-at', '2020-01-01', '--when-disabled', 'discard'], '250 2.6.0', 'alias-expired-time'],
  ])('by %s', async (name, flags, answer, reason) => {
    const to = await alias(name, ...flags)
    expect(await send(to, 'bob@far.example')).toContain(answer)
    expect((await entries(to))[0]?.reason).toBe(reason)
  })

  it('by the number of messages', async () => {
    const to = await alias('counted', '--expires-after', '2')
    expect(await send(to, 'bob@far.example')).toContain('250 2.6.0')
    expect(await send(to, 'bob@far.example')).toContain('250 2.6.0')
    expect(await send(to, 'bob@far.example')).toContain('550 5.1.1')
    expect((await entries(to))[0]?.reason).toBe('alias-expired-count')
  })

  it('not before its time', async () => {
    expect(await send(await alias('fresh', '--expires-at', '1d', '--expires-idle', '1'), 'bob@far.example')).toContain(
      '250',
    )
  })
})

describe('blocks', () => {
  it.each([
    ['an address at RCPT', 'Evil@Bad.Example', [], 'evil@bad.example', 'x@ok.example', '550 5.7.1', 'sender-blocked'],
    [
      'an address by From',
      'evil2@bad.example',
      [],
      'x@ok.example',
      'Good Man <evil2@bad.example>',
      '550 5.7.1',
      'sender-blocked',
    ],
    ['with a tag', 'evil3@bad.example', [], 'evil3+7@bad.example', 'x@ok.example', '550 5.7.1', 'sender-blocked'],
    ['in quotes', 'evil4@bad.example', [], '"evil4"@bad.example', 'x@ok.example', '550 5.7.1', 'sender-blocked'],
    [
      'second of two authors',
      'evil5@bad.example',
      [],
      'x@ok.example',
      'a@bad.example, <EVIL5@bad.example>',
      '550 5.7.1',
      'sender-blocked',
    ],
    [
      'a domain and what is under it',
      'spam.example',
      [],
      'any@mail.spam.example',
      'x@ok.example',
      '550 5.7.1',
      'sender-blocked',
    ],
    [
      'a wildcard of one domain',
      '*@shop.example',
      [],
      'news@shop.example',
      'x@ok.example',
      '550 5.7.1',
      'sender-blocked',
    ],
    ['a wildcard of a suffix', '*.junk', [], 'a@b.c.junk', 'x@ok.example', '550 5.7.1', 'sender-blocked'],
    ['a pattern', '/no.?reply[0-9]+@.*/', [], 'no-reply77@q.example', 'x@ok.example', '550 5.7.1', 'sender-blocked'],
    [
      'an IDN in its other spelling',
      'bücher.example',
      [],
      'a@xn--bcher-kva.example',
      'x@ok.example',
      '550 5.7.1',
      'sender-blocked',
    ],
    [
      'with words of its own',
      'rude@bad.example',
      ['--text', 'please stop'],
      'rude@bad.example',
      'x@ok.example',
      '550 5.7.1 please stop',
      'sender-blocked',
    ],
    [
      'discarded',
      'quiet@bad.example',
      ['--answer', 'discard'],
      'quiet@bad.example',
      'x@ok.example',
      '250 2.6.0',
      'sender-blocked',
    ],
    [
      'discarded by From',
      'quiet2@bad.example',
      ['--answer', 'discard'],
      'x@ok.example',
      'quiet2@bad.example',
      '250 2.6.0',
      'sender-blocked',
    ],
  ])('%s', async (title, value, flags, from, header, answer, reason) => {
    const to = await alias(`block-${title.replaceAll(/[^a-z]/gi, '')}`)
    const before = sink.mails.length
    await relay.json('block', 'add', value, ...flags)
    expect(await send(to, from, header)).toContain(answer)
    expect((await entries(to))[0]?.reason).toBe(reason)
    const shown = await relay.json<{ hits: number; lastHit: number }>('block', 'show', value)
    expect(shown.hits).toBe(1)
    expect(shown.lastHit).toBeGreaterThan(0)
    expect((await relay.json<{ emails_blocked: number }>('alias', 'show', to)).emails_blocked).toBe(1)
    await relay.json('block', 'remove', value)
    expect(await send(to, from, header)).toContain('250 2.6.0')
    await sink.waitFor(before + 1)
  })

  it('for one alias only, and a contact', async () => {
    const one = await alias('one')
    const two = await alias('two')
    await relay.json('block', 'add', 'half@bad.example', '--alias', one)
    expect(await send(one, 'half@bad.example')).toContain('550 5.7.1')
    expect(await send(two, 'half@bad.example')).toContain('250 2.6.0')
    await relay.json('contact', 'set', 'half@bad.example', '--alias', two, '--blocked', 'on')
    expect(await send(two, 'bounce@other.example', '"You" <Half+x@bad.example>')).toContain('550 5.7.1')
    expect((await entries(two))[0]?.reason).toBe('contact-blocked')
  })

  it('a pattern that cannot be used is refused', async () => {
    for (const bad of ['/(a+/', '/(?=x)/', '/((a{1,999}){1,999})/', '/(a)\\1/'])
      expect((await relay.run('block', 'add', bad)).code).toBe(1)
  })
})

describe('who is known', () => {
  it('known only: those who wrote before, were written to or were added', async () => {
    const to = await alias('known')
    expect(await send(to, 'old@far.example')).toContain('250')
    await relay.json('alias', 'set', to, '--policy', 'known')
    await relay.json('contact', 'add', 'friend@far.example', '--alias', to)
    expect(await send(to, 'old@far.example')).toContain('250 2.6.0')
    expect(await send(to, 'friend@far.example')).toContain('250 2.6.0')
    expect(await send(to, 'old@far.example', 'new@far.example')).toContain('550 5.7.1')
    expect((await entries(to))[0]?.reason).toBe('sender-unknown')
    expect(await send(to, 'old@far.example', 'old@far.example, new@far.example')).toContain('550 5.7.1')
  })

  it('ask: held, and the answer sticks', async () => {
    const to = await alias('ask', '--policy', 'ask', '--recipients', 'me@far.test,second@far.test')
    const before = sink.mails.length
    expect(await send(to, 'yes@far.example')).toContain('250 2.6.0')
    expect(await send(to, 'yes@far.example')).toContain('250 2.6.0')
    expect(await send(to, 'no@far.example')).toContain('250 2.6.0')
    expect((await entries(to))[0]?.reason).toBe('ask-sender')
    const open = await relay.json<{ id: number; sender: string }[]>('question', 'list')
    expect(open.map((one) => one.sender)).toEqual(['no@far.example', 'yes@far.example', 'yes@far.example'])
    const idOf = (sender: string): string => String(open.find((one) => one.sender === sender)?.id)
    expect(await relay.json('question', 'allow', idOf('yes@far.example'))).toMatchObject({ released: 2 })
    expect(await relay.json('question', 'block', idOf('no@far.example'))).toMatchObject({ dropped: 1 })
    await sink.waitFor(before + 4) // two messages, two recipients
    expect(await send(to, 'yes@far.example')).toContain('250 2.6.0')
    await sink.waitFor(before + 6)
    expect(await send(to, 'no@far.example')).toContain('550 5.7.1')
    expect((await entries(to))[0]?.reason).toBe('contact-blocked')
    expect(await relay.json('question', 'list')).toEqual([])
    // Released by itself: to every recipient.
    expect(await send(to, 'maybe@far.example')).toContain('250 2.6.0')
    const [waiting] = await relay.json<{ id: number }[]>('question', 'list')
    await relay.json('held', 'release', String(waiting?.id))
    await sink.waitFor(before + 8)
    expect((await relay.json<{ outcome: string }>('why', to, '--from', 'other@far.example')).outcome).toBe('ask')
  })
})

describe('patterns of a domain', () => {
  it('in their order, with recipients and labels, on the whole local part', async () => {
    await relay.json(
      'pattern',
      'add',
      'strict.test',
      'shop-[a-z]+',
      '--recipients',
      'second@far.test',
      '--labels',
      'shops',
    )
    await relay.json('pattern', 'add', 'strict.test', 'shop-.*')
    const before = sink.mails.length
    expect(await send('SHOP-abc@strict.test', 'a@b.example')).toContain('250 2.6.0')
    await sink.waitFor(before + 1)
    expect(sink.mails.at(-1)?.to).toEqual(['second@far.test'])
    const made = await relay.json<{ labels: string[]; origin: string }>('alias', 'show', 'shop-abc@strict.test')
    expect(made).toMatchObject({ labels: ['shops'], origin: 'pattern' })
    expect(await send('my-shop-abc@strict.test', 'a@b.example')).toContain('550 5.1.1')
    const [first] = await relay.json<{ hits: number; pattern: string }[]>('pattern', 'list', 'strict.test')
    expect(first).toMatchObject({ hits: 1, pattern: 'shop-[a-z]+' })
  })
})

describe('a leak', () => {
  it('is told when a stranger writes to an alias of one shop, and not by services that send for others', async () => {
    const to = await alias('leak')
    for (const from of ['a@news.shop.example', 'b@shop.example', 'x@mail.sendgrid.net', 'c@shop.example'])
      await send(to, from)
    expect((await relay.json<{ leak: unknown }>('alias', 'show', to)).leak).toBeNull()
    await send(to, 'win@casino.example')
    const { leak } = await relay.json<{ leak: { sender: string; expected: string } }>('alias', 'show', to)
    expect(leak).toMatchObject({ sender: 'win@casino.example', expected: 'shop.example', expectedMessages: 3 })
    expect((await entries(to)).map((one) => one.reason)).toContain('leak-suspected')
    await relay.json('alias', 'set', to, '--leak-seen')
    await send(to, 'again@casino.example')
    expect((await relay.json<{ leak: unknown }>('alias', 'show', to)).leak).toBeNull()
  })
})

describe('why', () => {
  it('says what would happen and by which setting', async () => {
    const to = await alias('why', '--policy', 'known')
    const ask = (address: string, ...flags: string[]) =>
      relay.json<{ outcome: string; setting: string; answer: { id: string } | null }>('why', address, ...flags)
    expect(await ask(to, '--from', 'a@b.example')).toMatchObject({
      outcome: 'refuse',
      setting: 'policy-known',
      answer: { id: 'sender-unknown', code: 550 },
    })
    await relay.json('alias', 'set', to, '--policy', 'ask')
    expect(await ask(to, '--from', 'a@b.example')).toMatchObject({ outcome: 'ask', setting: 'policy-ask' })
    await relay.json('alias', 'set', to, '--policy', 'all')
    expect(await ask(to)).toMatchObject({ outcome: 'forward', setting: 'alias' })
    await relay.json('block', 'add', 'b.example')
    expect(await ask(to, '--from', 'a@b.example')).toMatchObject({
      outcome: 'refuse',
      setting: 'blocked-everywhere',
      entry: { value: 'b.example' },
    })
    await relay.json('block', 'remove', 'b.example')
    expect(await ask('else@nowhere.test')).toMatchObject({ outcome: 'refuse', setting: 'not-our-domain' })
    expect(await ask(`new@${D}`)).toMatchObject({ outcome: 'make-alias', setting: 'catch-all' })
    expect(await ask('shop-x@strict.test')).toMatchObject({ outcome: 'make-alias', setting: 'domain-pattern' })
    expect(await ask('nobody@strict.test')).toMatchObject({ outcome: 'refuse', setting: 'no-such-alias' })
    expect((await relay.json<{ emails_forwarded: number }>('alias', 'show', to)).emails_forwarded).toBe(0)
  })
})

const outside = Object.values(os.networkInterfaces())
  .flatMap((all) => all ?? [])
  .find((one) => one.family === 'IPv4' && !one.internal)?.address

// The rates spare the loopback: without another address of this machine there is no peer that they bind.
describe.skipIf(outside === undefined)('rates, from a peer that is not the loopback', () => {
  it('messages to an alias', async () => {
    const to = await alias('busy', '--hourly-limit', '2')
    for (const answer of ['250 2.6.0', '250 2.6.0', '450 4.7.1'])
      expect(await send(to, 'bob@far.example', undefined, outside)).toContain(answer)
    expect((await entries(to))[0]?.reason).toBe('too-fast')
  })

  it('messages of a sender', async () => {
    const wire = await open(outside)
    await wire.reply()
    await wire.say('EHLO peer.test')
    for (let i = 0; i < 300; i++) {
      expect(await wire.say('MAIL FROM:<many@far.example>')).toContain('250')
      await wire.say('RSET')
    }
    expect(await wire.say('MAIL FROM:<many@far.example>')).toContain('450 4.7.1')
    wire.close()
    expect((await entries('many@far.example'))[0]?.reason).toBe('too-fast')
  })

  it('new aliases, noticed once; and guesses are answered more and more slowly', async () => {
    const wire = await open(outside)
    await wire.reply()
    await wire.say('EHLO peer.test')
    await wire.say('MAIL FROM:<guess@far.example>')
    for (let i = 0; i < 95; i++) await wire.say(`RCPT TO:<guess${i}@${D}>`)
    await wire.say('RSET')
    await wire.say('MAIL FROM:<guess@far.example>')
    let refused = 0
    const times: number[] = []
    for (let i = 95; i < 121; i++) {
      const start = performance.now()
      if ((await wire.say(`RCPT TO:<guess${i}@${D}>`)).startsWith('450 4.7.1')) {
        refused++
        times.push(performance.now() - start)
      }
      if (refused === 13) break
    }
    wire.close()
    expect(refused).toBe(13)
    expect(times[0]).toBeLessThan(200)
    expect(times[12]).toBeGreaterThan(700)
    const noticed = (await entries('guess@far.example')).filter((one) => one.reason === 'new-alias-flood')
    expect(noticed).toHaveLength(1)
  }, 30_000)
})
