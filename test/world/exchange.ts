// A relay of a user between two servers: what strangers send to an alias, what the user answers, and everything that goes out.
import { dkimVerify } from 'mailauth'
import nodemailer from 'nodemailer'
import { fieldsNamed, headerLength, parseHeaderBlock, unfoldedBody } from '../../main/mail/index.ts'
import { Wire } from './dialogue.ts'
import { startRelay, type TestRelay } from './relay.ts'
import { startSink, type Received, type Sink, type SinkOptions } from './sink.ts'

export const USER = 'real.person@home.test'
export const DOMAIN = 'alias.test'

export interface Contact {
  readonly address: string
  readonly displayName: string
  readonly replyAddress: string
}
export interface Held {
  readonly id: number
  readonly reason: string
  readonly text: string
  readonly sender: string
  /** Also one that it only awaits. */
  readonly alias: string
}
export interface Entry {
  readonly id: number
  readonly outcome: string
  readonly reason: string
  readonly text: string
  readonly sender: string
  readonly recipient: string
}

export interface Exchange {
  readonly relay: TestRelay
  readonly sink: Sink | undefined
  /** From a stranger's server; the answer to the first command that was refused, else to the message. */
  deliver(from: string, to: string, message: Buffer | string, parameters?: string): Promise<string>
  /** From the user's mail program, under a password; `from` is the envelope's sender. */
  submit(to: readonly string[], message: Buffer | string): Promise<string>
  /** What goes out while `work` is done: as many messages as are expected. */
  outgoing(count: number, work: () => Promise<unknown>): Promise<readonly Received[]>
  contacts(alias: string): Promise<readonly Contact[]>
  held(): Promise<readonly Held[]>
  log(search: string): Promise<readonly Entry[]>
  /** What the DKIM signatures of a message come to, by the keys that the relay shows. */
  signatures(message: Buffer): Promise<readonly string[]>
  close(): Promise<void>
}

/** `next`: the port of another server that takes what goes out, or how the sink is to be. */
export async function startExchange(next: number | SinkOptions = {}): Promise<Exchange> {
  const sink = typeof next === 'number' ? undefined : await startSink(next)
  const route = `smtp://127.0.0.1:${typeof next === 'number' ? next : (sink?.port ?? 0)}`
  const relay = await startRelay({
    init: ['--domain', DOMAIN, '--recipient', USER, '--route', route, '--catch-all'],
    serve: ['--submission', '127.0.0.1:0'],
  })
  await relay.json('setting', 'set', 'check-failures', 'deliver')
  // No resolver answers here, and the warning of that would stand in every body.
  await relay.json('recipient', 'set', USER, '--warn', 'off')
  const login = await relay.json<{ username: string; password: string }>('app-password', 'create', '--name', 'test')
  return {
    relay,
    sink,
    deliver: (from, to, message, parameters = '') => deliver(relay.port('smtp'), from, to, message, parameters),
    submit: (to, message) => submit(relay.port('submission'), login, to, message),
    async outgoing(count, work) {
      if (sink === undefined) throw new Error('this exchange has no sink')
      const before = sink.mails.length
      await work()
      await sink.waitFor(before + count)
      return sink.mails.slice(before)
    },
    contacts: (alias) => relay.json('contact', 'list', '--alias', alias),
    held: () => relay.json('held', 'list'),
    log: (search) => relay.json('log', '--search', search),
    signatures: (message) => signaturesOf(relay, message),
    async close() {
      await relay.destroy()
      await sink?.close()
    },
  }
}

const stuffed = (text: string): string => text.replaceAll(/^\./gm, '..')

async function deliver(
  port: number,
  from: string,
  to: string,
  message: Buffer | string,
  parameters: string,
): Promise<string> {
  const wire = await Wire.open(port)
  try {
    await wire.reply()
    await wire.say('EHLO mail.example.com')
    const octets = (text: string): string => Buffer.from(text).toString('latin1')
    const steps = [`MAIL FROM:<${octets(from)}>${parameters === '' ? '' : ` ${parameters}`}`, `RCPT TO:<${octets(to)}>`]
    for (const step of steps) {
      const answer = await wire.say(step)
      if (!answer.startsWith('250')) return answer
    }
    await wire.say('DATA')
    const text = Buffer.from(message).toString('latin1')
    return await wire.say(`${stuffed(text.replace(/\r\n$/, ''))}\r\n.`)
  } finally {
    wire.close()
  }
}

async function submit(
  port: number,
  login: { readonly username: string; readonly password: string },
  to: readonly string[],
  message: Buffer | string,
): Promise<string> {
  const transport = nodemailer.createTransport({
    ...{ host: '127.0.0.1', port, name: 'laptop.home.test', tls: { rejectUnauthorized: false } },
    auth: { user: login.username, pass: login.password },
  })
  try {
    const sent = (await transport.sendMail({ envelope: { from: USER, to: [...to] }, raw: message })) as {
      response: string
    }
    return sent.response
  } finally {
    transport.close()
  }
}

async function signaturesOf(relay: TestRelay, message: Buffer): Promise<readonly string[]> {
  const shown = await relay.json<{ records: { type: string; name: string; value: string }[] }>('domain', 'show', DOMAIN)
  const texts = new Map(shown.records.filter(({ type }) => type === 'TXT').map(({ name, value }) => [name, value]))
  const { results } = await dkimVerify(message, { resolver: (name) => Promise.resolve([[texts.get(name) ?? '']]) })
  return results.map(({ status }) => status.result)
}

/** The fields of a message with a name, unfolded. */
export function fieldsOf(message: Buffer, name: string): readonly string[] {
  const block = parseHeaderBlock(message.subarray(0, headerLength(message)))
  return fieldsNamed(block, name.toLowerCase()).map(unfoldedBody)
}

export function fieldOf(message: Buffer, name: string): string {
  return fieldsOf(message, name)[0] ?? ''
}
