// What other programs say of our mail: opendkim of our signatures, openssl and gnupg of signed parts that went through.
import { execFileSync } from 'node:child_process'
import { createPrivateKey } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { dkimVerify } from 'mailauth'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { send } from '../../main/headless/demo/world.ts'
import { RelaxedBodyHash } from '../../main/trust/canonical.ts'
import { makeDkimKeys } from '../../main/trust/keys.ts'
import { signHeader } from '../../main/trust/sign.ts'
import { findProgram, runProgram } from '../world/programs.ts'
import { startRelay, type TestRelay } from '../world/relay.ts'
import { startSink, type Received, type Sink } from '../world/sink.ts'

const USER = 'ada@mine.test'
let relay: TestRelay
let sink: Sink

beforeAll(async () => {
  sink = await startSink()
  relay = await startRelay({
    init: ['--domain', 'alias.test', '--recipient', USER, '--route', `smtp://127.0.0.1:${sink.port}`, '--catch-all'],
  })
})
afterAll(async () => {
  await relay.destroy()
  await sink.close()
})

async function through(message: string | Buffer, mode: 'rewrite' | 'preserve' = 'rewrite'): Promise<Received> {
  await relay.json('recipient', 'set', USER, '--mode', mode)
  const before = sink.mails.length
  const text = typeof message === 'string' ? message : message.toString('latin1')
  await send({ port: relay.port('smtp'), envelope: { from: 'bob@far.test', to: ['shop@alias.test'] }, message: text })
  await sink.waitFor(before + 1)
  const mail = sink.mails.at(-1)
  if (mail === undefined) throw new Error('unreachable')
  return mail
}

async function opendkim(program: string, mail: Buffer, records: ReadonlyMap<string, string>): Promise<string> {
  const keys = path.join(relay.folder, 'public-keys')
  const config = path.join(relay.folder, 'opendkim.conf')
  const file = path.join(relay.folder, 'message.eml')
  writeFileSync(keys, [...records].map(([name, value]) => `${name} ${value}\n`).join(''))
  writeFileSync(config, `Mode v\nTestPublicKeys ${keys}\nLogResults yes\nLogWhy yes\n`)
  writeFileSync(file, mail)
  const { out } = await runProgram(program, ['-x', config, '-t', file, '-v', '-v'])
  return out
}

async function publishedKeys(): Promise<Map<string, string>> {
  const shown = await relay.json<{ records: { type: string; name: string; value: string }[] }>(
    'domain',
    'show',
    'alias.test',
  )
  const keys = shown.records.filter((one) => one.name.includes('_domainkey'))
  return new Map(keys.map((one) => [one.name, one.value]))
}

describe('opendkim', () => {
  it('verifies our RSA signature on a rewritten message, and finds a changed one bad', async (context) => {
    const program = findProgram('opendkim')
    if (program === undefined) return context.skip('opendkim is not installed')
    const mail = await through(
      'From: Bob <bob@far.test>\r\nTo: shop@alias.test\r\nSubject: hi \r\n there\r\nX: y\r\n\r\nbody  with   spaces \r\n\r\n\r\n',
    )
    // opendkim of Debian knows no Ed25519 (RFC 8463): it is given the RSA signature alone.
    const text = mail.raw.toString('latin1')
    const rsa = text.replace(/DKIM-Signature: v=1; a=ed25519[\s\S]*?\r\n(?=\S)/, '')
    const keys = await publishedKeys()
    expect(await opendkim(program, Buffer.from(rsa, 'latin1'), keys)).toMatch(
      /verification \(s=r1, d=alias\.test, 2048-bit key[^)]*\) succeeded/,
    )
    const changed = rsa.replace('body', 'b0dy')
    expect(await opendkim(program, Buffer.from(changed, 'latin1'), keys)).not.toMatch(/succeeded/)
  })
})

function pem(folder: string): { key: string; cert: string } {
  mkdirSync(folder, { recursive: true })
  const key = path.join(folder, 'key.pem')
  const cert = path.join(folder, 'cert.pem')
  const subject = ['-subj', '/CN=bob/emailAddress=bob@far.test', '-days', '30', '-nodes']
  execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-keyout', key, '-out', cert, ...subject], {
    stdio: 'ignore',
  })
  return { key, cert }
}

