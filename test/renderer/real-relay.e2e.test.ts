// The page in Chromium before the real relay, from its login link to a message that was sent by SMTP: what the stand-in plays is what the
// relay does.
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { seriousFindings } from '../axe.ts'
import { chromiumFile, go, NO_CHROMIUM, openBrowser, outFile, watch } from '../browser.ts'
import type { Watch } from '../browser.ts'
import { sendMail, startRelayProcess } from '../desktop/relay-process.ts'
import type { RelayProcess } from '../desktop/relay-process.ts'

describe('the page before the real relay', () => {
  let browser: Browser | undefined
  let relay: RelayProcess
  let page: Page
  let seen: Watch

  beforeAll(async () => {
    if (chromiumFile === undefined) return
    browser = await openBrowser()
    relay = await startRelayProcess()
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 } })
    context.setDefaultTimeout(10_000)
    page = await context.newPage()
    seen = await watch(page, new URL(relay.login).origin)
    await page.goto(relay.login)
    await page.getByText('Live', { exact: true }).waitFor()
  })
  afterAll(async () => {
    if (browser === undefined) return
    await browser.close()
    await relay.stop()
    expect(seen).toEqual({ violations: [], errors: [], foreign: [] })
  })
  beforeEach(({ skip }) => {
    if (browser === undefined) skip(NO_CHROMIUM)
  })

  test('on first start it is empty, and tells how to send a first message', async () => {
    const line = `swaks --server 127.0.0.1:${relay.smtp.port} --from you@example.org --to hello@postern.test`
    await go(page, '/mailbox')
    await page.getByText(line).waitFor()
    expect(page.url()).not.toContain('code')
    expect(await seriousFindings(page)).toEqual([])
  })

  test('every answer carries the policy and the other headers', async () => {
    const origin = new URL(relay.login).origin
    for (const place of ['/', '/app/state', '/app/nothing', '/assets/nothing.js']) {
      const headers = await page.evaluate(async (url) => {
        const response = await fetch(url)
        return Object.fromEntries(response.headers)
      }, `${origin}${place}`)
      expect(headers['content-security-policy'], place).toContain("require-trusted-types-for 'script'")
      expect(headers['x-content-type-options'], place).toBe('nosniff')
    }
  })

  test('a message by SMTP makes its alias and shows everywhere by itself', async () => {
    expect(await sendMail(relay.smtp, 'shop@postern.test', 'Hello, door')).toMatch(/^250 /)
    await page.getByRole('button', { name: /Hello, door/ }).click()
    await page.getByText('Hello from a test.').waitFor()
    await go(page, '/activity')
    await page.getByText('Delivered', { exact: true }).first().waitFor()
    await page.screenshot({ path: outFile('page-real-relay.png') })
  })

  test('an alias that is switched off refuses, and on again accepts', async () => {
    await go(page, '/aliases')
    const toggle = page.getByRole('switch', { name: /shop@postern\.test/ })
    await toggle.click()
    await expect.poll(() => toggle.getAttribute('aria-checked')).toBe('false')
    await expect.poll(() => toggle.getAttribute('aria-busy')).toBeNull()
    await expect.poll(() => sendMail(relay.smtp, 'shop@postern.test', 'No')).toMatch(/^550 5\.1\.1 /)
    await go(page, '/activity')
    await page.getByText('Refused', { exact: true }).first().waitFor()
    await go(page, '/aliases')
    await toggle.click()
    await expect.poll(() => toggle.getAttribute('aria-checked')).toBe('true')
    await expect.poll(() => sendMail(relay.smtp, 'shop@postern.test', 'Yes')).toMatch(/^250 /)
  })

  test('the raw message is saved as a file', async () => {
    await go(page, '/mailbox')
    await page.getByRole('button', { name: /Hello, door/ }).click()
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: /Save the raw message/ }).click(),
    ])
    expect(download.suggestedFilename()).toMatch(/^message-\d+\.eml$/)
  })

  test('the login link worked once', async () => {
    const other = await (browser ?? (await openBrowser())).newContext()
    const second = await other.newPage()
    await second.goto(relay.login)
    await second.getByRole('alert').getByText(/./).waitFor()
    await second.getByLabel('Login link or code').waitFor()
    await other.close()
  })
})
