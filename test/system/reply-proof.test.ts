// Who replies, and what leaves: proof by the user's own signature, sealed mail, automatic mail, sending as an alias, unsubscribing.
import { createPrivateKey } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { dkimSign } from 'mailauth'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fieldsNamed, parseHeaderBlock, readSummary, readableBody } from '../../main/mail/index.ts'
import { send } from '../../main/headless/demo/world.ts'
import { RelaxedBodyHash } from '../../main/trust/canonical.ts'
import { makeDkimKeys } from '../../main/trust/keys.ts'
import { signHeader } from '../../main/trust/sign.ts'
import { startDns, type TestDns } from '../world/dns.ts'
import { startRelay, type TestRelay } from '../world/relay.ts'
import { Wire } from '../world/dialogue.ts'
import { startSink, type Received, type Sink } from '../world/sink.ts'

const USER = 'ada@mine.test'
let relay: TestRelay
let sink: Sink
let dns: TestDns
let keys: Awaited<ReturnType<typeof makeDkimKeys>>
let login: { user: string; pass: string }

beforeAll(async () => {
  keys = await makeDkimKeys()
  const [rsa] = keys
  dns = await startDns({
    'k._domainkey.mine.test': [{ type: 'TXT', data: `v=DKIM1; k=rsa; p=${rsa?.publicKey ?? ''}`.match(/.{1,255}/g) }],
    '_dmarc.forged.test': [{ type: 'TXT', data: 'v=DMARC1; p=none' }],
  })
  sink = await startSink()
  relay = await startRelay({
    init: ['--domain', 'alias.test', '--recipient', USER, '--route', `smtp://127.0.0.1:${sink.port}`, '--catch-all'],
    serve: ['--resolver', dns.server, '--submission', '127.0.0.1:0'],
  })
  const made = await relay.json<{ username: string; password: string }>('app-password', 'create', '--name', 'test')
  login = { user: made.username, pass: made.password }
})
afterAll(async () => {
  await relay.destroy()
  await sink.close()
  await dns.close()
})

interface Held {
  id: number
  reason: string
  text: string
}

/** What `work` makes arrive at the sink. */
async function arriving(work: () => Promise<unknown>, count = 1): Promise<Received> {
  const before = sink.mails.length
  await work()
  await sink.waitFor(before + count)
  const mail = sink.mails.at(-1)
  if (mail === undefined) throw new Error('unreachable')
  return mail
}

/** As a server does: it says QUIT when it has read our answer, so the same mail again is one that it means to send. */
async function inbound(from: string, to: string, lines: readonly string[]): Promise<string> {
  const wire = await Wire.open(relay.port('smtp'))
  try {
    await wire.reply()
    for (const line of ['EHLO mail.far.test', `MAIL FROM:<${from}>`, `RCPT TO:<${to}>`, 'DATA']) await wire.say(line)
    const text = Buffer.from(lines.join('\r\n')).toString('latin1').replaceAll('\r\n.', '\r\n..')
    const answer = await wire.say(`${text}${text.endsWith('\r\n') ? '' : '\r\n'}.`)
    await wire.say('QUIT')
    return answer
  } finally {
    wire.close()
  }
}

function submit(to: string, lines: readonly string[]): Promise<string> {
  return send({
    port: relay.port('submission'),
    envelope: { from: USER, to: [to] },
    message: lines.join('\r\n'),
    login,
  })
}

async function newContact(alias: string): Promise<string> {
  await arriving(() =>
    inbound('bob@far.test', alias, ['From: Bob <bob@far.test>', `To: ${alias}`, 'Subject: hi', '', 'hello']),
  )
  const contacts = await relay.json<{ replyAddress: string }[]>('contact', 'list', '--alias', alias)
  return contacts[0]?.replyAddress ?? ''
}

/** A message as the user's provider would send it: signed with the user's domain's key. */
async function signed(lines: readonly string[], body: string, more: readonly string[] = []): Promise<string> {
  const [rsa] = keys
  if (more.length > 0) {
    const raw = `${lines.join('\r\n')}\r\n\r\n${body}`
    const about = { signingDomain: 'mine.test', selector: 'k', privateKey: rsa?.privateKey ?? '' }
    const headerList = `from:to:cc:date:message-id:subject:${more.join(':')}`
    return (await dkimSign(raw, { ...about, headerList, signatureData: [about] })).signatures + raw
  }
  const header = Buffer.from(`${lines.join('\r\n')}\r\n\r\n`)
  const hash = new RelaxedBodyHash()
  hash.update(Buffer.from(body))
  const key = { selector: 'k', algorithm: 'rsa' as const, privateKey: createPrivateKey(rsa?.privateKey ?? '') }
  const at = Math.floor(Date.now() / 1000)
  const field = await signHeader({ header, bodyHash: hash.digest(), domain: 'mine.test', keys: [key], at })
  return `${field.toString('latin1')}${header.toString('latin1')}${body}`
}

