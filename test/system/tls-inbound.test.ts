// TLS on the way in: a certificate for each name, nothing old, no renegotiation, and what testssl.sh has to say about it.
import { readFileSync, existsSync } from 'node:fs'
import net from 'node:net'
import path from 'node:path'
import tls from 'node:tls'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeCa, type TestCa } from '../world/certificates.ts'
import { findProgram, runProgram } from '../world/programs.ts'
import { Wire } from '../world/dialogue.ts'
import { PATIENT, startRelay, type TestRelay } from '../world/relay.ts'
import { startSink } from '../world/sink.ts'

const testssl = findProgram('testssl') ?? findProgram('testssl.sh')

let ca: TestCa
let relay: TestRelay
beforeAll(async () => {
  ca = makeCa()
  relay = await startRelay({ init: ['--domain', 'tls.test', '--key', 'file'] })
})
afterAll(async () => {
  await relay.destroy()
  ca.remove()
})

async function imported(...names: string[]): Promise<void> {
  const leaf = ca.issueRsa(names)
  const { code, err } = await relay.run('tls', 'import', '--cert', leaf.chainFile, '--key', leaf.keyFile)
  if (code !== 0) throw new Error(err)
}

/** STARTTLS by hand; rejects where the handshake does not come about. */
function startTls(options: tls.ConnectionOptions, port = relay.port('smtp')): Promise<tls.TLSSocket> {
  return new Promise((resolve, reject) => {
    const plain = net.connect(port, '127.0.0.1')
    let step = 0
    plain.on('error', reject)
    plain.on('data', (chunk: Buffer) => {
      if (!/^\d{3} /m.test(chunk.toString())) return
      step++
      if (step === 1) plain.write('EHLO x.test\r\n')
      else if (step === 2) plain.write('STARTTLS\r\n')
      else {
        plain.removeAllListeners('data')
        const secure = tls.connect({ ...options, socket: plain, ca: ca.cert })
        secure.once('secureConnect', () => resolve(secure))
        secure.once('error', reject)
      }
    })
  })
}

async function nameShown(servername: string): Promise<string> {
  const socket = await startTls({ servername, rejectUnauthorized: false })
  const shown = socket.getPeerCertificate().subjectaltname ?? ''
  socket.destroy()
  return shown
}

