// What is narrowed by hand: reasons, one alias, a time of one's own; in the address, so that reloading keeps it.
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { seriousFindings } from '../axe.ts'
import { chromiumFile, go, NO_CHROMIUM, openBrowser } from '../browser.ts'
import { Wire } from '../world/dialogue.ts'
import { PATIENT, startRelay, type TestRelay } from '../world/relay.ts'

let relay: TestRelay
let browser: Browser | undefined
let page: Page

async function send(to: string): Promise<string> {
  const wire = await Wire.open(relay.port('smtp'))
  await wire.reply()
  await wire.say('EHLO shop.example')
  await wire.say('MAIL FROM:<news@shop.example>')
  const answer = await wire.say(`RCPT TO:<${to}>`)
  if (answer.startsWith('250')) {
    await wire.say('DATA')
    await wire.say('From: <news@shop.example>\r\nSubject: hello\r\n\r\nx\r\n.')
  }
  wire.close()
  return answer
}

beforeAll(async () => {
  if (chromiumFile === undefined) return
  relay = await startRelay({ init: ['--domain', 'filter.test', '--catch-all', '--recipient', 'me@mailbox.test'] })
  for (const name of ['one', 'two', 'off']) await send(`${name}@filter.test`)
  await relay.run('domain', 'add', 'second.test', '--catch-all', 'on')
  await send('shop@second.test')
  await relay.run('alias', 'set', 'off@filter.test', '--active', 'off')
  expect(await send('off@filter.test')).toMatch(/^550/)
  expect(await send('x@elsewhere.test')).toMatch(/^550/)
  browser = await openBrowser()
  page = await browser.newPage({ viewport: { width: 1280, height: 800 } })
  page.setDefaultTimeout(15_000)
  await page.goto(relay.ready?.login ?? '')
  await page.getByText('Live', { exact: true }).waitFor()
}, 60_000)
afterAll(async () => {
  await browser?.close()
  if (chromiumFile !== undefined) await relay.destroy()
})

const rows = (): Promise<number> => page.locator('[data-id]').count()

describe('the log', () => {
  it('by reasons, more than one; a reload keeps them', async ({ skip }) => {
    if (chromiumFile === undefined) skip(NO_CHROMIUM)
    await go(page, '/activity')
    await expect.poll(rows, PATIENT).toBeGreaterThan(4)
    const choose = async (word: string): Promise<void> => {
      await page.getByRole('button', { name: 'Reason', exact: true }).click()
      await page.getByRole('menuitem', { name: word, exact: true }).click()
    }
    await choose('alias is off')
    await expect.poll(rows, PATIENT).toBe(1)
    await choose('not a domain of yours')
    await expect.poll(rows, PATIENT).toBe(2)
    expect(page.url()).toContain('reason=alias-disabled%2Cnot-ours')
    await page.reload()
    await expect.poll(rows, PATIENT).toBe(2)
    await choose('alias is off')
    await expect.poll(rows, PATIENT).toBe(1)
    await page.getByRole('button', { name: 'Remove the filter not a domain of yours' }).click()
    await expect.poll(rows, PATIENT).toBeGreaterThan(4)
  })

  it('by one alias and a time of one’s own; a time that ends before it begins is not taken', async ({ skip }) => {
    if (chromiumFile === undefined) skip(NO_CHROMIUM)
    await go(page, '/activity?all=1')
    const open = (): Promise<void> => page.getByRole('button', { name: 'More filters' }).click()
    await open()
    await page.getByLabel('Alias', { exact: true }).fill('two@filter.test')
    await page.getByRole('button', { name: 'Show these' }).click()
    await expect
      .poll(() => page.locator('[data-id]').allInnerTexts(), PATIENT)
      .toSatisfy((texts: string[]) => texts.length > 0 && texts.every((text) => text.includes('two@filter.test')))
    await open()
    await page.getByLabel('From').fill('2020-01-02T03:04')
    await page.getByLabel('Until before').fill('2020-01-01T03:04')
    await page.getByText('That is not after the beginning.').waitFor()
    expect(await page.getByRole('button', { name: 'Show these' }).isDisabled()).toBe(true)
    expect(await seriousFindings(page)).toEqual([])
    await page.getByLabel('Until before').fill('2020-02-01T03:04')
    await page.getByRole('button', { name: 'Show these' }).click()
    await page.getByText('Nothing fits these filters.').waitFor()
    const place = page.url()
    await page.reload()
    await page.getByText('Nothing fits these filters.').waitFor()
    expect(page.url()).toBe(place)
    await open()
    expect(await page.getByLabel('From').inputValue()).toBe('2020-01-02T03:04')
    await page.getByLabel('Until before').fill('2099-01-01T00:00')
    await page.getByRole('button', { name: 'Show these' }).click()
    await expect.poll(rows, PATIENT).toBeGreaterThan(0)
  })
})

const texts = (): Promise<string[]> => page.locator('[data-id]').allInnerTexts()
const chip = (word: string) => page.getByRole('button', { name: `Remove the filter ${word}` })
/** At least one row is shown, and each of them says it. */
const allSay = async (...words: string[]): Promise<void> =>
  expect
    .poll(texts, PATIENT)
    .toSatisfy((rows: string[]) => rows.length > 0 && rows.every((row) => words.every((word) => row.includes(word))))

