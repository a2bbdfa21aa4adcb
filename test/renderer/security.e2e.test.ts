// The security page in Chromium before the real relay, from the first link to the last session: each factor set through the page and then
import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { generateSync } from 'otplib'
import type { Browser, CDPSession, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { seriousFindings } from '../axe.ts'
import { chromiumFile, go, NO_CHROMIUM, openBrowser, outFile, watch } from '../browser.ts'
import type { Watch } from '../browser.ts'
import { fakeTime, movedClock, NO_FAKETIME, type MovedClock } from '../world/moved-clock.ts'
import { startRelay, type TestRelay } from '../world/relay.ts'

const FIRST = 'hamster stony purple overcast jaywalker'
const SIX_MINUTES = 360

let browser: Browser | undefined
let relay: TestRelay
let clock: MovedClock
let folder: string
let page: Page
let seen: Watch
let devices: CDPSession
let url: string
let secret: string
let codes: readonly string[] = []

/** axe finds nothing serious here, in light and in dark. */
async function fine(name: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    expect(await seriousFindings(page), `${name} ${colorScheme}`).toEqual([])
  }
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' })
  await page.screenshot({ path: outFile(`security-${name}.png`) })
}

const live = (): Promise<void> => page.getByText('Live', { exact: true }).waitFor()
const button = (name: string, exact = true) => page.getByRole('button', { name, exact })
const dialog = (name: string) => page.getByRole('dialog', { name })
const card = (name: string) => page.getByRole('region', { name })
const said = (text: string): Promise<void> => page.getByText(text).first().waitFor()

async function out(): Promise<void> {
  await page.context().clearCookies()
  await page.goto('about:blank')
  await page.goto(url)
}

async function firstFactor(): Promise<void> {
  await page.getByLabel('Passphrase').fill(FIRST)
  await page.keyboard.press('Enter')
}

async function tab(name: string, id: string): Promise<void> {
  await go(page, `/security?tab=${id}`)
  await page.getByRole('tab', { name, selected: true }).waitFor()
}

/** The code of the moment, each time one that was not used. */
function code(): string {
  clock.move(60)
  return generateSync({ secret, epoch: clock.seconds() })
}

beforeAll(async () => {
  if (chromiumFile === undefined || fakeTime === undefined) return
  folder = mkdtempSync(path.join(os.tmpdir(), 'postern-clock-'))
  clock = movedClock(path.join(folder, 'clock'))
  browser = await openBrowser()
  relay = await startRelay({ env: clock.env })
  url = `http://localhost:${relay.port('http')}`
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, reducedMotion: 'reduce' })
  context.setDefaultTimeout(8_000)
  page = await context.newPage()
  devices = await context.newCDPSession(page)
  await devices.send('WebAuthn.enable')
  await devices.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      ...{ protocol: 'ctap2', transport: 'usb', hasResidentKey: true },
      ...{ hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true },
    },
  })
  seen = await watch(page, url)
}, 60_000)

afterAll(async () => {
  if (browser === undefined) return
  await browser.close()
  await relay.destroy()
  rmSync(folder, { recursive: true, force: true })
  expect(seen).toEqual({ violations: [], errors: [], foreign: [] })
})

beforeEach(({ skip }) => {
  if (chromiumFile === undefined) skip(NO_CHROMIUM)
  if (fakeTime === undefined) skip(NO_FAKETIME)
})