async function held(): Promise<readonly Held[]> {
  return relay.json<Held[]>('held', 'list')
}

async function dropHeld(): Promise<void> {
  for (const one of await held()) await relay.json('held', 'drop', String(one.id))
}

function field(mail: Received, name: string): string {
  const [first] = fieldsNamed(parseHeaderBlock(mail.raw), name)
  return first === undefined ? '' : readableBody(first).trim()
}

describe("a reply that is signed by the user's own domain", () => {
  it('goes out without our submission, once; the same mail again is held, and to another reply address as well', async () => {
    const to = await newContact('one@alias.test')
    const other = await newContact('two@alias.test')
    const date = new Date().toUTCString().replace('GMT', '+0000')
    const lines = [`From: ${USER}`, `To: ${to}`, 'Subject: proven', `Date: ${date}`, ''].slice(0, 4)
    const message = await signed([...lines, 'Message-ID: <p1@mine.test>'], 'my answer\r\n')
    const mail = await arriving(() => inbound(USER, to, [message]))
    expect(mail.to).toEqual(['bob@far.test'])
    expect(readSummary(parseHeaderBlock(mail.raw)).fromAddress).toBe('one@alias.test')
    expect(mail.raw.toString('latin1').toLowerCase()).not.toContain('mine.test')
    await inbound(USER, to, [message])
    await inbound(USER, other, [message])
    const waiting = await held()
    expect(waiting.map((one) => one.reason)).toEqual(['reply-unproven', 'reply-unproven'])
    expect(waiting[1]?.text).toContain('was here before')
    expect(waiting[0]?.text).toContain('Neither To nor Cc names this reply address')
    await dropHeld()
  })

  it('may order a message to somebody new by alias+user=domain', async () => {
    await newContact('three@alias.test')
    const to = 'three+carl=new.test@alias.test'
    const date = new Date().toUTCString().replace('GMT', '+0000')
    const lines = [`From: ${USER}`, `To: ${to}`, 'Subject: first word', `Date: ${date}`, 'Message-ID: <p2@mine.test>']
    const message = await signed(lines, 'hello Carl\r\n')
    const mail = await arriving(() => inbound(USER, to, [message]))
    expect(mail.to).toEqual(['carl@new.test'])
    expect(field(mail, 'to')).toContain('carl@new.test')
    expect(field(mail, 'from')).toBe('three@alias.test')
    // The same signed mail again orders nothing: it is a message with a tag like any other.
    const again = await arriving(() => inbound(USER, to, [message]))
    expect(again.to).toEqual([USER])
    const tagged = await arriving(() =>
      inbound('eve@far.test', to, ['From: eve@far.test', `To: ${to}`, 'Subject: x', '', 'y']),
    )
    expect(tagged.to).toEqual([USER])
    expect(field(tagged, 'x-postern-tag')).toBe('carl=new.test')
  })
})

describe('what cannot be scrubbed', () => {
  const sealed = (to: string): string[] => [
    `From: ${USER}`,
    `To: ${to}`,
    'Subject: sealed',
    'MIME-Version: 1.0',
    'Content-Type: multipart/signed; boundary=b; micalg=pgp-sha256; protocol="application/pgp-signature"',
    '',
    '--b',
    'Content-Type: text/plain',
    '',
    `I am ${USER}`,
    '--b',
    'Content-Type: application/pgp-signature',
    '',
    'x',
    '--b--',
    '',
  ]

  it("is held with the reason and a preview, and goes out on the user's word", async () => {
    const to = await newContact('four@alias.test')
    await submit(to, sealed(to))
    const [one] = await held()
    expect(one).toMatchObject({ reason: 'reply-unscrubbable' })
    const preview = await relay.json<{ traces: { text: string }[]; held: string[] }>(
      'preview',
      '--held',
      String(one?.id),
    )
    expect(preview.traces.map((trace) => trace.text)).toContain(USER)
    expect(preview.held[0]).toBe('Part 1 (multipart/signed) is signed or encrypted.')
    const mail = await arriving(() => relay.json('held', 'release', String(one?.id)))
    expect(mail.to).toEqual(['bob@far.test'])
    expect(mail.raw.toString('latin1')).toContain(`I am ${USER}`)
  })

  it('goes out at once where the alias allows it', async () => {
    const to = await newContact('five@alias.test')
    await relay.json('alias', 'set', 'five@alias.test', '--allow-sealed', 'on')
    const mail = await arriving(() => submit(to, sealed(to)))
    expect(mail.to).toEqual(['bob@far.test'])
  })
})

