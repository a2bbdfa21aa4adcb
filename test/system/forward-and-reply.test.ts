// Issue of the main job: a message to an alias arrives in the mailbox, and the answer goes back without a trace of the user.
import { dkimVerify } from 'mailauth'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fieldsNamed, parseHeaderBlock, readSummary, readableBody } from '../../main/mail/index.ts'
import { findProgram, runProgram } from '../world/programs.ts'
import { startRelay, type TestRelay } from '../world/relay.ts'
import { startSink, type Received, type Sink } from '../world/sink.ts'
import { send } from '../../main/headless/demo/world.ts'
import { Wire } from '../world/dialogue.ts'

const USER = 'ada@private-mailbox.test'
let relay: TestRelay
let sink: Sink

interface Login {
  username: string
  password: string
}
interface Contact {
  address: string
  replyAddress: string
}
interface LogLine {
  id: number
  outcome: string
  reason: string
  alias: string
  sender: string
  recipient: string
  attempts: { answer: string }[]
}

beforeAll(async () => {
  sink = await startSink()
  relay = await startRelay({
    init: [
      '--domain',
      'shop-mail.test',
      '--recipient',
      USER,
      '--route',
      `smtp://127.0.0.1:${sink.port}`,
      '--catch-all',
    ],
    serve: ['--submission', '127.0.0.1:0'],
  })
  // No resolver answers here, and the warning of that would stand in every body.
  await relay.run('recipient', 'set', USER, '--warn', 'off')
})
afterAll(async () => {
  await relay.destroy()
  await sink.close()
})

async function zone(): Promise<(name: string) => Promise<string[][]>> {
  const shown = await relay.json<{ records: { type: string; name: string; value: string }[] }>(
    'domain',
    'show',
    'shop-mail.test',
  )
  const records = new Map(shown.records.filter((one) => one.type === 'TXT').map((one) => [one.name, one.value]))
  return (name) => {
    const value = records.get(name)
    return value === undefined
      ? Promise.reject(Object.assign(new Error('none'), { code: 'ENOTFOUND' }))
      : Promise.resolve([[value]])
  }
}

async function checkSignatures(mail: Received): Promise<void> {
  const { results } = await dkimVerify(mail.raw, { resolver: await zone() })
  expect(results.map((one) => [one.algo, one.status.result, one.signingDomain])).toEqual([
    ['rsa-sha256', 'pass', 'shop-mail.test'],
    ['ed25519-sha256', 'pass', 'shop-mail.test'],
  ])
}

function field(mail: Received, name: string): string {
  const [first] = fieldsNamed(parseHeaderBlock(mail.raw), name)
  return first === undefined ? '' : readableBody(first).trim()
}

async function sendRaw(port: number, from: string, to: string, message: string): Promise<string> {
  const wire = await Wire.open(port)
  await wire.reply()
  await wire.say('EHLO client.test')
  await wire.say(`MAIL FROM:<${from}>`)
  const rcpt = await wire.say(`RCPT TO:<${to}>`)
  if (!rcpt.startsWith('250')) return rcpt
  await wire.say('DATA')
  const answer = await wire.say(`${message}\r\n.`)
  wire.close()
  return answer
}

const BODY = 'Line one\r\n  two spaces, trailing blanks   \r\n..dots\r\n\r\n=C3=A4 and a last line'

