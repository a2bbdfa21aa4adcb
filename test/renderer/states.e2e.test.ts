// What the pages show when the relay is not as one wishes: gone, back again, asking for who one is; and that what is shown stays.
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { seriousFindings } from '../axe.ts'
import { chromiumFile, go, NO_CHROMIUM, openBrowser, outFile, watch } from '../browser.ts'
import type { Watch } from '../browser.ts'
import { startRelay, type TestRelay } from '../world/relay.ts'

const BACK = 45_000

describe('the states of the relay', () => {
  let browser: Browser | undefined
  let relay: TestRelay
  let page: Page
  let seen: Watch
  let port = 0

  beforeAll(async () => {
    if (chromiumFile === undefined) return
    browser = await openBrowser()
    relay = await startRelay()
    port = relay.port('http')
    const { code } = await relay.json<{ code?: string; login?: string }>('status', '--login').then((one) => ({
      code: /code=([^"&\s]+)/.exec(JSON.stringify(one))?.[1] ?? '',
    }))
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 } })
    context.setDefaultTimeout(10_000)
    page = await context.newPage()
    seen = await watch(page, `http://localhost:${port}`)
    await page.goto(`http://localhost:${port}/#code=${code}`)
    await page.getByText('Live', { exact: true }).waitFor()
  })
  afterAll(async () => {
    if (browser === undefined) return
    await browser.close()
    await relay.destroy()
    expect({ violations: seen.violations, foreign: seen.foreign }).toEqual({ violations: [], foreign: [] })
  })
  beforeEach(({ skip }) => {
    if (browser === undefined) skip(NO_CHROMIUM)
  })

  test('gone: the last that was known stays, and says that it is the last', async () => {
    await go(page, '/recipients')
    await page.getByRole('region', { name: 'inbox@mailbox.test' }).waitFor()
    // The other pages come by themselves once the first one shows.
    await page.waitForFunction(() =>
      performance.getEntriesByType('resource').some((one) => /DomainPage/.test(one.name)),
    )
    await relay.stop()
    await page.getByRole('button', { name: 'State of the relay: No answer' }).waitFor()
    await page.getByText('Not live', { exact: true }).waitFor()
    await page.getByRole('region', { name: 'inbox@mailbox.test' }).waitFor()
    // A page that was never opened says why it is empty, and lets one try again.
    await go(page, '/domains')
    await page.getByRole('alert').getByText('The relay does not answer.').waitFor()
    await page.getByRole('button', { name: 'Try again' }).waitFor()
    expect(await seriousFindings(page)).toEqual([])
    await page.screenshot({ path: outFile('state-gone.png') })
  })

  test('a change that does not get there says so, with a way to try again', async () => {
    await page.getByRole('button', { name: 'State of the relay: No answer' }).click()
    await page.getByRole('button', { name: 'Pause sending' }).click()
    await page.getByRole('menuitem', { name: 'Until I resume' }).click()
    await page.getByRole('status').getByText('The relay does not answer.').first().waitFor()
    await page.keyboard.press('Escape')
  })

  test(
    'back again: sessions ended with it, so it asks who one is; then the same page is there',
    { timeout: 90_000 },
    async () => {
      const ready = await relay.serve('--http', `127.0.0.1:${port}`)
      await page.getByRole('heading', { name: 'Sign in to Postern' }).waitFor({ timeout: BACK })
      expect(page.url()).toContain('#/domains')
      const code = /code=([^"&\s]+)/.exec(JSON.stringify(ready))?.[1] ?? ''
      await page.getByLabel('Login link or code').fill(code)
      await page.keyboard.press('Enter')
      await page.getByRole('heading', { name: 'Domains' }).waitFor()
      await page.getByRole('link', { name: /postern\.test/ }).waitFor()
      await page.getByText('Live', { exact: true }).waitFor()
    },
  )

  test('a page that is not there says so and leads home', async () => {
    await go(page, '/nowhere/at/all')
    await page.getByRole('heading', { name: 'There is no such page.' }).waitFor()
    await page.getByRole('link', { name: 'To the dashboard' }).click()
    await page.getByRole('heading', { name: 'Dashboard' }).waitFor()
  })

  test('something that is gone says so, and nothing breaks', async () => {
    for (const place of ['/domains/gone.example', '/held?open=999999']) {
      await go(page, place)
      await page
        .getByRole('alert')
        .getByText(/not found/)
        .first()
        .waitFor()
      await page.keyboard.press('Escape')
    }
  })

  test('signing out ends it at once', async () => {
    await go(page, '/dashboard')
    await page.getByRole('button', { name: 'Sign out here' }).click()
    await page.getByRole('heading', { name: 'Sign in to Postern' }).waitFor()
    const status = await page.evaluate(async () => (await fetch('/app/state')).status)
    expect(status).toBe(401)
    expect(seen.errors).toEqual([])
  })
})