describe('setting up', () => {
  test('the link of the first start works once', async () => {
    const link = relay.ready?.login ?? ''
    await page.goto(link)
    await live()
    expect(page.url()).not.toContain('code=')
    await out()
    await fine('signed-out')
    await page.goto('about:blank')
    await page.goto(link)
    await said('This login link was used already or is too old.')
    const { login: fresh } = await relay.json<{ login: string }>('status', '--login')
    await page.goto('about:blank')
    await page.goto(fresh)
    await live()
  })

  test('a passphrase: a weak one is refused with reasons, one is suggested, one is set', async () => {
    await go(page, '/security')
    await button('Set a passphrase').click()
    await page.getByLabel('New passphrase').fill('password1234')
    await said('Too weak')
    await said('It has parts that are among the first that anybody tries.')
    await fine('passphrase-weak')
    await button('Suggest one').click()
    await said('Five words, drawn by chance.')
    expect((await page.getByLabel('New passphrase').inputValue()).split(/[ -]/).length).toBeGreaterThanOrEqual(4)
    await fine('passphrase-drawn')
    await page.getByLabel('New passphrase').fill(FIRST)
    await button('Save').click()
    await said('The passphrase is set.')
    await card('Passphrase').getByText('Set', { exact: true }).waitFor()
    await out()
    await firstFactor()
    await live()
  })

  test('an authenticator app: a wrong code is told, the right one brings recovery codes once', async () => {
    await go(page, '/security')
    await button('Set up').click()
    await page.getByRole('img', { name: 'QR code of the secret' }).waitFor()
    secret = (await dialog('Set up the authenticator app').locator('code').innerText()).replaceAll(' ', '')
    expect(secret).toMatch(/^[A-Z2-7]{32,}$/)
    await page.getByLabel('Code that the app shows').fill('000000')
    await page.keyboard.press('Enter')
    await said('That is not the code of now.')
    await fine('totp')
    await page.getByLabel('Code that the app shows').fill(code())
    await page.keyboard.press('Enter')
    const shown = dialog('Your recovery codes')
    await shown.waitFor()
    codes = await shown.getByRole('listitem').allInnerTexts()
    expect(codes).toHaveLength(10)
    await fine('codes')
    // Neither Escape nor a click beside it is a "yes, I have kept them".
    await page.mouse.click(5, 400)
    await page.keyboard.press('Escape')
    await page.waitForTimeout(300)
    expect(await shown.isVisible()).toBe(true)
    const saved = page.waitForEvent('download')
    await button('Save as a file').click()
    expect((await saved).suggestedFilename()).toBe('postern-recovery-codes.txt')
    await button('I have kept them').click()
    await card('Recovery codes').getByText('10 codes left').waitFor()
    await fine('login-tab')
  })

  test('a security key, added in the page, renamed', async () => {
    await button('Add a key').click()
    await page.getByLabel('Name', { exact: true }).fill('Blue key')
    await fine('key-add')
    await page.keyboard.press('Enter')
    await said('The key Blue key is added.')
    await button('Rename: Blue key').click()
    await page.getByLabel('Name', { exact: true }).fill('Green key')
    await page.keyboard.press('Enter')
    await card('Security keys and passkeys').getByText('Green key').waitFor()
    expect(await relay.json('login', 'keys')).toMatchObject([{ name: 'Green key', lastUsed: null }])
  })
})

describe('signing in with what was set', () => {
  test('by the key', async () => {
    await out()
    await firstFactor()
    await page.getByRole('heading', { name: 'Prove that it is you' }).waitFor()
    await fine('second-key')
    await button('Use the security key').click()
    await live()
    const [key] = await relay.json<{ lastUsed: number | null }[]>('login', 'keys')
    expect(key?.lastUsed).not.toBeNull()
  })

  test('by the app; the same code twice is refused', async () => {
    const one = code()
    for (const works of [true, false]) {
      await out()
      await firstFactor()
      await button('Use the authenticator app instead').click()
      if (works) await fine('second-totp')
      await page.getByLabel('Code of the authenticator app').fill(one)
      await page.keyboard.press('Enter')
      if (works) await live()
      else await said('That was not right.')
    }
  })

  test('by a recovery code, once', async () => {
    for (const works of [true, false]) {
      await out()
      await firstFactor()
      await button('Use a recovery code instead').click()
      await page.getByLabel('Recovery code').fill(codes[0] ?? '')
      await page.keyboard.press('Enter')
      if (works) await live()
      else await said('That was not right.')
    }
    await page.getByLabel('Recovery code').fill(codes[1] ?? '')
    await page.keyboard.press('Enter')
    await live()
    await go(page, '/security')
    await card('Recovery codes').getByText('8 codes left').waitFor()
  })
})

