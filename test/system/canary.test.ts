// A day in the life of the relay with strings that stand nowhere else in the world; then every file it left is looked through for them.
import { randomBytes } from 'node:crypto'
import { lstatSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { send } from '../../main/headless/demo/world.ts'
import { makeSelfSigned } from '../../main/tls/self-signed.ts'
import { Wire } from '../world/dialogue.ts'
import { TestRelay } from '../world/relay.ts'
import { startSink, type Sink } from '../world/sink.ts'

const canary = (name: string): string => `zq${name}kanarie7`
const WORDS = {
  alias: canary('alias'),
  note: `${canary('note')}\u00e4rger`,
  recipient: canary('recipient'),
  sender: canary('sender'),
  subject: canary('subject'),
  body: canary('body'),
  large: canary('large'),
  name: canary('person'),
  routeUser: canary('routeuser'),
  routePassword: canary('routepass'),
  passphrase: `${canary('passphrase')} long enough`,
  token: canary('tokenname'),
  searched: canary('searched'),
} as const

/** Each way in which the text could stand in a file, by its name. */
function forms(text: string): readonly (readonly [string, Buffer])[] {
  const utf8 = Buffer.from(text)
  const utf16 = Buffer.from(text, 'utf16le')
  const found: [string, Buffer][] = [
    ['utf-8', utf8],
    ['utf-16le', utf16],
    ['utf-16be', Buffer.from(utf16).swap16()],
    ['hex', Buffer.from(utf8.toString('hex'))],
    [
      'quoted-printable',
      Buffer.from(
        utf8
          .toString('latin1')
          .replaceAll(/[^\x21-\x7e]/g, (one) => `=${one.charCodeAt(0).toString(16).toUpperCase()}`),
      ),
    ],
  ]
  for (const [name, bytes] of [
    ['base64', utf8],
    ['base64 of utf-16', utf16],
  ] as const)
    for (let shift = 0; shift < 3; shift++) {
      // Only the letters that depend on nothing before or behind the text.
      const all = Buffer.concat([Buffer.alloc(shift), bytes]).toString('base64')
      found.push([
        `${name} +${shift}`,
        Buffer.from(all.slice(shift === 0 ? 0 : shift + 1, Math.floor(((shift + bytes.length) * 8) / 6))),
      ])
    }
  return found
}

function files(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => path.join(folder, name))
    .filter((name) => lstatSync(name).isFile())
}

function leaks(where: string, bytes: Buffer, words: readonly string[]): string[] {
  const lower = Buffer.from(bytes.toString('latin1').toLowerCase(), 'latin1')
  return words.flatMap((word) =>
    forms(word)
      .filter(([name, form]) => bytes.includes(form) || (!name.startsWith('base64') && lower.includes(form)))
      .map(([name]) => `${where}: ${word} (${name})`),
  )
}

let relay: TestRelay
let sink: Sink | undefined
afterAll(async () => {
  await relay.destroy()
  await sink?.close()
})

async function mail(from: string, to: string, text: string): Promise<string> {
  const wire = await Wire.open(relay.port('smtp'))
  await wire.reply()
  await wire.say('EHLO c.test')
  await wire.say(`MAIL FROM:<${from}>`)
  const rcpt = await wire.say(`RCPT TO:<${to}>`)
  if (!rcpt.startsWith('250')) return rcpt
  await wire.say('DATA')
  const answer = await wire.say(`${text}\r\n.`)
  await wire.say('QUIT')
  wire.close()
  return answer
}