describe('inbound TLS', () => {
  it('shows the certificate of the name that is asked for, without a restart; else the newest', async () => {
    await imported('mail.tls.test', 'localhost')
    await imported('*.second.test')
    expect(await nameShown('mail.tls.test')).toContain('DNS:mail.tls.test')
    expect(await nameShown('mx.second.test')).toContain('DNS:*.second.test')
    expect(await nameShown('a.mx.second.test')).toContain('DNS:*.second.test')
    expect(await nameShown('nobody.test')).toContain('DNS:*.second.test')
    const proved = await startTls({ servername: 'mail.tls.test' })
    expect(proved.authorized).toBe(true)
    proved.destroy()
    await imported('mail.tls.test', 'localhost', 'third.test')
    expect(await nameShown('mail.tls.test')).toContain('DNS:third.test')
  })

  it('speaks TLS 1.2 and 1.3 with forward secrecy and AEAD, and nothing else', async () => {
    for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
      const socket = await startTls({ servername: 'mail.tls.test', minVersion: version, maxVersion: version })
      expect(socket.getProtocol()).toBe(version)
      expect(socket.getCipher().name).toMatch(/GCM|POLY1305/)
      socket.destroy()
    }
    const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'ALL:@SECLEVEL=0' } as const
    await expect(startTls({ servername: 'mail.tls.test', ...old })).rejects.toThrow()
    for (const ciphers of ['AES128-GCM-SHA256', 'ECDHE-RSA-AES128-SHA256', 'DHE-RSA-AES128-GCM-SHA256'])
      await expect(startTls({ servername: 'mail.tls.test', maxVersion: 'TLSv1.2', ciphers })).rejects.toThrow()
  })

  it('renegotiates with nobody', async () => {
    const socket = await startTls({ servername: 'mail.tls.test', maxVersion: 'TLSv1.2' })
    const outcome = await new Promise<string>((resolve) => {
      socket.on('error', (error: Error) => resolve(error.message))
      socket.on('close', () => resolve('closed'))
      socket.renegotiate({}, (error) => resolve(error === null ? 'renegotiated' : error.message))
      setTimeout(() => resolve('no answer'), 5000)
    })
    expect(outcome).not.toBe('renegotiated')
    socket.destroy()
  })

  it('REQUIRETLS is announced and taken under TLS only, and such a mail goes nowhere without it', async () => {
    const sink = await startSink()
    const other = await startRelay({
      init: ['--domain', 'r.test', '--recipient', 'me@far.test', '--catch-all', '--key', 'file'],
    })
    try {
      await other.run('setting', 'set', 'route', `smtp://127.0.0.1:${sink.port}`)
      const clear = await Wire.open(other.port('smtp'))
      await clear.reply()
      expect(await clear.say('EHLO x.test')).not.toContain('REQUIRETLS')
      expect(await clear.say('MAIL FROM:<a@x.test> REQUIRETLS')).toMatch(/^555/)
      clear.close()
      const socket = await startTls({ rejectUnauthorized: false }, other.port('smtp'))
      const say = (line: string): Promise<string> =>
        new Promise((resolve) => {
          let text = ''
          const read = (chunk: Buffer): void => {
            text += chunk.toString()
            if (!/^\d{3} .*\r\n$/m.test(text)) return
            socket.off('data', read)
            resolve(text)
          }
          socket.on('data', read)
          socket.write(`${line}\r\n`)
        })
      expect(await say('EHLO x.test')).toContain('REQUIRETLS')
      expect(await say('MAIL FROM:<a@x.test> REQUIRETLS=yes')).toMatch(/^555/)
      expect(await say('MAIL FROM:<a@x.test> REQUIRETLS')).toMatch(/^250/)
      expect(await say('RCPT TO:<shop@r.test>')).toMatch(/^250/)
      expect(await say('DATA')).toMatch(/^354/)
      expect(await say('From: a@x.test\r\nTo: shop@r.test\r\nSubject: only so\r\n\r\nhello\r\n.')).toMatch(/^250/)
      socket.destroy()
      const entries = async (): Promise<string[]> =>
        (await other.json<{ reason: string }[]>('log')).map(({ reason }) => reason)
      await expect.poll(entries, PATIENT).toContain('requiretls')
      expect(sink.mails.filter(({ raw }) => raw.includes('only so\r\n\r\nhello'))).toEqual([])
    } finally {
      await other.destroy()
      await sink.close()
    }
  })

  it.skipIf(testssl === undefined)(
    'testssl.sh finds nothing of medium severity or worse',
    async () => {
      const file = path.join(relay.folder, 'testssl.json')
      const checks = ['-p', '-s', '-f', '-U', '--jsonfile', file]
      const quiet = ['--quiet', '--color', '0', '--warnings', 'off', '--nodns', 'none', '--ip', '127.0.0.1']
      const target = ['--starttls', 'smtp', '--add-ca', ca.certFile, `localhost:${relay.port('smtp')}`]
      const { out } = await runProgram(testssl ?? '', [...quiet, ...checks, ...target])
      if (!existsSync(file)) throw new Error(out.slice(-2000))
      const findings = JSON.parse(readFileSync(file, 'utf8')) as { id: string; severity: string; finding: string }[]
      expect(findings.length).toBeGreaterThan(30)
      expect(findings.filter(({ severity }) => ['MEDIUM', 'HIGH', 'CRITICAL', 'FATAL'].includes(severity))).toEqual([])
      // It got as far as it should: the answers that it must have found.
      expect(findings.find(({ id }) => id === 'TLS1_3')?.severity).toBe('OK')
      expect(findings.find(({ id }) => id === 'FS' || id === 'PFS')?.severity).toBe('OK')
    },
    300_000,
  )
})