describe('the body of a reply', () => {
  it('loses the real address in every encoding, and shows the alias', async () => {
    const to = await newContact('six@alias.test')
    const html = Buffer.from(`<p>Write to <a href="mailto:ada%40mine.test">ada&#64;mine.test</a></p>`).toString(
      'base64',
    )
    const mail = await arriving(() =>
      submit(to, [
        `From: ${USER}`,
        `To: ${to}`,
        'Subject: all of it',
        'MIME-Version: 1.0',
        'Content-Type: multipart/alternative; boundary="=_ada@mine.test"',
        '',
        '--=_ada@mine.test',
        'Content-Type: text/plain; charset=utf-8',
        'Content-Transfer-Encoding: quoted-printable',
        '',
        `On Monday ada=40mi=`,
        `ne.test wrote to ${to}:`,
        '--=_ada@mine.test',
        'Content-Type: text/html',
        'Content-Transfer-Encoding: base64',
        '',
        html,
        '--=_ada@mine.test--',
        '',
      ]),
    )
    const raw = mail.raw.toString('latin1')
    expect(raw.toLowerCase()).not.toContain('mine.test')
    expect(raw).not.toContain(to)
    const decoded = Buffer.from(/base64\r\n\r\n([\s\S]*?)\r\n--/.exec(raw)?.[1] ?? '', 'base64').toString()
    expect(decoded).toContain('six@alias.test')
    expect(decoded).not.toContain('mine')
  })
})

describe('scrubbing switched off for one message', () => {
  it('leaves the body as it is, and the switch itself never leaves', async () => {
    const to = await newContact('off@alias.test')
    const lines = [`From: ${USER}`, `To: ${to}`, 'Subject: as it is', 'X-Postern-Scrub: off', '', `I am ${USER}.`, '']
    const mail = await arriving(() => submit(to, lines))
    const raw = mail.raw.toString('latin1')
    expect(raw).toContain(`I am ${USER}.`)
    expect(raw.toLowerCase()).not.toContain('postern')
    expect(field(mail, 'from')).toBe('off@alias.test')
  })

  it('counts only where the signature that proves the user covers it', async () => {
    const to = await newContact('signedoff@alias.test')
    const lines = (id: string): string[] => [
      ...[
        `From: ${USER}`,
        `To: ${to}`,
        'Subject: as it is',
        `Date: ${new Date().toUTCString()}`,
        `Message-ID: <${id}@mine.test>`,
      ],
    ]
    const body = `I am ${USER}.\r\n`
    // Put in on the way, in front of what the user's provider signed.
    const added = `X-Postern-Scrub: off\r\n${await signed(lines('added'), body)}`
    const first = await arriving(() => inbound(USER, to, added.split('\r\n')))
    expect(first.raw.toString()).toContain('I am signedoff@alias.test.')
    const [entry] = await relay.json<{ text: string }[]>('log', '--limit', '1', '--direction', 'reply')
    expect(entry?.text ?? '').not.toContain('undefined')
    const covered = await signed([...lines('covered'), 'X-Postern-Scrub: off'], body, ['x-postern-scrub'])
    const second = await arriving(() => inbound(USER, to, covered.split('\r\n')))
    expect(second.raw.toString()).toContain(`I am ${USER}.`)
  })
})

describe('sending as an alias', () => {
  it('From picks the alias; a new one is made where the catch-all allows it', async () => {
    const mail = await arriving(() =>
      submit('shop@new.test', ['From: Ada <fresh@alias.test>', 'To: shop@new.test', 'Subject: order', '', 'please']),
    )
    expect(mail.to).toEqual(['shop@new.test'])
    expect(readSummary(parseHeaderBlock(mail.raw)).fromAddress).toBe('fresh@alias.test')
    expect(await relay.json('alias', 'show', 'fresh@alias.test')).toMatchObject({ active: true })
    const contacts = await relay.json<{ address: string }[]>('contact', 'list', '--alias', 'fresh@alias.test')
    expect(contacts.map((one) => one.address)).toEqual(['shop@new.test'])
  })

  it('not as somebody else', async () => {
    await expect(
      submit('x@new.test', ['From: boss@company.test', 'To: x@new.test', 'Subject: x', '', 'x']),
    ).rejects.toThrow(/550 5\.7\.1 From is not one of your aliases/)
  })
})

describe('automatic mail', () => {
  it('an out-of-office stays here unless it is allowed', async () => {
    const to = await newContact('seven@alias.test')
    const away = [`From: ${USER}`, `To: ${to}`, 'Subject: Out of office', 'Auto-Submitted: auto-replied', '', 'away']
    await submit(to, away)
    const [entry] = await relay.json<{ reason: string }[]>('log')
    expect(entry?.reason).toBe('auto-reply-withheld')
    await relay.json('recipient', 'set', USER, '--auto-replies', 'on')
    const mail = await arriving(() => submit(to, away))
    expect(field(mail, 'auto-submitted')).toBe('auto-replied')
    await relay.json('recipient', 'set', USER, '--auto-replies', 'off')
  })
})

