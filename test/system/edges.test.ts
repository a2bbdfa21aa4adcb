// The edges: DNS that is silent, direct delivery, certificates, a taken port, a folder in use.
import { execFileSync } from 'node:child_process'
import path from 'node:path'
import tls from 'node:tls'
import net from 'node:net'
import { readFileSync, statSync, readdirSync } from 'node:fs'
import { afterEach, describe, expect, it } from 'vitest'
import { Wire } from '../world/dialogue.ts'
import { startDns, type TestDns } from '../world/dns.ts'
import { findProgram, isRoot } from '../world/programs.ts'
import { PATIENT, startRelay, TestRelay } from '../world/relay.ts'
import { startSink, type Sink } from '../world/sink.ts'

const cleanUp: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const one of cleanUp.splice(0).reverse()) await one()
})

function keep<T extends TestRelay | Sink | TestDns>(value: T): T {
  cleanUp.push(() => (value instanceof TestRelay ? value.destroy() : value.close()))
  return value
}

async function sendOne(port: number, to: string, from = 'bob@stranger.test'): Promise<string> {
  const wire = await Wire.open(port)
  await wire.reply()
  await wire.say('EHLO client.test')
  await wire.say(`MAIL FROM:<${from}>`)
  await wire.say(`RCPT TO:<${to}>`)
  await wire.say('DATA')
  wire.send(`From: ${from}\r\nTo: ${to}\r\nSubject: edge\r\n\r\nbody\r\n.\r\n`)
  const answer = await wire.reply()
  wire.close()
  return answer
}

describe('DNS', () => {
  it('that answers nothing delays a message by seconds, then it is to come again, and is taken where the user wants that', async () => {
    const dns = keep(await startDns('silent'))
    const sink = keep(await startSink())
    const relay = keep(
      await startRelay({
        init: [
          '--domain',
          'd.test',
          '--recipient',
          'me@far.test',
          '--route',
          `smtp://127.0.0.1:${sink.port}`,
          '--catch-all',
        ],
        serve: ['--resolver', dns.server],
      }),
    )
    const start = Date.now()
    expect(await sendOne(relay.port('smtp'), 'a@d.test')).toMatch(/^451 4\.7\.2/)
    expect(Date.now() - start).toBeLessThan(9000)
    await relay.run('setting', 'set', 'check-failures', 'deliver')
    expect(await sendOne(relay.port('smtp'), 'a@d.test')).toMatch(/^250/)
    expect(dns.questions.length).toBeGreaterThan(0)
    await sink.waitFor(1)
    const [entry] = await relay.json<{ verdicts: { spf: string } }[]>('log')
    expect(entry?.verdicts.spf).toBe('temperror')
  })

  it('that is silent keeps nobody from trying it on their own machine, with a sender who allows nothing of the kind', async () => {
    const dns = keep(await startDns('silent'))
    const relay = keep(await startRelay({ serve: ['--resolver', dns.server] }))
    expect(await sendOne(relay.port('smtp'), 'shop@postern.test', 'bob@example.com')).toMatch(/^250/)
    // A domain of one's own, and it is judged like everybody's mail.
    await relay.json('domain', 'add', 'mine.example')
    expect(await sendOne(relay.port('smtp'), 'shop@postern.test', 'bob@example.com')).toMatch(/^451 4\.7\.2/)
  })

  it('verdicts are recorded in the log and in Authentication-Results', async () => {
    const dns = keep(
      await startDns({
        'good.test': [{ type: 'TXT', data: 'v=spf1 ip4:127.0.0.1 -all' }],
        '_dmarc.good.test': [{ type: 'TXT', data: 'v=DMARC1; p=reject' }],
        'bad.test': [{ type: 'TXT', data: 'v=spf1 -all' }],
        '_dmarc.bad.test': [{ type: 'TXT', data: 'v=DMARC1; p=none' }],
      }),
    )
    const sink = keep(await startSink())
    const relay = keep(
      await startRelay({
        init: [
          '--domain',
          'd.test',
          '--recipient',
          'me@far.test',
          '--route',
          `smtp://127.0.0.1:${sink.port}`,
          '--catch-all',
        ],
        serve: ['--resolver', dns.server],
      }),
    )
    await sendOne(relay.port('smtp'), 'a@d.test', 'x@good.test')
    await sendOne(relay.port('smtp'), 'a@d.test', 'x@bad.test')
    await sink.waitFor(2)
    const log = await relay.json<{ sender: string; verdicts: object }[]>('log')
    expect(log.find((one) => one.sender === 'x@good.test')?.verdicts).toMatchObject({
      spf: 'pass',
      dkim: 'none',
      dmarc: 'pass',
    })
    expect(log.find((one) => one.sender === 'x@bad.test')?.verdicts).toMatchObject({ spf: 'fail', dmarc: 'fail' })
    const good = sink.mails.find((one) => one.raw.includes('good.test'))?.raw.toString('latin1') ?? ''
    expect(good.replaceAll(/\r\n\s+/g, ' ')).toMatch(/Authentication-Results: mail\.d\.test;.*spf=pass.*dmarc=pass/)
  })
})

