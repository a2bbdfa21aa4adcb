// Who may write, at the edges: what changes between RCPT and DATA, many at once, ways back for forgotten and deleted addresses, a blocked author
// in a crowd; and what the command line does to many aliases together.
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { createTransport } from 'nodemailer'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Wire } from '../world/dialogue.ts'
import { PATIENT, startRelay, type TestRelay } from '../world/relay.ts'
import { startSink, type Sink } from '../world/sink.ts'

let relay: TestRelay
let sink: Sink
const D = 'edge.test'

beforeAll(async () => {
  sink = await startSink()
  relay = await startRelay({
    init: ['--domain', D, '--recipient', 'me@far.test', '--route', `smtp://127.0.0.1:${sink.port}`, '--catch-all'],
    serve: ['--submission', '127.0.0.1:0'],
  })
}, 60_000)
afterAll(async () => {
  await relay.destroy()
  await sink.close()
})

let sent = 0

/** Says everything up to the recipient, and leaves the rest to the caller. */
async function begin(to: string, from: string): Promise<{ readonly wire: Wire; readonly answer: string }> {
  const wire = await Wire.open(relay.port('smtp'))
  await wire.reply()
  await wire.say('EHLO peer.test')
  await wire.say(`MAIL FROM:<${from}>`)
  return { wire, answer: await wire.say(`RCPT TO:<${to}>`) }
}

async function end(wire: Wire, header: string): Promise<string> {
  try {
    await wire.say('DATA')
    return await wire.say(`From: ${header}\r\nSubject: hello\r\nMessage-ID: <edge${++sent}@x.test>\r\n\r\nhi\r\n.`)
  } finally {
    wire.close()
  }
}

async function send(to: string, from: string, header = from): Promise<string> {
  const { wire, answer } = await begin(to, from)
  if (answer.startsWith('250')) return end(wire, header)
  wire.close()
  return answer
}

interface Shown {
  readonly id: string
  readonly active: boolean
  readonly labels: readonly string[]
  readonly description: string | null
  readonly emails_forwarded: number
}
const show = (address: string): Promise<Shown> => relay.json<Shown>('alias', 'show', address)
const reasons = async (about: string): Promise<string[]> =>
  (await relay.json<{ reason: string }[]>('log', '--search', about)).map((one) => one.reason)

describe('between RCPT and DATA', () => {
  it.each([
    ['switched off', ['alias', 'set', `between0@${D}`, '--active', 'off'], '550 5.1.1', 'alias-disabled'],
    ['deleted', ['alias', 'remove', `between1@${D}`], '550 5.1.1', 'alias-deleted'],
    ['forgotten', ['alias', 'remove', `between2@${D}`, '--forget'], '550 5.1.1', 'alias-forgotten'],
    [
      'set to discard',
      ['alias', 'set', `between3@${D}`, '--active', 'off', '--when-disabled', 'discard'],
      '250 2.6.0',
      'alias-discarded',
    ],
    ['set to known senders', ['alias', 'set', `between4@${D}`, '--policy', 'known'], '550 5.7.1', 'sender-unknown'],
  ])('an alias that was %s is not written to', async (_, change, answer, reason) => {
    const to = change.find((one) => one.includes('@')) ?? ''
    await relay.json('alias', 'add', to)
    const { wire, answer: taken } = await begin(to, 'bob@far.example')
    expect(taken).toContain('250')
    await relay.json(...change)
    const before = sink.mails.length
    expect(await end(wire, 'bob@far.example')).toContain(answer)
    await expect.poll(async () => (await reasons(to))[0], PATIENT).toBe(reason)
    expect(sink.mails.length).toBe(before)
  })

  it('an alias for three messages takes three, however many come at once', async () => {
    const to = `three@${D}`
    await relay.json('alias', 'add', to)
    await relay.json('alias', 'set', to, '--expires-after', '3')
    const open = await Promise.all(Array.from({ length: 15 }, (_, i) => begin(to, `s${i}@far.example`)))
    expect(open.filter(({ answer }) => answer.startsWith('250'))).toHaveLength(15)
    const answers = await Promise.all(open.map(({ wire }, i) => end(wire, `s${i}@far.example`)))
    for (const one of answers) expect(one).toMatch(/^(250 2\.6\.0|450 4\.2\.1|550 5\.1\.1) /)
    // One that is being committed counts as taken twice for a moment, so that a third may be asked to come again.
    let taken = answers.filter((one) => one.startsWith('250')).length
    for (let i = 0; taken < 3 && i < 3; i++) if ((await send(to, `again${i}@far.example`)).startsWith('250')) taken++
    expect(taken).toBe(3)
    expect((await show(to)).emails_forwarded).toBe(3)
    expect(await send(to, 'late@far.example')).toContain('550 5.1.1')
  })
})

