// E11: the built preload, run as Electron runs it: one CommonJS file with `electron` and nothing else to require.
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import vm from 'node:vm'
import { describe, expect, test, vi } from 'vitest'
import { CHANNELS } from '../../preload/powers.ts'
import type { HostPowers } from '../../preload/powers.ts'

const folder = path.resolve(import.meta.dirname, '..', '..', 'dist', 'preload')

function run() {
  const exposed = new Map<string, unknown>()
  const ipcRenderer = { invoke: vi.fn(() => Promise.resolve('answer')), on: vi.fn(), off: vi.fn() }
  const required: string[] = []
  const electron = {
    ipcRenderer,
    contextBridge: { exposeInMainWorld: (name: string, value: unknown) => exposed.set(name, value) },
  }
  const context = {
    exports: {},
    require: (name: string) => {
      required.push(name)
      if (name !== 'electron') throw new Error(`a sandboxed preload cannot require ${name}`)
      return electron
    },
  }
  vm.runInNewContext(readFileSync(path.join(folder, 'preload.cjs'), 'utf8'), context)
  return { exposed, ipcRenderer, required, powers: exposed.get('postern') as HostPowers }
}

describe('E11: the preload', () => {
  test('is one file', () => expect(readdirSync(folder)).toEqual(['preload.cjs']))

  test('exposes one frozen object with these powers and no others', () => {
    const { exposed, required, powers } = run()
    expect(required).toEqual(['electron'])
    expect([...exposed.keys()]).toEqual(['postern'])
    expect(Object.isFrozen(powers)).toBe(true)
    expect(Object.keys(powers).sort()).toEqual([
      'capabilities',
      'onOpen',
      'onWindowState',
      'openLink',
      'setTheme',
      'theme',
      'windowState',
    ])
    for (const value of Object.values(powers)) expect(typeof value).toBe('function')
  })

  test('leaks nothing of Electron: calls go to fixed channels, with one argument', async () => {
    const { powers, ipcRenderer } = run()
    await powers.setTheme('dark')
    const extra = powers.theme as (...args: unknown[]) => Promise<unknown>
    await extra('postern:anything', 'else')
    expect(ipcRenderer.invoke.mock.calls).toEqual([[CHANNELS.setTheme, 'dark'], [CHANNELS.theme]])
  })

  test('passes values to listeners, never the event, and takes them off again', () => {
    const { powers, ipcRenderer } = run()
    const listener = vi.fn()
    const stop = powers.onOpen(listener)
    const [channel, onMessage] = ipcRenderer.on.mock.calls[0] as [string, (...args: unknown[]) => void]
    onMessage({ sender: 'secret' }, { panel: 'log' })
    expect(listener.mock.calls).toEqual([[{ panel: 'log' }]])
    stop()
    expect(ipcRenderer.off).toHaveBeenCalledWith(channel, onMessage)
  })
})
