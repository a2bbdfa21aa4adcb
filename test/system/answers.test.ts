// Every row of behaviour.md section 1 in one table, over a real socket: the state is set through the API, the answer compared by code,
// enhanced code and text, and the log entry found by its id. The rows that go by SPF, DKIM and DMARC need names in the DNS: see the tests of
// enforcement. Where the store cannot commit: see the tests of overload.
import os from 'node:os'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Wire } from '../world/dialogue.ts'
import { startDns, type TestDns } from '../world/dns.ts'
import { PATIENT, startRelay, type TestRelay } from '../world/relay.ts'

let relay: TestRelay
let dns: TestDns
let token: string
const D = 'rows.test'
const FROM = 'bob@far.example'

/** Rates spare the loopback: another address of this machine is a peer that they bind. */
const outside = Object.values(os.networkInterfaces())
  .flatMap((all) => all ?? [])
  .find((one) => one.family === 'IPv4' && !one.internal)?.address

beforeAll(async () => {
  // Knows nobody: whoever comes from another machine is checked, and no domain asks for anything.
  dns = await startDns({})
  relay = await startRelay({
    init: ['--domain', D, '--domain', 'closed.test', '--recipient', 'me@far.test'],
    serve: ['--smtp', '0.0.0.0:0', '--resolver', dns.server],
  })
  token = (await relay.json<{ token: string }>('token', 'create', '--name', 't', '--scope', 'admin')).token
  await api('PATCH', `/app/domains/${D}`, { catchAll: true })
}, 60_000)
afterAll(async () => {
  await relay.destroy()
  await dns.close()
})

