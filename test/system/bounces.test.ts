// What comes back: a real Postfix takes our mail, cannot deliver it, and says so. And the reports of all the other programs, sent to
// the return path of a forward.
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { send } from '../../main/headless/demo/world.ts'
import { Wire } from '../world/dialogue.ts'
import { freePort, postfixMissing, startPostfix, type TestPostfix } from '../world/postfix.ts'
import { PATIENT, TestRelay } from '../world/relay.ts'
import { startSink, type Received, type Sink } from '../world/sink.ts'

const USER = 'me@mine.test'

interface LogLine {
  readonly outcome: string
  readonly reason: string
  readonly text: string
  readonly recipient: string
  readonly alias: string
  readonly attempts: readonly { readonly answer: string }[]
}
interface Recipient {
  readonly email: string
  readonly paused: boolean
  readonly pausedReason: string | null
  readonly bounces: number
  readonly waiting: number
}

/** Sends bytes as they are, with the null sender where `from` is empty. */
async function inject(port: number, from: string, to: string, message: Buffer | string): Promise<string> {
  const wire = await Wire.open(port)
  try {
    await wire.reply()
    await wire.say('EHLO far.test')
    await wire.say(`MAIL FROM:<${from}>`)
    const taken = await wire.say(`RCPT TO:<${to}>`)
    if (!taken.startsWith('250')) return taken
    await wire.say('DATA')
    const text = message.toString('latin1').replaceAll('\r\n.', '\r\n..')
    return await wire.say(`${text}${text.endsWith('\r\n') ? '' : '\r\n'}.`)
  } finally {
    wire.close()
  }
}

const text = (mail: Received | undefined): string => mail?.raw.toString('utf8') ?? ''

async function log(relay: TestRelay, search: string): Promise<readonly LogLine[]> {
  return relay.json<LogLine[]>('log', '--search', search, '--limit', '200')
}

async function recipient(relay: TestRelay, email: string): Promise<Recipient> {
  return relay.json<Recipient>('recipient', 'show', email)
}

describe('a Postfix that cannot deliver', () => {
  let relay: TestRelay
  let sink: Sink
  let postfix: TestPostfix | undefined
  let login: { user: string; pass: string }

  beforeAll(async () => {
    if (postfixMissing() !== undefined) return
    sink = await startSink()
    const relayPort = await freePort()
    const maps = [
      '{ gone@far.test = error:5.1.1 no such mailbox }',
      '{ broken@mine.test = error:5.2.1 mailbox disabled }',
      `{ alias.test = smtp:[127.0.0.1]:${relayPort} }`,
    ]
    postfix = await startPostfix([
      `transport_maps = inline:{ ${maps.join(', ')} }`,
      `relayhost = [127.0.0.1]:${sink.port}`,
      'smtpd_reject_unlisted_recipient = no',
    ])
    relay = new TestRelay({ serve: ['--smtp', `127.0.0.1:${relayPort}`, '--submission', '127.0.0.1:0'] })
    const route = `smtp://127.0.0.1:${postfix.port}`
    await relay.run('init', '--domain', 'alias.test', '--recipient', USER, '--route', route, '--catch-all')
    await relay.serve()
    const made = await relay.json<{ username: string; password: string }>('app-password', 'create', '--name', 'phone')
    login = { user: made.username, pass: made.password }
  })
  afterAll(async () => {
    if (postfix === undefined) return
    await relay.destroy()
    postfix.stop()
    await sink.close()
  })

  it('tells the user about the mail that they sent, once, and nobody else', async (context) => {
    if (postfix === undefined) return context.skip(postfixMissing() ?? '')
    const message =
      'From: shop@alias.test\r\nTo: gone@far.test\r\nSubject: Order 17\r\nMessage-ID: <inner-17@mine.test>\r\n\r\nhello\r\n'
    await send({ port: relay.port('submission'), envelope: { from: USER, to: ['gone@far.test'] }, message, login })
    await sink.waitFor(1)
    const [notice] = sink.mails
    expect(notice).toMatchObject({ from: '', to: [USER] })
    expect(text(notice)).toContain('Subject: Not delivered: "Order 17"')
    expect(text(notice)).toContain('Final-Recipient: rfc822;gone@far.test')
    expect(text(notice)).toContain('In-Reply-To: <inner-17@mine.test>')
    expect(text(notice)).toMatch(/no such mailbox/)
    const entries = await log(relay, 'gone@far.test')
    const entry = entries.find((one) => one.reason === 'bounced-hard')
    expect(entry).toMatchObject({ outcome: 'bounced', alias: 'shop@alias.test' })
    expect(entry?.attempts.map((one) => one.answer).join()).toContain('no such mailbox')
    const [held] = await relay.json<{ kind: string; text: string }[]>('held', 'list', '--kind', 'bounce')
    expect(held).toMatchObject({ kind: 'bounce' })
    expect(held?.text).toContain('5.1.1')
    await new Promise((resolve) => setTimeout(resolve, 1500))
    expect(sink.mails).toHaveLength(1)
  })

  it('pauses a mailbox that bounces hard; what comes for it waits, or goes to the fallback', async (context) => {
    if (postfix === undefined) return context.skip(postfixMissing() ?? '')
    await relay.json('recipient', 'add', 'broken@mine.test')
    await relay.json('alias', 'add', 'two@alias.test')
    await relay.json('alias', 'set', 'two@alias.test', '--recipients', 'broken@mine.test')
    const mail = (id: string): string =>
      `From: ann@far.test\r\nSubject: to two ${id}\r\nMessage-ID: <${id}@far.test>\r\n\r\nx\r\n`
    const port = relay.port('smtp')
    expect(await inject(port, 'ann@far.test', 'two@alias.test', mail('a'))).toMatch(/^250/)
    await expect.poll(async () => (await recipient(relay, 'broken@mine.test')).paused, PATIENT).toBe(true)
    expect((await recipient(relay, 'broken@mine.test')).pausedReason).toContain('mailbox disabled')
    expect((await log(relay, 'recipient-paused'))[0]?.text).toContain('broken@mine.test takes no mail (5.2.1)')

    expect(await inject(port, 'ann@far.test', 'two@alias.test', mail('b'))).toMatch(/^250/)
    await expect.poll(async () => (await recipient(relay, 'broken@mine.test')).waiting, PATIENT).toBe(1)
    await relay.json('queue', 'retry')
    expect((await recipient(relay, 'broken@mine.test')).waiting).toBe(1)

    const before = sink.mails.length
    await relay.json('alias', 'set', 'two@alias.test', '--fallback-recipient', USER)
    expect(await inject(port, 'ann@far.test', 'two@alias.test', mail('c'))).toMatch(/^250/)
    await sink.waitFor(before + 1)
    expect(sink.mails.at(-1)).toMatchObject({ to: [USER] })
    expect(text(sink.mails.at(-1))).toContain('Subject: to two c')

    // Resumed by hand: what waited goes out again, and this Postfix sends it back again.
    await relay.json('recipient', 'set', 'broken@mine.test', '--paused', 'off')
    await expect.poll(async () => (await recipient(relay, 'broken@mine.test')).bounces, PATIENT).toBe(2)
    await expect.poll(async () => (await recipient(relay, 'broken@mine.test')).paused, PATIENT).toBe(true)
  })
})

