// The door over a real socket: every answer of behaviour.md section 1 that this version gives, and what must not get through.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runDialogue, Wire } from '../world/dialogue.ts'
import { startRelay, type TestRelay } from '../world/relay.ts'
import { startSink, type Sink } from '../world/sink.ts'

let relay: TestRelay
let sink: Sink

beforeAll(async () => {
  sink = await startSink()
  relay = await startRelay({
    init: [
      '--domain',
      'door.test',
      '--domain',
      'strict.test',
      '--recipient',
      'me@far.test',
      '--route',
      `smtp://127.0.0.1:${sink.port}`,
    ],
  })
  for (const name of ['open', 'off', 'silent', 'later', 'gone', 'forgotten'])
    await relay.json('alias', 'add', `${name}@door.test`)
  await relay.json('alias', 'set', 'off@door.test', '--active', 'off', '--reject-text', 'moved away')
  await relay.json('alias', 'set', 'silent@door.test', '--active', 'off', '--when-disabled', 'discard')
  await relay.json('alias', 'set', 'later@door.test', '--active', 'off', '--when-disabled', 'defer')
  await relay.json('alias', 'remove', 'gone@door.test')
  await relay.json('alias', 'remove', 'forgotten@door.test', '--forget')
  await relay.json('domain', 'set', 'door.test', '--catch-all', 'on')
})
afterAll(async () => {
  await relay.destroy()
  await sink.close()
})

async function reasonFor(address: string): Promise<string | undefined> {
  const log = await relay.json<{ reason: string }[]>('log', '--search', address)
  return log[0]?.reason // the newest first
}

describe('answers at RCPT', () => {
  it.each([
    ['open@door.test', '250 2.1.5', undefined],
    ['OPEN@Door.Test', '250 2.1.5', undefined],
    ['open+tag@door.test', '250 2.1.5', undefined],
    ['"open"@door.test', '250 2.1.5', undefined],
    ['new@door.test', '250 2.1.5', undefined],
    ['postmaster@door.test', '250 2.1.5', undefined],
    ['abuse@strict.test', '250 2.1.5', undefined],
    ['postmaster', '250 2.1.5', undefined],
    ['silent@door.test', '250 2.1.5', undefined],
    ['off@door.test', '550 5.1.1 moved away', 'alias-disabled'],
    ['later@door.test', '450 4.2.1', 'alias-deferred'],
    ['gone@door.test', '550 5.1.1', 'alias-deleted'],
    ['forgotten@door.test', '550 5.1.1', 'alias-forgotten'],
    ['nobody@strict.test', '550 5.1.1', 'unknown-alias'],
    ['mailer-daemon@door.test', '550 5.1.1', 'unknown-alias'],
    ['someone@elsewhere.test', '550 5.7.1', 'not-ours'],
    ['someone%elsewhere.test@door.test', '550 5.7.1', 'not-ours'],
    ['elsewhere.test!someone@door.test', '550 5.7.1', 'not-ours'],
    ['"someone@elsewhere.test"@door.test', '550 5.7.1', 'not-ours'],
    ['@door.test:someone@elsewhere.test', '550 5.7.1', 'not-ours'],
    ['someone@[127.0.0.1]', '553 5.1.3', undefined],
    ['a b@door.test', '553 5.1.3', undefined],
  ])('%s -> %s', async (address, answer, reason) => {
    const wire = await Wire.open(relay.port('smtp'))
    await wire.reply()
    await wire.say('EHLO client.test')
    await wire.say('MAIL FROM:<bob@stranger.test>')
    expect(await wire.say(`RCPT TO:<${address}>`)).toMatch(new RegExp(`^${answer.replaceAll('.', '\\.')}`))
    wire.close()
    if (reason !== undefined) expect(await reasonFor(address.replace(/^@[^:]*:/, ''))).toBe(reason)
  })

  it('a discarded message is taken, counted and goes nowhere', async () => {
    const before = sink.mails.length
    await runDialogue(
      relay.port('smtp'),
      `S: 220
       C: EHLO client.test
       S: 250
       C: MAIL FROM:<bob@stranger.test>
       S: 250
       C: RCPT TO:<silent@door.test>
       S: 250
       C: DATA
       S: 354
       C: Subject: x
       C:
       C: .
       S: 250 2.6.0`,
    )
    const shown = await relay.json<{ emails_blocked: number }>('alias', 'show', 'silent@door.test')
    expect(shown.emails_blocked).toBe(1)
    expect(sink.mails.length).toBe(before)
  })
})

