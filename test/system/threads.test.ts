// Ten rounds between two mail programs (nodemailer writes, mailparser reads): on both sides each answer hangs below the message it
// answers, though neither side ever sees an id or an address of the other's.
import { simpleParser, type ParsedMail } from 'mailparser'
import nodemailer from 'nodemailer'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startRelay, type TestRelay } from '../world/relay.ts'
import { startSink, type Sink } from '../world/sink.ts'

const USER = 'ada@mine.test'
const STRANGER = 'bob@far.test'
let relay: TestRelay
let sink: Sink

beforeAll(async () => {
  sink = await startSink()
  const route = `smtp://127.0.0.1:${sink.port}`
  relay = await startRelay({
    init: ['--domain', 'alias.test', '--recipient', USER, '--route', route, '--catch-all'],
    serve: ['--submission', '127.0.0.1:0'],
  })
  // No resolver answers here, and the warning of that would stand in every body.
  await relay.run('recipient', 'set', USER, '--warn', 'off')
})
afterAll(async () => {
  await relay.destroy()
  await sink.close()
})

interface Client {
  readonly name: string
  readonly transport: ReturnType<typeof nodemailer.createTransport>
  /** The ids of this side's thread, in order, as this side's program knows them. */
  readonly ids: string[]
  answerTo: string
}

async function transports(): Promise<{ stranger: Client; user: Client }> {
  const login = await relay.json<{ username: string; password: string }>('app-password', 'create', '--name', 'client')
  const auth = { user: login.username, pass: login.password }
  const tls = { rejectUnauthorized: false }
  const submission = {
    host: '127.0.0.1',
    port: relay.port('submission'),
    requireTLS: true,
    tls,
    auth,
    name: 'ada-laptop',
  }
  const outside = { host: '127.0.0.1', port: relay.port('smtp'), ignoreTLS: true, name: 'far.test' }
  return {
    stranger: {
      name: STRANGER,
      transport: nodemailer.createTransport(outside),
      ids: [],
      answerTo: 'thread@alias.test',
    },
    user: { name: USER, transport: nodemailer.createTransport(submission), ids: [], answerTo: '' },
  }
}

async function round(from: Client, to: Client, count: number): Promise<ParsedMail> {
  const last = from.ids.at(-1)
  const thread = last === undefined ? {} : { inReplyTo: last, references: [...from.ids] }
  const sent: unknown = await from.transport.sendMail({
    from: from.name,
    to: from.answerTo,
    subject: 'Re: thread',
    text: `round ${count}`,
    ...thread,
  })
  if (typeof sent === 'object' && sent !== null && 'messageId' in sent) from.ids.push(String(sent.messageId))
  await sink.waitFor(count)
  const mail = await simpleParser(sink.mails[count - 1]?.raw ?? Buffer.alloc(0))
  to.answerTo = mail.from?.value[0]?.address ?? ''
  return mail
}

describe('a thread', () => {
  it('holds through ten rounds on both sides', async () => {
    const { stranger, user } = await transports()
    for (let count = 1; count <= 20; count++) {
      const [from, to] = count % 2 === 1 ? [stranger, user] : [user, stranger]
      const mail = await round(from, to, count)
      expect(mail.text?.trim()).toBe(`round ${count}`)
      if (count > 1) expect(mail.inReplyTo).toBe(to.ids.at(-1))
      const references = mail.references === undefined ? [] : [mail.references].flat()
      // Everything that this side's program wrote or was shown before.
      expect(references).toEqual(to.ids)
      to.ids.push(mail.messageId ?? '')
    }
    const outward = sink.mails
      .filter((mail) => mail.to.includes(STRANGER))
      .map((mail) => mail.raw.toString('latin1').toLowerCase())
    expect(outward).toHaveLength(10)
    for (const text of outward)
      for (const trace of ['mine.test', 'ada-laptop', 'ada@']) expect(text).not.toContain(trace)
    stranger.transport.close()
    user.transport.close()
  }, 60_000)
})