describe('forwards', () => {
  it('the unsubscribe button goes by way of us, or switches the alias off', async () => {
    const news = (alias: string): string[] => [
      'From: news@far.test',
      `To: ${alias}`,
      'Subject: news',
      'List-Unsubscribe: <mailto:leave@far.test?subject=x>, <https://far.test/u>',
      '',
      'n',
    ]
    const kept = await arriving(() => inbound('news@far.test', 'eight@alias.test', news('eight@alias.test')))
    const uri = field(kept, 'list-unsubscribe')
    expect(uri).not.toContain('leave@far.test')
    const through = /mailto:([^?>]+)/.exec(uri)?.[1] ?? ''
    const leaving = await arriving(() => submit(through, [`From: ${USER}`, `To: ${through}`, 'Subject: x', '', '']))
    expect(leaving.to).toEqual(['leave@far.test'])
    await relay.json('alias', 'set', 'eight@alias.test', '--unsubscribe', 'disable')
    const ours = await arriving(() => inbound('news@far.test', 'eight@alias.test', news('eight@alias.test')))
    const button = /mailto:([^?>]+)/.exec(field(ours, 'list-unsubscribe'))?.[1] ?? ''
    expect(button).toMatch(/^[a-z2-7]{29}@alias\.test$/)
    await inbound(USER, button, [`From: ${USER}`, `To: ${button}`, 'Subject: unsubscribe', '', ''])
    expect(await relay.json('alias', 'show', 'eight@alias.test')).toMatchObject({ active: false })
    const [entry] = await relay.json<{ reason: string }[]>('log')
    expect(entry?.reason).toBe('unsubscribed')
  })

  it('a banner, a subject template and a warning where DMARC failed; the signature still holds', async () => {
    await relay.json('recipient', 'set', USER, '--banner', 'bottom', '--subject-template', '[{alias}] {subject}')
    const mail = await arriving(() =>
      inbound('x@forged.test', 'nine@alias.test', [
        'From: x@forged.test',
        'To: nine@alias.test',
        'Subject: win',
        'Content-Type: text/plain',
        '',
        'click',
        '',
      ]),
    )
    const raw = mail.raw.toString('latin1')
    expect(field(mail, 'subject')).toBe('[nine@alias.test] win')
    expect(raw).toContain('could not be verified')
    expect(raw).toContain('This message came to nine@alias.test.')
    await relay.json('recipient', 'set', USER, '--banner', 'off', '--subject-template', 'none')
  })

  it('preserve mode keeps every byte', async () => {
    await relay.json('recipient', 'set', USER, '--mode', 'preserve')
    const message = [
      'From:  Odd   <odd@far.test>',
      'To: ten@alias.test',
      'subject:x',
      'X-Postern-Alias: fake',
      '',
      'body ',
      '.',
    ].join('\r\n')
    const mail = await arriving(() => inbound('odd@far.test', 'ten@alias.test', [message]))
    expect(mail.raw.toString('latin1').endsWith(`${message}\r\n`)).toBe(true)
    await relay.json('recipient', 'set', USER, '--mode', 'rewrite')
  })
})

describe('postern preview', () => {
  it('shows a reply as the other side would get it, and what would be left of the user', async () => {
    const to = await newContact('eleven@alias.test')
    const file = path.join(relay.folder, 'reply.eml')
    writeFileSync(
      file,
      [
        `From: Ada Lovelace <${USER}>`,
        `To: ${to}`,
        'Subject: hi',
        'X-Mailer: Secret',
        '',
        `Ada Lovelace, ${USER}`,
        '',
      ].join('\n'),
    )
    const shown = await relay.json<{ message: string; traces: { kind: string; text: string }[]; held: string[] }>(
      'preview',
      file,
      '--as',
      'reply',
    )
    const message = Buffer.from(shown.message, 'base64').toString()
    expect(message).toContain('To: bob@far.test')
    expect(message).toContain('Ada Lovelace, eleven@alias.test')
    expect(message).not.toContain('Secret')
    expect(shown.traces).toEqual([expect.objectContaining({ kind: 'name', text: 'Ada Lovelace' })])
    expect(shown.held).toEqual([])
    const { code, out } = await relay.run('preview', file, '--as', 'forward', '--alias', 'eleven@alias.test')
    expect(code).toBe(0)
    expect(out).toContain('X-Postern-Alias: eleven@alias.test')
    expect((await relay.run('preview', file)).code).toBe(2)
  })
})