describe('a blocked author', () => {
  it('is found among twenty, and more than twenty are not taken', async () => {
    await relay.json('block', 'add', 'crowd@bad.example')
    const crowd = (count: number): string =>
      [...Array.from({ length: count }, (_, i) => `<p${i}@ok.example>`), '<Crowd+x@BAD.example>'].join(', ')
    expect(await send(`crowd1@${D}`, 'x@ok.example', crowd(19))).toContain('550 5.7.1')
    expect(await send(`crowd2@${D}`, 'x@ok.example', crowd(20))).toContain('554 5.6.0')
    await expect.poll(() => reasons(`crowd2@${D}`), PATIENT).toContain('too-many-authors')
  })
})

describe('a forgotten or deleted address', () => {
  it('does not come back by being sent from, and nothing reserved is made that way', async () => {
    for (const local of ['forgotten', 'gone']) await relay.json('alias', 'add', `${local}@${D}`)
    await relay.json('alias', 'remove', `forgotten@${D}`, '--forget')
    await relay.json('alias', 'remove', `gone@${D}`)
    const { username, password } = await relay.json<{ username: string; password: string }>(
      ...['app-password', 'create', '--name', 'edge'],
    )
    const transport = createTransport({
      ...{ host: '127.0.0.1', port: relay.port('submission'), requireTLS: true },
      ...{ tls: { rejectUnauthorized: false }, auth: { user: username, pass: password } },
    })
    const from = (local: string) =>
      transport.sendMail({ from: `${local}@${D}`, to: 'friend@away.example', subject: 'x', text: 'x' })
    try {
      for (const local of ['forgotten', 'Forgotten+tag', 'gone', 'gone+tag', 'postmaster', 'tls-reports', 'root'])
        await expect(from(local), local).rejects.toThrow(/550 5\.7\.1/)
      const before = sink.mails.length
      await from('fresh')
      await sink.waitFor(before + 1)
    } finally {
      transport.close()
    }
    expect((await relay.run('alias', 'show', `forgotten@${D}`)).code).toBe(1)
    expect((await relay.run('alias', 'add', `dmarc-reports@${D}`)).code).toBe(1)
    expect(await show(`fresh@${D}`)).toMatchObject({ active: true })
  })

  it('a deleted one comes back by the command line, a forgotten one by nothing', async () => {
    await relay.json('alias', 'add', `back@${D}`)
    await relay.json('alias', 'remove', `back@${D}`)
    expect(await send(`back@${D}`, 'a@b.example')).toContain('550 5.1.1')
    expect(await relay.json('alias', 'restore', `back@${D}`)).toMatchObject({ active: true, deleted_at: null })
    expect(await send(`back@${D}`, 'a@b.example')).toContain('250 2.6.0')
    expect((await relay.run('alias', 'restore', `forgotten@${D}`)).code).toBe(1)
  })
})

describe('many aliases at once, by the command line', () => {
  interface Done {
    readonly id: string
    readonly count: number
    readonly undoable: boolean
  }
  const bulk = (...words: string[]): Promise<Done> => relay.json<Done>('alias', 'bulk', ...words)

  it('are shown, changed and put back; what was changed since stays', async () => {
    for (let i = 0; i < 6; i++) await relay.json('alias', 'add', `many${i}@${D}`)
    expect(await bulk('deactivate', '--search', 'many')).toMatchObject({ bulk: 'preview', count: 6, undoable: true })
    expect((await show(`many3@${D}`)).active).toBe(true)
    const off = await bulk('deactivate', '--search', 'many', '--yes')
    expect(off).toMatchObject({ bulk: 'done', count: 6, state: 'done' })
    const labelled = await bulk('add-label', 'Reading list', '--search', 'many', '--yes')
    await relay.json('alias', 'set', `many3@${D}`, '--labels', 'reading list,mine')
    expect(await bulk('undo', off.id)).toMatchObject({ count: 6 })
    expect(await show(`many3@${D}`)).toMatchObject({ active: true, labels: ['reading list', 'mine'] })
    expect(await bulk('undo', labelled.id)).toMatchObject({ count: 6 })
    expect(await show(`many3@${D}`)).toMatchObject({ active: true, labels: ['mine'] })
    expect(await show(`many4@${D}`)).toMatchObject({ active: true, labels: [] })
    const { jobs } = await relay.json<{ jobs: { id: string }[] }>('alias', 'bulk', 'list')
    expect(jobs.map((one) => one.id)).toEqual([labelled.id, off.id])
    const told = await relay.run('alias', 'bulk', 'forget', '--search', 'many')
    expect(told.out).toMatch(/6 alias\(es\) would change; this cannot be undone\.[^]*Nothing was changed/)
  })

  it('undoing leaves alone a new alias that has the place of a forgotten one', async () => {
    await relay.json('alias', 'add', `newest@${D}`)
    const { id } = await bulk('deactivate', '--search', 'newest', '--yes')
    await relay.json('alias', 'remove', `newest@${D}`, '--forget')
    await relay.json('alias', 'add', `stranger@${D}`)
    await relay.json('alias', 'set', `stranger@${D}`, '--active', 'off')
    await bulk('undo', id)
    expect(await show(`stranger@${D}`)).toMatchObject({ active: false })
  })

  it('say what is missing', async () => {
    for (const words of [['deactivate'], ['add-label', '--search', 'x'], ['pin', 'x', '--search', 'x'], ['dance']])
      expect((await relay.run('alias', 'bulk', ...words)).code, words.join(' ')).toBe(2)
  })
})

