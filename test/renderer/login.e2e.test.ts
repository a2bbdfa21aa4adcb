// Signing in before the real relay in Chromium: by the passphrase, then by each kind of second factor, a virtual security key among them.
import { generateSync } from 'otplib'
import type { Browser, CDPSession, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { seriousFindings } from '../axe.ts'
import { chromiumFile, NO_CHROMIUM, openBrowser, outFile, watch } from '../browser.ts'
import type { Watch } from '../browser.ts'
import { startRelay, type TestRelay } from '../world/relay.ts'

const PASSPHRASE = 'hamster stony purple overcast jaywalker'

/** Registers a key by the API from inside the page, as a page of ours does it. */
async function addKey(page: Page): Promise<number> {
  return page.evaluate(async () => {
    const bytes = (text: string): Uint8Array<ArrayBuffer> =>
      Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (one) => one.charCodeAt(0))
    const { csrf } = (await (await fetch('/app/session')).json()) as { csrf: string }
    const post = (path: string, body: unknown): Promise<Response> =>
      fetch(path, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-postern-csrf': csrf },
        body: JSON.stringify(body),
      })
    const { options } = (await (await post('/app/security/keys/options', {})).json()) as {
      options: PublicKeyCredentialCreationOptions & { challenge: string; user: { id: string } }
    }
    const made = (await navigator.credentials.create({
      publicKey: {
        ...options,
        challenge: bytes(options.challenge),
        user: { ...options.user, id: bytes(options.user.id) },
        excludeCredentials: [],
      },
    })) as PublicKeyCredential
    const response = made.toJSON() as unknown
    return (await post('/app/security/keys', { name: 'blue key', response })).status
  })
}

describe('signing in', () => {
  let browser: Browser | undefined
  let relay: TestRelay
  let page: Page
  let seen: Watch
  let devices: CDPSession
  let secret: string
  let codes: readonly string[]
  let url: string

  const out = async (): Promise<void> => {
    await page.context().clearCookies()
    await page.goto(url)
  }
  const passphrase = async (): Promise<void> => {
    await page.getByLabel('Passphrase').fill(PASSPHRASE)
    await page.keyboard.press('Enter')
  }
  const live = (): Promise<void> => page.getByText('Live', { exact: true }).waitFor()

  beforeAll(async () => {
    if (chromiumFile === undefined) return
    browser = await openBrowser()
    relay = await startRelay()
    await relay.json('login', 'passphrase', '--passphrase-file', relay.secretFile('passphrase', `${PASSPHRASE}\n`))
    url = `http://localhost:${relay.port('http')}`
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 } })
    context.setDefaultTimeout(15_000)
    page = await context.newPage()
    devices = await context.newCDPSession(page)
    await devices.send('WebAuthn.enable')
    await devices.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2',
        transport: 'usb',
        hasUserVerification: true,
        isUserVerified: true,
        automaticPresenceSimulation: true,
      },
    })
    seen = await watch(page, url)
  })
  afterAll(async () => {
    if (browser === undefined) return
    await browser.close()
    await relay.destroy()
    expect(seen).toEqual({ violations: [], errors: [], foreign: [] })
  })
  beforeEach(({ skip }) => {
    if (browser === undefined) skip(NO_CHROMIUM)
  })

  test('by the passphrase; a wrong one says so and is forgotten', async () => {
    await page.goto(url)
    await page.getByLabel('Passphrase').fill('not this one, surely')
    await page.keyboard.press('Enter')
    await page.getByText('That is not the passphrase.').waitFor()
    expect(await page.getByLabel('Passphrase').inputValue()).toBe('')
    expect(await seriousFindings(page)).toEqual([])
    await page.waitForTimeout(700)
    await passphrase()
    await live()
  })

  test('a security key is registered, and asked for after the passphrase', async () => {
    expect(await addKey(page)).toBe(201)
    expect(await relay.json('login', 'keys')).toMatchObject([{ name: 'blue key', lastUsed: null }])
    await out()
    await passphrase()
    await page.getByRole('heading', { name: 'Prove that it is you' }).waitFor()
    expect(await seriousFindings(page)).toEqual([])
    await page.screenshot({ path: outFile('page-second-factor.png') })
    await page.getByRole('button', { name: 'Use the security key' }).click()
    await live()
    const [key] = await relay.json<{ lastUsed: number | null }[]>('login', 'keys')
    expect(key?.lastUsed).not.toBeNull()
  })

  test('the code of an app, in its place', async () => {
    const file = relay.secretFile('code', '')
    expect(await relay.run('login', 'totp', 'begin', '--code-file', file)).toMatchObject({ code: 1 })
    const status = await page.evaluate(async () => {
      const { csrf } = (await (await fetch('/app/session')).json()) as { csrf: string }
      const headers = { 'content-type': 'application/json', 'x-postern-csrf': csrf }
      const answer = await fetch('/app/security/totp', { method: 'POST', headers, body: '{}' })
      return (await answer.json()) as { secret: string }
    })
    secret = status.secret
    const made = await page.evaluate(
      async (code) => {
        const { csrf } = (await (await fetch('/app/session')).json()) as { csrf: string }
        const headers = { 'content-type': 'application/json', 'x-postern-csrf': csrf }
        const post = (path: string, body: unknown): Promise<Response> =>
          fetch(path, { method: 'POST', headers, body: JSON.stringify(body) })
        const confirmed = await post('/app/security/totp/confirm', { code })
        const { csrf: next } = (await (await fetch('/app/session')).json()) as { csrf: string }
        headers['x-postern-csrf'] = next
        const codes = (await (await post('/app/security/recovery-codes', {})).json()) as { recoveryCodes: string[] }
        return { status: confirmed.status, codes: codes.recoveryCodes }
      },
      generateSync({ secret, epoch: Math.floor(Date.now() / 1000) - 30 }),
    )
    codes = made.codes
    expect([made.status, codes.length]).toEqual([200, 10])
    await out()
    await passphrase()
    await page.getByRole('button', { name: 'Use the authenticator app instead' }).click()
    await page.getByLabel('Code of the authenticator app').fill(generateSync({ secret }))
    await page.keyboard.press('Enter')
    await live()
  })

  test('a recovery code, once', async () => {
    for (const works of [true, false]) {
      await out()
      await passphrase()
      await page.getByRole('button', { name: 'Use a recovery code instead' }).click()
      await page.getByLabel('Recovery code').fill(codes[0] ?? '')
      await page.keyboard.press('Enter')
      if (works) await live()
      else await page.getByText('That was not right.').waitFor()
    }
  })

  test('a session that is ended elsewhere asks again', async () => {
    await page.getByLabel('Recovery code').fill(codes[1] ?? '')
    await page.keyboard.press('Enter')
    await live()
    await relay.json('login', 'lock')
    await page.reload()
    await page.getByLabel('Passphrase').waitFor()
  })
})