describe('a signature of the sender', () => {
  it('survives preserve mode, says opendkim and says mailauth', async (context) => {
    const program = findProgram('opendkim')
    if (program === undefined) return context.skip('opendkim is not installed')
    const [pair] = await makeDkimKeys()
    if (pair === undefined) throw new Error('unreachable')
    const header = Buffer.from(
      'From: Bob <bob@far.test>\r\nTo: shop@alias.test\r\nSubject:  odd   blanks\r\nDate: Sat, 21 Nov 2026 10:00:00 +0000\r\n\r\n',
    )
    const body = Buffer.from('body  with blanks \r\n\r\n.dot\r\n')
    const hash = new RelaxedBodyHash()
    hash.update(body)
    const key = { selector: 'far', algorithm: 'rsa' as const, privateKey: createPrivateKey(pair.privateKey) }
    const at = Math.floor(Date.now() / 1000)
    const field = await signHeader({ header, bodyHash: hash.digest(), domain: 'far.test', keys: [key], at })
    const mail = await through(Buffer.concat([field, header, body]), 'preserve')
    const record = `v=DKIM1; k=rsa; p=${pair.publicKey}`
    const records = new Map([...(await publishedKeys()), ['far._domainkey.far.test', record]])
    const theirs = mail.raw.subarray(mail.raw.indexOf('\r\nAuthentication-Results:') + 2)
    expect(await opendkim(program, theirs, records)).toMatch(
      /verification \(s=far, d=far\.test, 2048-bit key[^)]*\) succeeded/,
    )
    const resolver = (name: string): Promise<string[][]> => Promise.resolve([[records.get(name) ?? '']])
    const { results } = await dkimVerify(mail.raw, { resolver })
    expect(results.map((one) => [one.signingDomain, one.status.result]).sort()).toEqual([
      ['alias.test', 'pass'],
      ['alias.test', 'pass'],
      ['far.test', 'pass'],
    ])
  })
})

describe('signed parts', () => {
  it.each(['rewrite', 'preserve'] as const)('S/MIME (openssl) verifies after a forward in %s mode', async (mode) => {
    const openssl = findProgram('openssl')
    if (openssl === undefined) throw new Error('openssl is part of every system that runs this')
    const folder = path.join(relay.folder, `smime-${mode}`)
    const { key, cert } = pem(folder)
    const inner = path.join(folder, 'inner.txt')
    writeFileSync(inner, 'Content-Type: text/plain\r\n\r\nSigned words.  \r\n-- \r\nBob\r\n')
    const signed = execFileSync(openssl, [
      'smime',
      '-sign',
      '-in',
      inner,
      '-signer',
      cert,
      '-inkey',
      key,
      '-from',
      'bob@far.test',
      '-to',
      'shop@alias.test',
      '-subject',
      'signed',
      '-crlfeol',
    ])
    const text = signed.toString('latin1').replaceAll(/\r?\n/g, '\r\n')
    const mail = await through(text, mode)
    const file = path.join(folder, 'received.eml')
    writeFileSync(file, mail.raw)
    const { code, out } = await runProgram(openssl, [
      'smime',
      '-verify',
      '-in',
      file,
      '-CAfile',
      cert,
      '-out',
      '/dev/null',
    ])
    expect(out).toMatch(/Verification successful/)
    expect(code).toBe(0)
  })

  const noGpg = findProgram('gpg') === undefined
  it.skipIf(noGpg).each(['rewrite', 'preserve'] as const)(
    'PGP (gnupg; skipped where it is missing) verifies after a forward in %s mode',
    async (mode) => {
      const gpg = findProgram('gpg') ?? ''
      const home = path.join(relay.folder, `gnupg-${mode}`)
      mkdirSync(home, { mode: 0o700 })
      const base = ['--homedir', home, '--batch', '--pinentry-mode', 'loopback', '--passphrase', '']
      execFileSync(gpg, [...base, '--quick-generate-key', 'bob@far.test', 'ed25519', 'sign', '1d'], { stdio: 'ignore' })
      const part = 'Content-Type: text/plain; charset=utf-8\r\n\r\nSigned words, trailing blank: \r\n'
      const file = path.join(home, 'part')
      writeFileSync(file, part)
      const signature = execFileSync(gpg, [...base, '--armor', '--detach-sign', '--output', '-', file])
        .toString()
        .replaceAll(/\r?\n/g, '\r\n')
      const message = [
        'From: bob@far.test',
        'To: shop@alias.test',
        'Subject: signed',
        'MIME-Version: 1.0',
        'Content-Type: multipart/signed; boundary="sig"; micalg=pgp-sha512; protocol="application/pgp-signature"',
        '',
        '--sig',
        part,
        '--sig',
        'Content-Type: application/pgp-signature',
        '',
        signature,
        '--sig--',
        '',
      ].join('\r\n')
      const mail = await through(message, mode)
      const raw = mail.raw.toString('latin1')
      const received =
        /--sig\r\n([\s\S]*?)\r\n--sig\r\nContent-Type: application\/pgp-signature\r\n\r\n([\s\S]*?)\r\n--sig--/.exec(
          raw,
        )
      expect(received?.[1]).toBe(part)
      writeFileSync(file, received?.[1] ?? '')
      writeFileSync(`${file}.sig`, received?.[2] ?? '')
      const { code, out } = await runProgram(gpg, [...base, '--verify', `${file}.sig`, file])
      expect(out).toContain('Good signature')
      expect(code).toBe(0)
      execFileSync('gpgconf', ['--homedir', home, '--kill', 'all'], { stdio: 'ignore' })
    },
  )
})
