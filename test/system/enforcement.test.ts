// Verdicts that are enforced: what becomes of mail whose sender is not who it says, by the rules of each domain and the user's own.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { generateKeyPairSync } from 'node:crypto'
import { authenticate, dkimSign, sealMessage } from 'mailauth'
import { Wire } from '../world/dialogue.ts'
import { startDns, type TestDns } from '../world/dns.ts'
import { PATIENT, startRelay, type TestRelay } from '../world/relay.ts'
import { startSink, type Sink } from '../world/sink.ts'

const key = generateKeyPairSync('rsa', { modulusLength: 2048 })
const privateKey = key.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
const record = `v=DKIM1; k=rsa; p=${key.publicKey.export({ type: 'spki', format: 'der' }).toString('base64')}`
const dmarc = (policy: string) => [{ type: 'TXT' as const, data: [`v=DMARC1; p=${policy}`] }]
/** RFC 1035 §3.3.14: in pieces of at most 255 octets. */
const text = (data: string) => [{ type: 'TXT' as const, data: data.match(/.{1,255}/g) ?? [] }]

const ZONE = {
  'reject.test': text('v=spf1 -all'),
  '_dmarc.reject.test': dmarc('reject'),
  's1._domainkey.reject.test': text(record),
  'quarantine.test': text('v=spf1 ?all'),
  '_dmarc.quarantine.test': dmarc('quarantine'),
  'none.test': text('v=spf1 -all'),
  '_dmarc.none.test': dmarc('none'),
  'testing.test': text('v=spf1 ?all'),
  '_dmarc.testing.test': text('v=DMARC1; p=quarantine; t=y'),
  'hardfail.test': text('v=spf1 -all'),
  'softfail.test': text('v=spf1 ~all'),
  'allowed.test': text('v=spf1 ip4:127.0.0.1 -all'),
  '_dmarc.allowed.test': dmarc('reject'),
  '_dmarc.ours.test': dmarc('reject'),
  'list.test': text('v=spf1 ip4:127.0.0.1 -all'),
  's1._domainkey.list.test': text(record),
}

let dns: TestDns
let sink: Sink
let relay: TestRelay
beforeAll(async () => {
  dns = await startDns(ZONE)
  sink = await startSink()
  relay = await startRelay({
    init: [
      '--domain',
      'ours.test',
      '--domain',
      'strict.test',
      '--recipient',
      'me@far.test',
      '--catch-all',
      '--key',
      'file',
      '--route',
      `smtp://127.0.0.1:${sink.port}`,
    ],
    serve: ['--resolver', dns.server],
  })
})
afterAll(async () => {
  await relay.destroy()
  await sink.close()
  await dns.close()
})

async function send(from: string, to: string, message = '', headerFrom = from): Promise<string> {
  const wire = await Wire.open(relay.port('smtp'))
  await wire.reply()
  await wire.say('EHLO peer.test')
  await wire.say(`MAIL FROM:<${from}>`)
  const rcpt = await wire.say(`RCPT TO:<${to}>`)
  if (!rcpt.startsWith('250')) return rcpt
  await wire.say('DATA')
  const whole = message === '' ? plain(headerFrom, to) : message
  wire.send(`${whole}.\r\n`)
  const answer = await wire.reply()
  // A word after it: an end without one would make the next copy a repetition.
  await wire.say('QUIT')
  wire.close()
  return answer
}

let count = 0
function plain(from: string, to: string): string {
  return `From: <${from}>\r\nTo: <${to}>\r\nSubject: mail ${++count}\r\nDate: Sun, 22 Nov 2026 00:00:00 +0000\r\nMessage-ID: <${count}@x.test>\r\n\r\nhello\r\n`
}

interface Held {
  readonly id: number
  readonly reason: string
  readonly sender: string
}
interface Entry {
  readonly outcome: string
  readonly reason: string
  readonly text: string
  readonly verdicts: { dmarc: string; spf: string; policy?: string; reasons?: string[] } | null
}
const newest = async (): Promise<Entry | undefined> => (await relay.json<Entry[]>('log', '--limit', '1'))[0]

