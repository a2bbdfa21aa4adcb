// The question to the session bus, before a real bus and before odd ones.
import { mkdtempSync, rmSync } from 'node:fs'
import net from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { nameHasOwner, socketOf } from '../../main/desktop/session-bus.ts'
import { canHaveTray } from '../../main/desktop/tray.ts'
import { vi } from 'vitest'
import { findProgram } from '../browser.ts'
import { startBus } from './session.ts'

vi.mock('electron', () => import('./fake-electron.ts'))

const uid = process.getuid?.() ?? 0
const noBus = findProgram('dbus-daemon') === undefined ? 'dbus-daemon is not installed' : undefined

describe('session bus', () => {
  test.each([
    ['unix:path=/run/user/1000/bus', '/run/user/1000/bus'],
    ['unix:path=/tmp/a%20b,guid=1', '/tmp/a b'],
    ['unix:abstract=/tmp/x,guid=1', '\0/tmp/x'],
    ['tcp:host=x;unix:path=/y', '/y'],
    ['tcp:host=x', undefined],
    ['', undefined],
  ])('the socket of %j', (address, socket) => expect(socketOf(address)).toBe(socket))

  test('knows who owns a name and who does not', async ({ skip }) => {
    if (noBus !== undefined) skip(noBus)
    const bus = await startBus()
    try {
      expect(await nameHasOwner(bus.address, 'org.freedesktop.DBus', uid)).toBe(true)
      expect(await nameHasOwner(bus.address, 'org.kde.StatusNotifierWatcher', uid)).toBe(false)
    } finally {
      bus.stop()
    }
  })

  test('without a bus there is no tray on Linux', async () => {
    expect(await canHaveTray('linux', {}, uid)).toBe(false)
    expect(await canHaveTray('linux', { DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nowhere' }, uid)).toBe(false)
    expect(await canHaveTray('darwin', {}, uid)).toBe(true)
  })

  const against = async (answer: (socket: net.Socket) => void): Promise<{ result: boolean; millis: number }> => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'postern-bus-'))
    const file = path.join(folder, 'bus')
    const server = net.createServer(answer)
    await new Promise<void>((resolve) => server.listen(file, resolve))
    const started = Date.now()
    const result = await nameHasOwner(`unix:path=${file}`, 'a.b', uid)
    const millis = Date.now() - started
    server.close()
    rmSync(folder, { recursive: true })
    return { result, millis }
  }

  test.each<readonly [string, (socket: net.Socket) => void]>([
    ['refuses us', (socket) => socket.write('REJECTED EXTERNAL\r\n')],
    ['closes', (socket) => socket.end()],
    ['sends nonsense', (socket) => socket.write(`OK 1\r\n${'\xff'.repeat(500)}`)],
    [
      'sends half a message',
      (socket) => socket.write(Buffer.concat([Buffer.from('OK 1\r\nl\x02\x01\x01'), Buffer.alloc(3)])),
    ],
    ['says nothing', () => undefined],
  ])('a bus that %s counts as none, within a moment', async (_what, answer) => {
    const { result, millis } = await against(answer)
    expect(result).toBe(false)
    expect(millis).toBeLessThan(2_000)
  })
})