async function day(folder: string): Promise<string[]> {
  const secrets: string[] = []
  const alias = `${WORDS.alias}@day.test`
  const stranger = `${WORDS.sender}@stranger.test`
  const user = `${WORDS.recipient}@far.test`
  const head = `From: ${WORDS.name} <${stranger}>\r\nTo: ${alias}\r\nSubject: ${WORDS.subject}\r\nMessage-ID: <1@stranger.test>\r\n\r\n`
  expect(await mail(stranger, alias, `${head}${WORDS.body}\r\n`)).toMatch(/^250/)
  expect(
    await mail(stranger, alias, `${head}${`${WORDS.large} `.repeat(20_000).replaceAll(/(.{700})/g, '$1\r\n')}`),
  ).toMatch(/^250/)
  await sink?.waitFor(2)
  await relay.run('alias', 'set', alias, '--description', WORDS.note)
  const { username, password } = await relay.json<{ username: string; password: string }>(
    'app-password',
    'create',
    '--name',
    WORDS.token,
  )
  const { token } = await relay.json<{ token: string }>('token', 'create', '--name', WORDS.token)
  const made = await relay.json<{ recoveryKey: string }>('key', 'recovery', '--json')
  secrets.push(password, token, made.recoveryKey, made.recoveryKey.replaceAll('-', ''))
  const [contact] = await relay.json<{ replyAddress: string }[]>('contact', 'list', '--alias', alias)
  const to = contact?.replyAddress ?? ''
  const message = `From: ${user}\r\nTo: ${to}\r\nSubject: Re: ${WORDS.subject}\r\nMessage-ID: <2@far.test>\r\n\r\n${WORDS.body}\r\n`
  const login = { user: username, pass: password }
  await send({ port: relay.port('submission'), login, envelope: { from: user, to: [to] }, message })
  // Not proven: held. Refused by the far side: a bounce, and mail that stays here.
  expect(
    await mail(`other-${stranger}`, to, `From: other-${stranger}\r\nSubject: ${WORDS.subject}\r\n\r\n${WORDS.body}`),
  ).toMatch(/^250/)
  sink?.refuse({ code: 550, message: 'no' })
  expect(await mail(stranger, alias, `${head}${WORDS.body}\r\n`)).toMatch(/^250/)
  await new Promise((resolve) => setTimeout(resolve, 800))
  sink?.refuse({ code: 451, message: 'later' })
  expect(
    await mail(stranger, alias, `${head}${`${WORDS.large} `.repeat(20_000).replaceAll(/(.{700})/g, '$1\r\n')}`),
  ).toMatch(/^250/)
  expect((await relay.run('log', '--search', WORDS.subject)).out).toContain(WORDS.alias)
  await relay.run('log', '--search', WORDS.searched)
  await relay.run('why', alias, '--from', stranger)
  expect(await relay.run('backup', 'create')).toMatchObject({ code: 0 })
  expect(await relay.run('backup', 'create', '--to', path.join(folder, 'elsewhere'))).toMatchObject({ code: 0 })
  return secrets
}

describe('canaries', () => {
  it(
    'stand in no file that the relay leaves, in no encoding, and in nothing that it says',
    { timeout: 120_000 },
    async () => {
      const pair = await makeSelfSigned('sink.test', Date.now(), randomBytes(8))
      sink = await startSink({
        key: pair.privateKey,
        cert: pair.certificate,
        login: { user: WORDS.routeUser, pass: WORDS.routePassword },
      })
      const temporary = new TestRelay()
      relay = new TestRelay({ env: { TMPDIR: temporary.data, SQLITE_TMPDIR: temporary.data } })
      mkdirSync(temporary.data)
      const passphrase = relay.secretFile('passphrase', WORDS.passphrase)
      const password = relay.secretFile('route-password', WORDS.routePassword)
      const route = `smtp://127.0.0.1:${sink.port}`
      const init = await relay.run(
        'init',
        '--domain',
        'day.test',
        '--catch-all',
        '--recipient',
        `${WORDS.recipient}@far.test`,
        '--route',
        route,
        '--route-user',
        WORDS.routeUser,
        '--route-password-file',
        password,
        '--key',
        'passphrase',
        '--passphrase-file',
        passphrase,
      )
      expect(init).toMatchObject({ code: 0 })
      const serve = ['--submission', '127.0.0.1:0', '--passphrase-file', passphrase]
      await relay.serve(...serve)
      const words: string[] = [...Object.values(WORDS), ...(await day(relay.folder))]
      let said = relay.output.replace(/"login":"[^"]*"/, '')
      await relay.stop('SIGKILL')
      const look = (): string[] => {
        const all = [...files(relay.data), ...files(temporary.data), ...files(path.join(relay.folder, 'elsewhere'))]
        expect(all.length).toBeGreaterThan(6)
        return all.flatMap((file) => leaks(path.basename(file), readFileSync(file), words))
      }
      const killed = look()
      await relay.serve(...serve)
      said += relay.output
      expect(await relay.stop()).toBe(0)
      expect([...killed, ...look(), ...leaks('what it said', Buffer.from(said), words)]).toEqual([])
      // The search finds what is there: the same look at the mail that left finds them all.
      const sent = Buffer.concat(sink.mails.map((one) => one.raw))
      expect(leaks('mail', sent, [WORDS.subject, WORDS.body, WORDS.large]).length).toBeGreaterThanOrEqual(3)
      await temporary.destroy()
    },
  )

  it('the search itself finds each form', () => {
    const text: string = WORDS.note
    const wrap = (bytes: Buffer): Buffer => Buffer.concat([Buffer.from('xy'), bytes, Buffer.from('z')])
    const coded = [
      wrap(Buffer.from(text)),
      wrap(Buffer.from(text, 'utf16le')),
      wrap(Buffer.from(text, 'utf16le').swap16()),
      ...[0, 1, 2].map((shift) =>
        Buffer.from(
          Buffer.concat([Buffer.alloc(shift, 120), Buffer.from(text), Buffer.from('tail')]).toString('base64'),
        ),
      ),
      wrap(Buffer.from(text.replace('\u00e4', '=C3=A4'))),
    ]
    for (const one of coded) expect(leaks('x', one, [text])).not.toEqual([])
  })
})
