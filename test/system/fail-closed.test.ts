// Holes that an attack on the relay found, each closed for its kind: over a real socket, with a DNS that says what each domain wants.
import { generateKeyPairSync } from 'node:crypto'
import os from 'node:os'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dkimSign } from 'mailauth'
import { send as submit } from '../../main/headless/demo/world.ts'
import { Wire } from '../world/dialogue.ts'
import { startDns, type TestDns } from '../world/dns.ts'
import { PATIENT, startRelay, type TestRelay } from '../world/relay.ts'
import { startSink, type Sink } from '../world/sink.ts'

const pair = generateKeyPairSync('rsa', { modulusLength: 2048 })
const privateKey = pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
const record = `v=DKIM1; k=rsa; p=${pair.publicKey.export({ type: 'spki', format: 'der' }).toString('base64')}`
const txt = (data: string) => [{ type: 'TXT' as const, data: data.match(/.{1,255}/g) ?? [] }]
const KEYED = ['uni.test', 'eng.uni.test', 'evil.test', 'shop.test', 'mallory.duckdns.org']

const ZONE = {
  ...Object.fromEntries(KEYED.map((domain) => [`s1._domainkey.${domain}`, txt(record)])),
  '_dmarc.reject.test': txt('v=DMARC1; p=reject'),
  'evil.test': txt('v=spf1 +all'),
  '_dmarc.evil.test': txt('v=DMARC1; p=reject'),
  'shop.test': txt('v=spf1 -all'),
  'hard.test': txt('v=spf1 -all'),
  'unreadable.test': txt('v=spf1 include:%{bad -all'),
  '_dmarc.broken.test': txt('v=DMARC1; p=rejct'),
}

const USER = 'me@eng.uni.test'
const outside = Object.values(os.networkInterfaces())
  .flatMap((all) => all ?? [])
  .find((one) => one.family === 'IPv4' && !one.internal)?.address

let dns: TestDns
let sink: Sink
let relay: TestRelay
let login: { user: string; pass: string }
beforeAll(async () => {
  dns = await startDns(ZONE)
  sink = await startSink()
  const route = `smtp://127.0.0.1:${sink.port}`
  relay = await startRelay({
    init: [
      '--domain',
      'ours.test',
      '--domain',
      'also.test',
      '--recipient',
      USER,
      '--catch-all',
      '--key',
      'file',
      '--route',
      route,
    ],
    serve: ['--resolver', dns.server, '--submission', '127.0.0.1:0', '--smtp', '0.0.0.0:0'],
  })
  await relay.json('recipient', 'add', 'ada@ada.duckdns.org')
  const made = await relay.json<{ username: string; password: string }>('app-password', 'create', '--name', 'phone')
  login = { user: made.username, pass: made.password }
})
afterAll(async () => {
  await relay.destroy()
  await sink.close()
  await dns.close()
})

let count = 0
interface Mail {
  readonly from?: string
  /** The From field, or all of them. */
  readonly header?: string
  readonly to: string
  readonly more?: string
  readonly host?: string | undefined
  readonly signedBy?: string
}

async function message({ from = '', header = from, to, more = '', signedBy }: Mail): Promise<string> {
  const id = `Message-ID: <${++count}@x.test>\r\nDate: ${new Date().toUTCString()}\r\n`
  const fields = header === '' ? '' : `${header.includes(':') ? header : `From: ${header}`}\r\n`
  const raw = `${fields}To: ${to}\r\nSubject: mail ${count}\r\n${id}${more}\r\nhello\r\n`
  if (signedBy === undefined) return raw
  const about = { signingDomain: signedBy, selector: 's1', privateKey }
  return (await dkimSign(raw, { ...about, signatureData: [about] })).signatures + raw
}

/** One listener for this machine, one for others. */
function inboundPort(host: string): number {
  const listeners = relay.ready?.listeners.filter((one) => one.kind === 'smtp') ?? []
  return (listeners.find((one) => one.host === host) ?? listeners.find((one) => one.host === '0.0.0.0'))?.port ?? 0
}

/** The last answer: that of the refusal, or of the final dot. */
async function inject(mail: Mail): Promise<string> {
  const wire = await Wire.open(inboundPort(mail.host ?? '127.0.0.1'), mail.host ?? '127.0.0.1')
  try {
    await wire.reply()
    await wire.say('EHLO peer.test')
    await wire.say(`MAIL FROM:<${mail.from ?? ''}>`)
    const rcpt = await wire.say(`RCPT TO:<${mail.to}>`)
    if (!rcpt.startsWith('250')) return rcpt
    await wire.say('DATA')
    const answer = await wire.say(`${await message(mail)}.`)
    await wire.say('QUIT')
    return answer
  } finally {
    wire.close()
  }
}