describe('the log by who and where', () => {
  it('from the form: domain, contact, recipient and how it came in, together; what is not whole is not taken', async ({
    skip,
  }) => {
    if (chromiumFile === undefined) skip(NO_CHROMIUM)
    await go(page, '/activity?all=1')
    await page.getByRole('button', { name: 'More filters' }).click()
    const apply = page.getByRole('button', { name: 'Show these' })
    await page.getByLabel('Domain', { exact: true }).selectOption('second.test')
    await page.getByLabel('Came in').selectOption('not encrypted')
    await page.getByLabel('Recipient').fill('me')
    await page.getByText('Write the whole address, with its @.').waitFor()
    expect(await apply.isDisabled()).toBe(true)
    await page.getByLabel('Recipient').fill('ME@mailbox.test')
    await page.getByLabel('Contact').fill('@shop example')
    await page.getByText('Write an address, or a domain like example.com.').waitFor()
    await page.getByLabel('Contact').fill('example')
    expect(await seriousFindings(page)).toEqual([])
    await apply.click()
    await allSay('@second.test', 'news@shop.example')
    const place = page.url()
    for (const word of ['Domain: second.test', 'Contact: example', 'Recipient: ME@mailbox.test', 'not encrypted'])
      await chip(word).waitFor()
    await page.reload()
    await allSay('@second.test')
    expect(page.url()).toBe(place)
    await page.getByRole('button', { name: 'More filters' }).click()
    expect(await page.getByLabel('Domain', { exact: true }).inputValue()).toBe('second.test')
    await page.getByLabel('Came in').selectOption('TLS 1.3')
    await apply.click()
    await page.getByText('Nothing fits these filters.').waitFor()
    await page.goBack()
    await allSay('@second.test')
  })

  it('what comes live and does not fit is not shown', async ({ skip }) => {
    if (chromiumFile === undefined) skip(NO_CHROMIUM)
    await go(page, `/activity?domain=SECOND.test&recipient=${encodeURIComponent('Me@mailbox.test')}`)
    await allSay('@second.test')
    const before = await rows()
    await page.mouse.move(5, 5)
    await send('elsewhere@filter.test')
    await send('live@second.test')
    await expect.poll(rows, PATIENT).toBe(before + 1)
    await allSay('@second.test')
    expect((await texts())[0]).toContain('live@second.test')
  })

  it('by links: from a domain, a mailbox, a contact, and the trace of an entry', async ({ skip }) => {
    if (chromiumFile === undefined) skip(NO_CHROMIUM)
    await go(page, '/domains/second.test')
    await page.getByRole('main').getByRole('link', { name: 'Activity' }).click()
    await chip('Domain: second.test').waitFor()
    await allSay('@second.test')
    await go(page, '/recipients')
    await page.getByRole('button', { name: 'More', exact: true }).first().click()
    await page.getByRole('menuitem', { name: 'Activity' }).click()
    await page.getByText(/^Recipient: /).waitFor()
    await go(page, '/activity?alias=one%40filter.test')
    await page.locator('[data-id]').first().click()
    await page.getByRole('link', { name: 'all of shop.example' }).click()
    await chip('Contact: shop.example').waitFor()
    await allSay('news@shop.example')
  })
})

describe('the command line', () => {
  it('filters alike, and says what is no address', async ({ skip }) => {
    if (chromiumFile === undefined) skip(NO_CHROMIUM)
    const log = async (...flags: string[]) =>
      (await relay.json<{ alias: string; to: string[] }[]>('log', ...flags)).map(({ alias }) => alias)
    expect(new Set(await log('--domain', 'Second.test.', '--tls', 'none'))).toEqual(
      new Set(['shop@second.test', 'live@second.test']),
    )
    expect(await log('--recipient', 'me@mailbox.test', '--contact', 'news@shop.example', '--limit', '2')).toHaveLength(
      2,
    )
    expect(await log('--contact', 'hop.example')).toEqual([])
    const wrong = await relay.run('log', '--recipient', 'me')
    expect([wrong.code, wrong.err]).toEqual([1, expect.stringContaining('write a whole one like me@example.com')])
  })
})

describe('the dashboard', () => {
  it('of days of one’s own, kept in the address', async ({ skip }) => {
    if (chromiumFile === undefined) skip(NO_CHROMIUM)
    await go(page, '/dashboard')
    const forwarded = page.getByRole('region', { name: 'Forwarded' }).locator('p').first()
    await expect.poll(() => forwarded.innerText(), PATIENT).toBe('6')
    const choose = async (first: string, last: string): Promise<void> => {
      await page.getByRole('button', { name: 'Dates' }).click()
      await page.getByLabel('First day').fill(first)
      await page.getByLabel('Last day').fill(last)
      expect(await seriousFindings(page)).toEqual([])
      await page.getByRole('button', { name: 'Show these days' }).click()
    }
    await choose('2020-01-01', '2020-01-31')
    await expect.poll(() => forwarded.innerText(), PATIENT).toBe('0')
    const today = await page.evaluate(() => new Date().toLocaleDateString('sv'))
    await choose('2026-01-01', today)
    await expect.poll(() => forwarded.innerText(), PATIENT).toBe('6')
    await page.reload()
    await expect.poll(() => forwarded.innerText(), PATIENT).toBe('6')
    await page.getByText('7 days', { exact: true }).click()
    expect(page.url()).toMatch(/#\/dashboard\?days=7$/)
  })

  it('says what is no time', async () => {
    const found = await page.evaluate(async () => (await fetch('/app/stats?from=20&until=10')).status)
    expect(found).toBe(422)
  })
})
