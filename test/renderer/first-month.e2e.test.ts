// What a person does in the first month, before the real relay in Chromium: from the first message on this machine to a domain, a mailbox, a new
// sender, a refusal, a backup. Typed and clicked as a person does; where it says so, by the keyboard alone.
import { existsSync } from 'node:fs'
import path from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { seriousFindings } from '../axe.ts'
import { chromiumFile, go, NO_CHROMIUM, openBrowser, outFile, watch } from '../browser.ts'
import type { Watch } from '../browser.ts'
import { sendMail, startRelayProcess } from '../desktop/relay-process.ts'
import type { RelayProcess } from '../desktop/relay-process.ts'

describe('the first month', () => {
  let browser: Browser | undefined
  let relay: RelayProcess
  let page: Page
  let seen: Watch

  beforeAll(async () => {
    if (chromiumFile === undefined) return
    browser = await openBrowser()
    relay = await startRelayProcess()
    const context = await browser.newContext({
      viewport: { width: 1280, height: 800 },
      permissions: ['clipboard-read', 'clipboard-write'],
    })
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

  const clipboard = (): Promise<string> => page.evaluate(() => navigator.clipboard.readText())
  /** Presses Tab until something with this name has the focus. */
  const tabTo = async (name: string | RegExp): Promise<void> => {
    const fits = (text: string): boolean => (typeof name === 'string' ? text === name : name.test(text))
    for (let i = 0; i < 80; i++) {
      await page.keyboard.press('Tab')
      const text = await page.evaluate(() => {
        const one = document.activeElement
        const label = one instanceof HTMLInputElement ? (one.labels?.[0]?.textContent ?? '') : ''
        return (one?.getAttribute('aria-label') ?? (label === '' ? one?.textContent : label) ?? '').trim()
      })
      if (fits(text)) return
    }
    throw new Error(`Nothing called ${String(name)} can be reached by Tab.`)
  }
  const notice = (text: string | RegExp): Promise<void> => page.getByRole('status').getByText(text).first().waitFor()

  test('the first message, on this machine alone, by the keyboard', async () => {
    await page.keyboard.press('g')
    await page.keyboard.press('w')
    await page.getByRole('heading', { name: 'Set-up' }).waitFor()
    await tabTo('Send a message as a shop would')
    await page.keyboard.press('Enter')
    await page.getByText(/The door answered: 250/).waitFor()
    await tabTo('Read it in the test mailbox')
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: /Unread: orders@shop/ }).waitFor()
    await tabTo(/Unread: orders@shop/)
    await page.keyboard.press('Enter')
    await page.getByText('an address that only this shop has').waitFor()
    expect(await seriousFindings(page)).toEqual([])
    await page.reload()
    await page.getByText('an address that only this shop has').waitFor()
    await page.goBack()
    await page.getByRole('heading', { name: 'Set-up' }).waitFor()
  })

  test('a domain of one’s own, with every record to copy beside what is found', async () => {
    await go(page, '/domains')
    await page.getByRole('button', { name: 'Add a domain' }).click()
    await page.getByLabel('Domain', { exact: true }).fill('no domain')
    await page.getByRole('button', { name: 'Add', exact: true }).click()
    await page.getByText('The domain is not a domain name.').waitFor()
    await page.getByLabel('Domain', { exact: true }).fill('mail.example.org')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'mail.example.org', level: 1 }).waitFor()
    // Nobody answers there: each record says that it could not be tested, and none that it is missing.
    await page.getByText('Could not test').first().waitFor()
    expect(await page.getByText('Not there').count()).toBe(0)
    const dmarc = page.getByRole('article', { name: 'TXT _dmarc.mail.example.org' })
    await dmarc.getByRole('button', { name: 'Copy the short name' }).click()
    expect(await clipboard()).toBe('_dmarc')
    await dmarc.getByRole('button', { name: 'Copy the value' }).click()
    expect(await clipboard()).toMatch(/^v=DMARC1; p=reject/)
    await page.getByRole('button', { name: 'Copy the zone file' }).click()
    expect(await clipboard()).toContain('mail.example.org. 3600 IN MX 10 ')
    expect(await seriousFindings(page)).toEqual([])
    await page.getByRole('tab', { name: 'Policy' }).click()
    await page.getByLabel('Description').fill('Shops')
    await page.getByRole('button', { name: 'Save' }).click()
    await notice('Saved.')
    await page.reload()
    await expect.poll(() => page.getByLabel('Description').inputValue()).toBe('Shops')
  })

  test('the real mailbox, and how mail arrives there', async () => {
    await go(page, '/welcome?step=recipient')
    await page.getByLabel('Mail address').fill('me@mail.example.org')
    await page.getByRole('button', { name: 'Send my mail there' }).click()
    await page.getByText(/would go round in a circle/).waitFor()
    await page.getByLabel('Mail address').fill('me@home.example')
    await page.getByRole('button', { name: 'Send my mail there' }).click()
    await page.getByText('Mail goes to me@home.example.').first().waitFor()
    await go(page, '/recipients')
    const card = page.getByRole('region', { name: 'me@home.example' })
    await card.getByText('Default', { exact: true }).waitFor()
    await card.getByRole('button', { name: 'How mail arrives' }).click()
    await page.getByLabel('A line in the mail that says by which alias it came').selectOption('top')
    await page.getByRole('button', { name: 'Save' }).click()
    await notice('Saved.')
    const test = page.getByRole('region', { name: 'inbox@mailbox.test' })
    await test.getByRole('button', { name: 'More' }).click()
    await page.getByRole('menuitem', { name: 'Make it the default' }).click()
    await test.getByText('Default', { exact: true }).waitFor()
    expect(await seriousFindings(page)).toEqual([])
  })

  test('an alias that asks first: one sender is let in, another one refused, by the keyboard', async () => {
    await page.evaluate(async () => {
      const { csrf } = (await (await fetch('/app/session')).json()) as { csrf: string }
      const headers = { 'content-type': 'application/json', 'x-postern-csrf': csrf }
      const post = (place: string, method: string, body: unknown): Promise<Response> =>
        fetch(place, { method, headers, body: JSON.stringify(body) })
      await post('/api/v1/aliases', 'POST', { domain: 'postern.test', format: 'custom', local_part: 'news' })
      await post('/app/aliases/news@postern.test', 'PATCH', { policy: 'ask' })
    })
    expect(await sendMail(relay.smtp, 'news@postern.test', 'May I?')).toMatch(/^250 /)
    await go(page, '/dashboard')
    await page.getByText(/1 new sender asks/).waitFor()
    await page.keyboard.press('g')
    await page.keyboard.press('q')
    await page.getByRole('heading', { name: 'Quarantine' }).waitFor()
    await tabTo('Held')
    await page.keyboard.press('ArrowRight')
    await page.getByText('May I?').waitFor()
    await tabTo('Allow')
    await page.keyboard.press('Enter')
    await notice(/may write from now on/)
    await page.getByText('Nobody new asks to write to you.').waitFor()
    await go(page, '/mailbox')
    await page.getByRole('button', { name: /May I\?/ }).waitFor()
  })

  test('a sender is blocked, refused at the door, and let in again', async () => {
    await go(page, '/blocks')
    await page
      .getByLabel('Addresses, domains or patterns, one a line')
      .fill('shop.example\n*.bad.example\nnot a thing at all')
    await page.getByRole('button', { name: 'Block', exact: true }).click()
    await notice('2 entries blocked.')
    expect(await page.getByLabel('Addresses, domains or patterns, one a line').inputValue()).toBe('not a thing at all')
    await go(page, '/welcome?step=try')
    await page.getByRole('button', { name: 'Send a message as a shop would' }).click()
    await page.getByText(/The door answered: 550 5\.7\.1/).waitFor()
    await go(page, '/blocks')
    const row = page.getByRole('listitem').filter({ hasText: /^shop\.example/ })
    await row.getByText('1 time stopped').waitFor()
    await row.getByRole('button', { name: 'Unblock' }).click()
    await notice('shop.example may write again.')
    await page.getByRole('button', { name: 'Undo' }).click()
    await row.waitFor()
    expect(await seriousFindings(page)).toEqual([])
  })

  test('sending is paused from anywhere, and resumed', async () => {
    await page.keyboard.press('Control+k')
    await page.getByRole('combobox').fill('pause')
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'State of the relay: Paused' }).waitFor()
    await page.getByRole('button', { name: 'State of the relay: Paused' }).click()
    await page.getByRole('button', { name: 'Resume sending' }).click()
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'State of the relay: Running' }).waitFor()
  })

  test('receiving is paused for an hour: the state and the dashboard say what that does to mail', async () => {
    await page.getByRole('button', { name: 'State of the relay: Running' }).click()
    await page.getByRole('button', { name: 'Pause receiving' }).click()
    await page.getByRole('menuitem', { name: 'For 1 hour' }).click()
    await notice('Receiving is paused. Senders keep their mail and try again.')
    await page.getByText(/^Nothing comes in until .*; senders try again\.$/).waitFor()
    expect(await seriousFindings(page)).toEqual([])
    await page.screenshot({ path: outFile('state-paused.png') })
    await page.getByRole('button', { name: 'Resume receiving' }).click()
    await page.getByRole('button', { name: 'State of the relay: Running' }).waitFor()
    await page.keyboard.press('Escape')
  })

  test('the palette finds pages, aliases and domains by a few letters, by the keyboard', async () => {
    await page.keyboard.press('Control+k')
    await page.getByRole('combobox').fill('corner')
    await page.getByRole('option', { name: /corner-shop@postern\.test/ }).waitFor()
    expect(await seriousFindings(page)).toEqual([])
    await page.getByRole('combobox').fill('mail.ex')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'mail.example.org', level: 1 }).waitFor()
    await page.keyboard.press('Control+k')
    await page.getByRole('combobox').fill('zzzzz')
    await page.getByText('Nothing fits.').waitFor()
    await page.keyboard.press('Escape')
  })

  test('a backup is made, listed and checked', async () => {
    await go(page, '/backup')
    await page.getByText('The newest is older than a week, or there is none.').waitFor()
    await page.getByRole('button', { name: 'Back up now' }).click()
    await notice(/restored for a test/)
    await page.getByRole('button', { name: 'Check it' }).click()
    await notice('It opens, and everything in it is whole.')
    expect(existsSync(path.join(relay.folder, 'backups'))).toBe(true)
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Export everything' }).click(),
    ])
    expect(download.suggestedFilename()).toMatch(/^postern-.*\.json$/)
    expect(await seriousFindings(page)).toEqual([])
    await page.screenshot({ path: outFile('page-backup.png') })
  })

  test('two keys lead to a page also where the second one means something else', async () => {
    await go(page, '/aliases')
    await page.getByRole('grid').waitFor()
    await page.keyboard.press('j')
    await page.keyboard.press('g')
    await page.keyboard.press('e')
    await page.getByRole('heading', { name: 'Settings', level: 1 }).waitFor()
  })

  test('a setting is changed, refused where it makes no sense, and put back', async () => {
    await go(page, '/settings?q=one sender')
    const field = page.getByLabel('Messages an hour from one sender')
    await field.fill('20')
    await page.getByRole('button', { name: 'Save' }).click()
    await notice(/saved\./)
    await page.getByRole('button', { name: 'Back to the standard' }).click()
    await expect.poll(() => field.inputValue()).toBe('300')
    await go(page, '/settings?q=way out')
    await page.getByLabel('Way out').fill('carrier pigeon')
    await page.getByRole('button', { name: 'Save' }).click()
    await expect.poll(() => page.getByLabel('Way out').getAttribute('aria-invalid')).toBe('true')
  })

  test('another language, at once and after a reload', async () => {
    await go(page, '/settings')
    await page.getByLabel('Language').selectOption('de')
    await page.getByRole('heading', { name: 'Einstellungen' }).waitFor()
    await page.reload()
    await page.getByRole('heading', { name: 'Einstellungen' }).waitFor()
    expect(await page.evaluate(() => document.documentElement.lang)).toBe('de')
    await page.getByLabel('Sprache').selectOption('en')
    await page.getByRole('heading', { name: 'Settings' }).waitFor()
  })
})