describe('what is not done behind one’s back', () => {
  test('a token wants a proof when the last one is six minutes old; Escape closes the question alone', async () => {
    clock.move(SIX_MINUTES)
    await tab('Programs', 'programs')
    await button('New token').click()
    await page.getByLabel('Name', { exact: true }).fill('browser extension')
    await fine('token-new')
    await button('Make it').click()
    await dialog('Is it you?').waitFor()
    await fine('step-up')
    await page.keyboard.press('Escape')
    await said('You did not prove that it is you, so nothing was changed.')
    expect(await page.getByLabel('Name', { exact: true }).inputValue()).toBe('browser extension')
    await button('Make it').click()
    await dialog('Is it you?').getByRole('button', { name: 'Use the authenticator app instead' }).click()
    await page.getByLabel('Code of the authenticator app').fill(code())
    await page.keyboard.press('Enter')
    await dialog('Your token').waitFor()
    await fine('token-made')
  })

  test('the token works for what it may, and no more; then it is revoked', async () => {
    const token = await dialog('Your token').locator('code').first().innerText()
    const ask = async (place: string, method = 'GET', body?: string): Promise<number> => {
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
      return (await fetch(`${url}${place}`, { method, headers, ...(body === undefined ? {} : { body }) })).status
    }
    expect(await ask('/api/v1/domains')).toBe(200)
    expect(await ask('/api/v1/domains', 'POST', '{"domain":"other.example"}')).toBe(403)
    expect(await ask('/app/security')).toBe(403)
    await button('I have kept it').click()
    await page.reload()
    await live()
    expect(await page.content()).not.toContain(token)
    await button('Revoke: browser extension').click()
    await fine('token-revoke')
    await dialog('Revoke browser extension?').getByRole('button', { name: 'Revoke' }).click()
    await said('browser extension is revoked.')
    expect(await ask('/api/v1/domains')).toBe(401)
  })

  test('an app password is shown once', async () => {
    await button('New app password').click()
    await page.getByLabel('Name', { exact: true }).fill('Thunderbird')
    await page.keyboard.press('Enter')
    const shown = dialog('Your app password')
    await shown.waitFor()
    const [username = '', password = ''] = await shown.locator('code').allInnerTexts()
    expect(username).toMatch(/^device-/)
    expect(password).toMatch(/^(\w{5}-){4}\w{5}$/)
    await fine('app-password')
    await button('I have kept it').click()
    await page.getByText(username).waitFor()
    expect(await page.content()).not.toContain(password)
    await fine('programs-tab')
  })

  test('a recovery key of the data is made, tried, and signs in', async () => {
    await tab('Keys of the data', 'data')
    await fine('data-tab')
    await button('Make a recovery key').click()
    const shown = dialog('Your recovery key')
    const key = await shown.locator('code').innerText()
    await fine('recovery-key')
    await button('I have kept it').click()
    await button('Try it: Recovery key').click()
    await page.getByRole('textbox', { name: 'Recovery key' }).fill('AAAAA-AAAAA-AAAAA-AAAAA-AAAAA-AAAAA-AAAAA-AAAAA')
    await page.keyboard.press('Enter')
    await dialog('Try: Recovery key').getByRole('alert').waitFor()
    await fine('recovery-key-wrong')
    await page.getByRole('textbox', { name: 'Recovery key' }).fill(key)
    await page.keyboard.press('Enter')
    await said('It opens your data.')
    await out()
    await page.getByLabel('Passphrase').waitFor()
    await button('Use the recovery key instead').click()
    await fine('login-recovery-key')
    await page.getByRole('textbox', { name: 'Recovery key' }).fill(key)
    await page.keyboard.press('Enter')
    await live()
  })
})

describe('the end of a session', () => {
  test('another browser is listed, ended, and asked again; this one stays', async () => {
    if (browser === undefined) return
    const other = await browser.newContext()
    const theirs = await other.newPage()
    const { login: link } = await relay.json<{ login: string }>('status', '--login')
    await theirs.goto(link)
    await theirs.getByRole('button', { name: 'Use a recovery code instead' }).click()
    await theirs.getByLabel('Recovery code').fill(codes[2] ?? '')
    await theirs.keyboard.press('Enter')
    await theirs.getByText('Live', { exact: true }).waitFor()
    await tab('Sessions', 'sessions')
    await page.reload()
    await card('Signed in now').getByText('This one').waitFor()
    await fine('sessions-tab')
    await card('Signed in now')
      .getByRole('listitem')
      .filter({ hasText: 'login link and recovery code' })
      .getByRole('button')
      .click()
    await said('The session has ended.')
    await theirs.getByLabel('Passphrase').waitFor()
    await theirs.close()
    await live()
    await other.close()
  })

  test('the log tells all of it, with what was and what is, and no secret', async () => {
    await tab('Sessions', 'sessions')
    await page.getByLabel('Lock by itself after').selectOption('1')
    await said('Saved.')
    await tab('Log', 'log')
    await page.getByRole('row', { name: /Changed a setting Minutes without use .* -> "1"/ }).waitFor()
    for (const line of ['Made an API token', 'Revoked an API token', 'Added a security key', 'Ended a session'])
      await page.getByText(line, { exact: true }).first().waitFor()
    await fine('log-tab')
    const text = await page.locator('main').innerText()
    for (const one of [secret, FIRST, ...codes]) expect(text).not.toContain(one)
  })

  test('the page locks by itself where nobody uses it for so long', async () => {
    clock.move(90)
    await page.getByLabel('Passphrase').waitFor({ timeout: 40_000 })
    expect(await page.locator('body').innerText()).not.toContain('Logins and changes')
    await fine('locked-by-itself')
  })

  test('“lock everywhere” ends this session too', async () => {
    await firstFactor()
    await button('Use the security key').click()
    await live()
    await tab('Sessions', 'sessions')
    await button('Lock everywhere').click()
    await page.getByLabel('Passphrase').waitFor()
    expect(await page.evaluate(async () => (await fetch('/app/session')).status)).toBe(401)
  })
})
