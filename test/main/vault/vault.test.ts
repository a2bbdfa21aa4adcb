import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { explainKeychain } from '../../../main/vault/keychain.ts'
import { readKeyFile, writeKeyFile } from '../../../main/vault/key-file.ts'
import { calibrate, stretch } from '../../../main/vault/passphrase.ts'
import { createVault, openVault, type Asked } from '../../../main/vault/vault.ts'

let home: string
let folder: string
const before = { ...process.env }
const say = (passphrase: string): Asked => ({ passphrase: () => Promise.resolve(passphrase) })
const rootOf = (vault: { derive(purpose: string): Buffer }): string => vault.derive('x').toString('hex')

beforeEach(() => {
  home = mkdtempSync(path.join(os.tmpdir(), 'postern-vault-'))
  folder = path.join(home, 'data')
  mkdirSync(folder)
  process.env['XDG_CONFIG_HOME'] = path.join(home, 'config')
  delete process.env['DBUS_SESSION_BUS_ADDRESS']
  delete process.env['XDG_RUNTIME_DIR']
})
afterEach(() => {
  process.env = { ...before }
  rmSync(home, { recursive: true, force: true })
})

describe('sources', () => {
  it('are added, tested, rotated and removed one by one; each opens the same folder', async () => {
    const vault = await createVault(folder, 'file')
    const want = rootOf(vault)
    const passphrase = 'correct horse battery'
    const made = await vault.addSource('passphrase', say(passphrase))
    const recovery = await vault.addSource('recovery', {})
    const printed = (): Promise<string> => Promise.resolve(recovery.recoveryKey ?? '')
    expect(vault.sources().map((one) => one.id)).toEqual(['file-1', 'passphrase-1', 'recovery-1'])
    expect(rootOf(await openVault(folder, undefined))).toBe(want)
    expect(rootOf(await openVault(folder, 'passphrase', say(passphrase)))).toBe(want)
    expect(rootOf(await openVault(folder, 'recovery', { recovery: printed }))).toBe(want)
    await vault.rotateSource('passphrase-1', say('another long passphrase'))
    await expect(openVault(folder, 'passphrase', say(passphrase))).rejects.toThrow('not the one of this data folder')
    expect(rootOf(await openVault(folder, 'passphrase', say('another long passphrase')))).toBe(want)
    await vault.rotateSource('file-1', {})
    expect(rootOf(await openVault(folder, 'file'))).toBe(want)
    await vault.removeSource('file-1')
    expect(existsSync(path.join(home, 'config', 'postern', `${vault.folderId}.key`))).toBe(false)
    await expect(vault.removeSource(made.id)).rejects.toThrow('the last source')
    await expect(openVault(folder, undefined)).rejects.toThrow(/locked.*passphrase/)
    const text = readFileSync(path.join(folder, 'keys.json'), 'utf8')
    for (const secret of [
      passphrase,
      recovery.recoveryKey ?? '-',
      vault.databaseKey.toString('hex'),
      vault.databaseKey.toString('base64'),
    ])
      expect(text).not.toContain(secret)
  })

  it('one that cannot be read is told by name, with the others; nothing else is tried in its place when it was named', async () => {
    const vault = await createVault(folder, undefined)
    await vault.addSource('recovery', {})
    const file = path.join(home, 'config', 'postern', `${vault.folderId}.key`)
    chmodSync(file, 0o640)
    await expect(openVault(folder, undefined)).rejects.toThrow('can be read by others')
    rmSync(file)
    await expect(openVault(folder, undefined)).rejects.toMatchObject({
      id: 'key-file-missing',
      remedy: expect.stringContaining('recovery key') as string,
    })
    await expect(openVault(folder, 'keychain')).rejects.toThrow('has no keychain key')
    writeFileSync(path.join(folder, 'keys.json'), '{')
    await expect(openVault(folder, undefined)).rejects.toMatchObject({ id: 'keyring-damaged' })
  })

  it('a key file in the middle of its rotation opens with the old list and with the new one', async () => {
    const vault = await createVault(folder, 'file')
    const file = path.join(home, 'config', 'postern', `${vault.folderId}.key`)
    const oldList = readFileSync(path.join(folder, 'keys.json'))
    const old = readKeyFile(file)
    await vault.rotateSource('file-1', {})
    const fresh = readKeyFile(file)
    expect(fresh).toHaveLength(1)
    writeKeyFile(file, [...fresh, ...old]) // as a crash between the list and the last write leaves it
    expect(rootOf(await openVault(folder, undefined))).toBe(rootOf(vault))
    writeFileSync(path.join(folder, 'keys.json'), oldList) // as a crash before the list leaves it
    expect(rootOf(await openVault(folder, undefined))).toBe(rootOf(vault))
    await (await openVault(folder, undefined)).rotateSource('file-1', {})
    expect(rootOf(await openVault(folder, undefined))).toBe(rootOf(vault))
  })

  it('a systemd credential opens it; a missing or short one says so', async () => {
    process.env['CREDENTIALS_DIRECTORY'] = home
    writeFileSync(path.join(home, 'postern-key'), 'x'.repeat(48))
    const vault = await createVault(folder, 'credential:postern-key')
    expect(rootOf(await openVault(folder, undefined))).toBe(rootOf(vault))
    writeFileSync(path.join(home, 'postern-key'), 'short')
    await expect(openVault(folder, undefined)).rejects.toThrow('fewer than 32 bytes')
    delete process.env['CREDENTIALS_DIRECTORY']
    await expect(openVault(folder, undefined)).rejects.toThrow('gave this process no credential')
    await expect(vault.rotateSource('credential-1', {})).rejects.toThrow('outside of Postern')
  })

  it('without a keychain the default is a key file, mode 0600, outside of the folder; a named keychain is never replaced', async () => {
    const vault = await createVault(folder, undefined)
    const file = path.join(home, 'config', 'postern', `${vault.folderId}.key`)
    if (process.platform !== 'win32') expect(statSync(file).mode & 0o777).toBe(0o600)
    const other = path.join(home, 'other')
    mkdirSync(other)
    if (process.platform === 'linux') await expect(createVault(other, 'keychain')).rejects.toThrow(/The keychain/)
    expect(existsSync(path.join(other, 'keys.json'))).toBe(false)
    await expect(createVault(other, `file:${other}/key`)).rejects.toThrow('must not be inside')
  })
})

