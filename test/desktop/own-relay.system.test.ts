// The relay that the window brings with it: in this process, as a new Electron does it, and as a child, as an old one must.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { pinnedNode, startChildRelay } from '../../main/desktop/child-relay.ts'
import { canHost, hostRelay } from '../../main/desktop/hosted-relay.ts'
import type { OwnRelay } from '../../main/desktop/hosted-relay.ts'
import { answers, ownerClient } from '../../main/desktop/owner-client.ts'

const root = path.resolve(import.meta.dirname, '..', '..')
const dist = path.join(root, 'dist')

describe("the window's own relay", () => {
  let home: string
  let folder: string
  let socket: string
  beforeEach(() => {
    home = mkdtempSync(path.join(os.tmpdir(), 'postern-own-'))
    folder = path.join(home, 'data')
    socket = path.join(folder, 'owner.sock')
    vi.stubEnv('XDG_CONFIG_HOME', path.join(home, 'config'))
  })
  afterEach(() => {
    vi.unstubAllEnvs()
    rmSync(home, { recursive: true, force: true })
  })

  const via = async (relay: Pick<OwnRelay, 'fetch'>): Promise<unknown> => {
    const response = await relay.fetch(new Request('http://localhost/app/session'))
    return ((await response.json()) as { via: unknown }).via
  }

  test('in this process: the window is the window, others are let in by the owner socket, and it ends when asked', async () => {
    expect(canHost()).toBe(true)
    const relay = await hostRelay(dist, folder)
    expect(await via(relay)).toBe('window')
    expect(await via({ fetch: ownerClient(socket) })).toBe('owner')
    await relay.stop()
    expect(await answers(socket)).toBe(false)
  })

  const initLocked = (secret: string): void => {
    const file = path.join(home, 'secret')
    writeFileSync(file, `${secret}\n`, { mode: 0o600 })
    const args = ['init', '--data', folder, '--key', 'passphrase', '--passphrase-file', file]
    execFileSync(process.execPath, [path.join(dist, 'postern.js'), ...args], { env: process.env })
  }
  const unlock = (relay: Pick<OwnRelay, 'fetch'>, passphrase: string): Promise<Response> =>
    relay.fetch(new Request('http://localhost/app/unlock', { method: 'POST', body: JSON.stringify({ passphrase }) }))

  test('one whose data is locked answers its window that it is, and comes up when the window gives the passphrase', async () => {
    initLocked('correct horse battery')
    const relay = await hostRelay(dist, folder)
    const refused = await relay.fetch(new Request('http://localhost/app/session'))
    expect([refused.status, await refused.json()]).toEqual([503, expect.objectContaining({ locked: true })])
    expect((await unlock(relay, 'wrong horse battery')).status).toBe(422)
    expect((await unlock(relay, 'correct horse battery')).status).toBe(200)
    await expect.poll(() => via(relay), { timeout: 15_000 }).toBe('window')
    await relay.stop()
    expect(await answers(socket)).toBe(false)
    // Closed while it is still locked, it leaves no door open either.
    const again = await hostRelay(dist, folder)
    await again.stop()
    expect(await answers(socket)).toBe(false)
  })

  test('one whose data is damaged says so to its window, as a child too, and comes up when it was mended', async () => {
    await (await hostRelay(dist, folder)).stop()
    const list = path.join(folder, 'keys.json')
    const good = readFileSync(list)
    writeFileSync(list, good.subarray(0, good.length - 9))
    const node = pinnedNode(root, process.platform, process.arch) ?? process.execPath
    for (const start of [
      () => hostRelay(dist, folder),
      () => startChildRelay({ node, distFolder: dist, folder, socket }),
    ]) {
      writeFileSync(list, good.subarray(0, good.length - 9))
      const relay = await start()
      const refused = await relay.fetch(new Request('http://localhost/app/session'))
      const damaged = { id: 'keyring-damaged', here: { folder, backup: null } }
      expect([refused.status, await refused.json()]).toEqual([503, expect.objectContaining({ damaged })])
      writeFileSync(list, good)
      await expect.poll(() => via(relay), { timeout: 15_000 }).toMatch(/^(window|owner)$/)
      await relay.stop()
      expect(await answers(socket)).toBe(false)
    }
  })

  test('as a child: the window speaks to it by the owner socket, and it ends when asked', async () => {
    const node = pinnedNode(root, process.platform, process.arch) ?? process.execPath
    const relay = await startChildRelay({ node, distFolder: dist, folder, socket })
    expect(await via(relay)).toBe('owner')
    await relay.stop()
    expect(await answers(socket)).toBe(false)
  })

  test('a child that cannot start says why, in its own words', async () => {
    const missing = path.join(home, 'missing')
    await expect(startChildRelay({ node: process.execPath, distFolder: missing, folder, socket })).rejects.toThrow(
      /^The relay could not be started: /,
    )
    await expect(
      startChildRelay({ node: path.join(home, 'no-node'), distFolder: dist, folder, socket }),
    ).rejects.toThrow(/could not be started|ENOENT/)
  })
})