describe('the protocol', () => {
  it.each([
    [
      'commands out of order',
      'S: 220\nC: MAIL FROM:<a@b.test>\nS: 503\nC: EHLO x.test\nS: 250\nC: RCPT TO:<open@door.test>\nS: 503\nC: DATA\nS: 503',
    ],
    [
      'an announced size over the limit',
      'S: 220\nC: EHLO x.test\nS: 250\nC: MAIL FROM:<a@b.test> SIZE=78643201\nS: 552 5.3.4',
    ],
    [
      'unknown parameters',
      'S: 220\nC: EHLO x.test\nS: 250\nC: MAIL FROM:<a@b.test> FOO=1\nS: 555\nC: MAIL FROM:<a@b.test> RET=SOME\nS: 501\nC: MAIL FROM:<a@b.test> BODY=8BITMIME SIZE=100\nS: 250',
    ],
    ['an unknown verb', 'S: 220\nC: XYZZY\nS: 500\nC: NOOP\nS: 250\nC: QUIT\nS: 221\nE'],
    [
      'VRFY tells nothing',
      'S: 220\nC: EHLO x.test\nS: 250\nC: VRFY open@door.test\nS: 252\nC: VRFY none@strict.test\nS: 252\nC: EXPN all\nS: 502',
    ],
    ['no AUTH on the inbound listener', 'S: 220\nC: EHLO x.test\nS: 250\nC: AUTH PLAIN AGEAYg==\nS: 502'],
    ['a command line over the limit', `S: 220\nC! ${'A'.repeat(3000)}\\r\\n\nS: 500 5.5.2\nE`],
    ['a bare LF behind a command', 'S: 220\nC! EHLO x.test\\n\nS: 500 5.5.2\nE'],
    ['a NUL in a command', 'S: 220\nC! EHLO x\\0.test\\r\\n\nS: 500 5.5.2\nE'],
    [
      'RSET clears the transaction',
      'S: 220\nC: EHLO x.test\nS: 250\nC: MAIL FROM:<a@b.test>\nS: 250\nC: RSET\nS: 250\nC: RCPT TO:<open@door.test>\nS: 503',
    ],
    [
      'a hundred and one recipients',
      `S: 220\nC: EHLO x.test\nS: 250\nC: MAIL FROM:<a@b.test>\nS: 250\n${Array.from({ length: 100 }, () => 'C: RCPT TO:<open@door.test>\nS: 250').join('\n')}\nC: RCPT TO:<open@door.test>\nS: 452 4.5.3`,
    ],
    [
      'clear-text commands behind STARTTLS are not obeyed',
      'S: 220\nC: EHLO x.test\nS: 250\nC! STARTTLS\\r\\nMAIL FROM:<a@b.test>\\r\\n\nS: 503\nE',
    ],
    [
      'twenty errors end the session',
      `S: 220\n${Array.from({ length: 20 }, () => 'C: NONSENSE\nS: 500').join('\n')}\nS: 421\nE`,
    ],
  ])('%s', async (_, script) => {
    await runDialogue(relay.port('smtp'), script)
  })

  it('pipelined commands are answered in order, together', async () => {
    const wire = await Wire.open(relay.port('smtp'))
    await wire.reply()
    wire.send(
      'EHLO x.test\r\nMAIL FROM:<a@b.test>\r\nRCPT TO:<open@door.test>\r\nRCPT TO:<no@elsewhere.test>\r\nDATA\r\n',
    )
    expect(await wire.reply()).toContain('250-PIPELINING')
    expect((await wire.reply()).slice(0, 9)).toBe('250 2.1.0')
    expect((await wire.reply()).slice(0, 9)).toBe('250 2.1.5')
    expect((await wire.reply()).slice(0, 9)).toBe('550 5.7.1')
    expect((await wire.reply()).slice(0, 3)).toBe('354')
    const before = sink.mails.length
    wire.send('From: a@b.test\r\nSubject: pipelined\r\n\r\nbody\r\n.\r\nQUIT\r\n')
    expect((await wire.reply()).slice(0, 9)).toBe('250 2.6.0')
    expect((await wire.reply()).slice(0, 3)).toBe('221')
    await wire.end()
    await sink.waitFor(before + 1)
  })
})

