// DMARC reports that we send, by the built program: a day of mail of every kind, a night that libfaketime makes short, and what arrives.
import { generateKeyPairSync } from 'node:crypto'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { dkimSign } from 'mailauth'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DmarcReportReader, type DmarcRecord } from '../../main/reports/dmarc-report.ts'
import { Wire } from '../world/dialogue.ts'
import { startDns, type TestDns } from '../world/dns.ts'
import { fakeTime, movedClock, NO_FAKETIME, type MovedClock } from '../world/moved-clock.ts'
import { runProgram } from '../world/programs.ts'
import { startRelay, type TestRelay } from '../world/relay.ts'
import { attachedText } from '../world/reporting.ts'
import { startSink, type Sink } from '../world/sink.ts'

const key = generateKeyPairSync('rsa', { modulusLength: 2048 })
const privateKey = key.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
const record = `v=DKIM1; k=rsa; p=${key.publicKey.export({ type: 'spki', format: 'der' }).toString('base64')}`
const text = (data: string) => [{ type: 'TXT' as const, data: data.match(/.{1,255}/g) ?? [] }]
const dmarc = (rest: string) => text(`v=DMARC1; ${rest}`)
const ZONE = {
  'allowed.test': text('v=spf1 ip4:127.0.0.1 -all'),
  '_dmarc.allowed.test': dmarc('p=reject; rua=mailto:agg@allowed.test!10m'),
  'forged.test': text('v=spf1 -all'),
  '_dmarc.forged.test': dmarc('p=reject; sp=quarantine; rua=mailto:agg@forged.test'),
  's1._domainkey.forged.test': text(record),
  'none.test': text('v=spf1 ~all'),
  '_dmarc.none.test': dmarc('p=none; rua=mailto:agg@third.test'),
  'none.test._report._dmarc.third.test': dmarc(''),
  'trying.test': text('v=spf1 ?all'),
  '_dmarc.trying.test': dmarc('p=quarantine; t=y; rua=mailto:agg@trying.test'),
  'victim.test': text('v=spf1 ip4:127.0.0.1 -all'),
  '_dmarc.victim.test': dmarc('p=none; rua=mailto:agg@unasked.test'),
  'silent.test': text('v=spf1 ip4:127.0.0.1 -all'),
  '_dmarc.silent.test': dmarc('p=none'),
}
const PYTHON = '/usr/bin/python3'
const missing =
  fakeTime === undefined
    ? NO_FAKETIME
    : existsSync('/usr/lib/python3/dist-packages/dkim')
      ? undefined
      : 'python3-dkim is not installed'

const VERIFY = `
import dkim, sys, time
time.time = lambda: float(sys.argv[3])
keys = {}
for row in open(sys.argv[1]):
    name, value = row.rstrip('\\n').split(' ', 1)
    keys[name.encode() + b'.'] = value.encode()
raw = open(sys.argv[2], 'rb').read()
for i in range(2):
    print(dkim.DKIM(raw).verify(idx=i, dnsfunc=lambda n, timeout=5: keys.get(n if isinstance(n, bytes) else n.encode())))
`

