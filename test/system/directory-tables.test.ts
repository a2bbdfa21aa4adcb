// What belongs to the aliases as a whole: tables in and out, addy.io's blocklist, settings, muted contacts, generators, and bulk operations
// that go on after a kill.
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parseCsv } from '../../main/terms/csv.ts'
import { Wire } from '../world/dialogue.ts'
import { PATIENT, startRelay, type TestRelay } from '../world/relay.ts'

let relay: TestRelay
let token: string

beforeEach(async () => {
  relay = await startRelay({ init: ['--domain', 'find.test', '--recipient', 'me@far.test', '--catch-all'] })
  token = (await relay.json<{ token: string }>('token', 'create', '--name', 't', '--scope', 'admin')).token
}, 60_000)
afterEach(() => relay.destroy())

async function call(method: string, place: string, body?: unknown): Promise<{ status: number; body: unknown }> {
  const answer = await fetch(`http://127.0.0.1:${relay.port('http')}${place}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await answer.text()
  return { status: answer.status, body: text === '' ? {} : (JSON.parse(text) as unknown) }
}

/** Sends one message; the answer that refused it, or that of the final dot. */
async function mail(to: string, from: string, body = 'hi'): Promise<string> {
  const wire = await Wire.open(relay.port('smtp'))
  try {
    await wire.reply()
    for (const line of ['EHLO peer.test', `MAIL FROM:<${from}>`, `RCPT TO:<${to}>`, 'DATA']) {
      const answer = await wire.say(line)
      if (/^[45]/.test(answer)) return answer
    }
    return await wire.say(`From: ${from}\r\nTo: ${to}\r\nSubject: hello\r\n\r\n${body}\r\n.`)
  } finally {
    wire.close()
  }
}

const names = async (search: string): Promise<string[]> =>
  (await relay.json<{ email: string }[]>('alias', 'list', '--search', search)).map((one) => one.email)

describe('tables of aliases', () => {
  it('come in from other services line by line, are tried first, and go out as they came', async () => {
    const addy = [
      'id,email,active,description,from_name,pinned,emails_forwarded',
      '1,shop@find.test,true,"Books, and ""more""",Me,1,7',
      '2,news@find.test,false,=SUM(A1),,0,0',
      '3,x@stranger.test,true,,,0,0',
      '4,postmaster@find.test,true,,,0,0',
      '5,shop@FIND.test,true,twice,,0,0',
      '6,not an address,true,,,0,0',
      '7,odd@find.test,perhaps,,,0,0',
    ].join('\r\n')
    const file = relay.secretFile('addy.csv', addy)
    const dry = await relay.json('alias', 'import', file, '--dry-run')
    const sum = { created: 2, updated: 0, skipped: 1, refused: 4 }
    expect(dry).toMatchObject(sum)
    expect(await names('')).toEqual([])
    const done = await relay.json<{ problems: { line: number; why: string }[] }>('alias', 'import', file)
    expect(done).toMatchObject(sum)
    expect(done.problems.map(({ line, why }) => `${line} ${why}`)).toEqual([
      '4 stranger.test is not one of your domains; add it first.',
      '5 postmaster is reserved: it is never an alias.',
      '6 The same alias stands above.',
      '7 That is no address.',
      '8 Its active is neither on nor off.',
    ])
    expect(await relay.json('alias', 'show', 'shop@find.test')).toMatchObject({
      ...{ description: 'Books, and "more"', from_name: 'Me', pinned: true, active: true },
    })
    expect(await relay.json('alias', 'show', 'news@find.test')).toMatchObject({
      description: '=SUM(A1)',
      active: false,
    })
    const again = await relay.json('alias', 'import', file)
    expect(again).toMatchObject({ created: 0, updated: 0, skipped: 3 })
    const simpleLogin = 'alias,note,enabled,mailboxes\nshop@find.test,Changed,true,me@far.test\n'
    const second = relay.secretFile('sl.csv', simpleLogin)
    expect(await relay.json('alias', 'import', second, '--update')).toMatchObject({ updated: 1 })
    expect(await relay.json('alias', 'show', 'shop@find.test')).toMatchObject({
      ...{ description: 'Changed', recipients: [{ email: 'me@far.test' }], from_name: 'Me' },
    })
    const out = path.join(relay.folder, 'out.csv')
    expect(await relay.json('alias', 'export', '--to', out)).toEqual({ file: out, aliases: 2 })
    const text = readFileSync(out, 'utf8')
    expect(text).toContain("'=SUM(A1)")
    const [head, ...rows] = parseCsv(text)
    expect(head?.slice(0, 3)).toEqual(['alias', 'description', 'active'])
    expect(rows.map((row) => row.slice(0, 3))).toEqual([
      ['shop@find.test', 'Changed', 'true'],
      ['news@find.test', '=SUM(A1)', 'false'],
    ])
    // What was written is what would be read: nothing changes when it comes back.
    const before = await relay.json('alias', 'show', 'news@find.test')
    expect(await relay.json('alias', 'import', out, '--update')).toMatchObject({ updated: 2, refused: 0 })
    expect({ ...(before as object), updated_at: 0 }).toEqual({
      ...(await relay.json<object>('alias', 'show', 'news@find.test')),
      updated_at: 0,
    })
    expect(await relay.run('alias', 'import', relay.secretFile('no.csv', 'a,b\n1,2\n'))).toMatchObject({ code: 1 })
  })
})

describe("addy.io's blocklist", () => {
  it('adds, lists and removes, one and many, and mail is refused by it', async () => {
    const made = await call('POST', '/api/v1/blocklist', { type: 'domain', value: 'spam.example' })
    expect(made).toMatchObject({ status: 201, body: { data: { type: 'domain', value: 'spam.example' } } })
    expect(await mail('a@find.test', 'them@mx.spam.example')).toMatch(/^550 5\.7\.1 /)
    const bulk = { type: 'email', values: ['Bad+tag@One.example', 'two@x.example'] }
    expect(await call('POST', '/api/v1/blocklist/store/bulk', bulk)).toMatchObject({ status: 201 })
    const { body } = await call('GET', '/api/v1/blocklist')
    const { data } = body as { data: { id: string; type: string; value: string }[] }
    expect(data.map(({ type, value }) => `${type} ${value}`)).toEqual([
      ...['email bad@one.example', 'domain spam.example', 'email two@x.example'],
    ])
    const ids = data.map((one) => one.id)
    expect(await call('POST', '/api/v1/blocklist/delete/bulk', { ids: ids.slice(0, 2) })).toMatchObject({ status: 200 })
    expect(await call('DELETE', `/api/v1/blocklist/${ids[2] ?? ''}`)).toMatchObject({ status: 204 })
    expect(await call('DELETE', `/api/v1/blocklist/${ids[2] ?? ''}`)).toMatchObject({ status: 404 })
    expect(await call('GET', '/api/v1/blocklist')).toMatchObject({ body: { data: [] } })
    expect(await call('POST', '/api/v1/blocklist', { type: 'email', value: 'nobody' })).toMatchObject({ status: 422 })
  })
})

describe('settings', () => {
  it('are listed, checked, set and put back; a password never comes out again', async () => {
    const list = await relay.json<{ name: string; value: string | null }[]>('setting', 'list')
    expect(list.map((one) => one.name)).toEqual(expect.arrayContaining(['route', 'log-days', 'sender-hourly-limit']))
    for (const [name, value] of [
      ...([
        ['sender-hourly-limit', '0'],
        ['log-days', 'many'],
        ['route', 'ftp://x'],
        ['hostname', 'no'],
      ] as const),
      ...([
        ['default-recipient', 'x@y.test'],
        ['nothing', '1'],
        ['ready', '0'],
      ] as const),
    ])
      expect((await relay.run('setting', 'set', name, value)).code, name).toBe(1)
    expect(await relay.json('setting', 'set', 'new-alias-hourly-limit', '7')).toMatchObject({
      value: '7',
      standard: '100',
    })
    expect(await relay.json('setting', 'reset', 'new-alias-hourly-limit')).toMatchObject({ value: null })
    expect(await relay.run('setting', 'set', 'route-password', 'argument')).toMatchObject({ code: 2 })
    const file = relay.secretFile('password', 'canary-password\n')
    expect(await relay.json('setting', 'set', 'route-password', '--value-file', file)).toMatchObject({ value: '(set)' })
    expect((await relay.run('setting', 'list')).out).not.toContain('canary-password')
  })

  it('bound what one message may name from the next start on', async () => {
    await relay.json('setting', 'set', 'message-size', '1')
    await relay.stop()
    await relay.serve()
    const { out } = await relay.run('setting', 'show', 'message-size')
    expect(out).toMatch(/value\s+1\n/)
    expect(await mail('a@find.test', 'x@y.example', `${'x'.repeat(998)}\r\n`.repeat(1200))).toMatch(/^552 /)
  })
})

describe('contacts and generators', () => {
  it('a muted contact is told to whoever notifies', async () => {
    await relay.json('alias', 'add', 'shop@find.test')
    await relay.json('contact', 'add', 'loud@far.example', '--alias', 'shop@find.test')
    const muted = await relay.json('contact', 'set', 'loud@far.example', '--alias', 'shop@find.test', '--muted', 'on')
    expect(muted).toMatchObject({ muted: true, blocked: false })
    await relay.json('alias', 'set', 'shop@find.test', '--active', 'off')
    const stream = await fetch(`http://127.0.0.1:${relay.port('http')}/app/events`, {
      headers: { authorization: `Bearer ${token}` },
    })
    const reader = (stream.body as ReadableStream<Uint8Array>).getReader()
    let text = ''
    await mail('shop@find.test', 'loud@far.example')
    await mail('shop@find.test', 'other@far.example')
    await expect
      .poll(async () => {
        text += Buffer.from((await reader.read()).value ?? []).toString('utf8')
        const entries = text
          .split('\n')
          .filter((line) => line.startsWith('data: ') && line.includes('"outcome":"refused"'))
        return entries.map((line) => JSON.parse(line.slice(6)) as { sender: string; muted: boolean })
      }, PATIENT)
      .toMatchObject([
        { sender: 'loud@far.example', muted: true },
        { sender: 'other@far.example', muted: false },
      ])
    await reader.cancel()
  })

  it('makes addresses of words, of the day and of a site', async () => {
    const add = async (...flags: string[]): Promise<string> =>
      (await relay.json<{ email: string }>('alias', 'add', '--domain', 'find.test', ...flags)).email
    expect(await add('--format', 'random_words', '--words', '4')).toMatch(/^([a-z-]+\.){3}[a-z-]+@find\.test$/)
    expect(await add('--format', 'dated')).toMatch(/^20\d{6}\.[a-z2-7]{5}@/)
    expect(await add('--site', 'https://www.bookshop.example/cart')).toMatch(/^bookshop\.[a-z2-7]{4}@/)
    expect((await relay.run('alias', 'add', '--domain', 'find.test', '--format', 'site')).code).toBe(1)
    expect(
      (await relay.run('alias', 'add', '--domain', 'find.test', '--format', 'random_words', '--words', '9')).code,
    ).toBe(1)
  })
})

