// Rows of the hardening checklist that no other test has for its own: what the pages' door says at every place, and what is in the build.
import { createHash } from 'node:crypto'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { pageServer } from '../../main/headless/page-server.ts'
import { CONTENT_SECURITY_POLICY, headersFor, VIEWER_POLICY } from '../../main/api/security-headers.ts'
import { Visitor } from '../world/door.ts'
import { startRelay, type TestRelay } from '../world/relay.ts'

const pages = path.resolve(import.meta.dirname, '..', '..', 'dist', 'renderer')
const PLACES = [
  '/',
  '/nothing',
  '/app/login',
  '/app/state',
  '/app/nothing',
  '/api/v1/aliases',
  '/api/v1/nothing',
  '/%00',
  '/app/view/held/1/html',
]

let relay: TestRelay
let me: Visitor
beforeAll(async () => {
  relay = await startRelay()
  me = new Visitor(relay.port('http'))
})
afterAll(() => relay.destroy())

it('E5: the policy allows files of our own and nothing else, in one constant', () => {
  const directives = new Map(
    CONTENT_SECURITY_POLICY.split('; ').map((one) => [one.split(' ')[0], one.split(' ').slice(1)]),
  )
  expect(directives.get('default-src')).toEqual(["'none'"])
  expect(directives.get('require-trusted-types-for')).toEqual(["'script'"])
  for (const name of ['base-uri', 'form-action', 'frame-ancestors', 'object-src'])
    expect(directives.get(name), name).toEqual(["'none'"])
  for (const [name, sources] of directives)
    if (name !== 'trusted-types' && name !== 'require-trusted-types-for')
      for (const source of sources)
        expect(["'none'", "'self'", ...(name === 'img-src' ? ['data:'] : [])], name).toContain(source)
  expect(CONTENT_SECURITY_POLICY).not.toMatch(/unsafe|https?:|\*|nonce|hash/)
})

it('W2: every answer has it, whatever the place or the method', async () => {
  for (const place of PLACES)
    for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH', 'TRACE']) {
      const { headers } = await me.ask(place, { method })
      expect(headers['content-security-policy'], `${method} ${place}`).toBe(CONTENT_SECURITY_POLICY)
    }
})

it('W3: every script and style has its integrity, and a byte that changed is not served', () => {
  const html = readFileSync(path.join(pages, 'index.html'), 'utf8')
  const tags = [...html.matchAll(/<(?:script|link)\b[^>]*>/g)]
    .map(([tag]) => tag)
    .filter((tag) => /src=|stylesheet|modulepreload/.test(tag))
  expect(tags.length).toBeGreaterThan(1)
  for (const tag of tags) {
    const file = /(?:src|href)="\/([^"]+)"/.exec(tag)?.[1] ?? ''
    const hash = createHash('sha384')
      .update(readFileSync(path.join(pages, file)))
      .digest('base64')
    expect(tag, file).toContain(`integrity="sha384-${hash}"`)
  }
  const folder = mkdtempSync(path.join(os.tmpdir(), 'postern-pages-'))
  cpSync(pages, folder, { recursive: true })
  const [script = ''] = readdirSync(path.join(folder, 'assets')).filter((name) => name.endsWith('.js'))
  expect(pageServer(folder)(`/assets/${script}`).status).toBe(200)
  writeFileSync(path.join(folder, 'assets', script), `${readFileSync(path.join(folder, 'assets', script), 'utf8')} `)
  expect(pageServer(folder)(`/assets/${script}`).status).toBe(500)
  rmSync(folder, { recursive: true })
})

it('W4: nothing is framed but a mail, by our own page; and no answer can claim to be one', () => {
  const withPolicy = (policy: string): Response => new Response('', { headers: { 'content-security-policy': policy } })
  expect(headersFor(new Response(''))).toMatchObject({ 'x-frame-options': 'DENY' })
  expect(headersFor(withPolicy(VIEWER_POLICY))).toMatchObject({
    'x-frame-options': 'SAMEORIGIN',
    'content-security-policy': VIEWER_POLICY,
  })
  for (const policy of ['', 'sandbox', `${VIEWER_POLICY}; script-src *`, "default-src 'self'"])
    expect(headersFor(withPolicy(policy))['content-security-policy']).toBe(CONTENT_SECURITY_POLICY)
  expect(VIEWER_POLICY.split('; ')).toEqual(
    expect.arrayContaining(['sandbox', "default-src 'none'", "frame-ancestors 'self'"]),
  )
})

it('W5: no address of anybody else is loaded by the build', () => {
  const files = (folder: string): string[] =>
    readdirSync(folder).flatMap((name) => {
      const file = path.join(folder, name)
      return statSync(file).isDirectory() ? files(file) : [file]
    })
  for (const file of files(pages).filter((name) => /\.(html|css|svg)$/.test(name))) {
    const text = readFileSync(file, 'utf8').replaceAll('http://www.w3.org/2000/svg', '')
    expect(text, file).not.toMatch(/(src|href)\s*=\s*["']?(https?:)?\/\/|url\(\s*["']?(https?:)?\/\/|@import/i)
  }
})

it('W6: the other headers are there, what is private is not stored, and nobody is told what answers', async () => {
  for (const place of PLACES) {
    const { headers } = await me.ask(place)
    expect(headers, place).toMatchObject({
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'cross-origin-embedder-policy': 'require-corp',
    })
    expect(headers['permissions-policy'], place).toMatch(/camera=\(\).*microphone=\(\)/)
    for (const told of ['server', 'x-powered-by', 'strict-transport-security', 'access-control-allow-origin'])
      expect(headers[told], place).toBeUndefined()
    if (/^\/(app|api)\//.test(place)) expect(headers['cache-control'], place).toBe('no-store')
  }
})

describe('L7: the first start', () => {
  it('L7: is no open door: before anybody logged in, every place of the API asks who is there', async () => {
    for (const [method, place] of [
      ['GET', '/app/state'],
      ['GET', '/app/session'],
      ['GET', '/app/events'],
      ['GET', '/app/security'],
      ['GET', '/app/export'],
      ['GET', '/api/v1/aliases'],
      ['POST', '/app/tokens'],
      ['POST', '/app/login-codes'],
      ['PUT', '/app/security/passphrase'],
      ['GET', '/app/security/window'],
    ] as const)
      expect((await me.ask(place, { method, ...(method === 'GET' ? {} : { body: {} }) })).status, place).toBe(401)
  })
})