interface Entry {
  readonly outcome: string
  readonly reason: string
  readonly text: string
  readonly verdicts: { readonly dmarc: string } | null
}
const newest = async (): Promise<Entry | undefined> => (await relay.json<Entry[]>('log', '--limit', '1'))[0]
const newestHeld = async (): Promise<{ id: number; text: string }> => {
  const [held] = await relay.json<{ id: number; text: string }[]>('held', 'list')
  if (held === undefined) throw new Error('nothing is held')
  return held
}

describe('an author who cannot be judged is held, and a domain of ours is nobody’s to forge', () => {
  it.each([
    ['an unclosed quote', '"CEO <ceo@reject.test>[x@evil.test '],
    ['two authors', 'x@evil.test, ceo@reject.test'],
    ['two From fields', 'From: x@evil.test\r\nFrom: ceo@reject.test'],
    ['no From', 'X-From: x@evil.test'],
    ['no address', 'Somebody'],
    ['a record that is not valid', 'ceo@broken.test'],
  ])('%s: held, with a reason', async (_, header) => {
    expect(
      await inject({ from: 'x@evil.test', header, to: 'shop@ours.test', signedBy: 'evil.test' }).catch(String),
    ).toMatch(/^250/)
    expect(await newest()).toMatchObject({ outcome: 'held', reason: 'dmarc-failed', verdicts: { dmarc: 'permerror' } })
    expect((await newest())?.text).toMatch(/Release it only if you trust it\.$/)
  })

  it.each([
    ['alone, without any record of its DMARC', 'boss@ours.test'],
    ['as the second author', 'x@evil.test, boss@ours.test'],
    ['in a second From field', 'From: x@evil.test\r\nFrom: boss@also.test'],
    ['where only some programs see it', '"Boss <boss@ours.test>[x@evil.test '],
  ])('a domain of ours %s: refused', async (_, header) => {
    const answer = await inject({ from: 'x@evil.test', header, to: 'shop@ours.test', signedBy: 'evil.test' })
    expect(answer).toMatch(/^550 5\.7\.26/)
    await expect.poll(newest, PATIENT).toMatchObject({ outcome: 'refused', reason: 'own-domain-forged' })
  })

  it('the same at postmaster, which takes mail of everybody else', async () => {
    const forged = { from: 'x@evil.test', header: 'boss@ours.test', to: 'postmaster@ours.test' }
    expect(await inject(forged)).toMatch(/^550 5\.7\.26/)
    expect(await inject({ from: 'x@evil.test', to: 'postmaster@ours.test', signedBy: 'evil.test' })).toMatch(/^250/)
    await relay.json('block', 'add', 'x@evil.test')
    expect(await inject({ from: 'y@evil.test', header: 'x@evil.test', to: 'postmaster@ours.test' })).toMatch(
      /^550 5\.7\.1/,
    )
    await relay.json('block', 'remove', 'x@evil.test')
  })

  it('SPF that cannot be read counts as SPF that fails, where nothing else speaks', async () => {
    expect(await inject({ from: 'a@unreadable.test', to: 'shop@ours.test' })).toMatch(/^250/)
    expect(await newest()).toMatchObject({ outcome: 'held', reason: 'spf-failed' })
  })
})