describe('a message to an alias', () => {
  it('arrives in the mailbox with From = reply address, signed, its body unharmed', async () => {
    const message = `From: Bob <bob@stranger.test>\r\nTo: shoes@shop-mail.test\r\nSubject: hi\r\nMessage-ID: <1@stranger.test>\r\n\r\n${BODY.replaceAll('..dots', '...dots')}`
    expect(await sendRaw(relay.port('smtp'), 'bob@stranger.test', 'shoes@shop-mail.test', message)).toMatch(
      /^250 2\.6\.0/,
    )
    const [mail] = await sink.waitFor(1)
    if (mail === undefined) throw new Error('unreachable')
    expect(mail.to).toEqual([USER])
    const [contact] = await relay.json<Contact[]>('contact', 'list', '--alias', 'shoes@shop-mail.test')
    expect(contact?.address).toBe('bob@stranger.test')
    expect(readSummary(parseHeaderBlock(mail.raw)).fromAddress).toBe(contact?.replyAddress)
    expect(field(mail, 'from')).toContain("Bob 'bob at stranger.test'")
    expect(field(mail, 'message-id')).toBe('<1@stranger.test>')
    expect(mail.from).toMatch(/^[a-z2-7]{29}@shop-mail\.test$/)
    expect(mail.helo).toBe('mail.shop-mail.test')
    const body = mail.raw.subarray(mail.raw.indexOf('\r\n\r\n') + 4).toString('latin1')
    expect(body).toBe(`${BODY}\r\n`)
    await checkSignatures(mail)
  })

  it("leaves one log entry with the far server's answer", async () => {
    const log = await relay.json<LogLine[]>('log', '--search', 'bob@stranger')
    expect(log).toHaveLength(1)
    expect(log[0]).toMatchObject({ outcome: 'delivered', alias: 'shoes@shop-mail.test', sender: 'bob@stranger.test' })
    expect(log[0]?.attempts[0]?.answer).toMatch(/^250/)
  })
})

/** Sends as the user's mail program does: STARTTLS, a login, the submission listener. */
async function submit(to: string, lines: readonly string[]): Promise<string> {
  const { username, password } = await relay.json<Login>('app-password', 'create', '--name', 'test')
  const message = [`From: Ada Private <${USER}>`, ...lines].join('\r\n')
  const login = { user: username, pass: password }
  return send({ port: relay.port('submission'), envelope: { from: USER, to: [to] }, message, login })
}

async function contactOf(alias: string): Promise<string> {
  const [contact] = await relay.json<Contact[]>('contact', 'list', '--alias', alias)
  return contact?.replyAddress ?? ''
}

async function checkReply(mail: Received): Promise<void> {
  expect(mail.to).toEqual(['bob@stranger.test'])
  expect(field(mail, 'from')).toBe('shoes@shop-mail.test')
  expect(field(mail, 'in-reply-to')).toBe('<1@stranger.test>')
  expect(field(mail, 'date')).toContain('12:30:00 +0000')
  expect(field(mail, 'message-id')).toMatch(/^<[a-z2-7]{26}@shop-mail\.test>$/)
  const all = `${mail.from}\n${mail.raw.toString('latin1')}`.toLowerCase()
  for (const trace of [
    'ada@',
    'ada private',
    'private-mailbox',
    'laptop',
    'postern',
    '127.0.0.1',
    'nodemailer',
    'swaks',
  ])
    expect(all).not.toContain(trace)
  await checkSignatures(mail)
}

const REPLY = [
  'Subject: Re: hi',
  'Message-ID: <mine@private-mailbox.test>',
  'In-Reply-To: <1@stranger.test>',
  'User-Agent: Thing on ada-laptop',
  'Date: Sat, 21 Nov 2026 13:30:00 +0100',
  '',
  'Yes please.',
]

