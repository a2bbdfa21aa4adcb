// Posting a report to a URL that a stranger named: what a hostile server can do with that, which is nothing.
import https from 'node:https'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createPost, type PostReport } from '../../../main/delivery/post-report.ts'
import type { Answer, Lookup } from '../../../main/dns/resolver.ts'
import { makeCa, type TestCa } from '../../world/certificates.ts'
import { findProgram } from '../../world/programs.ts'

const missing = findProgram('openssl') === undefined ? 'openssl is not installed' : undefined
const BODY = Buffer.from('report')
const TYPE = 'application/tlsrpt+gzip'

/** far.test is at 127.0.0.1 here, and at whatever else a test says. */
function lookupOf(addresses: readonly string[]): Lookup {
  return (name, type) => {
    const data = type === 'A' ? addresses.map((ip) => Buffer.from(ip.split('.').map(Number))) : []
    const answer: Answer = {
      ...{ name, type, status: data.length > 0 ? 'found' : 'no-data', security: 'insecure', reason: '', steps: [] },
      ...{ owner: name, aliases: [], data, ttl: 60 },
    }
    return Promise.resolve(answer)
  }
}

describe.skipIf(missing !== undefined)(`posting${missing === undefined ? '' : `: skipped, ${missing}`}`, () => {
  let ca: TestCa
  let server: https.Server
  let port = 0
  const got: string[] = []
  const open = new Set<Duplex>()

  beforeAll(async () => {
    ca = makeCa()
    const { cert, key } = ca.issue(['far.test'])
    server = https.createServer({ cert, key }, (request, response) => {
      const pieces: Buffer[] = []
      request.on('data', (chunk: Buffer) => pieces.push(chunk))
      request.on('end', () => {
        const { url = '', method = '', headers } = request
        got.push(`${method} ${url} ${headers['content-type'] ?? ''} ${Buffer.concat(pieces).toString()}`)
        if (url === '/silent') return
        const location = { location: `https://far.test:${port}/stolen` }
        if (url === '/flood') {
          response.writeHead(200)
          const more = setInterval(() => response.write(Buffer.alloc(64 * 1024)), 1)
          response.on('close', () => clearInterval(more))
          return
        }
        const status = Number(url.slice(1))
        response.writeHead(status, status >= 300 && status < 400 ? location : {}).end('x')
      })
    })
    server.on('connection', (socket) => {
      open.add(socket)
      socket.on('close', () => open.delete(socket))
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    port = (server.address() as AddressInfo).port
  })
  afterAll(() => {
    server.closeAllConnections()
    server.close()
    ca.remove()
  })

  const post = (more: Partial<Parameters<typeof createPost>[0]> = {}): PostReport =>
    createPost({ lookup: lookupOf(['127.0.0.1']), ca: ca.cert, mayDial: () => true, timeout: 500, ...more })
  const at = (place: string): string => `https://far.test:${port}${place}`

  it.each([
    [200, true, true],
    [201, true, true],
    [301, false, true],
    [307, false, true],
    [400, false, true],
    [404, false, true],
    [408, false, false],
    [429, false, false],
    [500, false, false],
    [503, false, false],
  ])('%i: taken %s, for good %s; a redirect is not followed', async (status, taken, permanent) => {
    got.length = 0
    expect(await post()(at(`/${status}`), TYPE, BODY)).toEqual({ taken, permanent, answer: `HTTP ${status}` })
    expect(got).toEqual([`POST /${status} ${TYPE} report`])
  })

  it('one that says nothing, or never stops, costs a moment and no memory', async () => {
    expect(await post()(at('/silent'), TYPE, BODY)).toMatchObject({ taken: false, permanent: false })
    expect(await post()(at('/flood'), TYPE, BODY)).toMatchObject({ taken: true })
    await expect.poll(() => open.size).toBe(0)
  })

  it('a certificate that does not hold gets nothing', async () => {
    const before = got.length
    const unknown = createPost({ lookup: lookupOf(['127.0.0.1']), mayDial: () => true, timeout: 500 })
    expect(await unknown(at('/200'), TYPE, BODY)).toMatchObject({ taken: false, permanent: false })
    const other = post()
    expect(await other(`https://other.test:${port}/200`, TYPE, BODY)).toMatchObject({ taken: false })
    expect(got).toHaveLength(before)
  })

  it('addresses within are not dialled, whatever the name, also not beside a public one', async () => {
    const before = got.length
    const strict = (addresses: readonly string[]): PostReport =>
      createPost({ lookup: lookupOf(addresses), ca: ca.cert, timeout: 300 })
    for (const inside of ['127.0.0.1', '10.0.0.1', '192.168.1.1', '169.254.169.254', '0.0.0.0'])
      expect((await strict([inside])(at('/200'), TYPE, BODY)).answer).toBe('far.test has no public address')
    expect((await strict([])(at('/200'), TYPE, BODY)).answer).toBe('far.test has no address')
    // Literal addresses are turned away before (rua.ts); here they get no further either.
    for (const host of ['127.0.0.1', '[::1]', '0x7f.1', '2130706433'])
      expect((await strict(['127.0.0.1'])(`https://${host}:${port}/200`, TYPE, BODY)).answer).toBe('This is no name.')
    expect((await strict(['127.0.0.1'])(`https://localhost:${port}/200`, TYPE, BODY)).taken).toBe(false)
    expect(got).toHaveLength(before)
  })
})
