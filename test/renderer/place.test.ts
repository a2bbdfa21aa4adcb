import { afterEach, beforeEach, expect, test, vi } from 'vitest'

interface FakeWindow {
  readonly location: { hash: string }
  readonly history: { replaceState: (...args: unknown[]) => void; pushState: (...args: unknown[]) => void }
  readonly entries: string[]
  fire(name: string): void
}

/** The address of a browser and its steps back; what listens to it is told by hand. */
function fakeWindow(): FakeWindow & Record<string, unknown> {
  const entries = ['#/aliases']
  const listening = new Map<string, Set<() => void>>()
  const location = { hash: '#/aliases' }
  return {
    location,
    entries,
    history: {
      replaceState: (_state, _title, hash) => {
        entries[entries.length - 1] = String(hash)
        location.hash = String(hash)
      },
      pushState: (_state, _title, hash) => {
        entries.push(String(hash))
        location.hash = String(hash)
      },
    },
    addEventListener: (name: string, listener: () => void) =>
      listening.set(name, (listening.get(name) ?? new Set()).add(listener)),
    removeEventListener: (name: string, listener: () => void) => listening.get(name)?.delete(listener),
    fire: (name) => {
      for (const listener of listening.get(name) ?? []) listener()
    },
  }
}

let page: ReturnType<typeof fakeWindow>
beforeEach(() => {
  vi.useFakeTimers()
  page = fakeWindow()
  vi.stubGlobal('window', page)
  vi.resetModules()
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

test('what is typed is one change of the address, a moment after the last letter', async () => {
  const { setTyped } = await import('../../renderer/router/place.ts')
  setTyped({ q: 'm' })
  setTyped({ q: 'mu' })
  vi.advanceTimersByTime(150)
  expect(page.location.hash).toBe('#/aliases')
  setTyped({ q: 'mus' })
  vi.advanceTimersByTime(150)
  expect(page.location.hash).toBe('#/aliases')
  vi.advanceTimersByTime(100)
  expect(page.entries).toEqual(['#/aliases?q=mus'])
})

test('who goes elsewhere at once finds what was typed on the way back', async () => {
  const { navigate, setParams, setTyped } = await import('../../renderer/router/place.ts')
  setTyped({ q: 'shop' })
  setParams({ sort: 'email' })
  expect(page.entries).toEqual(['#/aliases?q=shop&sort=email'])
  setTyped({ q: 'shops' })
  navigate('#/activity')
  expect(page.entries).toEqual(['#/aliases?q=shops&sort=email', '#/activity'])
  vi.advanceTimersByTime(1000)
  expect(page.location.hash).toBe('#/activity')
})

test('typed back to what the address says changes nothing', async () => {
  const { setTyped } = await import('../../renderer/router/place.ts')
  setTyped({ q: 'a' })
  setTyped({ q: '' })
  vi.advanceTimersByTime(1000)
  expect(page.entries).toEqual(['#/aliases'])
})
