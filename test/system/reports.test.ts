// Reports of ours: who gets one, and that nothing in one to a sender says where the alias leads. RFC 3461, RFC 3464
import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { send } from '../../main/headless/demo/world.ts'
import { readReport } from '../../main/mail/index.ts'
import { headerLength } from '../../main/mail/header-block.ts'
import { Wire } from '../world/dialogue.ts'
import { startDns, type TestDns } from '../world/dns.ts'
import { PATIENT, TestRelay } from '../world/relay.ts'
import { startSink, type Received, type Sink } from '../world/sink.ts'

const USER = 'ada.secret@private-provider.test'
/** What the provider says names the user, itself and a host behind it. */
const REFUSAL = `5.7.1 <${USER}> mx7.private-provider.test [192.0.2.99] does not like this`

let relay: TestRelay
let sink: Sink
let dns: TestDns
let login: { user: string; pass: string }

beforeAll(async () => {
  sink = await startSink()
  dns = await startDns({
    'good.test': [{ type: 'TXT', data: 'v=spf1 ip4:127.0.0.1 -all' }],
    // Not forbidden, which would hold it, and not proven.
    'bad.test': [{ type: 'TXT', data: 'v=spf1 ?all' }],
  })
  relay = new TestRelay({ serve: ['--resolver', dns.server, '--submission', '127.0.0.1:0'] })
  const route = `smtp://127.0.0.1:${sink.port}`
  await relay.run('init', '--domain', 'alias.test', '--recipient', USER, '--route', route, '--catch-all')
  await relay.serve()
  const made = await relay.json<{ username: string; password: string }>('app-password', 'create', '--name', 'phone')
  login = { user: made.username, pass: made.password }
})
afterAll(async () => {
  await relay.destroy()
  await sink.close()
  await dns.close()
})

interface Sending {
  readonly from: string
  readonly to: readonly string[]
  readonly mail?: string
  readonly rcpt?: string
  readonly subject?: string
  readonly header?: string
}

/** One message with parameters, as a server of the sender's would give it; the answer to the dot. */
async function inject({ from, to, mail = '', rcpt = '', subject = 'x', header = '' }: Sending): Promise<string> {
  const wire = await Wire.open(relay.port('smtp'))
  try {
    await wire.reply()
    expect(await wire.say('EHLO out.good.test')).toContain('DSN')
    expect(await wire.say(`MAIL FROM:<${from}>${mail}`)).toMatch(/^250/)
    for (const one of to) expect(await wire.say(`RCPT TO:<${one}>${rcpt}`)).toMatch(/^250/)
    await wire.say('DATA')
    const id = `Message-ID: <${subject}@good.test>`
    return await wire.say(`From: ann@good.test\r\nSubject: ${subject}\r\n${id}\r\n${header}\r\nthe body of ann\r\n.`)
  } finally {
    wire.close()
  }
}

const text = (mail: Received | undefined): string => mail?.raw.toString('utf8') ?? ''
const reports = (): readonly Received[] => sink.mails.filter((mail) => mail.from === '' && !mail.to.includes(USER))

/** Settled for good, with the reason in the log. */
async function settled(subject: string, outcome = 'failed'): Promise<void> {
  await expect
    .poll(async () => {
      const found = await relay.json<{ outcome: string; subject: string }[]>('log', '--search', subject)
      return found.some((one) => one.outcome === outcome && one.subject === subject)
    }, PATIENT)
    .toBe(true)
}

/** The sink refuses mail for the user alone. */
function refuse(message: string | undefined, code = 550): void {
  sink.refuse(message === undefined ? undefined : { code, message, only: USER })
}

