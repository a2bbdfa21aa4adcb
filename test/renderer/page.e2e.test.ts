// The page in a real Chromium, before the stand-in relay: each state it can be in, by mouse, by keyboard, light and dark.
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { seriousFindings } from '../axe.ts'
import { chromiumFile, NO_CHROMIUM, openBrowser, outFile, watch } from '../browser.ts'
import type { Watch } from '../browser.ts'
import { CODE, startStandIn } from '../stand-in/relay.ts'
import type { StandIn, StandInOptions } from '../stand-in/relay.ts'
import { sampleItem, sampleLog, START } from '../stand-in/samples.ts'

describe('the page in Chromium', () => {
  let browser: Browser | undefined
  let context: BrowserContext
  let relay: StandIn
  let page: Page
  let seen: Watch

  beforeAll(async () => {
    if (chromiumFile !== undefined) browser = await openBrowser()
  })
  afterAll(async () => browser?.close())
  beforeEach(({ skip }) => {
    if (browser === undefined) skip(NO_CHROMIUM)
  })
  afterEach(async ({ task }) => {
    if (browser === undefined) return
    if (task.result?.state === 'fail') await page.screenshot({ path: outFile(`failed-${task.id}.png`) })
    await context.close()
    await relay.close()
    // Over every test of this file: nothing was refused by the policy, nothing broke, nobody else was asked for anything.
    expect(seen).toEqual({ violations: [], errors: [], foreign: [] })
  })

  const visit = async (
    options: StandInOptions & { readonly dark?: boolean; readonly width?: number } = {},
  ): Promise<void> => {
    if (browser === undefined) throw new Error(NO_CHROMIUM)
    relay = await startStandIn(options)
    context = await browser.newContext({
      colorScheme: options.dark === true ? 'dark' : 'light',
      viewport: { width: options.width ?? 1280, height: 800 },
      permissions: ['clipboard-read', 'clipboard-write'],
      timezoneId: 'UTC',
    })
    context.setDefaultTimeout(6_000)
    page = await context.newPage()
    seen = await watch(page, relay.url)
    await page.clock.setSystemTime(START + 3_600_000)
  }
  const signIn = async (options: Parameters<typeof visit>[0] = {}): Promise<void> => {
    await visit(options)
    await page.goto(`${relay.url}/#code=${CODE}`)
    await page.getByRole('heading', { name: 'Aliases' }).waitFor()
    await page.getByText('Live', { exact: true }).waitFor()
  }
  const aliasSwitch = (email: string) => page.getByRole('switch', { name: email })

  describe('signing in', () => {
    test('a login link signs in, and its code is gone from the address at once', async () => {
      await signIn()
      expect(page.url()).toBe(`${relay.url}/`)
      expect(relay.requests.filter((what) => what === 'POST /app/login')).toHaveLength(1)
    })

    test('without a session it asks for the code, and takes the whole link', async () => {
      await visit()
      await page.goto(relay.url)
      const field = page.getByLabel('Login link or code')
      await field.waitFor()
      expect(await seriousFindings(page)).toEqual([])
      await page.screenshot({ path: outFile('page-login.png') })
      await field.fill('wrong')
      await field.press('Enter')
      await page.getByText('That code is not valid.').waitFor()
      await field.fill(`http://localhost:7788/#code=${CODE}`)
      await page.getByRole('button', { name: 'Sign in' }).click()
      await page.getByRole('heading', { name: 'Test mailbox' }).waitFor()
    })

    test('a session that ends takes the page back to the login', async () => {
      await signIn()
      relay.failNext('DELETE /api/v1/active-aliases', 401, { message: 'Unauthenticated.' })
      await aliasSwitch('shop@postern.test').click()
      await page.getByLabel('Login link or code').waitFor()
    })
  })

  describe('mailbox', () => {
    test('shows messages newest first and reads one, as text only', async () => {
      await signIn()
      await page.getByRole('button', { name: /Unread: Corner Shop.*Your order has shipped/ }).click()
      const message = page.getByRole('article', { name: 'Message' })
      await message.getByText('your order 1047 left our house').waitFor()
      await message.getByText("<script>document.title = 'owned'</script>").waitFor()
      expect(await page.title()).toBe('Postern')
      await message.getByText('Header', { exact: true }).click()
      await message.getByText('X-Postern-Alias: shop@postern.test').waitFor()
      await message.getByText('invoice-1047.pdf').waitFor()
    })

    test('a message that comes in appears by itself', async () => {
      await signIn()
      relay.push('mailbox', sampleItem(9, { subject: 'Fresh from the wire', from: 'Someone New' }))
      await page.getByText('Fresh from the wire', { exact: true }).first().waitFor()
      await page
        .getByRole('status')
        .getByText('New mail for shop@postern.test from Someone New')
        .waitFor({ state: 'attached' })
    })

    test('empty, it tells how to send a first message to where this relay really listens', async () => {
      await signIn({ empty: true })
      await page.getByText('No mail yet.').waitFor()
      const line = 'swaks --server 127.0.0.1:2526 --from you@example.org --to hello@postern.test'
      await page.getByText(line).waitFor()
      await page.getByRole('button', { name: 'Copy the command' }).click()
      expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(line)
      expect(await seriousFindings(page)).toEqual([])
      await page.screenshot({ path: outFile('page-empty.png') })
    })
  })

  describe('log', () => {
    test('a new entry appears at the top, and changes in place when its outcome changes', async () => {
      await signIn()
      // What the page loaded at first must be there: the stand-in does not keep what it pushes, a relay would.
      await page.getByRole('list', { name: 'Log, newest first' }).getByRole('listitem').first().waitFor()
      relay.push('log', sampleLog(20, { outcome: 'accepted', text: 'On its way.' }))
      const first = page.getByRole('list', { name: 'Log, newest first' }).getByRole('listitem').first()
      await first.getByText('Accepted', { exact: true }).waitFor()
      relay.push('log', sampleLog(20, { text: 'It is there.' }))
      await first.getByText('Delivered', { exact: true }).waitFor()
      await first.getByText('It is there.').waitFor()
      expect(await page.getByText('On its way.').count()).toBe(0)
    })

    test('an entry opens by keyboard and shows verdicts and attempts', async () => {
      await signIn()
      const entry = page.locator('summary', { hasText: 'The next server was not ready' })
      await entry.focus()
      await page.keyboard.press('Enter')
      await page.getByText('451 4.7.1 Greylisted, try later').waitFor()
      await page.getByText('SPF pass, DKIM pass, DMARC pass, ARC none').waitFor()
    })

    test('a stream that breaks is opened again, and what was missed is read', async () => {
      await signIn()
      relay.data.log.push(sampleLog(30, { text: 'Happened while nobody listened.' }))
      relay.dropStreams()
      await page.getByText('Happened while nobody listened.').waitFor({ timeout: 15_000 })
      await page.getByText('Live', { exact: true }).waitFor({ timeout: 15_000 })
    })
  })

  describe('aliases', () => {
    test('a switch moves at once, before the relay has answered', async () => {
      await signIn()
      relay.delay('DELETE /api/v1/active-aliases', 1_500)
      await aliasSwitch('shop@postern.test').click()
      expect(await aliasSwitch('shop@postern.test').getAttribute('aria-checked')).toBe('false')
      expect(relay.data.aliases[0]?.active).toBe(true)
      await expect.poll(() => relay.data.aliases[0]?.active, { timeout: 5_000 }).toBe(false)
    })

    test('a switch that fails goes back, says so, and can be tried again', async () => {
      await signIn()
      relay.failNext('DELETE /api/v1/active-aliases', 500)
      await aliasSwitch('shop@postern.test').press('Space')
      await page.getByText('shop@postern.test could not be switched off. Local error, try again later.').waitFor()
      expect(await aliasSwitch('shop@postern.test').getAttribute('aria-checked')).toBe('true')
      await page.getByRole('button', { name: 'Try again' }).click()
      await expect.poll(() => relay.data.aliases[0]?.active).toBe(false)
    })

    test('the form makes an alias, tells what the relay objects to, and closes by Escape', async () => {
      await signIn()
      await page.getByRole('button', { name: 'New alias' }).click()
      await page.keyboard.type('Library card')
      await page.getByLabel('Domain').selectOption('postern.test')
      await page.getByLabel('Name', { exact: true }).selectOption('custom')
      await page.getByLabel('In front of @postern.test').fill('shop')
      await page.screenshot({ path: outFile('page-form.png') })
      expect(await seriousFindings(page)).toEqual([])
      await page.getByRole('button', { name: 'Add alias' }).click()
      await page.getByText('This address exists already.').waitFor()
      await page.getByLabel('In front of @postern.test').fill('library')
      await page.getByRole('button', { name: 'Add alias' }).click()
      await page.getByText('library@postern.test is ready.').waitFor()
      await aliasSwitch('library@postern.test').waitFor()
      await page.getByRole('button', { name: 'New alias' }).click()
      await page.keyboard.press('Escape')
      await page.getByRole('form', { name: 'New alias' }).waitFor({ state: 'detached' })
    })

    test('an address is copied', async () => {
      await signIn()
      await page.getByRole('button', { name: 'Copy news@postern.test' }).click()
      expect(await page.evaluate(() => navigator.clipboard.readText())).toBe('news@postern.test')
    })
  })

  describe('when something is wrong', () => {
    test('a list that cannot be read says so and can be tried again; the others stand', async () => {
      await visit()
      relay.failNext('GET /app/log', 500)
      await page.goto(`${relay.url}/#code=${CODE}`)
      await page.getByRole('region', { name: 'Log' }).getByText('Local error, try again later.').waitFor()
      await aliasSwitch('shop@postern.test').waitFor()
      await page.getByRole('region', { name: 'Log' }).getByRole('button', { name: 'Try again' }).click()
      await page.getByText('Refused: this alias is switched off.').waitFor()
    })

    test('a relay that goes away leaves the last that was known, and says so', async () => {
      await signIn()
      await relay.close()
      await page.getByText('Not live').waitFor()
      await page
        .getByRole('region', { name: 'Aliases' })
        .getByText('The relay does not answer. This is how it was.')
        .waitFor()
      await aliasSwitch('shop@postern.test').waitFor()
      await page.screenshot({ path: outFile('page-gone.png') })
      relay = await startStandIn()
      seen.errors.length = 0
    })

    test('an answer of another shape is refused and not shown', async () => {
      await visit()
      relay.failNext('GET /app/mailbox', 200, { data: [{ id: 'one' }] })
      await page.goto(`${relay.url}/#code=${CODE}`)
      await page.getByText('The relay answered in a way that this page does not understand.').waitFor()
    })
  })

  describe.each([
    ['light', false],
    ['dark', true],
  ] as const)('in %s', (name, dark) => {
    test.each([1280, 900, 380])('%i pixels wide: nothing is cut off, axe finds nothing serious', async (width) => {
      await signIn({ dark, width })
      await page.getByRole('button', { name: /Unread: Corner Shop.*Your order has shipped/ }).click()
      await page.getByText('your order 1047 left our house').waitFor()
      await page.locator('summary', { hasText: 'The next server was not ready' }).click()
      expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true)
      expect(await seriousFindings(page)).toEqual([])
      await page.screenshot({ path: outFile(`page-${name}-${width}.png`), fullPage: width < 1024 })
    })
  })
})