describe('passphrases', () => {
  it('are stretched by argon2id with at least 64 MiB and three passes', async () => {
    const slowness = await calibrate()
    expect(slowness.memory).toBeGreaterThanOrEqual(65_536)
    expect(slowness.passes).toBeGreaterThanOrEqual(3)
    const [a, b] = [await stretch('Å ngström long', slowness), await stretch('Å ngström long', slowness)]
    expect(a.equals(b)).toBe(true) // composed and decomposed letters are the same to a person
  })

  it('short ones are refused', async () => {
    await expect(createVault(folder, 'passphrase', say('elevenchars'))).rejects.toThrow('at least 12')
    expect(existsSync(path.join(folder, 'keys.json'))).toBe(false)
  })
})

describe('what a keychain says', () => {
  it.each([
    ['libsecret-1.so.0: cannot open shared object file', 'keychain-no-libsecret'],
    ['Cannot autolaunch D-Bus without X11 $DISPLAY', 'keychain-no-dbus'],
    ['Could not connect: Connection refused', 'keychain-no-dbus'],
    ['The name org.freedesktop.secrets was not provided by any .service files', 'keychain-no-service'],
    ['GDBus.Error:org.freedesktop.DBus.Error.ServiceUnknown: The name is not activatable', 'keychain-no-service'],
    ['Object does not exist at path “/org/freedesktop/secrets/collection/login”', 'keychain-locked'],
    ['Cannot create an item in a locked collection', 'keychain-locked'],
    ['User interaction is not allowed.', 'keychain-locked'],
    ['The user name or passphrase you entered is not correct; access denied', 'keychain-denied'],
    ['Prompt was dismissed', 'keychain-denied'],
    ['Remote peer disconnected', 'keychain-gone'],
    ['something else', 'keychain-error'],
  ])('%s', (text, id) => {
    const failure = explainKeychain(text)
    expect(failure.id).toBe(id)
    expect(failure.message).toMatch(/^[A-Z].*\.$/)
    expect(failure.remedy).not.toBe('')
  })
})