describe('DATA', () => {
  const start = 'EHLO x.test\r\nMAIL FROM:<a@b.test>\r\nRCPT TO:<open@door.test>\r\nDATA\r\n'
  const smuggled = 'MAIL FROM:<evil@b.test>\r\nRCPT TO:<open@door.test>\r\nDATA\r\nSubject: smuggled\r\n\r\nx\r\n.\r\n'
  it.each([
    ['LF.LF', '\n.\n'],
    ['LF.CRLF', '\n.\r\n'],
    ['CR.CR', '\r.\r'],
    ['CRLF.LF', '\r\n.\n'],
    ['CRLF.CR', '\r\n.\r'],
    ['CR.CRLF', '\r.\r\n'],
    ['CRLF NUL . CRLF', '\r\n\0.\r\n'],
    ['CRLF . NUL CRLF', '\r\n.\0\r\n'],
  ])('%s does not end a message and nothing behind it is obeyed', async (_, sequence) => {
    const before = sink.mails.length
    const wire = await Wire.open(relay.port('smtp'))
    await wire.reply()
    wire.send(start)
    for (let i = 0; i < 4; i++) await wire.reply()
    wire.send(`Subject: first\r\n\r\nbody${sequence}${smuggled}\r\n.\r\nQUIT\r\n`)
    expect((await wire.reply()).slice(0, 9)).toBe('554 5.6.0')
    await wire.end()
    expect(sink.mails.length).toBe(before)
    expect(await reasonFor('a@b.test')).toBe('malformed-data')
  })

  it.each([
    [
      'more than a hundred Received fields',
      `${'Received: from a by b; Sat, 21 Nov 2026 10:00:00 +0000\r\n'.repeat(101)}\r\nx`,
      '554 5.4.6',
    ],
    ['a header block over 256 KiB', `X-Long: ${`${'a'.repeat(70)}\r\n `.repeat(3800)}\r\n\r\nx`, '552 5.3.4'],
    ['more than a thousand fields', `${'X-A: b\r\n'.repeat(1001)}\r\nx`, '552 5.3.4'],
    ['a line over 64 KiB', `Subject: x\r\n\r\n${'a'.repeat(70_000)}\r\n`, '554 5.6.0'],
  ])('%s is refused', async (_, message, answer) => {
    const wire = await Wire.open(relay.port('smtp'))
    await wire.reply()
    wire.send(start)
    for (let i = 0; i < 4; i++) await wire.reply()
    wire.send(`${message}\r\n.\r\n`)
    expect((await wire.reply()).slice(0, 9)).toBe(answer)
    wire.close()
  })

  it('a message that comes back is a loop', async () => {
    const before = sink.mails.length
    const wire = await Wire.open(relay.port('smtp'))
    await wire.reply()
    wire.send(start)
    for (let i = 0; i < 4; i++) await wire.reply()
    wire.send('From: a@b.test\r\nSubject: round\r\n\r\nx\r\n.\r\n')
    expect((await wire.reply()).slice(0, 3)).toBe('250')
    await sink.waitFor(before + 1)
    const forwarded = sink.mails.at(-1)?.raw.toString('latin1') ?? ''
    wire.send('MAIL FROM:<a@b.test>\r\nRCPT TO:<open@door.test>\r\nDATA\r\n')
    for (let i = 0; i < 3; i++) await wire.reply()
    wire.send(`${forwarded}\r\n.\r\n`)
    expect((await wire.reply()).slice(0, 9)).toBe('554 5.4.6')
    wire.close()
  })
})
