// Waiting for records to show in the DNS: how far it is, a way to stop looking and to begin again, and an end by itself.
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { seriousFindings } from '../axe.ts'
import { chromiumFile, go, NO_CHROMIUM, openBrowser, outFile } from '../browser.ts'
import { startDns, type TestDns, type Zone } from '../world/dns.ts'
import { TestRelay } from '../world/relay.ts'

type Published = Record<string, Zone[string]>

let browser: Browser | undefined
let relay: TestRelay
let dns: TestDns
let page: Page
const zone: Published = { 'wait.test': [] }

beforeAll(async () => {
  if (chromiumFile === undefined) return
  ;[browser, dns] = await Promise.all([openBrowser(), startDns(zone)])
  relay = new TestRelay({ serve: ['--resolver', dns.server, '--dnssec', 'off'] })
  await relay.run('init', '--domain', 'wait.test', '--recipient', 'me@mailbox.test', '--key', 'file')
  const { login } = await relay.serve()
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: 'en-GB' })
  page = await context.newPage()
  page.setDefaultTimeout(20_000)
  await page.clock.install()
  await page.goto(login)
  await page.getByText('Live', { exact: true }).waitFor()
})
afterAll(async () => {
  if (browser === undefined) return
  await browser.close()
  await relay.destroy()
  await dns.close()
})
beforeEach(({ skip }) => {
  if (browser === undefined) skip(NO_CHROMIUM)
})

test('says how many records are there, looks again, stops, goes on, and ends when all are found', async () => {
  let looks = 0
  page.on('request', (request) => (looks += /\/domains\/[^/]+\/check/.test(request.url()) ? 1 : 0))
  await go(page, '/domains/wait.test')
  const progress = page.getByRole('progressbar', { name: /Waiting for the DNS: 0 of \d records/ })
  await progress.waitFor()
  expect(await seriousFindings(page)).toEqual([])
  await page.screenshot({ path: outFile('dns-waiting.png') })
  expect(looks).toBe(1)
  await page.clock.fastForward(16_000)
  await expect.poll(() => looks).toBe(2)

  await page.getByRole('button', { name: 'Stop looking' }).click()
  await page.getByText('This page looks only when you tell it to.').waitFor()
  await page.clock.fastForward(3_600_000)
  await page.waitForTimeout(500)
  expect(looks).toBe(2)
  await page.getByRole('button', { name: 'Check now' }).click()
  await expect.poll(() => looks).toBe(3)

  const { data } = (await page.evaluate(
    async () => (await (await fetch('/app/domains/wait.test/check')).json()) as unknown,
  )) as {
    data: { records: { type: 'MX' | 'TXT'; name: string; expected: string }[] }
  }
  for (const { type, name, expected } of data.records) {
    const [preference = '', exchange = ''] = expected.split(' ')
    const value =
      type === 'MX'
        ? { preference: Number(preference), exchange: exchange.replace(/\.$/, '') }
        : (expected.match(/.{1,255}/g) ?? [])
    zone[name] = [...(zone[name] ?? []), { type, data: value }]
  }
  const before = looks
  await page.getByRole('button', { name: 'Look by itself again' }).click()
  for (let i = 0; i < 5 && (await page.getByText('Everything is as it should be').count()) === 0; i++) {
    await page.clock.fastForward(301_000)
    await page.waitForTimeout(500)
  }
  expect(looks).toBeGreaterThan(before)
  await expect.poll(() => page.getByRole('progressbar').count()).toBe(0)
})