describe('a bulk operation', () => {
  it('goes on after a kill, to its end, and only over what was there', async () => {
    const rows = Array.from({ length: 3000 }, (_, i) => `n${i}@find.test`)
    await relay.json('alias', 'import', relay.secretFile('many.csv', ['alias', ...rows].join('\n')))
    const preview = await call('POST', '/app/bulk', { q: 'is:active', action: 'deactivate' })
    const { count } = (preview.body as { data: { count: number } }).data
    expect(count).toBe(3000)
    const { body } = await call('POST', '/app/bulk', { q: 'is:active', action: 'deactivate', count })
    const { id, done } = (body as { data: { id: string; done: number } }).data
    await relay.stop('SIGKILL')
    expect(done).toBeLessThan(3000)
    await relay.serve()
    await relay.json('alias', 'add', 'later@find.test')
    await expect
      .poll(async () => (await call('GET', `/app/bulk/${id}`)).body, PATIENT)
      .toMatchObject({ data: { state: 'done', total: 3000, done: 3000 } })
    expect(await names('is:active')).toEqual(['later@find.test'])
    expect(await call('POST', `/app/bulk/${id}/undo`)).toMatchObject({ body: { data: { undone: 3000 } } })
    const after = await call('POST', '/app/bulk', { q: 'is:active', action: 'deactivate' })
    expect(after.body).toMatchObject({ data: { count: 3001 } })
  }, 60_000)
})
