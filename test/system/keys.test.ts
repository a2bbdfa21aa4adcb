import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import net from 'node:net'
import path from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { readKeychain } from '../../main/vault/keychain.ts'
import { Wire } from '../world/dialogue.ts'
import { missingForKeyring, TestKeyring } from '../world/keyring.ts'
import { TestRelay } from '../world/relay.ts'

let relay: TestRelay | undefined
let keyring: TestKeyring | undefined
afterEach(async () => {
  await relay?.destroy()
  await keyring?.stop()
  relay = keyring = undefined
})

const missing = missingForKeyring()
const INIT = ['init', '--domain', 'keys.test', '--catch-all']

async function withKeyring(how: 'unlocked' | 'locked' | 'none' = 'unlocked'): Promise<TestRelay> {
  keyring = await TestKeyring.start()
  if (how !== 'none') await keyring.startKeyring(how)
  relay = new TestRelay({ env: keyring.env })
  return relay
}

describe('the keychain (GNOME Keyring on a D-Bus of its own)', () => {
  it('holds the key over restarts; no file has it; a keyring that is gone, and one that hangs, are told as what they are', async (context) => {
    if (missing !== undefined) return context.skip(missing)
    const made = await withKeyring()
    expect(await made.run(...INIT, '--key', 'keychain')).toMatchObject({ code: 0 })
    expect(existsSync(path.join(made.folder, 'config'))).toBe(false)
    for (let round = 0; round < 2; round++) {
      await made.serve()
      const wire = await Wire.open(made.port('smtp'))
      expect(await wire.reply()).toMatch(/^220 /)
      wire.close()
      expect(await made.stop()).toBe(0)
    }
    expect(await made.json<{ kind: string }[]>('key', 'list')).toMatchObject([{ kind: 'keychain' }])
    expect(await made.run('key', 'rotate', 'keychain-1')).toMatchObject({ code: 0 })
    expect((await made.run('key', 'test')).out).toMatch(/keychain-1 .* opens/)
    await keyring?.stopKeyring()
    const gone = await made.run('status')
    expect(gone.code).toBe(1)
    expect(gone.err).toMatch(/^postern: No keychain runs in this session\. Start one/)
    await keyring?.startKeyring('locked')
    const locked = await made.run('status')
    expect(locked.code).toBe(1)
    expect(locked.err).toMatch(/^postern: The keychain is locked/)
  })

  it('is the default where one answers; without one the default is a key file, and says which', async (context) => {
    if (missing !== undefined) return context.skip(missing)
    const made = await withKeyring()
    expect(await made.run(...INIT)).toMatchObject({ code: 0 })
    expect(await made.json<{ kind: string }[]>('key', 'list')).toMatchObject([{ kind: 'keychain' }])
    await made.destroy()
    await keyring?.stop()
    const bare = await withKeyring('none')
    expect(await bare.run(...INIT)).toMatchObject({ code: 0 })
    expect(await bare.json<{ kind: string }[]>('key', 'list')).toMatchObject([{ kind: 'file' }])
  })

  it('without libsecret, without D-Bus, and with nobody on it: each its own sentence, no folder half made, other sources offered', async (context) => {
    if (missing !== undefined) return context.skip(missing)
    const made = await withKeyring('none')
    expect((await made.run(...INIT, '--key', 'keychain')).err).toMatch(/^postern: No keychain runs in this session\./)
    const libraries = path.join(made.folder, 'no-libsecret')
    mkdirSync(libraries)
    writeFileSync(path.join(libraries, 'libsecret-1.so.0'), '')
    const noLibsecret = new TestRelay({ env: { ...keyring?.env, LD_LIBRARY_PATH: libraries } })
    const said = await noLibsecret.run(...INIT, '--key', 'keychain')
    expect(said.err).toMatch(/^postern: .*libsecret is not installed\. Install it/)
    expect(said.err).toContain('--key file')
    expect(existsSync(path.join(noLibsecret.data, 'keys.json'))).toBe(false)
    await noLibsecret.destroy()
    const noBus = new TestRelay()
    expect((await noBus.run(...INIT, '--key', 'keychain')).err).toMatch(/^postern: .*no D-Bus\./)
    expect(await noBus.run(...INIT, '--key', 'file')).toMatchObject({ code: 0 })
    await noBus.destroy()
  })

  it('one that does not answer at all is not waited for for ever, and does not keep the process', async (context) => {
    if (missing !== undefined) return context.skip(missing)
    await withKeyring()
    const before = process.env['DBUS_SESSION_BUS_ADDRESS']
    process.env['DBUS_SESSION_BUS_ADDRESS'] = keyring?.env['DBUS_SESSION_BUS_ADDRESS']
    try {
      keyring?.pause()
      const started = performance.now()
      await expect(readKeychain({ service: 'Postern', account: 'x' }, 1500)).rejects.toMatchObject({
        id: 'keychain-silent',
        message: 'The keychain did not answer in time.',
      })
      expect(performance.now() - started).toBeLessThan(5000)
    } finally {
      if (before === undefined) delete process.env['DBUS_SESSION_BUS_ADDRESS']
      else process.env['DBUS_SESSION_BUS_ADDRESS'] = before
    }
  })
})

