// E3, E5, E10: what the window's own door answers, to whom, and with what.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createHash } from 'node:crypto'
import os from 'node:os'
import path from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { CONTENT_SECURITY_POLICY, SECURITY_HEADERS } from '../../main/api/security-headers.ts'
import { makeDoor, RelayUnavailable } from '../../main/desktop/door.ts'
import type { RelayFetch } from '../../main/desktop/door.ts'
import { makePages } from '../../main/desktop/pages.ts'

let folder: string
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; " +
  "frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src 'none'; " +
  "require-trusted-types-for 'script'; trusted-types postern"

beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'postern-pages-'))
  const manifest: Record<string, { sha384: string; type: string }> = {}
  const add = (file: string, text: string, type: string): void => {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true })
    writeFileSync(path.join(folder, file), text)
    manifest[file] = { sha384: createHash('sha384').update(text).digest('base64'), type }
  }
  add('index.html', '<!doctype html>', 'text/html; charset=utf-8')
  add('assets/a.js', 'let a', 'text/javascript; charset=utf-8')
  add('assets/changed.js', 'let b', 'text/javascript; charset=utf-8')
  add('assets/linked.js', 'let c', 'text/javascript; charset=utf-8')
  writeFileSync(path.join(folder, 'assets', 'changed.js'), 'let evil')
  rmSync(path.join(folder, 'assets', 'linked.js'))
  symlinkSync('/etc/hostname', path.join(folder, 'assets', 'linked.js'))
  writeFileSync(path.join(folder, 'secret.txt'), 'not in the manifest')
  writeFileSync(path.join(folder, 'manifest.json'), JSON.stringify(manifest))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const relayAnswer = async (): Promise<Response> =>
  Response.json({ ok: true }, { status: 200, headers: { 'content-security-policy': 'none', 'set-cookie': 'a=b' } })
const door = (relay: RelayFetch = relayAnswer): RelayFetch => makeDoor(makePages(folder), relay, () => undefined)
const get = (url: string, init: RequestInit = {}, relay?: RelayFetch): Promise<Response> =>
  door(relay)(new Request(url, init))

describe('E3: files', () => {
  test('a page and what belongs to it', async () => {
    const page = await get('app://postern/')
    expect([page.status, page.headers.get('content-type'), await page.text()]).toEqual([
      200,
      'text/html; charset=utf-8',
      '<!doctype html>',
    ])
    expect(await (await get('app://postern/assets/a.js')).text()).toBe('let a')
  })

  test.each([
    ['a file that is not in the manifest', '/secret.txt'],
    ['the manifest itself', '/manifest.json'],
    ['a file whose bytes have changed', '/assets/changed.js'],
    ['a symbolic link', '/assets/linked.js'],
    ['a folder', '/assets'],
    ['a folder with a slash', '/assets/'],
    ['dots', '/assets/../secret.txt'],
    ['encoded dots', '/assets/%2e%2e/secret.txt'],
    ['an encoded slash', '/assets%2fa.js'],
    ['a backslash', '/assets\\a.js\\..\\..\\secret.txt'],
    ['an encoded NUL', '/index.html%00.js'],
    ['a doubled slash', '//etc/passwd'],
    ['a prototype', '/__proto__'],
    ['a constructor', '/constructor'],
  ])('404 for %s', async (_what, place) => {
    const response = await get(`app://postern${place}`)
    // The address parser itself folds `assets\\a.js` into a path; what comes out of it is looked up by exact name only.
    expect(response.status).toBe(404)
    expect(await response.text()).toBe('Not found.\n')
  })

  test('whatever path is asked for, only files of the manifest with their own bytes are sent', async () => {
    const pages = makePages(folder)
    const good = new Set(['/', '/index.html', '/assets/a.js'])
    const piece = fc.oneof(
      fc.constantFrom('..', '.', 'assets', 'a.js', 'index.html', '%2e%2e', '\0', '\\', '//', 'secret.txt'),
      fc.string(),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 6 }), async (pieces) => {
        const pathname = `/${pieces.join('/')}`
        expect((await pages(pathname)).status).toBe(good.has(pathname) ? 200 : 404)
      }),
    )
  })
})

