// TLS reports that others post over HTTPS: taken where the user named a URL for them and nowhere else, few, small, and believed by nobody.
import https from 'node:https'
import { randomBytes } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createPost } from '../../main/delivery/post-report.ts'
import { findProgram } from '../browser.ts'
import { makeCa, type TestCa } from '../world/certificates.ts'
import { startDns } from '../world/dns.ts'
import { createDns } from '../../main/dns/resolver.ts'
import { startRelay, type TestRelay } from '../world/relay.ts'

const NAME = 'mail.ours.test'
const missing = findProgram('openssl') === undefined ? 'openssl is not installed' : undefined

function report(id: string, domain = 'ours.test'): string {
  return JSON.stringify({
    ...{ 'organization-name': 'far.test', 'contact-info': 'tls@far.test', 'report-id': id },
    'date-range': { 'start-datetime': '2026-09-04T00:00:00Z', 'end-datetime': '2026-09-04T23:59:59Z' },
    policies: [
      {
        policy: { 'policy-type': 'sts', 'policy-domain': domain },
        summary: { 'total-successful-session-count': 5, 'total-failure-session-count': 2 },
      },
    ],
  })
}

describe.skipIf(missing !== undefined)(`posted reports${missing === undefined ? '' : `: skipped, ${missing}`}`, () => {
  let relay: TestRelay
  let ca: TestCa
  let port = 0
  beforeAll(async () => {
    ca = makeCa()
    relay = await startRelay({ init: ['--domain', 'ours.test', '--recipient', 'me@far.test', '--key', 'file'] })
    await relay.stop()
    const { certFile, keyFile } = ca.issue([NAME])
    await relay.json('tls', 'import', '--cert', certFile, '--key', keyFile)
    const file = relay.secretFile('p', 'hamster stony purple overcast jaywalker')
    await relay.json('login', 'passphrase', '--passphrase-file', file)
    await relay.serve('--http', '0.0.0.0:0')
    port = relay.port('http')
  }, 60_000)
  afterAll(async () => {
    await relay.destroy()
    ca.remove()
  })

  function post(
    body: Buffer | string,
    { type = 'application/tlsrpt+gzip', host = `${NAME}:${port}`, method = 'POST', from = '127.0.0.1' } = {},
  ): Promise<{ readonly status: number; readonly text: string }> {
    const about = { host: '127.0.0.1', port, servername: NAME, ca: ca.cert, path: '/tls-report', agent: false }
    return new Promise((resolve, reject) => {
      const options = { ...about, method, localAddress: from, headers: { host, 'content-type': type } }
      const request = https.request(options, (response) => {
        let text = ''
        response.setEncoding('utf8')
        response.on('data', (chunk: string) => (text += chunk))
        response.on('end', () => resolve({ status: response.statusCode ?? 0, text }))
      })
      request.on('error', reject)
      request.end(method === 'GET' ? undefined : body)
    })
  }
  const list = () =>
    relay.json<{ reportId: string; proven: boolean; sender: string; failures: number }[]>('report', 'list')

  it('nobody can post anything until there is a URL for it, which the record then names', async () => {
    expect((await post(gzipSync(report('1')))).status).toBe(404)
    const bad = ['http://mail.ours.test/tls-report', 'https://mail.ours.test/', 'https://mail.ours.test:0/tls-report']
    for (const url of [...bad, 'https://a,b/tls-report', 'https://localhost/tls-report'])
      expect((await relay.run('setting', 'set', 'tls-report-url', url)).err, url).toContain(
        'It is written like https://',
      )
    const url = `https://${NAME}:${port}/tls-report`
    await relay.json('setting', 'set', 'tls-report-url', url)
    const { records } = await relay.json<{ records: { name: string; value: string }[] }>('domain', 'show', 'ours.test')
    expect(records.find(({ name }) => name === '_smtp._tls.ours.test')?.value).toBe(
      `v=TLSRPTv1; rua=mailto:tls-reports@ours.test,${url}`,
    )
  })

  it('one that is about a domain of ours is kept, once, as what nobody proved', async () => {
    expect(await post(gzipSync(report('1')))).toEqual({ status: 201, text: 'Taken.\n' })
    expect((await post(gzipSync(report('1')))).status).toBe(201)
    expect((await post(report('2'), { type: 'application/tlsrpt+json' })).status).toBe(201)
    expect(await list()).toMatchObject([
      { reportId: '2', proven: false, failures: 2 },
      { reportId: '1', proven: false, sender: expect.stringContaining('https, from ') as string },
    ])
    const log = await relay.json<{ reason: string }[]>('log')
    expect(log.filter(({ reason }) => reason === 'report-received')).toHaveLength(2)
  })

  it('our own sender’s way of posting is understood here', async () => {
    const dns = await startDns({ [NAME]: [{ type: 'A', data: '127.0.0.1' }] })
    const { lookup } = createDns({ server: dns.server, dnssec: 'off' }, Date.now)
    const send = createPost({ lookup, ca: ca.cert, mayDial: () => true })
    const url = `https://${NAME}:${port}/tls-report`
    expect(await send(url, 'application/tlsrpt+gzip', gzipSync(report('3')))).toEqual({
      ...{ taken: true, permanent: true, answer: 'HTTP 201' },
    })
    await dns.close()
    expect(await list()).toHaveLength(3)
  })

  it('everything else is refused with its reason, and the tenth in an hour with none', async () => {
    const from = '127.0.0.2'
    const bomb = gzipSync(Buffer.alloc(20 * 1024 * 1024, ' '))
    const dmarc = Buffer.from('<?xml version="1.0"?><feedback></feedback>')
    for (const [what, status, body, more] of [
      ['a report about others', 422, gzipSync(report('4', 'others.test')), {}],
      ['a DMARC report', 422, gzipSync(dmarc), {}],
      ['a bomb', 422, bomb, {}],
      ['rubbish', 422, randomBytes(1000), {}],
      ['nothing', 422, '', {}],
      ['more than a megabyte', 413, Buffer.alloc(1024 * 1024 + 1), {}],
      ['a form of some page', 415, report('5'), { type: 'text/plain' }],
      ['a question', 405, '', { method: 'GET' }],
      ['for another host', 403, gzipSync(report('6')), { host: 'evil.test' }],
    ] as const)
      expect((await post(body, { from, ...more })).status, what).toBe(status)
    let last = 0
    for (let i = 0; i < 6; i++) ({ status: last } = await post(gzipSync(report('7')), { from }))
    expect(last).toBe(429)
    expect((await list()).map(({ reportId }) => reportId).sort()).toEqual(['1', '2', '3', '7'])
    await relay.stop()
    await relay.serve()
    const answer = await fetch(`http://localhost:${relay.port('http')}/tls-report`, {
      ...{ method: 'POST', headers: { 'content-type': 'application/tlsrpt+json' }, body: report('8') },
    })
    expect(answer.status).toBe(405)
  })
})