describe('tables', () => {
  it('carry every setting of an alias to another relay', async () => {
    const to = `table@${D}`
    await relay.json('alias', 'add', to)
    await relay.json('recipient', 'add', 'second@far.test')
    const set = [
      ...['--policy', 'ask', '--labels', 'two words,one', '--when-disabled', 'defer', '--reject-text', 'not now'],
      ...['--expires-at', '2030-02-01', '--expires-after', '7', '--expires-idle', '9', '--hourly-limit', '11'],
      ...[
        '--fallback-recipient',
        'second@far.test',
        '--unsubscribe',
        'block',
        '--allow-sealed',
        'on',
        '--pinned',
        'on',
      ],
      ...['--description', '=1+1, "quoted"', '--from-name', 'Me', '--recipients', 'second@far.test'],
    ]
    await relay.json('alias', 'set', to, ...set)
    const file = path.join(relay.folder, 'all.csv')
    await relay.json('alias', 'export', '--search', 'table@', '--to', file)
    const other = await startRelay({ init: ['--domain', D, '--recipient', 'second@far.test'] })
    try {
      expect(await other.json('alias', 'import', file)).toMatchObject({ created: 1, refused: 0 })
      const kept = (one: object): object => {
        const fields = Object.entries(one as Record<string, unknown>)
        const own = new Set(['id', 'aliasable_id', 'recipients', 'created_at', 'updated_at'])
        const { recipients } = one as { recipients: { email: string }[] }
        return {
          ...Object.fromEntries(fields.filter(([key]) => !own.has(key))),
          to: recipients.map(({ email }) => email),
        }
      }
      expect(kept(await other.json<object>('alias', 'show', to))).toEqual(kept(await show(to)))
      const bad = path.join(other.folder, 'bad.csv')
      writeFileSync(
        bad,
        `alias,expires_after,labels,deleted_at\nbad@${D},-1,,\nodd@${D},,a|\u0007,\ndead@${D},,,2026-01-01 00:00:00\n`,
      )
      expect(await other.json('alias', 'import', bad)).toMatchObject({ created: 1, refused: 2 })
      expect(await other.json('why', `dead@${D}`)).toMatchObject({ setting: 'alias-deleted' })
    } finally {
      await other.destroy()
    }
  })
})

describe('the search', () => {
  it('says what it did not understand, and that there is no OpenPGP', async () => {
    const notes = async (q: string): Promise<string> => (await relay.run('alias', 'list', '--search', q)).err
    expect(await notes('is:pgp')).toContain('no OpenPGP')
    expect(await notes('is:sold')).toContain('"is:sold" is no filter')
    expect(await notes('used:soon tag:x')).toContain('"used:soon" is no filter')
    expect(await notes('is:off used:>90d note:x')).not.toContain('filter')
    expect(await relay.json('alias', 'list', '--search', 'is:pgp')).toEqual([])
  })

  it('counts the aliases of a domain and of a recipient as they come and go', async () => {
    const counts = async (): Promise<number> =>
      (await relay.json<{ aliases_count: number }>('domain', 'show', D)).aliases_count
    const before = await counts()
    await relay.json('alias', 'add', `counted@${D}`)
    expect(await send(`made-by-mail@${D}`, 'a@b.example')).toContain('250')
    expect(await counts()).toBe(before + 2)
    await relay.json('alias', 'remove', `counted@${D}`)
    expect(await counts()).toBe(before + 1)
    await relay.json('alias', 'restore', `counted@${D}`)
    await relay.json('alias', 'remove', `made-by-mail@${D}`, '--forget')
    expect(await counts()).toBe(before + 1)
  })
})