describe('a passphrase', () => {
  it('locks the relay at start: senders are told to come again, nothing else is answered, unlocking brings it up', async () => {
    relay = new TestRelay()
    const secret = 'canary passphrase of mine'
    const file = relay.secretFile('passphrase', `${secret}\n`)
    expect(await relay.run(...INIT, '--key', 'passphrase', '--passphrase-file', file)).toMatchObject({ code: 0 })
    const port = await freePort()
    const running = relay.serve('--smtp', `127.0.0.1:${port}`).catch((error: unknown) => error)
    await until(async () => relay?.output.includes('"locked":true') === true)
    expect(relay.output).toContain('The data is locked: its passphrase is needed.')
    const wire = await Wire.open(port)
    expect(await wire.reply()).toMatch(/^421 4\.3\.2 /)
    expect(await wire.end()).toBe(true)
    wire.close()
    expect((await relay.run('status')).err).toContain('locked')
    const wrong = relay.secretFile('wrong', 'not the passphrase\n')
    expect(await relay.run('key', 'unlock', '--passphrase-file', wrong)).toMatchObject({ code: 1 })
    expect(await relay.run('key', 'unlock', '--passphrase-file', file)).toMatchObject({ code: 0 })
    await running
    const open = await Wire.open(port)
    expect(await open.reply()).toMatch(/^220 /)
    open.close()
    expect(relay.output).not.toContain(secret)
    expect(await relay.stop()).toBe(0)
    for (const name of readdirSync(relay.data, { recursive: true, encoding: 'utf8' }))
      if (/\.(json|mark)$/.test(name)) expect(readFileSync(path.join(relay.data, name), 'utf8')).not.toContain(secret)
  })

  it('a client that stays and goes on sending is let go, and delays no unlocking', async () => {
    relay = new TestRelay()
    const file = relay.secretFile('passphrase', 'canary passphrase of mine\n')
    expect(await relay.run(...INIT, '--key', 'passphrase', '--passphrase-file', file)).toMatchObject({ code: 0 })
    const port = await freePort()
    const running = relay.serve('--smtp', `127.0.0.1:${port}`)
    await until(async () => relay?.output.includes('"locked":true') === true)
    const stay = async (): Promise<net.Socket> => {
      const socket = net.connect({ port, host: '127.0.0.1', allowHalfOpen: true })
      socket.resume().on('error', () => undefined)
      await new Promise((resolve) => socket.once('connect', resolve))
      return socket
    }
    const sockets = [await stay()]
    const timer = setInterval(() => {
      for (const socket of sockets) if (!socket.destroyed) socket.write('NOOP\r\n')
    }, 200)
    try {
      await until(async () => sockets[0]?.destroyed === true)
      sockets.push(await stay())
      expect(await relay.run('key', 'unlock', '--passphrase-file', file)).toMatchObject({ code: 0 })
      await running
    } finally {
      clearInterval(timer)
      for (const socket of sockets) socket.destroy()
    }
  })

  it('a recovery key with a typing error is told by its group; the right one opens everything', async () => {
    relay = new TestRelay()
    await relay.run(...INIT)
    const paper = path.join(relay.folder, 'paper')
    expect((await relay.run('key', 'recovery')).err).toContain('on a terminal only')
    expect(await relay.run('key', 'recovery', '--to', paper)).toMatchObject({ code: 0 })
    rmSync(path.join(relay.folder, 'config'), { recursive: true })
    expect((await relay.run('status')).err).toMatch(/key file .* is not there.*recovery key/s)
    const text = readFileSync(paper, 'utf8')
    const typo = relay.secretFile('typo', text.slice(0, 14) + (text[14] === 'A' ? 'B' : 'A') + text.slice(15))
    expect((await relay.run('status', '--recovery-file', typo)).err).toContain(
      'Group 3 of the recovery key has a typing error',
    )
    expect(await relay.run('status', '--recovery-file', paper)).toMatchObject({ code: 0 })
    expect(await relay.run('key', 'add', 'file', '--recovery-file', paper)).toMatchObject({ code: 0 })
    expect(await relay.run('status')).toMatchObject({ code: 0 })
  })
})

async function freePort(): Promise<number> {
  const { createServer } = await import('node:net')
  return new Promise((resolve) => {
    const server = createServer()
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => {
        resolve(typeof address === 'object' && address !== null ? address.port : 0)
      })
    })
  })
}

async function until(look: () => Promise<boolean>): Promise<void> {
  for (const deadline = Date.now() + 20_000; !(await look());) {
    if (Date.now() > deadline) throw new Error('it did not come about')
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