describe('a sender who failed the checks and was allowed', () => {
  it('passes the next time, to that alias, until it is taken back; another sender does not', async () => {
    const first = await inject({ from: 'a@hard.test', to: 'known@ours.test', signedBy: 'evil.test' })
    expect(first).toMatch(/^250/)
    // No alias yet: a forged message makes none before it is released.
    const aliases = async (): Promise<readonly string[]> =>
      (await relay.json<{ email: string }[]>('alias', 'list')).map(({ email }) => email)
    expect(await aliases()).not.toContain('known@ours.test')
    expect((await relay.run('held', 'release', String((await newestHeld()).id), '--allow')).code).toBe(0)
    expect(await aliases()).toContain('known@ours.test')
    await expect.poll(newest, PATIENT).toMatchObject({ outcome: 'delivered' })
    await inject({ from: 'a@hard.test', header: 'bill@reject.test', to: 'known@ours.test' })
    const before = sink.mails.length
    await relay.run('held', 'release', String((await newestHeld()).id), '--allow')
    await sink.waitFor(before + 1)
    await inject({ from: 'a@hard.test', header: 'bill@reject.test', to: 'known@ours.test' })
    await expect.poll(newest, PATIENT).toMatchObject({ outcome: 'delivered' })
    expect(sink.mails.at(-1)?.raw.toString()).toContain('could not be verified')
    await inject({ from: 'a@hard.test', header: 'will@reject.test', to: 'known@ours.test' })
    expect(await newest()).toMatchObject({ outcome: 'held', reason: 'dmarc-failed' })
    await inject({ from: 'a@hard.test', header: 'bill@reject.test', to: 'shop@ours.test' })
    expect(await newest()).toMatchObject({ outcome: 'held', reason: 'dmarc-failed' })
    await relay.json('contact', 'set', 'bill@reject.test', '--alias', 'known@ours.test', '--allow-unproven', 'off')
    await inject({ from: 'a@hard.test', header: 'bill@reject.test', to: 'known@ours.test' })
    expect(await newest()).toMatchObject({ outcome: 'held', reason: 'dmarc-failed' })
  })

  it('to a question is not allowed what fails the checks', async () => {
    await relay.json('alias', 'add', 'asks@ours.test')
    await relay.json('alias', 'set', 'asks@ours.test', '--policy', 'ask')
    await inject({ from: 'new@evil.test', to: 'asks@ours.test', signedBy: 'evil.test' })
    await relay.run('held', 'release', String((await newestHeld()).id), '--allow')
    await expect.poll(newest, PATIENT).toMatchObject({ outcome: 'delivered' })
    await inject({ from: 'x@hard.test', header: 'new@evil.test', to: 'asks@ours.test' })
    expect(await newest()).toMatchObject({ outcome: 'held', reason: 'dmarc-failed' })
  })
})

describe('a reply proves the user by exactly the domain of the mailbox', () => {
  let replyAddress = ''
  beforeAll(async () => {
    await inject({ from: 'bob@evil.test', to: 'talk@ours.test', signedBy: 'evil.test' })
    const contacts = await relay.json<{ replyAddress: string }[]>('contact', 'list', '--alias', 'talk@ours.test')
    replyAddress = contacts[0]?.replyAddress ?? ''
  })
  const answer = async (header: string, signedBy: string): Promise<Entry | undefined> => {
    await inject({ from: 'x@path.test', header, to: replyAddress, signedBy })
    return newest()
  }

  it('a neighbour under a private suffix is somebody else', async () => {
    const entry = await answer('ada@ada.duckdns.org', 'mallory.duckdns.org')
    expect(entry).toMatchObject({ outcome: 'held', reason: 'reply-unproven' })
    expect(entry?.text).not.toContain('signing domain')
  })

  it('the domain above proves it only where the user named that', async () => {
    const before = await answer(USER, 'uni.test')
    expect(before).toMatchObject({ outcome: 'held', reason: 'reply-unproven' })
    expect(before?.text).toContain('It is signed by uni.test; if that is your provider')
    for (const bad of ['test', 'evil.test', 'eng.uni.test', 'not a name'])
      expect((await relay.run('recipient', 'set', USER, '--signing-domain', bad)).code).toBe(1)
    await relay.json('recipient', 'set', USER, '--signing-domain', 'uni.test')
    const arrived = sink.mails.length
    await inject({ from: 'x@path.test', header: USER, to: replyAddress, signedBy: 'uni.test' })
    await sink.waitFor(arrived + 1)
    expect(sink.mails.at(-1)).toMatchObject({ to: ['bob@evil.test'] })
    await relay.json('recipient', 'set', USER, '--signing-domain', 'none')
    expect(await answer(USER, 'uni.test')).toMatchObject({ outcome: 'held', reason: 'reply-unproven' })
  })
})

