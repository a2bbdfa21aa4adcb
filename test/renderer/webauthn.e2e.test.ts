// Security keys as Chromium's own authenticator answers for them: recorded answers are worth nothing a second time, and keys work at an
// https name too, where Chromium checks the certificate against an authority that it was told to trust.
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { chromiumFile, findProgram, go, NO_CHROMIUM, openBrowser, watch, type Watch } from '../browser.ts'
import { makeCa, type TestCa } from '../world/certificates.ts'
import { startRelay, type TestRelay } from '../world/relay.ts'

const PASSPHRASE = 'hamster stony purple overcast jaywalker'
const NAME = 'pages.postern.test'

async function giveKey(page: Page): Promise<void> {
  const devices = await page.context().newCDPSession(page)
  await devices.send('WebAuthn.enable')
  await devices.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      ...{ protocol: 'ctap2', transport: 'internal', hasResidentKey: true },
      ...{ hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true },
    },
  })
}

async function firstFactor(page: Page, url: string): Promise<void> {
  await page.context().clearCookies()
  await page.goto('about:blank')
  await page.goto(url)
  await page.getByLabel('Passphrase').fill(PASSPHRASE)
  await page.keyboard.press('Enter')
}

interface Asked {
  readonly method?: string
  readonly headers?: Record<string, string>
  readonly body?: string
}

const live = (page: Page): Promise<void> => page.getByText('Live', { exact: true }).waitFor()
const useKey = (page: Page): Promise<void> => page.getByRole('button', { name: 'Use the security key' }).click()

async function addKey(page: Page, name: string): Promise<void> {
  await go(page, '/security')
  await page.getByRole('button', { name: 'Add a key' }).click()
  await page.getByLabel('Name', { exact: true }).fill(name)
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'I have kept them' }).click()
}

/** Wrong, or wrong once more too soon. */
const REFUSED = [401, 429]

describe('recorded answers of a security key', () => {
  let browser: Browser | undefined
  let relay: TestRelay
  let page: Page
  let seen: Watch
  let url: string

  beforeAll(async () => {
    if (chromiumFile === undefined) return
    browser = await openBrowser()
    relay = await startRelay()
    await relay.json('login', 'passphrase', '--passphrase-file', relay.secretFile('p', PASSPHRASE))
    url = `http://localhost:${relay.port('http')}`
    const context = await browser.newContext({ reducedMotion: 'reduce' })
    context.setDefaultTimeout(8_000)
    page = await context.newPage()
    await giveKey(page)
    seen = await watch(page, url)
  }, 60_000)
  afterAll(async () => {
    if (browser === undefined) return
    await browser.close()
    await relay.destroy()
    expect(seen).toEqual({ violations: [], errors: [], foreign: [] })
  })
  beforeEach(({ skip }) => {
    if (chromiumFile === undefined) skip(NO_CHROMIUM)
  })

  /** Has the page ask the key, takes its answer on the way, and lets nothing through. */
  async function record(place: string, ask: () => Promise<void>): Promise<unknown> {
    const taken = page.waitForEvent('requestfailed', (request) => request.url().endsWith(place))
    await page.route(`**${place}`, (route) => (route.request().method() === 'POST' ? route.abort() : route.continue()))
    await ask()
    const body: unknown = (await taken).postDataJSON()
    await page.unroute(`**${place}`)
    return body
  }
  const ask = (place: string, init: Asked = {}): Promise<{ status: number; text: string }> =>
    page.evaluate(
      async (given) => {
        const answer = await fetch(given.place, given.init)
        return { status: answer.status, text: await answer.text() }
      },
      { place, init },
    )
  const post = async (place: string, data: unknown, headers: Record<string, string> = {}): Promise<number> => {
    const given = { 'content-type': 'application/json', ...headers }
    return (await ask(place, { method: 'POST', headers: given, body: JSON.stringify(data) })).status
  }
  const csrf = async (): Promise<Record<string, string>> => {
    const { csrf: token } = JSON.parse((await ask('/app/session')).text) as { csrf: string }
    return { 'x-postern-csrf': token }
  }

  test('a registration answers to one question, once', async () => {
    await firstFactor(page, url)
    await live(page)
    const recorded = await record('/app/security/keys', async () => {
      await go(page, '/security')
      await page.getByRole('button', { name: 'Add a key' }).click()
      await page.getByLabel('Name', { exact: true }).fill('Blue key')
      await page.keyboard.press('Enter')
    })
    const headers = await csrf()
    expect(await post('/app/security/keys/options', {}, headers)).toBe(200)
    // Another question was asked since.
    expect(await post('/app/security/keys', recorded, headers)).toBe(422)
    await page.reload()
    await live(page)
    await addKey(page, 'Blue key')
    expect(await post('/app/security/keys', recorded, await csrf())).toBe(422)
    expect(await relay.json('login', 'keys')).toHaveLength(1)
  })

  test('a login’s answer lets one in once, whatever is asked in between and however often it comes', async () => {
    await firstFactor(page, url)
    const recorded = await record('/app/login/second', () => useKey(page))
    // Ten at once are one session; each of the others is somebody who is not half way in any more, or whose question was answered.
    const all = await Promise.all(Array.from({ length: 10 }, () => post('/app/login/second', recorded)))
    expect(all.filter((status) => status === 200)).toHaveLength(1)
    expect(REFUSED).toEqual(expect.arrayContaining(all.filter((status) => status !== 200)))
    expect((await ask('/app/session')).status).toBe(200)
    // Again, half way in: without a question, and with one of its own.
    await firstFactor(page, url)
    await page.getByRole('button', { name: 'Use the security key' }).waitFor()
    expect(REFUSED).toContain(await post('/app/login/second', recorded))
    expect(await post('/app/login/key-options', {})).toBe(200)
    expect(REFUSED).toContain(await post('/app/login/second', recorded))
    expect((await ask('/app/session')).status).toBe(401)
    // The key itself still lets one in.
    await useKey(page)
    await live(page)
    // And its answer at the login is none to a question of another kind.
    const headers = await csrf()
    expect(await post('/app/security/key-options', {}, headers)).toBe(200)
    expect([422, 429]).toContain(await post('/app/security/step-up', recorded, headers))
  })
})

