// Reports about our domains, by mail, through the whole relay: listed and shown where they can be read, refused with the reason where not.
import { generateKeyPairSync } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { dkimSign } from 'mailauth'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Wire } from '../world/dialogue.ts'
import { startDns, type TestDns } from '../world/dns.ts'
import { startRelay, type TestRelay } from '../world/relay.ts'

const key = generateKeyPairSync('rsa', { modulusLength: 2048 })
const privateKey = key.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
const record = `v=DKIM1; k=rsa; p=${key.publicKey.export({ type: 'spki', format: 'der' }).toString('base64')}`

let dns: TestDns
let relay: TestRelay
beforeAll(async () => {
  dns = await startDns({
    's1._domainkey.google.test': [{ type: 'TXT' as const, data: record.match(/.{1,255}/g) ?? [] }],
  })
  const init = ['--domain', 'ours.test', '--recipient', 'me@far.test', '--catch-all', '--key', 'file']
  relay = await startRelay({ init, serve: ['--resolver', dns.server] })
})
afterAll(async () => {
  await relay.destroy()
  await dns.close()
})

async function send(to: string, message: string): Promise<string> {
  const wire = await Wire.open(relay.port('smtp'))
  await wire.reply()
  await wire.say('EHLO peer.test')
  await wire.say('MAIL FROM:<noreply@google.test>')
  const rcpt = await wire.say(`RCPT TO:<${to}>`)
  if (!rcpt.startsWith('250')) return rcpt
  await wire.say('DATA')
  wire.send(`${message}.\r\n`)
  const answer = await wire.reply()
  await wire.say('QUIT')
  wire.close()
  return answer
}

let count = 0
function mail(type: string, content: Buffer): string {
  const lines = content.toString('base64').match(/.{1,76}/g) ?? []
  return (
    `From: <noreply@google.test>\r\nTo: <x@ours.test>\r\nSubject: Report ${++count}\r\nDate: Sun, 22 Nov 2026 00:00:00 +0000\r\n` +
    `Message-ID: <${count}@google.test>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/report; boundary="b"; report-type=tlsrpt\r\n\r\n` +
    `--b\r\nContent-Type: text/plain\r\n\r\nA report.\r\n--b\r\nContent-Type: ${type}\r\n` +
    `Content-Transfer-Encoding: base64\r\n\r\n${lines.join('\r\n')}\r\n--b--\r\n`
  )
}
async function signed(message: string): Promise<string> {
  const about = { signingDomain: 'google.test', selector: 's1', privateKey, algorithm: 'rsa-sha256' as const }
  return `${(await dkimSign(message, { ...about, signatureData: [about] })).signatures}${message}`
}

const dmarc = (domain = 'ours.test', id = '7'): string =>
  `<?xml version="1.0"?><feedback><report_metadata><org_name>google.test</org_name><email>a@google.test</email><report_id>${id}</report_id>` +
  '<date_range><begin>1700000000</begin><end>1700086399</end></date_range></report_metadata><policy_published>' +
  `<domain>${domain}</domain><p>reject</p></policy_published><record><row><source_ip>192.0.2.9</source_ip><count>5</count>` +
  '<policy_evaluated><disposition>reject</disposition><dkim>fail</dkim><spf>fail</spf></policy_evaluated></row><identifiers>' +
  '<header_from>ours.test</header_from></identifiers><auth_results></auth_results></record></feedback>'
const tls = JSON.stringify({
  ...{ 'organization-name': 'Google Test', 'report-id': 't1', 'contact-info': 'x' },
  'date-range': { 'start-datetime': '2024-01-09T00:00:00Z', 'end-datetime': '2024-01-09T23:59:59Z' },
  policies: [
    {
      policy: { 'policy-type': 'sts', 'policy-domain': 'ours.test' },
      summary: { 'total-successful-session-count': 40, 'total-failure-session-count': 2 },
      'failure-details': [{ 'result-type': 'certificate-expired', 'failed-session-count': 2 }],
    },
  ],
})

interface Listed {
  readonly id: number
  readonly kind: string
  readonly proven: boolean
  readonly spoof: number
  readonly successes: number
  readonly failures: number
}
const listed = (...args: readonly string[]): Promise<readonly Listed[]> => relay.json('report', 'list', ...args)

describe('a report by mail', () => {
  it('the records that a domain needs ask for reports', async () => {
    const { records } = await relay.json<{ records: { name: string; value: string }[] }>('domain', 'show', 'ours.test')
    const value = (name: string): string | undefined => records.find((one) => one.name === name)?.value
    expect(value('_dmarc.ours.test')).toContain('rua=mailto:dmarc-reports@ours.test')
    expect(value('_smtp._tls.ours.test')).toBe('v=TLSRPTv1; rua=mailto:tls-reports@ours.test')
  })
  it('about DMARC is listed, once, and says whether its sender is proven', async () => {
    expect(await send('dmarc-reports@ours.test', mail('application/gzip', gzipSync(dmarc())))).toMatch(/^250/)
    expect(await send('DMARC-Reports@ours.test', mail('text/xml', Buffer.from(dmarc())))).toMatch(/^250/)
    const proven = await signed(mail('text/xml', Buffer.from(dmarc('ours.test', '8'))))
    expect(await send('dmarc-reports@ours.test', proven)).toMatch(/^250/)
    expect(await listed('--kind', 'dmarc')).toMatchObject([
      { kind: 'dmarc', spoof: 5, proven: true },
      { kind: 'dmarc', spoof: 5, proven: false },
    ])
    const [, first] = await listed()
    const shown = await relay.run('report', 'show', String(first?.id))
    expect(shown.out).toContain('192.0.2.9')
    expect(shown.out).toContain('spoof')
    const [entry] = await relay.json<{ outcome: string; reason: string; text: string }[]>('log', '--limit', '1')
    expect(entry).toMatchObject({ outcome: 'noticed', reason: 'report-received' })
    expect(entry?.text).toContain('5 were not yours')
  })
  it('about TLS is taken only with a signature of its sender', async () => {
    const message = mail('application/tlsrpt+gzip', gzipSync(tls))
    expect(await send('tls-reports@ours.test', message)).toMatch(/^550 5\.7\.20/)
    expect(await send('tls-reports@ours.test', await signed(message))).toMatch(/^250/)
    expect(await listed('--kind', 'tls')).toMatchObject([{ kind: 'tls', successes: 40, failures: 2, proven: true }])
  })
  it('that is a bomb, broken, about others or no report at all is refused with the reason, and makes no alias', async () => {
    const before = (await listed()).length
    const refused = async (type: string, content: Buffer | string): Promise<string> =>
      send('dmarc-reports@ours.test', mail(type, Buffer.from(content)))
    expect(await refused('application/gzip', gzipSync(Buffer.alloc(50_000_000)))).toMatch(/^550 5\.6\.0 .*10 MiB/)
    expect(await refused('text/xml', '<!DOCTYPE a [<!ENTITY b "c">]>')).toMatch(/^550 5\.6\.0 .*document type/)
    expect(await refused('text/xml', dmarc('far.test'))).toMatch(/^550 5\.6\.0 .*not served here/)
    expect(await refused('text/plain', 'hello')).toMatch(/^550 5\.6\.0 .*No report/)
    expect(await refused('application/json', tls)).toMatch(/^550 5\.6\.0 .*another address/)
    expect((await listed()).length).toBe(before)
    const aliases = await relay.json<readonly unknown[]>('alias', 'list')
    expect(aliases).toHaveLength(0)
    expect((await relay.json<{ text: string }[]>('log', '--limit', '5'))[3]?.text).toContain('document type')
  })
})