describe('E5: headers', () => {
  test('the policy is this one, to the letter', () => expect(CONTENT_SECURITY_POLICY).toBe(POLICY))

  test.each(['app://postern/', 'app://postern/nothing', 'app://postern/app/state', 'app://elsewhere/'])(
    'every answer carries all of them: %s',
    async (url) => {
      const { headers } = await get(url)
      for (const [name, value] of Object.entries(SECURITY_HEADERS)) expect(headers.get(name), name).toBe(value)
    },
  )

  test('also when the relay fails, which tells no stack and no path', async () => {
    const response = await get('app://postern/app/state', {}, () =>
      Promise.reject(new Error('ENOENT /home/ann/secret')),
    )
    expect(response.status).toBe(503)
    expect(response.headers.get('content-security-policy')).toBe(POLICY)
    expect(await response.json()).toEqual({ message: 'The relay could not answer.' })
  })

  test('what the person can do about a missing relay is passed on', async () => {
    const response = await get('app://postern/app/state', {}, () => Promise.reject(new RelayUnavailable('Start it.')))
    expect(await response.json()).toEqual({ message: 'Start it.' })
  })

  test('the relay has no cookies for a window', async () => {
    expect((await get('app://postern/app/state')).headers.get('set-cookie')).toBeNull()
  })

  test('the built pages name no place in clear text but the names of vocabularies and this machine', () => {
    const dist = path.resolve(import.meta.dirname, '..', '..', 'dist', 'renderer')
    const manifest = JSON.parse(readFileSync(path.join(dist, 'manifest.json'), 'utf8')) as Record<string, unknown>
    const names = new Set(['http://www.w3.org', 'http://json-schema.org', 'http://localhost'])
    for (const file of Object.keys(manifest)) {
      const found = readFileSync(path.join(dist, file), 'latin1').match(/http:\/\/[\w.-]+/g) ?? []
      expect(
        found.filter((place) => !names.has(place)),
        file,
      ).toEqual([])
    }
  })
})

describe('E10: the API behind the door', () => {
  test('gets path, query, method, body and the headers that it needs, and no others', async () => {
    const relay = vi.fn<RelayFetch>(relayAnswer)
    await get(
      'app://postern/api/v1/aliases?page%5Bsize%5D=1',
      {
        method: 'POST',
        body: '{"a":1}',
        headers: {
          'content-type': 'application/json',
          'x-postern-csrf': 'c',
          cookie: 'x',
          authorization: 'Bearer x',
          'x-forwarded-for': 'y',
        },
      },
      relay,
    )
    const passed = relay.mock.calls[0]?.[0]
    expect([passed?.url, passed?.method, await passed?.text()]).toEqual([
      'http://localhost/api/v1/aliases?page%5Bsize%5D=1',
      'POST',
      '{"a":1}',
    ])
    expect([...(passed?.headers.keys() ?? [])].sort()).toEqual(['content-type', 'x-postern-csrf'])
  })

  test.each([
    ['another host', 'app://elsewhere/app/state', {}, 404],
    ['another scheme', 'https://postern/app/state', {}, 404],
    ['a foreign Referer', 'app://postern/app/state', { headers: { referer: 'https://example.com/' } }, 403],
    ['a method that is none of ours', 'app://postern/app/state', { method: 'PROPFIND' }, 405],
    ['a body of more than 1 MB', 'app://postern/app/login', { method: 'POST', body: 'x'.repeat(1024 * 1024 + 1) }, 413],
    ['a file by POST', 'app://postern/index.html', { method: 'POST', body: 'x' }, 404],
  ])('refuses %s', async (_what, url, init, status) => {
    const relay = vi.fn<RelayFetch>(relayAnswer)
    expect((await get(url, init, relay)).status).toBe(status)
    expect(relay).not.toHaveBeenCalled()
  })

  test('takes a Referer of our own', async () => {
    expect((await get('app://postern/app/state', { headers: { referer: 'app://postern/' } })).status).toBe(200)
  })
})