describe('mail that fails', () => {
  it('the DMARC of a domain with p=reject is held, told and released to the user', async () => {
    expect(await send('bill@reject.test', 'shop@ours.test')).toMatch(/^250/)
    const entry = await newest()
    expect(entry).toMatchObject({ outcome: 'held', reason: 'dmarc-failed' })
    expect(entry?.text).toContain('reject.test')
    expect(entry?.verdicts).toMatchObject({ dmarc: 'fail', spf: 'fail', policy: 'reject' })
    expect(entry?.verdicts?.reasons?.join()).toContain('SPF: fail')
    const [held] = await relay.json<Held[]>('held', 'list')
    expect(held).toMatchObject({ reason: 'dmarc-failed', sender: 'bill@reject.test' })
    const before = sink.mails.length
    await relay.run('held', 'release', String(held?.id))
    await sink.waitFor(before + 1)
    expect(await relay.json('held', 'list')).toEqual([])
  })

  it('p=quarantine is held, p=none and t=y pass with a note and a banner', async () => {
    expect(await send('a@quarantine.test', 'shop@ours.test')).toMatch(/^250/)
    expect(await newest()).toMatchObject({ outcome: 'held', reason: 'dmarc-failed' })
    for (const domain of ['none.test', 'testing.test']) {
      const before = sink.mails.length
      expect(await send(`a@${domain}`, 'shop@ours.test')).toMatch(/^250/)
      await sink.waitFor(before + 1)
      expect(sink.mails.at(-1)?.raw.toString()).toContain('could not be verified')
      expect(sink.mails.at(-1)?.raw.toString()).toMatch(/Authentication-Results: mail\.ours\.test;[^]*?dmarc=fail/)
    }
  })

  it('is refused where the user chose so, for one domain or for all', async () => {
    await relay.run('domain', 'set', 'strict.test', '--refuse-forged', 'on')
    expect(await send('a@reject.test', 'x@strict.test')).toMatch(/^550 5\.7\.26/)
    expect(await newest()).toMatchObject({ outcome: 'refused', reason: 'dmarc-failed' })
    expect(await send('a@none.test', 'x@strict.test')).toMatch(/^250/)
    await relay.run('setting', 'set', 'dmarc-failures', 'refuse')
    expect(await send('a@reject.test', 'shop@ours.test')).toMatch(/^550 5\.7\.26/)
    await relay.run('setting', 'reset', 'dmarc-failures')
    expect(await send('a@reject.test', 'shop@ours.test')).toMatch(/^250/)
    expect((await relay.run('setting', 'set', 'dmarc-failures', 'perhaps')).code).toBe(1)
  })

  it('as one of our own domains is refused', async () => {
    expect(await send('a@list.test', 'shop@ours.test', '', 'boss@ours.test')).toMatch(/^550 5\.7\.26/)
  })

  it('as a domain below one of our own is refused as well, and one that only ends alike is not', async () => {
    for (const domain of ['sub.ours.test', 'a.b.strict.test', 'SUB.OURS.TEST'])
      expect(await send('a@list.test', 'shop@ours.test', '', `boss@${domain}`), domain).toMatch(/^550 5\.7\.26/)
    expect(await newest()).toMatchObject({ outcome: 'refused', reason: 'own-domain-forged' })
    expect(await send('a@list.test', 'shop@ours.test', '', 'boss@notours.test')).toMatch(/^250/)
  })

  it("as the user's own mailbox, whose domain asks for nothing, passes with a warning", async () => {
    const before = sink.mails.length
    expect(await send('a@list.test', 'shop@ours.test', '', 'Me@far.test')).toMatch(/^250/)
    await sink.waitFor(before + 1)
    const said = 'It claims to be from your own mailbox and does not prove it.'
    const text = `Delivered to your mailbox. ${said}`
    await expect.poll(newest, PATIENT).toMatchObject({ outcome: 'delivered', text })
    expect(sink.mails.at(-1)?.raw.toString()).toContain('claims to be from your own mailbox')
  })

  it('SPF alone, without DMARC and signature, is held; doubt is not, nor what is allowed', async () => {
    expect(await send('a@hardfail.test', 'shop@ours.test')).toMatch(/^250/)
    expect(await newest()).toMatchObject({ outcome: 'held', reason: 'spf-failed' })
    for (const domain of ['softfail.test', 'allowed.test', 'nothing.test']) {
      expect(await send(`a@${domain}`, 'shop@ours.test')).toMatch(/^250/)
      await expect.poll(async () => (await newest())?.outcome, PATIENT).toBe('delivered')
    }
    await relay.run('setting', 'set', 'spf-failures', 'deliver')
    expect(await send('a@hardfail.test', 'shop@ours.test')).toMatch(/^250/)
    await expect.poll(async () => (await newest())?.outcome, PATIENT).toBe('delivered')
    await relay.run('setting', 'reset', 'spf-failures')
  })

  it('makes no alias', async () => {
    await send('a@reject.test', 'brandnew@ours.test')
    expect((await relay.run('alias', 'show', 'brandnew@ours.test')).code).toBe(1)
  })

  it('but is signed by its domain passes', async () => {
    const raw = plain('a@reject.test', 'shop@ours.test')
    const about = { signingDomain: 'reject.test', selector: 's1', privateKey }
    const { signatures } = await dkimSign(raw, { ...about, signatureData: [about] })
    expect(await send('x@hardfail.test', 'shop@ours.test', signatures + raw)).toMatch(/^250/)
    await expect.poll(newest, PATIENT).toMatchObject({ outcome: 'delivered', verdicts: { dmarc: 'pass' } })
  })

  it('passes where a sealer of the user’s trust saw it whole, and only then', async () => {
    const raw = plain('a@reject.test', 'shop@ours.test')
    const seal = {
      ...{ signingDomain: 'list.test', selector: 's1', privateKey },
      authResults:
        'mx.list.test; spf=pass smtp.mailfrom=a@reject.test; dkim=pass header.d=reject.test; dmarc=pass header.from=reject.test',
      cv: 'none' as const,
    }
    const sealed = (await sealMessage(raw, seal)).toString() + raw
    expect(await send('bounce@list.test', 'shop@ours.test', sealed)).toMatch(/^250/)
    expect(await newest()).toMatchObject({ outcome: 'held', verdicts: { arc: 'pass', dmarc: 'fail' } })
    await relay.run('setting', 'set', 'trusted-sealers', 'list.test')
    expect(await send('bounce@list.test', 'shop@ours.test', sealed)).toMatch(/^250/)
    await expect.poll(newest, PATIENT).toMatchObject({ outcome: 'delivered' })
    expect(await send('bounce@list.test', 'shop@ours.test', sealed.replace('hello', 'jello'))).toMatch(/^250/)
    expect(await newest()).toMatchObject({ outcome: 'held', verdicts: { arc: 'fail' } })
  })

  it('a forward bears our ARC seal, which holds where its signatures no longer do', async () => {
    const before = sink.mails.length
    expect(await send('a@allowed.test', 'shop@ours.test')).toMatch(/^250/)
    await sink.waitFor(before + 1)
    const { records } = await relay.json<{ records: { name: string; value: string }[] }>('domain', 'show', 'ours.test')
    const resolver = async (name: string): Promise<string[]> => {
      const found = records.find((one) => one.name === name)
      if (found === undefined) throw Object.assign(new Error('ENOTFOUND'), { code: 'ENOTFOUND' })
      return [[found.value]] as unknown as string[]
    }
    const about = { ip: '192.0.2.1', helo: 'mail.ours.test', mta: 'far.test', sender: '', strict: true, resolver }
    const { arc, dkim } = await authenticate(sink.mails.at(-1)?.raw ?? '', { ...about, disableBimi: true })
    expect(arc !== false && arc.status.result).toBe('pass')
    expect(sink.mails.at(-1)?.raw.toString()).toMatch(/^ARC-Seal: i=1; a=rsa-sha256; cv=none; d=ours\.test;/)
    expect(dkim.results.map((one) => one.status.result)).toEqual(['pass', 'pass'])
  })

  it('an Authentication-Results that bears our name is taken off on the way in', async () => {
    const raw = plain('a@allowed.test', 'shop@ours.test')
    const before = sink.mails.length
    const forged = `Authentication-Results: mail.ours.test; dmarc=pass header.from=bank.test\r\nAuthentication-Results: other.test; spf=pass\r\n${raw}`
    expect(await send('a@allowed.test', 'shop@ours.test', forged)).toMatch(/^250/)
    await sink.waitFor(before + 1)
    const got = sink.mails.at(-1)?.raw.toString() ?? ''
    expect(got).not.toContain('bank.test')
    expect(got).toContain('other.test; spf=pass')
  })
})

describe('DNS that gives no answer', () => {
  it('puts mail off where that would decide, for everybody in it', async () => {
    const silent = await startDns('silent')
    const other = await startRelay({
      init: ['--domain', 'd.test', '--catch-all', '--key', 'file'],
      serve: ['--resolver', silent.server],
    })
    const was = relay
    relay = other
    try {
      expect(await send('a@somewhere.test', 'a@d.test')).toMatch(/^451 4\.7\.2/)
      expect((await newest())?.reason).toMatch(/-temporary$/)
      await relay.run('setting', 'set', 'check-failures', 'deliver')
      expect(await send('a@somewhere.test', 'a@d.test')).toMatch(/^250/)
    } finally {
      relay = was
      await other.destroy()
      await silent.close()
    }
  })
})