describe('the reply', () => {
  it('goes out from the alias and names the user nowhere', async () => {
    const to = await contactOf('shoes@shop-mail.test')
    const before = sink.mails.length
    expect(await submit(to, [`To: ${to}`, ...REPLY])).toMatch(/^250 2\.6\.0/)
    await sink.waitFor(before + 1)
    const mail = sink.mails.at(-1)
    if (mail === undefined) throw new Error('unreachable')
    await checkReply(mail)
  })

  it('goes out the same way from swaks', async (context) => {
    const swaks = findProgram('swaks')
    if (swaks === undefined) return context.skip('swaks is not installed')
    const { username, password } = await relay.json<Login>('app-password', 'create', '--name', 'swaks')
    const to = await contactOf('shoes@shop-mail.test')
    const before = sink.mails.length
    const login = ['--tls', '--auth', 'LOGIN', '--auth-user', username, '--auth-password', password]
    const message = [`From: Ada Private <${USER}>`, `To: ${to}`, ...REPLY].join('\\n').replace('<mine@', '<mine2@')
    const args = ['--server', `127.0.0.1:${relay.port('submission')}`, ...login, '--from', USER, '--to', to]
    const ran = await runProgram(swaks, [...args, '--helo', 'ada-laptop', '--data', message])
    if (ran.out.includes('TLS not available')) return context.skip('swaks has no TLS here (libnet-ssleay-perl)')
    expect(ran.out).toContain('250 2.6.0')
    await sink.waitFor(before + 1)
    const mail = sink.mails.at(-1)
    if (mail === undefined) throw new Error('unreachable')
    await checkReply(mail)
  })

  it("threads: the stranger's answer to the reply points at what the user wrote", async () => {
    const sent = sink.mails.findLast((one) => one.to.includes('bob@stranger.test'))
    if (sent === undefined) throw new Error('unreachable')
    const outer = field(sent, 'message-id')
    const before = sink.mails.length
    const message = `From: bob@stranger.test\r\nTo: shoes@shop-mail.test\r\nSubject: Re: Re: hi\r\nIn-Reply-To: ${outer}\r\nReferences: <1@stranger.test> ${outer}\r\n\r\nfine`
    await sendRaw(relay.port('smtp'), 'bob@stranger.test', 'shoes@shop-mail.test', message)
    await sink.waitFor(before + 1)
    const mail = sink.mails.at(-1)
    if (mail === undefined) throw new Error('unreachable')
    expect(field(mail, 'in-reply-to')).toMatch(/^<mine2?@private-mailbox\.test>$/)
    expect(field(mail, 'references')).toMatch(/^<1@stranger\.test> <mine2?@private-mailbox\.test>$/)
  })

  it('is held without proof, can be read and released', async () => {
    const [contact] = await relay.json<Contact[]>('contact', 'list', '--alias', 'shoes@shop-mail.test')
    const before = sink.mails.length
    const message = `From: ${USER}\r\nTo: ${contact?.replyAddress ?? ''}\r\nSubject: unproven\r\n\r\nhello`
    expect(await sendRaw(relay.port('smtp'), USER, contact?.replyAddress ?? '', message)).toMatch(/^250/)
    const held = await relay.json<{ id: number; reason: string; subject: string }[]>('held', 'list')
    expect(held).toHaveLength(1)
    expect(held[0]).toMatchObject({ reason: 'reply-unproven', subject: 'unproven' })
    expect(sink.mails.length).toBe(before)
    const shown = await relay.json<{ headers: string }>('held', 'show', String(held[0]?.id))
    expect(shown.headers).toContain('Subject: unproven')
    await relay.json('held', 'release', String(held[0]?.id))
    await sink.waitFor(before + 1)
    expect(sink.mails.at(-1)?.to).toEqual(['bob@stranger.test'])
    expect(sink.mails.at(-1)?.raw.toString('latin1').toLowerCase()).not.toContain('private-mailbox')
    expect(await relay.json('held', 'list')).toEqual([])
  })

  it('to somebody who is no contact is held, not narrowed', async () => {
    const to = await contactOf('shoes@shop-mail.test')
    const before = sink.mails.length
    expect(await submit(to, [`To: ${to}`, 'Cc: someone@else.test', 'Subject: both of you', '', 'hi'])).toMatch(/^250/)
    const held = await relay.json<{ id: number; reason: string }[]>('held', 'list')
    expect(held.map((one) => one.reason)).toEqual(['reply-to-strangers'])
    await relay.json('held', 'drop', String(held[0]?.id))
    expect(sink.mails.length).toBe(before)
  })

  it('from the real address to a stranger is refused with the reason', async () => {
    await expect(submit('someone@else.test', ['To: someone@else.test', 'Subject: oops', '', 'hi'])).rejects.toThrow(
      /550 5\.7\.1/,
    )
  })

  it('needs the right password', async () => {
    const login = { user: 'device-nobody', pass: 'wrong' }
    const envelope = { from: USER, to: ['x@y.test'] }
    await expect(send({ port: relay.port('submission'), envelope, message: 'x', login })).rejects.toThrow(/535/)
  })
})