describe('a forward that fails for good', () => {
  it('is told to a proven sender, with nothing of where the alias leads', async () => {
    refuse(REFUSAL)
    const before = reports().length
    const answer = await inject({
      ...{ from: 'ann@good.test', to: ['shop+tag@alias.test'], subject: 'proven' },
      ...{ mail: ' RET=FULL ENVID=env+2B17', rcpt: ' NOTIFY=FAILURE ORCPT=rfc822;shop+2Btag@alias.test' },
    })
    expect(answer).toMatch(/^250/)
    await expect.poll(() => reports().length, PATIENT).toBe(before + 1)
    const report = reports().at(-1)
    expect(report).toMatchObject({ from: '', to: ['ann@good.test'] })
    const all = text(report)
    expect(all).toContain('Original-Envelope-Id: env+17')
    expect(all).toContain('Original-Recipient: rfc822;shop+tag@alias.test')
    expect(all).toContain('Final-Recipient: rfc822;shop+tag@alias.test')
    expect(all).toContain('Content-Type: message/rfc822')
    expect(all).toContain('the body of ann')
    expect(all).toContain('Auto-Submitted: auto-replied')
    for (const secret of ['ada', 'secret', 'private-provider', 'mx7', '192.0.2.99', '127.0.0.1', 'postern'])
      expect(all.toLowerCase()).not.toContain(secret)
    const raw = report?.raw ?? Buffer.alloc(0)
    const read = readReport(raw.subarray(0, headerLength(raw)))
    read.push(raw.subarray(headerLength(raw)))
    expect(read.end()).toMatchObject({ kind: 'bounce', recipients: [{ kind: 'soft', status: '5.7.1' }] })
    expect(await relay.json('held', 'list', '--kind', 'failed')).toHaveLength(1)
  })

  it.each([
    ['whom SPF does not prove', 'ann@bad.test', '', 'unproven'],
    ['with no SPF at all', 'ann@nothing.test', '', 'nospf'],
    ['who wants to hear nothing', 'ann@good.test', ' NOTIFY=NEVER', 'never'],
    ['who asks for something else', 'ann@good.test', ' NOTIFY=SUCCESS,DELAY', 'other'],
    ['who is nobody: a bounce makes no bounce', '', '', 'null'],
  ])('is not told to a sender %s', async (_, from, rcpt, subject) => {
    refuse(REFUSAL)
    const before = sink.mails.length
    expect(await inject({ from, to: ['shop@alias.test'], rcpt, subject })).toMatch(/^250/)
    await settled(subject)
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect(sink.mails).toHaveLength(before)
  })

  it('is not told where another recipient of the alias has it', async () => {
    await relay.json('recipient', 'add', 'ada.second@other.test')
    await relay.json('alias', 'add', 'both@alias.test')
    await relay.json('alias', 'set', 'both@alias.test', '--recipients', `ada.second@other.test,${USER}`)
    refuse(REFUSAL)
    const before = reports().length
    await inject({ from: 'ann@good.test', to: ['both@alias.test'], subject: 'both' })
    await expect
      .poll(async () => (await relay.json<object[]>('held', 'list', '--kind', 'failed')).length, PATIENT)
      .toBeGreaterThan(1)
    await expect.poll(() => sink.mails.some((one) => one.to.includes('ada.second@other.test')), PATIENT).toBe(true)
    expect(reports().length).toBe(before)
  })

  it('a success that was asked for is told as one', async () => {
    refuse(undefined)
    const before = reports().length
    await inject({ from: 'ann@good.test', to: ['shop@alias.test'], rcpt: ' NOTIFY=SUCCESS', subject: 'success' })
    await expect.poll(() => reports().length, PATIENT).toBe(before + 1)
    expect(text(reports().at(-1))).toContain('Action: delivered')
    expect(text(reports().at(-1)).toLowerCase()).not.toContain('private-provider')
  })

  it('recipients refused behind DATA are told, the others have it', async () => {
    refuse(undefined)
    await relay.json('alias', 'add', 'strict@alias.test')
    await relay.json('alias', 'set', 'strict@alias.test', '--policy', 'known')
    const before = reports().length
    const to = ['shop@alias.test', 'strict@alias.test']
    expect(await inject({ from: 'ann@good.test', to, subject: 'mixed' })).toMatch(/^250/)
    await expect.poll(() => reports().length, PATIENT).toBe(before + 1)
    expect(text(reports().at(-1))).toContain('Final-Recipient: rfc822;strict@alias.test')
    expect(text(reports().at(-1))).toContain('Diagnostic-Code: smtp;550 5.7.1 Not accepted')
    const unproven = reports().length
    expect(await inject({ from: 'ann@bad.test', to, subject: 'mixed-unproven' })).toMatch(/^250/)
    await settled('mixed-unproven', 'delivered')
    expect(reports().length).toBe(unproven)
  })
})

describe('a mail of the user that fails', () => {
  it('is told to the user, with everything the far server said', async () => {
    sink.refuse({ code: 550, message: '5.1.1 nobody of that name', only: 'bob@stranger.test' })
    const before = sink.mails.length
    const message = `From: shop@alias.test\r\nTo: bob@stranger.test\r\nSubject: to bob\r\nMessage-ID: <mine-1@laptop.test>\r\n\r\nhello\r\n`
    const envelope = { from: USER, to: ['bob@stranger.test'] }
    await send({ port: relay.port('submission'), envelope, message, login })
    await sink.waitFor(before + 1)
    const notice = sink.mails.at(-1)
    expect(notice).toMatchObject({ from: '', to: [USER] })
    for (const part of [
      'Not delivered: "to bob"',
      'bob@stranger.test',
      '5.1.1 nobody of that name',
      '<mine-1@laptop.test>',
    ])
      expect(text(notice)).toContain(part)
    expect((await relay.json<{ paused: boolean }>('recipient', 'show', USER)).paused).toBe(false)
    sink.refuse(undefined)
  })
})

describe('a stored body that is damaged', () => {
  it('fails at once under its own name, and nothing of it is sent', async () => {
    refuse('later', 451)
    const big = `X-Big: 1\r\n\r\n${'a line of text\r\n'.repeat(20_000)}`
    await inject({ from: 'ann@good.test', to: ['shop@alias.test'], subject: 'damaged', header: big })
    await settled('damaged', 'deferred')
    const spool = path.join(relay.data, 'spool')
    const [file] = readdirSync(spool)
    const bytes = readFileSync(path.join(spool, file ?? ''))
    bytes[bytes.length - 100] = (bytes[bytes.length - 100] ?? 0) ^ 1
    writeFileSync(path.join(spool, file ?? ''), bytes)
    refuse(undefined)
    const before = sink.mails.filter((one) => one.to.includes(USER)).length
    await relay.json('queue', 'retry')
    await settled('damaged')
    const [held] = await relay.json<{ reason: string; text: string }[]>('held', 'list', '--kind', 'failed')
    expect(held).toMatchObject({ reason: 'spool-damaged' })
    expect(sink.mails.filter((one) => one.to.includes(USER)).length).toBe(before)
  })
})