describe('direct delivery', () => {
  it('finds the servers by MX, the second where the first is not there, with STARTTLS where it is offered', async (context) => {
    if (!isRoot()) return context.skip('port 25 needs root')
    const pair = selfSigned(context, 'mx.far.test')
    if (pair === undefined) return context.skip('openssl is not installed')
    const sink = keep(await startSink({ port: 25, host: '127.0.0.42', ...pair }))
    const dns = keep(
      await startDns({
        'far.test': [
          { type: 'MX', data: { preference: 20, exchange: 'mx.far.test' } },
          { type: 'MX', data: { preference: 10, exchange: 'dead.far.test' } },
        ],
        'mx.far.test': [{ type: 'A', data: '127.0.0.42' }],
        'dead.far.test': [{ type: 'A', data: '127.0.0.43' }],
        'null.test': [{ type: 'MX', data: { preference: 0, exchange: '.' } }],
      }),
    )
    const relay = keep(
      await startRelay({
        init: ['--domain', 'd.test', '--recipient', 'me@far.test', '--route', 'mx', '--catch-all'],
        serve: ['--resolver', dns.server],
      }),
    )
    await sendOne(relay.port('smtp'), 'a@d.test')
    const [mail] = await sink.waitFor(1)
    expect(mail?.to).toEqual(['me@far.test'])
    expect(mail?.secure).toBe(true)
    const [entry] = await relay.json<{ attempts: { tls: string; destination: string }[] }[]>('log')
    expect(entry?.attempts[0]?.tls).toContain('TLSv1.3')
    expect(entry?.attempts[0]?.destination).toBe('mx.far.test (127.0.0.42):25')
    await relay.json('recipient', 'add', 'you@null.test')
    await relay.json('alias', 'set', 'a@d.test', '--recipients', 'you@null.test')
    await sendOne(relay.port('smtp'), 'a@d.test')
    await expect.poll(() => relay.json<object[]>('held', 'list'), PATIENT).toHaveLength(1)
    const [failed] = await relay.json<{ text: string }[]>('held', 'list')
    expect(failed?.text).toContain('takes no mail')
  })
})

function selfSigned(_context: unknown, name: string): { key: string; cert: string } | undefined {
  const openssl = findProgram('openssl')
  if (openssl === undefined) return undefined
  const out = execFileSync(
    openssl,
    [
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:P-256',
      '-nodes',
      '-keyout',
      '-',
      '-days',
      '30',
      '-subj',
      `/CN=${name}`,
      '-addext',
      `subjectAltName=DNS:${name}`,
    ],
    { stdio: ['ignore', 'pipe', 'ignore'] },
  ).toString()
  const key = /-----BEGIN PRIVATE KEY-----[\s\S]*?-----END PRIVATE KEY-----\n/.exec(out)?.[0] ?? ''
  const cert = /-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----\n/.exec(out)?.[0] ?? ''
  return { key, cert }
}

async function certificateName(port: number): Promise<{ name: string; protocol: string | null }> {
  const wire = net.connect(port, '127.0.0.1')
  await new Promise((resolve) => wire.once('data', resolve))
  wire.write('EHLO x.test\r\n')
  await new Promise((resolve) => wire.once('data', resolve))
  wire.write('STARTTLS\r\n')
  await new Promise((resolve) => wire.once('data', resolve))
  const secure = tls.connect({ socket: wire, rejectUnauthorized: false })
  await new Promise((resolve, reject) => {
    secure.once('secureConnect', resolve)
    secure.once('error', reject)
  })
  const { subject } = secure.getPeerCertificate()
  const found = { name: String(subject.CN), protocol: secure.getProtocol() }
  secure.destroy()
  return found
}

describe('TLS', () => {
  it('is there from the first minute; an imported certificate is used without a restart', async (context) => {
    const pair = selfSigned(context, 'mail.mine.test')
    if (pair === undefined) return context.skip('openssl is not installed')
    const relay = keep(await startRelay({ init: ['--domain', 'd.test'] }))
    expect(await certificateName(relay.port('smtp'))).toEqual({ name: 'mail.d.test', protocol: 'TLSv1.3' })
    const cert = relay.secretFile('cert.pem', pair.cert)
    const key = relay.secretFile('key.pem', pair.key)
    expect(await relay.json('tls', 'import', '--cert', cert, '--key', key)).toMatchObject({ names: ['mail.mine.test'] })
    expect((await certificateName(relay.port('smtp'))).name).toBe('mail.mine.test')
    const wrong = await relay.run('tls', 'import', '--cert', cert, '--key', cert)
    expect(wrong).toMatchObject({ code: 1, out: '' })
    expect(wrong.err).toMatch(/^postern: .*private key.*\n$/)
  })

  it('a password is never sent without TLS', async () => {
    const other = keep(new TestRelay())
    const secret = other.secretFile('pw', 'secret\n')
    const sink = keep(await startSink({ login: { user: 'u', pass: 'secret' } }))
    await other.run(
      'init',
      '--domain',
      'd.test',
      '--recipient',
      'me@far.test',
      '--catch-all',
      '--route',
      `smtp://127.0.0.1:${sink.port}?tls=none`,
      '--route-user',
      'u',
      '--route-password-file',
      secret,
    )
    await other.serve()
    await sendOne(other.port('smtp'), 'a@d.test')
    await expect
      .poll(async () => (await other.json<{ lastAnswer: string }[]>('queue', 'list'))[0]?.lastAnswer, PATIENT)
      .toContain('the password is not sent')
    expect(sink.mails).toHaveLength(0)
  })
})