describe('reports of every program', () => {
  let relay: TestRelay
  let sink: Sink
  const fixtures = path.join(import.meta.dirname, '../main/mail/bounces')

  beforeAll(async () => {
    sink = await startSink()
    relay = new TestRelay()
    const route = `smtp://127.0.0.1:${sink.port}`
    await relay.run('init', '--domain', 'alias.test', '--recipient', USER, '--route', route, '--catch-all')
    await relay.serve()
  })
  afterAll(async () => {
    await relay.destroy()
    await sink.close()
  })

  async function returnPath(alias: string): Promise<string> {
    const before = sink.mails.length
    const mail = `From: ann@far.test\r\nSubject: for ${alias}\r\nMessage-ID: <${alias}@far.test>\r\n\r\nx\r\n`
    await inject(relay.port('smtp'), 'ann@far.test', `${alias}@alias.test`, mail)
    await sink.waitFor(before + 1)
    return sink.mails.at(-1)?.from ?? ''
  }

  it.each(readdirSync(fixtures).filter((name) => /^[01]\d-/.test(name)))('%s', async (name) => {
    const expected = JSON.parse(readFileSync(path.join(fixtures, name, 'expected.json'), 'utf8')) as {
      recipients: { kind: string }[]
    }
    const kinds = expected.recipients.map((one) => one.kind)
    const worst = ['hard', 'soft', 'delayed', 'done'].find((kind) => kinds.includes(kind)) ?? ''
    const alias = `a${name.slice(0, 2)}`
    const path_ = await returnPath(alias)
    const before = sink.mails.length
    expect(await inject(relay.port('smtp'), '', path_, readFileSync(path.join(fixtures, name, 'message.eml')))).toMatch(
      /^250/,
    )
    const [entry] = (await log(relay, `${alias}@alias.test`)).filter((one) => one.reason === `bounced-${worst}`)
    if (worst === 'done') expect(entry).toBeUndefined()
    else expect(entry?.outcome).toBe(worst === 'delayed' ? 'deferred' : 'bounced')
    expect((await recipient(relay, USER)).paused).toBe(worst === 'hard')
    if (worst === 'hard') await relay.json('recipient', 'set', USER, '--paused', 'off')
    expect(sink.mails).toHaveLength(before)
  })

  it('a report that nobody can read is kept, and the mailbox is not paused for it', async () => {
    const to = await returnPath('odd')
    const message = readFileSync(path.join(fixtures, '32-broken', 'message.eml'))
    expect(await inject(relay.port('smtp'), '', to, message)).toMatch(/^250/)
    expect((await log(relay, 'bounce-received')).some((one) => one.text.includes('no program knows'))).toBe(true)
    expect((await recipient(relay, USER)).paused).toBe(false)
  })

  it("an abuse report to abuse@ reaches the user, and the log says which alias's mail it is about", async () => {
    const to = await returnPath('reported')
    const message = readFileSync(path.join(fixtures, '20-arf-abuse', 'message.eml'), 'latin1')
    const before = sink.mails.length
    const about = message.replaceAll('aaaabbbbccccddddeeeeffffgggg2@alias.example', to)
    expect(await inject(relay.port('smtp'), 'fbl@far.test', 'abuse@alias.test', about)).toMatch(/^250/)
    await sink.waitFor(before + 1)
    const [entry] = await log(relay, 'feedback-report')
    expect(entry).toMatchObject({ outcome: 'noticed', alias: 'reported@alias.test' })
    expect(entry?.text).toContain('as spam')
  })

  it("the user's own out-of-office to a forward goes nowhere", async () => {
    const to = await returnPath('away')
    const before = sink.mails.length
    const message = readFileSync(path.join(fixtures, '31-vacation', 'message.eml'))
    expect(await inject(relay.port('smtp'), '', to, message)).toMatch(/^250/)
    expect((await log(relay, 'auto-reply-withheld')).length).toBeGreaterThan(0)
    expect(sink.mails).toHaveLength(before)
  })
})