describe('a security key at an https name', () => {
  let browser: Browser | undefined
  let relay: TestRelay
  let ca: TestCa
  let home: string
  const missing =
    chromiumFile === undefined
      ? NO_CHROMIUM
      : findProgram('openssl') === undefined
        ? 'openssl is not installed'
        : findProgram('certutil') === undefined
          ? 'libnss3-tools is not installed'
          : undefined

  /** Where Chromium on Linux looks for authorities that its user trusts. */
  function trust(folder: string, certFile: string): void {
    const store = path.join(folder, '.pki', 'nssdb')
    mkdirSync(store, { recursive: true })
    for (const args of [
      ['-N', '--empty-password'],
      ['-A', '-t', 'C,,', '-n', 'test authority', '-i', certFile],
    ]) {
      const { status, stderr } = spawnSync('certutil', ['-d', `sql:${store}`, ...args], { encoding: 'utf8' })
      if (status !== 0) throw new Error(`certutil: ${stderr}`)
    }
  }

  beforeAll(async () => {
    if (missing !== undefined) return
    ca = makeCa()
    home = mkdtempSync(path.join(os.tmpdir(), 'postern-home-'))
    trust(home, ca.certFile)
    relay = await startRelay()
    await relay.stop()
    const { certFile, keyFile } = ca.issue([NAME])
    await relay.json('tls', 'import', '--cert', certFile, '--key', keyFile)
    await relay.json('login', 'passphrase', '--passphrase-file', relay.secretFile('p', PASSPHRASE))
    await relay.serve('--http', '0.0.0.0:0')
    browser = await openBrowser({ home, args: [`--host-resolver-rules=MAP ${NAME} 127.0.0.1`] })
  }, 60_000)
  afterAll(async () => {
    if (missing !== undefined) return
    await browser?.close()
    await relay.destroy()
    ca.remove()
    rmSync(home, { recursive: true, force: true })
  })
  beforeEach(({ skip }) => {
    if (missing !== undefined) skip(missing)
  })

  test('is added and signs in; the cookie is bound to the host and to TLS', async () => {
    if (browser === undefined) return
    const url = `https://${NAME}:${relay.port('http')}`
    const context = await browser.newContext({ reducedMotion: 'reduce' })
    context.setDefaultTimeout(8_000)
    const page = await context.newPage()
    await giveKey(page)
    const seen = await watch(page, url)
    await firstFactor(page, url)
    await live(page)
    await addKey(page, 'Laptop')
    await firstFactor(page, url)
    await useKey(page)
    await live(page)
    const [cookie] = await context.cookies()
    expect(cookie).toMatchObject({ secure: true, httpOnly: true, sameSite: 'Strict' })
    expect(cookie?.name).toMatch(/^__Host-/)
    expect(seen).toEqual({ violations: [], errors: [], foreign: [] })
    await context.close()
  })

  test('nobody else’s certificate will do: Chromium did look', async () => {
    const stranger = mkdtempSync(path.join(os.tmpdir(), 'postern-home-'))
    const args = [`--host-resolver-rules=MAP ${NAME} 127.0.0.1`]
    const other = await openBrowser({ home: stranger, args })
    try {
      const page = await (await other.newContext()).newPage()
      await expect(page.goto(`https://${NAME}:${relay.port('http')}`)).rejects.toThrow('ERR_CERT_AUTHORITY_INVALID')
    } finally {
      await other.close()
      rmSync(stranger, { recursive: true, force: true })
    }
  })
})
