// Search, pages by key, bulk changes with preview and undo, and addy.io's bulk calls, through the API of a running relay.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startRelay, type TestRelay } from '../world/relay.ts'

let relay: TestRelay
let token: string

beforeAll(async () => {
  relay = await startRelay({ init: ['--domain', 'find.test', '--recipient', 'me@far.test'] })
  token = (await relay.json<{ token: string }>('token', 'create', '--name', 't', '--scope', 'admin')).token
  for (let i = 0; i < 25; i++)
    await call('POST', '/api/v1/aliases', {
      ...{ domain: 'find.test', format: 'custom', local_part: `shop${String(i).padStart(2, '0')}` },
      description: i % 5 === 0 ? 'Books and more' : 'Garden things',
    })
  await call('PATCH', '/app/aliases/shop03@find.test', { pinned: true, labels: ['Work', 'shops'] })
  await call('PATCH', '/app/aliases/shop04@find.test', { active: false })
  await call('POST', '/app/contacts', {
    alias: 'shop07@find.test',
    address: 'news@flowers.example',
    displayName: 'Rosa',
  })
}, 60_000)
afterAll(() => relay.destroy())

interface Answer {
  readonly status: number
  readonly body: Record<string, unknown> & { readonly data?: never }
}

async function call(method: string, path: string, body?: unknown): Promise<Answer> {
  const answer = await fetch(`http://127.0.0.1:${relay.port('http')}${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await answer.text()
  return { status: answer.status, body: (text === '' ? {} : JSON.parse(text)) as Answer['body'] }
}

interface Page {
  readonly data: readonly { readonly email: string; readonly id: string; readonly active: boolean }[]
  readonly next: string | null
  readonly total: number
}

async function page(query: string): Promise<Page> {
  return (await call('GET', `/app/aliases?${query}`)).body as unknown as Page
}

async function names(q: string): Promise<string[]> {
  const { data } = await page(`limit=100&q=${encodeURIComponent(q)}`)
  return data.map((one) => one.email.split('@')[0] ?? '')
}

describe('search', () => {
  it('finds by address, description, label, contact and filters, the pinned first', async () => {
    expect((await names(''))[0]).toBe('shop03')
    expect(await names('hop12')).toEqual(['shop12'])
    expect(await names('OOKS')).toEqual(['shop20', 'shop15', 'shop10', 'shop05', 'shop00'])
    expect(await names('tag:work')).toEqual(['shop03'])
    expect(await names('tag:wor')).toEqual([])
    expect(await names('is:off')).toEqual(['shop04'])
    expect(await names('is:pinned')).toEqual(['shop03'])
    expect(await names('flowers')).toEqual(['shop07'])
    expect(await names('from:rosa')).toEqual(['shop07'])
    expect(await names('garden is:off')).toEqual(['shop04'])
    expect(await names('domain:other.test')).toEqual([])
    expect(await names('" OR "')).toEqual([])
    expect(await names('is:unused')).toHaveLength(25)
  })

  it.each(['-created_at', 'created_at', 'email', '-email', '-last_used', 'emails_forwarded'])(
    'pages by %s give every alias once',
    async (sort) => {
      const seen: string[] = []
      let after = ''
      for (let i = 0; i < 10; i++) {
        const found = await page(`limit=7&sort=${sort}${after}`)
        expect(found.total).toBe(25)
        seen.push(...found.data.map((one) => one.email))
        if (found.next === null) break
        after = `&after=${found.next}`
      }
      expect(seen[0]).toBe('shop03@find.test')
      expect(seen).toHaveLength(25)
      expect(new Set(seen).size).toBe(25)
    },
  )

  it('says what is wrong', async () => {
    expect((await call('GET', '/app/aliases?sort=nonsense')).status).toBe(422)
    expect((await call('GET', '/app/aliases?after=nonsense')).status).toBe(422)
  })
})

async function bulk(body: Record<string, unknown>): Promise<string> {
  const preview = (await call('POST', '/app/bulk', body)).body as unknown as { data: { count: number } }
  const made = await call('POST', '/app/bulk', { ...body, count: preview.data.count })
  expect(made.status).toBe(201)
  const { id } = (made.body as unknown as { data: { id: string } }).data
  for (let i = 0; i < 100; i++) {
    const { data } = (await call('GET', `/app/bulk/${id}`)).body as unknown as { data: { state: string; done: number } }
    if (data.state === 'done') {
      expect(data.done).toBe(preview.data.count)
      return id
    }
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  throw new Error('the job does not end')
}

/** Far more than one step of a job. */
const MANY = 6000

describe('bulk changes', () => {
  it('stop where one says so; what was done is undone, and nothing is done behind it', async () => {
    // Beside the others, so that their counts stay what they are.
    const domain = (await page('limit=1')).data[0]?.email.split('@')[1] ?? ''
    for (let n = 0; n < MANY; n += 200) {
      const rows = Array.from({ length: 200 }, (_, k) => [`stop${String(n + k).padStart(5, '0')}@${domain}`])
      expect(await call('POST', '/app/alias-import', { head: ['email'], rows })).toMatchObject({ status: 200 })
    }
    const wish = { q: 'stop', action: 'pin' }
    const preview = (await call('POST', '/app/bulk', wish)).body as unknown as { data: { count: number } }
    expect(preview.data.count).toBe(MANY)
    const begun = (await call('POST', '/app/bulk', { ...wish, count: MANY })).body as unknown as {
      data: { id: string }
    }
    const { id } = begun.data
    const stopped = (await call('POST', `/app/bulk/${id}/stop`)) as unknown as {
      body: { data: { state: string; done: number } }
    }
    expect(stopped.body.data.state).toBe('stopped')
    const pinned = async (): Promise<number> =>
      ((await call('POST', '/app/bulk', { q: 'stop is:pinned', action: 'unpin' })).body as unknown as typeof preview)
        .data.count
    const before = await pinned()
    expect(before).toBeLessThan(MANY)
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect(await pinned()).toBe(before)
    expect((await call('POST', `/app/bulk/${id}/undo`)).body).toMatchObject({ data: { undone: before } })
    expect(await pinned()).toBe(0)
    const gone = (await call('POST', '/app/bulk', { q: 'stop', action: 'forget' })).body as unknown as {
      data: { count: number }
    }
    await call('POST', '/app/bulk', { q: 'stop', action: 'forget', count: gone.data.count })
    await expect.poll(() => names('stop'), { timeout: 20_000 }).toEqual([])
  })

  it('are shown, done and undone', async () => {
    const id = await bulk({ q: 'books', action: 'deactivate' })
    expect(await names('is:off')).toHaveLength(6)
    expect((await call('POST', `/app/bulk/${id}/undo`)).body).toMatchObject({ data: { undone: 5 } })
    expect(await names('is:off')).toEqual(['shop04'])
    const labelled = await bulk({ q: 'books', action: 'add-label', argument: 'Reading' })
    expect(await names('tag:reading')).toHaveLength(5)
    await call('POST', `/app/bulk/${labelled}/undo`)
    expect(await names('tag:reading')).toEqual([])
  })

  it('are not done where the preview no longer holds', async () => {
    expect((await call('POST', '/app/bulk', { q: 'books', action: 'delete', count: 4 })).status).toBe(409)
  })

  it('forgotten addresses never come back', async () => {
    await bulk({ q: 'shop24', action: 'forget' })
    expect(await names('shop24')).toEqual([])
    await relay.json('domain', 'set', 'find.test', '--catch-all', 'on')
    expect(await relay.json('why', 'SHOP24+x@find.test')).toMatchObject({ setting: 'alias-forgotten' })
  })

  it("by addy.io's calls", async () => {
    const ids = (await page('q=shop1')).data.map((one) => one.id)
    const all = await call('POST', '/api/v1/aliases/deactivate/bulk', { ids })
    expect(all).toMatchObject({ status: 200, body: { ids } })
    const got = (await call('POST', '/api/v1/aliases/get/bulk', { ids })).body as unknown as Page
    expect(got.data.every((one) => !one.active)).toBe(true)
    for (const action of ['activate', 'pin', 'unpin', 'delete', 'restore'])
      expect((await call('POST', `/api/v1/aliases/${action}/bulk`, { ids })).status).toBe(200)
    expect((await call('POST', '/api/v1/aliases/pin/bulk', { ids: ['none'] })).status).toBe(404)
  })
})