describe('submission', () => {
  it('speaks TLS from the first byte where it is asked to, takes mail only after a login, and slows guessers down', async () => {
    const relay = keep(new TestRelay({ serve: ['--submission', 'smtps://127.0.0.1:0'] }))
    await relay.run('init')
    await relay.serve()
    const port = relay.port('submission')
    const say = async (lines: readonly string[]): Promise<string[]> => {
      const socket = tls.connect({ port, host: '127.0.0.1', rejectUnauthorized: false })
      let text = ''
      socket.on('data', (chunk: Buffer) => (text += chunk.toString('latin1')))
      socket.on('error', () => undefined)
      await new Promise((resolve) => socket.once('secureConnect', resolve))
      socket.write(`EHLO x.test\r\n${lines.join('\r\n')}\r\nQUIT\r\n`)
      await new Promise((resolve) => socket.once('close', resolve))
      return text
        .split('\r\n')
        .filter((line) => /^\d{3} /.test(line))
        .slice(2)
    }
    expect((await say(['MAIL FROM:<a@b.test>']))[0]).toMatch(/^530 5\.7\.0/)
    const wrong = `AUTH PLAIN ${Buffer.from('\0nobody\0wrong').toString('base64')}`
    for (let i = 0; i < 10; i++) expect((await say([wrong, wrong, wrong])).at(-1)).toMatch(/^535 5\.7\.8/)
    expect((await say([wrong])).at(-1)).toMatch(/^454 4\.7\.0/)
  })

  it('offers no login in clear', async () => {
    const relay = keep(new TestRelay({ serve: ['--submission', '127.0.0.1:0'] }))
    await relay.run('init')
    await relay.serve()
    const wire = await Wire.open(relay.port('submission'))
    await wire.reply()
    expect(await wire.say('EHLO x.test')).not.toContain('AUTH')
    expect(await wire.say('AUTH PLAIN AGEAYg==')).toMatch(/^538 5\.7\.11/)
    expect(await wire.say('MAIL FROM:<a@b.test>')).toMatch(/^530 5\.7\.0 Must issue a STARTTLS/)
    wire.close()
  })
})

describe('the folder', () => {
  it('is private, belongs to one relay, and every verb works with and without it running', async () => {
    const relay = keep(await startRelay({ init: ['--domain', 'd.test'] }))
    expect(statSync(relay.data).mode & 0o777).toBe(0o700)
    for (const name of readdirSync(relay.data, { recursive: true, encoding: 'utf8' })) {
      const stat = statSync(path.join(relay.data, name))
      if (!stat.isDirectory()) expect([name, stat.mode & 0o077]).toEqual([name, 0])
    }
    const again = await relay.run('init', '--domain', 'e.test')
    expect(again.code).toBe(1)
    expect(again.err).toMatch(/^postern: .* is a relay's folder already\. .*\n$/)
    const second = await relay.run('serve', '--smtp', '127.0.0.1:0', '--http', '127.0.0.1:0')
    expect(second.code).toBe(1)
    expect(second.err).toContain('Another Postern has')
    expect(await relay.json('status')).toMatchObject({ running: true })
    await relay.stop()
    expect(await relay.json('status')).toMatchObject({ running: false })
    expect(await relay.json('alias', 'add', 'x@d.test')).toMatchObject({ email: 'x@d.test' })
    const text = readFileSync(path.join(relay.data, 'postern.db')).toString('latin1')
    expect(text).not.toContain('SQLite format 3')
    expect(text).not.toContain('d.test')
  })

  it('takes the next free SMTP port on the loopback default, and says so', async () => {
    const blocker = net.createServer()
    const taken = await new Promise<boolean>((resolve) => {
      blocker.once('error', () => {
        resolve(false)
      })
      blocker.listen(2525, '127.0.0.1', () => {
        resolve(true)
      })
    })
    cleanUp.push(() => new Promise((resolve) => (taken ? blocker.close(resolve) : resolve(undefined))))
    const relay = keep(new TestRelay())
    await relay.run('init')
    const child = await relay.serveDefault()
    const smtp = child.listeners.find((one) => one.kind === 'smtp')
    expect(smtp?.port).toBeGreaterThan(2525)
    expect(smtp?.note).toBe('port 2525 is taken')
  })
})
