// Aliases and the log before the real relay in Chromium: made, found, switched, changed by the dozen, told of and forgotten. Two of the
// stories by keyboard alone.
import { readFileSync } from 'node:fs'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { chromiumFile, go, NO_CHROMIUM, openBrowser, watch } from '../browser.ts'
import type { Watch } from '../browser.ts'
import { sendMail, startRelayProcess } from '../desktop/relay-process.ts'
import type { RelayProcess } from '../desktop/relay-process.ts'

describe('aliases and the log', () => {
  let browser: Browser | undefined
  let relay: RelayProcess
  let page: Page
  let seen: Watch

  beforeAll(async () => {
    if (chromiumFile === undefined) return
    browser = await openBrowser()
    relay = await startRelayProcess()
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, acceptDownloads: true })
    await context.grantPermissions(['clipboard-read', 'clipboard-write'])
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
  const row = (email: string) => page.getByRole('row').filter({ hasText: email })
  const press = async (...keys: readonly string[]): Promise<void> => {
    for (const key of keys) await page.keyboard.press(key)
  }

  test('by keyboard alone: made, found, copied, switched off and on, binned and had back', async () => {
    await press('g', 'a')
    await page.getByRole('heading', { name: 'Aliases', level: 1 }).waitFor()
    await press('n')
    await page.getByRole('dialog', { name: 'New alias' }).waitFor()
    await page.keyboard.type('The corner shop')
    await press('Enter')
    await page.getByText(/is made and copied/).waitFor()
    const email = await clipboard()
    expect(email).toMatch(/^[a-z0-9]+@postern\.test$/)
    expect(await sendMail(relay.smtp, email, 'First')).toMatch(/^250 /)

    await press('/')
    await page.keyboard.type('corner')
    await press('Enter')
    await expect.poll(() => page.url()).toContain('q=corner')
    await row(email).waitFor()
    await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur())
    await press('j', 'c')
    expect(await clipboard()).toBe(email)
    await press(' ')
    await page.getByText('senders are told that there is no such address (550)').waitFor()
    await expect.poll(() => sendMail(relay.smtp, email, 'Off')).toMatch(/^550 /)
    await press(' ')
    await expect.poll(() => sendMail(relay.smtp, email, 'On')).toMatch(/^250 /)
    await press('#')
    await page.getByText('No alias fits.').waitFor()
    await go(page, '/aliases?q=is%3Adeleted')
    await row(email).waitFor()
    await press('j', '#')
    await expect.poll(() => sendMail(relay.smtp, email, 'Back')).toMatch(/^250 /)
  })

  test('what was searched stays through reload and the way back, and says what was looked for', async () => {
    await go(page, '/aliases?q=nowhere%20is%3Aoff%20used%3A%3E90d')
    await page.getByText('not used for 90 days', { exact: true }).waitFor()
    await page.reload()
    await page.getByText('not used for 90 days', { exact: true }).waitFor()
    await go(page, '/mailbox')
    await page.goBack()
    await page.getByText('“nowhere”').waitFor()
    await page.getByRole('button', { name: 'Clear the search' }).click()
    await page.getByRole('grid').waitFor()
  })

  test('a table is looked through before it is taken over, and comes out again', async () => {
    await go(page, '/aliases')
    await page.getByRole('button', { name: 'More' }).click()
    await page.getByRole('menuitem', { name: 'Import a table' }).click()
    const rows = Array.from({ length: 250 }, (_, i) => `many${i}@postern.test`).join('\n')
    await page.getByLabel('Or paste it here').fill(`${rows}\nwrong@elsewhere.example\n`)
    await page.getByRole('button', { name: 'See what would happen' }).click()
    await page.getByText('elsewhere.example is not one of your domains').waitFor()
    await page.getByRole('button', { name: 'Import 250' }).click()
    await page.getByText('This was done').waitFor()
    await page.getByRole('dialog').getByText('Close', { exact: true }).click()
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'Export as CSV' }).click(),
    ])
    expect(readFileSync(await download.path(), 'utf8').split('\r\n').length).toBeGreaterThan(250)
  })

  test('all that fit are changed at once, shown first, and put back', async () => {
    await go(page, '/aliases?q=many')
    await page.getByText('250 aliases').waitFor()
    await page.getByLabel('Select all that are shown').check()
    await page.getByRole('button', { name: 'Select all 250 that fit' }).click()
    await page.getByRole('button', { name: 'Switch off' }).click()
    await page.getByRole('button', { name: 'Switch off (250)' }).click()
    await page.getByText('Switch off: done for 250 aliases.').waitFor()
    expect(await sendMail(relay.smtp, 'many249@postern.test', 'Off')).toMatch(/^550 /)
    await page.getByRole('button', { name: 'Undo' }).last().click()
    await expect.poll(() => sendMail(relay.smtp, 'many249@postern.test', 'On')).toMatch(/^250 /)
  })

  test('who may write is asked, a sender is blocked, and settings are kept', async () => {
    await go(page, '/aliases/many7@postern.test?tab=who')
    await page.getByLabel('Block a sender').fill('spam.example')
    await page.getByRole('button', { name: 'Add', exact: true }).click()
    await page.getByText('spam.example is blocked for this alias.').waitFor()
    await page.getByLabel('Mail from').fill('news@spam.example')
    await page.getByRole('button', { name: 'Ask' }).click()
    await page.getByText('It would be refused').waitFor()
    await page.getByRole('tab', { name: 'Settings' }).click()
    await page.getByRole('textbox', { name: 'Description' }).fill('Kept')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('many7@postern.test is changed.').waitFor()
    await page.reload()
    await expect.poll(() => page.getByRole('textbox', { name: 'Description' }).inputValue()).toBe('Kept')
  })

  test('a contact gets an address to write to, and it is forgotten with the alias', async () => {
    await go(page, '/aliases/many8@postern.test')
    await page.getByRole('button', { name: 'Write from this alias' }).click()
    await page.getByLabel('To whom').fill('friend@far.example')
    await page.getByRole('button', { name: 'Make the address' }).click()
    const link = page.getByRole('link', { name: 'Open in the mail program' })
    expect(await link.getAttribute('href')).toMatch(/^mailto:[a-z0-9]{22}%40postern\.test$/)
    await press('Escape')
    await page.getByRole('tab', { name: 'Contacts' }).click()
    await page.getByText('friend@far.example').waitFor()
    await page.getByRole('tab', { name: 'Bin' }).click()
    await page.getByRole('button', { name: 'Forget', exact: true }).click()
    await page.getByLabel(/Type many8@postern\.test/).fill('many8@postern.test')
    await page.getByRole('dialog').getByRole('button', { name: 'Forget' }).click()
    await page.getByText('many8@postern.test is forgotten.').waitFor()
    expect(await sendMail(relay.smtp, 'many8@postern.test', 'Never')).toMatch(/^550 /)
  })

  test('by keyboard alone: the log is narrowed, a trace is read, its sender is blocked', async () => {
    expect(await sendMail(relay.smtp, 'trace@postern.test', 'Find this needle')).toMatch(/^250 /)
    await press('g', 'l')
    await page.getByRole('heading', { name: 'Activity', level: 1 }).waitFor()
    await press('/')
    await page.keyboard.type('needle')
    await expect.poll(() => page.getByRole('row').count()).toBe(1)
    await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur())
    await press('j', 'Enter')
    await page.getByText('It was delivered: the other server has said that it has it.').waitFor()
    await expect.poll(() => page.url()).toMatch(/q=needle.*open=\d+/)
    await page.getByRole('button', { name: 'The sender' }).focus()
    await press('Enter')
    await page.getByRole('menuitem', { name: 'Block ann@sender.example' }).focus()
    await press('Enter')
    await page.getByText('ann@sender.example is blocked for every alias').waitFor()
    expect(await sendMail(relay.smtp, 'trace@postern.test', 'No')).toMatch(/^550 /)
    await press('Escape')
    await go(page, '/activity?outcome=refused%2Cdiscarded')
    await page.getByText('sender is blocked').first().waitFor()
    await page.reload()
    await page.getByRole('button', { name: 'Remove the filter Refused' }).waitFor()
  })
})