describe('a return path', () => {
  /** Where the world answers to a mail that the user sent from the alias. */
  async function returnPath(alias: string): Promise<string> {
    const before = sink.mails.length
    const text = `From: ${alias}\r\nTo: bob@evil.test\r\nSubject: hi\r\nMessage-ID: <${++count}@mine.test>\r\n\r\nhello\r\n`
    await submit({
      port: relay.port('submission'),
      envelope: { from: USER, to: ['bob@evil.test'] },
      message: text,
      login,
    })
    await sink.waitFor(before + 1)
    return sink.mails.at(-1)?.from ?? ''
  }
  const vacation = { more: 'Auto-Submitted: auto-replied\r\n' }

  it('takes an answering machine of a contact, under the same rules as the alias', async () => {
    const alias = 'holiday@ours.test'
    await relay.json('alias', 'add', alias)
    const to = await returnPath(alias)
    const before = sink.mails.length
    expect(await inject({ from: '', header: 'bob@evil.test', to, signedBy: 'evil.test', ...vacation })).toMatch(/^250/)
    await sink.waitFor(before + 1)

    expect(await inject({ from: '', header: 'ceo@reject.test', to, ...vacation })).toMatch(/^250/)
    expect(await newest()).toMatchObject({ outcome: 'held', reason: 'dmarc-failed' })
    expect(await inject({ from: '', header: 'boss@ours.test', to, ...vacation })).toMatch(/^550 5\.7\.26/)
    await relay.json('block', 'add', 'bob@evil.test')
    expect(await inject({ from: '', header: 'bob@evil.test', to, signedBy: 'evil.test', ...vacation })).toMatch(
      /^550 5\.7\.1/,
    )
    await relay.json('block', 'remove', 'bob@evil.test')
    await relay.json('alias', 'set', alias, '--policy', 'known')
    expect(await inject({ from: '', header: 'else@evil.test', to, signedBy: 'evil.test', ...vacation })).toMatch(
      /^550 5\.7\.1/,
    )
    await relay.json('alias', 'set', alias, '--policy', 'all')
    await relay.json('alias', 'set', alias, '--expires-after', '1')
    expect(await inject({ from: '', header: 'bob@evil.test', to, signedBy: 'evil.test', ...vacation })).toMatch(
      /^550 5\.1\.1/,
    )
    expect(sink.mails).toHaveLength(before + 1)
  })

  it.skipIf(outside === undefined)('has a rate, and so have postmaster and reply addresses', async () => {
    await relay.json('setting', 'set', 'alias-hourly-limit', '2')
    try {
      const alias = 'rated@ours.test'
      await relay.json('alias', 'add', alias)
      const path = await returnPath(alias)
      const [contact] = await relay.json<{ replyAddress: string }[]>('contact', 'list', '--alias', alias)
      // The return path and the reply address count for the alias together.
      for (const [to, answers] of [
        [path, ['250', '250', '450']],
        [contact?.replyAddress ?? '', ['450']],
        ['postmaster@ours.test', ['250', '250', '450']],
        ['dmarc-reports@ours.test', ['550', '550', '450']],
      ] as const)
        for (const answer of answers) {
          const got = await inject({ from: `r${++count}@evil.test`, to, host: outside, signedBy: 'evil.test' })
          expect(`${to}: ${got.slice(0, 3)}`).toBe(`${to}: ${answer}`)
        }
    } finally {
      await relay.json('setting', 'reset', 'alias-hourly-limit')
    }
  })
})

describe('a report about a failure goes to nobody who may be a stranger', () => {
  it('not to a reverse-path whose domain signed somebody else’s mail', async () => {
    await relay.json('alias', 'add', 'friends@ours.test')
    await relay.json('alias', 'set', 'friends@ours.test', '--policy', 'known')
    const port = inboundPort('127.0.0.1')
    // Two recipients with two outcomes: the one that is refused behind DATA may be reported.
    const offer = async (from: string): Promise<void> => {
      const wire = await Wire.open(port, '127.0.0.1')
      await wire.reply()
      for (const line of [
        'EHLO peer.test',
        `MAIL FROM:<${from}>`,
        'RCPT TO:<shop@ours.test>',
        'RCPT TO:<friends@ours.test>',
        'DATA',
      ])
        await wire.say(line)
      expect(
        await wire.say(`${await message({ from: 'news@shop.test', to: 'shop@ours.test', signedBy: 'shop.test' })}.`),
      ).toMatch(/^250/)
      await wire.say('QUIT')
      wire.close()
    }
    const before = sink.mails.length
    await offer('victim@shop.test')
    await sink.waitFor(before + 1)
    await offer('news@shop.test')
    await sink.waitFor(before + 3)
    const told = sink.mails
      .slice(before)
      .filter((mail) => mail.from === '')
      .flatMap((mail) => mail.to)
    expect(told).toEqual(['news@shop.test'])
  })
})