async function api(method: string, place: string, body?: unknown): Promise<{ data: Record<string, unknown> }> {
  const answer = await fetch(`http://127.0.0.1:${relay.port('http')}${place}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await answer.text()
  expect(answer.ok, `${method} ${place}: ${text}`).toBe(true)
  return (text === '' ? { data: {} } : JSON.parse(text)) as { data: Record<string, unknown> }
}

interface Sent {
  readonly to: readonly string[]
  readonly from?: string
  readonly header?: string
  readonly message?: string
  readonly mail?: string
  readonly host?: string | undefined
}

/** Says everything of a message in turn; the last answer, and whether the connection was closed behind it. */
async function send({ to, from = FROM, header = from, message, mail = '', host }: Sent): Promise<string> {
  const wanted = host === undefined ? '127.0.0.1' : '0.0.0.0'
  const port = relay.ready?.listeners.find((one) => one.kind === 'smtp' && one.host === wanted)?.port ?? 0
  const wire = await Wire.open(port, host)
  try {
    await wire.reply()
    await wire.say('EHLO peer.test')
    const first = await wire.say(`MAIL FROM:<${from}>${mail}`)
    if (!first.startsWith('250')) return first
    let accepted = 0
    let last = ''
    for (const one of to) {
      last = await wire.say(`RCPT TO:<${one}>`)
      if (last.startsWith('250')) accepted++
    }
    if (accepted === 0 || last.startsWith('452')) return last
    await wire.say('DATA')
    const text = message ?? `From: ${header}\r\nTo: ${to[0] ?? ''}\r\nSubject: hello\r\n\r\nhi\r\n`
    wire.send(`${text}.\r\n`)
    return await wire.reply()
  } finally {
    wire.close()
  }
}

async function make(name: string, change?: Record<string, unknown>): Promise<string> {
  const address = `${name}@${D}`
  await api('POST', '/api/v1/aliases', { domain: D, format: 'custom', local_part: name })
  if (change !== undefined) await api('PATCH', `/app/aliases/${address}`, change)
  return address
}

interface Row {
  readonly title: string
  readonly set: () => Promise<Sent>
  readonly answer: string
  /** The id that the log is searched by; undefined where nothing is refused. */
  readonly id: string
  /** What the entry is about: its recipient, or its sender where nobody is named yet. */
  readonly about?: string
}

const past = Date.UTC(2020, 0, 1)
const hidden = (name: string, change: Record<string, unknown>) => async (): Promise<Sent> => ({
  to: [await make(name, change)],
})
const blocked =
  (name: string, entry: Record<string, unknown>, sent: Partial<Sent> = {}, ofAlias = false) =>
  async (): Promise<Sent> => {
    const to = await make(name)
    await api('POST', '/app/blocks', { ...entry, ...(ofAlias ? { alias: to } : {}) })
    return { to: [to], ...sent }
  }
const stranger = (address: string) => (): Promise<Sent> => Promise.resolve({ to: [address] })

const ROWS: readonly Row[] = [
  { title: 'a domain that is not ours', set: stranger('x@elsewhere.test'), answer: '550 5.7.1', id: 'not-ours' },
  { title: 'not ours, by percent', set: stranger(`x%elsewhere.test@${D}`), answer: '550 5.7.1', id: 'not-ours' },
  { title: 'not ours, by bang path', set: stranger(`elsewhere.test!x@${D}`), answer: '550 5.7.1', id: 'not-ours' },
  { title: 'not ours, by source route', set: stranger(`@${D}:x@elsewhere.test`), answer: '550 5.7.1', id: 'not-ours' },
  { title: 'not ours, in quotes', set: stranger(`"x@elsewhere.test"@${D}`), answer: '550 5.7.1', id: 'not-ours' },
  {
    title: 'unknown, and nothing takes it',
    set: stranger('nobody@closed.test'),
    answer: '550 5.1.1',
    id: 'unknown-alias',
  },
  {
    title: 'switched off',
    set: hidden('off', { active: false }),
    answer: '550 5.1.1 No such address',
    id: 'alias-disabled',
  },
  {
    title: 'switched off, own text',
    set: hidden('offtext', { active: false, rejectText: 'moved' }),
    answer: '550 5.1.1 moved',
    id: 'alias-disabled',
  },
  {
    title: 'switched off, discarding',
    set: hidden('silent', { active: false, whenDisabled: 'discard' }),
    answer: '250 2.6.0',
    id: 'alias-discarded',
  },
  {
    title: 'switched off, deferring',
    set: hidden('later', { active: false, whenDisabled: 'defer' }),
    answer: '450 4.2.1',
    id: 'alias-deferred',
  },
  {
    title: 'deleted',
    set: async () => {
      const to = await make('deleted')
      await api('DELETE', `/api/v1/aliases/${to}`)
      return { to: [to] }
    },
    ...{ answer: '550 5.1.1', id: 'alias-deleted' },
  },
  {
    title: 'forgotten, though the catch-all is on',
    set: async () => {
      const to = await make('forgotten')
      await api('DELETE', `/api/v1/aliases/${to}/forget`)
      return { to: [to] }
    },
    ...{ answer: '550 5.1.1', id: 'alias-forgotten' },
  },
  { title: 'expired by time', set: hidden('old', { expiresAt: past }), answer: '550 5.1.1', id: 'alias-expired-time' },
  {
    title: 'expired, deferring',
    set: hidden('oldlater', { expiresAt: past, whenDisabled: 'defer' }),
    answer: '450 4.2.1',
    id: 'alias-expired-time',
  },
  {
    title: 'expired, discarding',
    set: hidden('oldsilent', { expiresAt: past, whenDisabled: 'discard' }),
    answer: '250 2.6.0',
    id: 'alias-expired-time',
  },
  {
    title: 'expired by count',
    set: async () => {
      const to = await make('counted', { expiresAfter: 1 })
      expect(await send({ to: [to] })).toContain('250 2.6.0')
      return { to: [to] }
    },
    ...{ answer: '550 5.1.1', id: 'alias-expired-count' },
  },
  {
    title: 'address blocked everywhere',
    set: blocked('b1', { value: 'evil1@bad.example' }, { from: 'evil1@bad.example' }),
    answer: '550 5.7.1',
    id: 'sender-blocked',
  },
  {
    title: 'address blocked for the alias',
    set: blocked('b2', { value: 'evil2@bad.example' }, { from: 'evil2@bad.example' }, true),
    answer: '550 5.7.1',
    id: 'sender-blocked',
  },
  {
    title: 'blocked by the header From',
    set: blocked('b3', { value: 'evil3@bad.example' }, { header: 'evil3@bad.example' }),
    answer: '550 5.7.1',
    id: 'sender-blocked',
  },
  {
    title: 'domain blocked, own text',
    set: blocked('b4', { value: 'spam4.example', text: 'no thanks' }, { from: 'x@spam4.example' }),
    answer: '550 5.7.1 no thanks',
    id: 'sender-blocked',
  },
  {
    title: 'pattern blocked, discarding',
    set: blocked('b5', { value: '/spam5-[0-9]+@.*/', answer: 'discard' }, { from: 'spam5-7@x.example' }),
    answer: '250 2.6.0',
    id: 'sender-blocked',
  },
  {
    title: 'contact blocked',
    set: async () => {
      const to = await make('b6')
      await api('POST', '/app/contacts', { alias: to, address: 'c6@far.example' })
      await api('PATCH', `/app/contacts/c6@far.example?alias=${to}`, { blocked: true })
      return { to: [to], from: 'c6@far.example' }
    },
    ...{ answer: '550 5.7.1', id: 'contact-blocked' },
  },
  {
    title: 'known only, and unknown',
    set: hidden('known', { policy: 'known' }),
    answer: '550 5.7.1',
    id: 'sender-unknown',
  },
  { title: 'ask', set: hidden('ask', { policy: 'ask' }), answer: '250 2.6.0', id: 'ask-sender' },
  {
    title: 'over size, announced',
    set: async () => ({ to: [await make('size')], from: 'size@far.example', mail: ` SIZE=${80 * 1024 * 1024}` }),
    ...{ answer: '552 5.3.4', id: 'too-big', about: 'size@far.example' },
  },
  {
    title: 'a hundred recipients and one',
    set: () =>
      Promise.resolve({ to: Array.from({ length: 101 }, (_, i) => `many${i}@${D}`), from: 'many@far.example' }),
    ...{ answer: '452 4.5.3', id: 'too-many-recipients', about: 'many@far.example' },
  },
  {
    title: 'more than a hundred hops',
    set: async () => ({
      to: [await make('hops')],
      message: `${'Received: from a by b; Sat, 21 Nov 2026 10:00:00 +0000\r\n'.repeat(101)}From: ${FROM}\r\n\r\nx\r\n`,
    }),
    ...{ answer: '554 5.4.6', id: 'too-many-hops' },
  },
  ...(
    [
      ['a bare CR', 'x\ry\r\n'],
      ['a bare LF', 'x\ny\r\n'],
      ['a NUL', 'x\0y\r\n'],
      ['an end that is none', 'x\n.\nMAIL FROM:<evil@far.example>\r\n'],
    ] as const
  ).map(([title, body], i): Row => ({
    title,
    set: async () => ({
      to: [await make(`bytes${i}`)],
      from: `bytes${i}@far.example`,
      message: `From: ${FROM}\r\n\r\n${body}`,
    }),
    ...{ answer: '554 5.6.0', id: 'malformed-data', about: `bytes${i}@far.example` },
  })),
]

async function logged(about: string): Promise<string[]> {
  const { data } = (await api('GET', `/app/log?search=${encodeURIComponent(about)}`)) as unknown as {
    data: { reason: string }[]
  }
  return data.map((one) => one.reason)
}

describe('behaviour.md section 1', () => {
  it.each(ROWS)('$title: $answer', async ({ set, answer, id, about }) => {
    const sent = await set()
    expect(await send(sent)).toContain(answer)
    const key = about ?? (sent.to[0] ?? '').replace(/^@[^:]*:/, '')
    await expect.poll(async () => (await logged(key))[0], PATIENT).toBe(id)
    // The id itself is something to search for.
    expect(await logged(id)).toContain(id)
  })

  it('a command line over its limit: 500 5.5.2, and the end of the connection', async () => {
    const wire = await Wire.open(relay.ready?.listeners.find((one) => one.kind === 'smtp')?.port ?? 0)
    await wire.reply()
    wire.send(`NOOP ${'x'.repeat(3000)}\r\n`)
    expect(await wire.reply()).toContain('500 5.5.2')
    expect(await wire.end()).toBe(true)
  })

  it('during DATA what is too much is answered without being kept', async () => {
    await api('PUT', '/app/settings/message-size', { value: '1' })
    await relay.stop()
    await relay.serve()
    const to = await make('during')
    const message = `From: ${FROM}\r\n\r\n${`${'x'.repeat(998)}\r\n`.repeat(1400)}`
    expect(await send({ to: [to], message })).toContain('552 5.3.4')
    await expect.poll(async () => (await logged(to))[0], PATIENT).toBe('too-big')
    await api('DELETE', '/app/settings/message-size')
  })

  it('several recipients with different outcomes behind DATA: taken for one, logged for the other', async () => {
    const [open, known] = [await make('open'), await make('strangers', { policy: 'known' })]
    expect(await send({ to: [open, known] })).toContain('250 2.6.0')
    await expect.poll(async () => (await logged(known))[0], PATIENT).toBe('sender-unknown')
    await expect.poll(() => logged(open), PATIENT).toContain('delivered')
  })

  it.skipIf(outside === undefined)('rates of a sender, of an alias and of new aliases: 450 4.7.1', async () => {
    for (const name of ['sender', 'alias', 'new-alias'])
      await api('PUT', `/app/settings/${name}-hourly-limit`, { value: '2' })
    const to = await make('rated')
    const from = (i: number): string => `rate${i}@far.example`
    for (const i of [1, 2]) expect(await send({ to: [to], from: from(i), host: outside })).toContain('250 2.6.0')
    expect(await send({ to: [to], from: from(3), host: outside })).toContain('450 4.7.1')
    await expect.poll(async () => (await logged(to))[0], PATIENT).toBe('too-fast')
    const other = await make('unrated')
    expect(await send({ to: [other], from: from(1), host: outside })).toContain('250 2.6.0')
    expect(await send({ to: [other], from: from(1), host: outside })).toContain('450 4.7.1')
    await expect.poll(async () => (await logged(from(1)))[0], PATIENT).toBe('too-fast')
    for (const i of [4, 5])
      expect(await send({ to: [`made${i}@${D}`], from: from(i), host: outside })).toContain('250 2.6.0')
    expect(await send({ to: [`made6@${D}`], from: from(6), host: outside })).toContain('450 4.7.1')
    await expect.poll(async () => await logged(`made6@${D}`), PATIENT).toContain('too-many-new-aliases')
    // Whoever sits on this machine is spared.
    expect(await send({ to: [to], from: from(1) })).toContain('250 2.6.0')
  })
})
