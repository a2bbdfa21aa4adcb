// A page that is opened while no relay answers says so, and comes up by itself once one does.
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { seriousFindings } from '../axe.ts'
import { chromiumFile, NO_CHROMIUM, openBrowser } from '../browser.ts'
import { startRelay, type TestRelay } from '../world/relay.ts'

let browser: Browser | undefined
let relay: TestRelay

beforeAll(async () => {
  if (chromiumFile === undefined) return
  ;[browser, relay] = await Promise.all([
    openBrowser(),
    startRelay({ init: ['--domain', 'ours.test', '--recipient', 'me@mine.test'] }),
  ])
}, 60_000)
afterAll(async () => {
  if (browser === undefined) return
  await browser.close()
  await relay.destroy()
})
beforeEach(({ skip }) => {
  if (browser === undefined) skip(NO_CHROMIUM)
})

test('the page waits for the relay, and nobody has to press a button', async () => {
  if (browser === undefined) throw new Error('no browser')
  const context = await browser.newContext({ locale: 'en-GB' })
  context.setDefaultTimeout(15_000)
  const page = await context.newPage()
  await page.goto(relay.ready?.login ?? '')
  await page.getByText('Live', { exact: true }).waitFor()
  await page.route('**/app/**', (route) => route.abort())
  await page.reload()
  await page.getByRole('heading', { name: 'Postern is not answering' }).waitFor()
  expect(await seriousFindings(page)).toEqual([])
  await page.unroute('**/app/**')
  await page.getByText('Live', { exact: true }).waitFor()
})
