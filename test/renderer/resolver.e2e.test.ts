// A resolver that does not pass DNSSEC on: what the pages say of it, and the two ways out, before a relay that asks such a one.
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { seriousFindings } from '../axe.ts'
import { chromiumFile, go, NO_CHROMIUM, openBrowser, outFile } from '../browser.ts'
import { startDns, type TestDns } from '../world/dns.ts'
import { TestRelay } from '../world/relay.ts'

const TITLE = 'Your DNS resolver does not pass DNSSEC on.'

describe('a resolver that strips DNSSEC', () => {
  let browser: Browser | undefined
  let dns: TestDns
  let relay: TestRelay
  let page: Page

  beforeAll(async () => {
    if (chromiumFile === undefined) return
    // Answers, and signs nothing.
    dns = await startDns({})
    browser = await openBrowser()
    relay = new TestRelay()
    await relay.run('init')
    await relay.json('setting', 'set', 'resolver', dns.server)
    const ready = await relay.serveBySettings('--smtp', '127.0.0.1:0')
    const code = /code=([^"&\s]+)/.exec(JSON.stringify(ready))?.[1] ?? ''
    page = await browser.newPage({ viewport: { width: 1280, height: 900 } })
    page.setDefaultTimeout(30_000)
    await page.goto(`http://localhost:${relay.port('http')}/#code=${code}`)
    await page.getByText('Live', { exact: true }).waitFor()
  })
  afterAll(async () => {
    if (browser === undefined) return
    await browser.close()
    await relay.destroy()
    await dns.close()
  })
  beforeEach(({ skip }) => {
    if (chromiumFile === undefined) skip(NO_CHROMIUM)
  })

  const dialog = () => page.getByRole('dialog', { name: 'DNS resolver' })

  test('is said on every page, with the reason and what follows', async () => {
    const banner = page.getByRole('alert').filter({ hasText: TITLE })
    await banner.waitFor()
    expect(await banner.innerText()).toContain('mail from other servers is put off')
    expect(await banner.innerText()).toContain(dns.server)
    await page.screenshot({ path: outFile('resolver-banner.png') })
    expect(await seriousFindings(page)).toEqual([])
  })

  test('another one is tried before it is used; one that does not work changes nothing', async () => {
    await page.getByRole('button', { name: 'Choose another resolver' }).first().click()
    await dialog().waitFor()
    await dialog()
      .getByText(/Quad9 Foundation, Switzerland/)
      .waitFor()
    const changes: string[] = []
    // Nothing of a test leaves this machine: what a public resolver would answer is said here.
    await page.route('**/app/resolvers/try', (route) =>
      route.fulfill({ json: { data: { kind: 'silent', reason: 'no answer from tls://9.9.9.10#dns10.quad9.net' } } }),
    )
    await page.route('**/app/settings/resolver', (route) => {
      changes.push(`${route.request().method()} ${route.request().postData() ?? ''}`)
      return route.fulfill({ json: { data: {} } })
    })
    await page.getByRole('button', { name: 'Use Quad9' }).click()
    await dialog().getByText('Quad9 cannot be used at the moment. Nothing was changed.').waitFor()
    expect(changes).toEqual([])
    await page.screenshot({ path: outFile('resolver-choice.png') })
    expect(await seriousFindings(page)).toEqual([])
    await page.unroute('**/app/resolvers/try')
    await page.route('**/app/resolvers/try', (route) => route.fulfill({ json: { data: { kind: 'good', reason: '' } } }))
    await page.getByRole('button', { name: 'Use Quad9' }).click()
    await dialog().waitFor({ state: 'hidden' })
    expect(changes).toEqual(['PUT {"value":"quad9"}'])
    await page.unroute('**/app/resolvers/try')
    await page.unroute('**/app/settings/resolver')
  })

  test('without DNSSEC the banner goes, at once, and the settings offer the same dialog', async () => {
    await go(page, '/settings')
    await page.getByRole('button', { name: 'Choose another resolver' }).last().click()
    await dialog().waitFor()
    await dialog().getByRole('button', { name: 'Turn DNSSEC off' }).click()
    const sure = page.getByRole('dialog', { name: 'Turn DNSSEC off?' })
    await sure.waitFor()
    expect(await sure.innerText()).toContain('believed unchecked')
    await sure.getByRole('button', { name: 'Turn DNSSEC off' }).click()
    await page.getByRole('alert').filter({ hasText: TITLE }).waitFor({ state: 'hidden' })
    expect(await relay.json<{ troubles: string[]; dnssec: string }>('status')).toMatchObject({
      troubles: [],
      dnssec: 'off',
    })
  })
})