describe.skipIf(missing !== undefined)(`DMARC reports${missing === undefined ? '' : `: skipped, ${missing}`}`, () => {
  let dns: TestDns
  let sink: Sink
  let relay: TestRelay
  let folder: string
  let clock: MovedClock
  beforeAll(async () => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'postern-dmarc-'))
    clock = movedClock(path.join(folder, 'clock'))
    dns = await startDns(ZONE)
    sink = await startSink()
    const who = ['--domain', 'ours.test', '--recipient', 'real.name@far.test', '--catch-all', '--key', 'file']
    relay = await startRelay({
      init: [...who, '--route', `smtp://127.0.0.1:${sink.port}`],
      serve: ['--resolver', dns.server],
      env: clock.env,
    })
  }, 60_000)
  afterAll(async () => {
    await relay.destroy()
    await sink.close()
    await dns.close()
    rmSync(folder, { recursive: true, force: true })
  })

  async function send(from: string, signed = false): Promise<string> {
    const wire = await Wire.open(relay.port('smtp'))
    await wire.reply()
    await wire.say('EHLO peer.test')
    await wire.say(`MAIL FROM:<${from}>`)
    await wire.say('RCPT TO:<secret-alias@ours.test>')
    await wire.say('DATA')
    const message = `From: <${from}>\r\nTo: <secret-alias@ours.test>\r\nSubject: ${Math.random()}\r\n\r\nhello\r\n`
    const signer = { signingDomain: from.split('@')[1] ?? '', selector: 's1', privateKey }
    const { signatures } = signed ? await dkimSign(message, { ...signer, signatureData: [signer] }) : { signatures: '' }
    wire.send(`${signatures}${message}.\r\n`)
    const answer = await wire.reply()
    await wire.say('QUIT')
    wire.close()
    return answer
  }

  async function nextDay(): Promise<void> {
    await relay.stop()
    const day = 86_400
    const now = clock.seconds()
    clock.move((Math.floor(now / day) + 1) * day + 5 * 3600 - now)
    await relay.serve()
  }

  const reports = () => sink.mails.filter(({ to }) => to[0]?.startsWith('agg@') === true)

  it('off by default: a day of mail, and nobody is told', async () => {
    expect(await send('bob@allowed.test')).toMatch(/^250/)
    await relay.json('setting', 'set', 'send-dmarc-reports', 'on')
    for (const from of ['bob@allowed.test', 'bob@allowed.test', 'bob@none.test', 'bob@victim.test', 'bob@silent.test'])
      expect(await send(from)).toMatch(/^250/)
    expect(await send('bob@forged.test')).toMatch(/^250/)
    expect(await send('bob@forged.test', true)).toMatch(/^250/)
    expect(await send('bob@sub.forged.test')).toMatch(/^250/)
    expect(await send('bob@trying.test')).toMatch(/^250/)
    await nextDay()
    await expect.poll(() => reports().length, { timeout: 40_000, interval: 200 }).toBe(4)
    const found = new Map<string, { readonly xml: string; readonly records: readonly DmarcRecord[] }>()
    for (const { raw, to } of reports()) {
      const xml = attachedText(raw)
      const records: DmarcRecord[] = []
      const reader = new DmarcReportReader((one) => records.push(one))
      reader.push(xml)
      const { domain, organisation } = reader.end()
      expect(organisation).toBe('ours.test')
      // Nothing of whom it was for, nor of who wrote it.
      expect(`${xml}${raw.toString('latin1')}`).not.toMatch(/secret-alias|real\.name|bob/)
      found.set(`${domain} to ${to[0] ?? ''}`, { xml, records })
    }
    const rows = (name: string) =>
      (found.get(name)?.records ?? [])
        .map((one) => {
          const { count, disposition, dkim, spf, reasons, headerFrom } = one
          return `${count} ${disposition} dkim=${dkim} spf=${spf} ${reasons.join()} ${headerFrom}`
        })
        .sort()
    expect([...found.keys()].sort()).toEqual([
      'allowed.test to agg@allowed.test',
      'forged.test to agg@forged.test',
      'none.test to agg@third.test',
      'trying.test to agg@trying.test',
    ])
    expect(rows('allowed.test to agg@allowed.test')).toEqual(['2 pass dkim=fail spf=pass  allowed.test'])
    expect(rows('none.test to agg@third.test')).toEqual(['1 none dkim=fail spf=fail  none.test'])
    expect(rows('trying.test to agg@trying.test')).toEqual(['1 none dkim=fail spf=fail policy_test_mode trying.test'])
    expect(rows('forged.test to agg@forged.test')).toEqual([
      '1 pass dkim=pass spf=fail  forged.test',
      '1 quarantine dkim=fail spf=fail  sub.forged.test',
      '1 quarantine dkim=fail spf=fail local_policy forged.test',
    ])
    const signed = found.get('forged.test to agg@forged.test')?.records.find(({ dkim }) => dkim === 'pass')
    expect(signed?.dkimResults).toEqual([{ domain: 'forged.test', selector: 's1', result: 'pass' }])
  }, 120_000)

  it('each is signed so that python3-dkim agrees, and leaves under an address of the domain it is from', async () => {
    const shown = await relay.json<{ records: { name: string; value: string }[] }>('domain', 'show', 'ours.test')
    const keys = shown.records.filter(({ name }) => name.includes('_domainkey'))
    writeFileSync(path.join(folder, 'keys'), keys.map(({ name, value }) => `${name} ${value}\n`).join(''))
    writeFileSync(path.join(folder, 'verify.py'), VERIFY)
    for (const { raw, from } of reports()) {
      writeFileSync(path.join(folder, 'mail'), raw)
      const files = ['verify.py', 'keys', 'mail'].map((name) => path.join(folder, name))
      const args = [...files, String(clock.seconds())]
      expect((await runProgram(PYTHON, args)).out).toBe('True\nTrue\n')
      expect(from).toMatch(/@ours\.test$/)
      const header = raw.toString('latin1').replaceAll(/\r\n[ \t]+/g, ' ')
      expect(header).toMatch(/^From: DMARC Reports <dmarc-reports@ours\.test>\r$/m)
      expect(header).toMatch(/^Subject: Report Domain: \S+ Submitter: ours\.test Report-ID: [a-z2-7]+@ours\.test\r$/m)
      expect(header).toMatch(/filename="ours\.test!\S+?!\d+!\d+![a-z2-7]+\.xml\.gz"/)
    }
  })

  it('the list of reports says to whom they went and what came of it', async () => {
    interface Row {
      readonly id: string
      readonly direction: string
      readonly kind: string
      readonly destination: string
      readonly state: string
      readonly answer: string
    }
    const rows = await relay.json<Row[]>('report', 'list')
    expect(rows.map(({ direction, kind, state }) => `${direction} ${kind} ${state}`)).toEqual(
      Array(4).fill('sent dmarc sent'),
    )
    expect(rows.every(({ answer }) => answer.startsWith('250'))).toBe(true)
    expect(await relay.json<Row[]>('report', 'list', '--direction', 'received')).toEqual([])
    expect(await relay.json<Row[]>('report', 'list', '--domain', 'none.test')).toMatchObject([
      { direction: 'sent', destination: 'mailto:agg@third.test' },
    ])
    const older = await relay.json<Row[]>('report', 'list', '--before', rows[1]?.id ?? '')
    expect(older.map(({ id }) => id)).toEqual(rows.slice(2).map(({ id }) => id))
    const { out } = await relay.run('report', 'show', rows[0]?.id ?? '')
    expect(out).toMatch(/direction +sent\n[^]*to +mailto:agg@[^]*outcome +taken: 250/)
    const table = await relay.run('report', 'list')
    expect(table.out).toMatch(/^id +direction +kind +domain +from or to +until +what +outcome\n/)
    expect((await relay.run('report', 'list', '--direction', 'sideways')).err).toContain('received or sent')
    for (const id of ['s999', 'sx', 's', '-1']) expect((await relay.run('report', 'show', id)).code, id).not.toBe(0)
  })

  it('not again on the day after, and what comes back of one is thrown away', async () => {
    const [first] = reports()
    await nextDay()
    const wire = await Wire.open(relay.port('smtp'))
    await wire.reply()
    await wire.say('EHLO peer.test')
    await wire.say('MAIL FROM:<>')
    expect(await wire.say(`RCPT TO:<${first?.from ?? ''}>`)).toMatch(/^250/)
    await wire.say('DATA')
    wire.send('From: <mailer-daemon@far.test>\r\nSubject: Undeliverable\r\n\r\nNobody is here.\r\n.\r\n')
    expect(await wire.reply()).toMatch(/^250/)
    wire.close()
    const log = await relay.json<{ reason: string; text: string }[]>('log')
    expect(log.filter(({ text }) => text === 'The report was taken.')).toHaveLength(4)
    expect(log.map(({ reason }) => reason)).toContain('report-came-back')
    expect(await relay.json('held', 'list')).toHaveLength(2)
    expect(reports()).toHaveLength(4)
  }, 60_000)
})
