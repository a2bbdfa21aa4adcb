// A relay whose data is locked, in Chromium and in the API: senders are told to come again, the page asks for the passphrase, and
// whoever gives it is signed in when the relay has come up.
import { readFileSync } from 'node:fs'
import http from 'node:http'
import path from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterEach, describe, expect, it } from 'vitest'
import { seriousFindings } from '../axe.ts'
import { chromiumFile, NO_CHROMIUM, openBrowser, outFile, watch } from '../browser.ts'
import { Wire } from '../world/dialogue.ts'
import { freePort } from '../world/postfix.ts'
import { PATIENT, TestRelay } from '../world/relay.ts'

const SECRET = 'canary passphrase of mine'
const INIT = ['init', '--domain', 'door.test', '--recipient', 'me@mailbox.test'] as const

let relay: TestRelay | undefined
let browser: Browser | undefined
afterEach(async () => {
  await browser?.close()
  await relay?.destroy()
  relay = browser = undefined
})

interface Locked {
  readonly page: string
  readonly smtp: number
}

/** Serves a folder whose only daily key is a passphrase that nobody gives at start. */
async function serveLocked(): Promise<Locked> {
  relay = new TestRelay()
  const file = relay.secretFile('passphrase', `${SECRET}\n`)
  expect(await relay.run(...INIT, '--key', 'passphrase', '--passphrase-file', file)).toMatchObject({ code: 0 })
  expect(await relay.run('key', 'recovery', '--to', `${relay.folder}/paper`, '--passphrase-file', file)).toMatchObject({
    code: 0,
  })
  const [smtp, web] = [await freePort(), await freePort()]
  void relay.serve('--smtp', `127.0.0.1:${smtp}`, '--http', `127.0.0.1:${web}`).catch(() => undefined)
  await expect.poll(() => relay?.output.includes('"locked":true'), PATIENT).toBe(true)
  return { page: `http://localhost:${web}`, smtp }
}

async function open(url: string): Promise<{ page: Page; seen: Awaited<ReturnType<typeof watch>> }> {
  browser = await openBrowser()
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } })
  context.setDefaultTimeout(20_000)
  const page = await context.newPage()
  const seen = await watch(page, url)
  await page.goto(url)
  return { page, seen }
}

interface Asked {
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  readonly path?: string
  readonly method?: string
}

/** With headers of our choice, which `fetch` would not let us set. */
function ask(
  url: string,
  { headers = {}, body, path = '/app/unlock', method = 'POST' }: Asked,
): Promise<[number, string]> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url)
    const host = `localhost:${port}`
    const request = http.request({ hostname, port, path, method, headers: { host, ...headers } }, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
      response.on('end', () => resolve([response.statusCode ?? 0, text]))
    })
    request.on('error', reject)
    request.end(body)
  })
}

const statusOf = async (url: string, asked: Asked): Promise<number> => (await ask(url, asked))[0]

const JSON_TYPE = { 'content-type': 'application/json' }

describe('locked data', () => {
  it('is unlocked in the browser, which is signed in when the relay has come up', async ({ skip }) => {
    if (chromiumFile === undefined) skip(NO_CHROMIUM)
    const locked = await serveLocked()
    const { page, seen } = await open(locked.page)
    await page.getByRole('heading', { name: 'Your data is locked' }).waitFor()
    expect(await seriousFindings(page)).toEqual([])
    await page.screenshot({ path: outFile('unlock.png') })
    await page.keyboard.type('not the passphrase')
    await page.keyboard.press('Enter')
    await page.getByText('The passphrase is not the one of this data folder.').waitFor()
    expect(await page.getByLabel('Passphrase').inputValue()).toBe('')
    const wire = await Wire.open(locked.smtp)
    expect(await wire.reply()).toMatch(/^421 4\.3\.2 /)
    wire.close()
    await page.getByLabel('Passphrase').fill(SECRET)
    await page.keyboard.press('Enter')
    await page.getByText('Live', { exact: true }).waitFor()
    await expect
      .poll(async () => {
        const again = await Wire.open(locked.smtp)
        const greeting = await again.reply()
        again.close()
        return greeting
      }, PATIENT)
      .toMatch(/^220 /)
    const stored = await page.evaluate(() =>
      JSON.stringify([Object.entries(localStorage), Object.entries(sessionStorage), document.cookie]),
    )
    expect(stored).not.toContain(SECRET)
    expect(relay?.output).not.toContain(SECRET)
    expect({ violations: seen.violations, foreign: seen.foreign }).toEqual({ violations: [], foreign: [] })
  })

  it('opens by the recovery key too, typed in the page', async ({ skip }) => {
    if (chromiumFile === undefined) skip(NO_CHROMIUM)
    const locked = await serveLocked()
    const paper = readFileSync(path.join(relay?.folder ?? '', 'paper'), 'utf8')
    const { page } = await open(locked.page)
    await page.getByRole('button', { name: 'Use the recovery key instead' }).click()
    await page.getByLabel('Recovery key').fill(paper.replace(/[A-Z]/, (letter) => (letter === 'A' ? 'B' : 'A')))
    await page.keyboard.press('Enter')
    await page.getByText(/has a typing error/).waitFor()
    await page.getByLabel('Recovery key').fill(paper)
    await page.keyboard.press('Enter')
    await page.getByText('Live', { exact: true }).waitFor()
  })

  it('answers nothing else, and no other site: 503 with the word that it is locked', async () => {
    const { page } = await serveLocked()
    for (const path of ['/app/session', '/app/state', '/api/v1/aliases', '/app/login'])
      expect(await ask(page, { path, method: 'GET' }), path).toEqual([503, expect.stringContaining('"locked":true')])
    const body = JSON.stringify({ passphrase: SECRET })
    expect(await statusOf(page, { body, headers: { ...JSON_TYPE, host: 'evil.example' } })).toBe(403)
    expect(await statusOf(page, { body, headers: { ...JSON_TYPE, 'sec-fetch-site': 'cross-site' } })).toBe(403)
    expect(await statusOf(page, { body, headers: { 'content-type': 'text/plain' } })).toBe(403)
    expect(await statusOf(page, { body: '{', headers: JSON_TYPE })).toBe(400)
    expect(await statusOf(page, { body: '{"passphrase":1}', headers: JSON_TYPE })).toBe(422)
    expect(await statusOf(page, { body: 'x'.repeat(20_000), headers: JSON_TYPE })).toBe(413)
    // One that tries many at once is told to wait; the right passphrase opens all the same afterwards.
    const many = Array.from({ length: 12 }, () =>
      ask(page, { body: '{"passphrase":"wrong wrong"}', headers: JSON_TYPE }),
    )
    const statuses = (await Promise.all(many)).map(([status]) => status)
    expect(statuses.filter((status) => status === 429).length).toBeGreaterThanOrEqual(8)
    expect(statuses.filter((status) => status === 422).length).toBeLessThanOrEqual(4)
    const [status, answer] = await ask(page, { body, headers: JSON_TYPE })
    expect([status, answer]).toEqual([200, expect.stringContaining('"unlocked":true')])
    const { code } = JSON.parse(answer) as { readonly code: string }
    const login = (): Promise<[number, string]> =>
      ask(page, { path: '/app/login', body: JSON.stringify({ code }), headers: JSON_TYPE }).catch(() => [0, ''])
    await expect.poll(async () => (await login())[0], PATIENT).toBe(200)
    // The code has logged in once.
    expect((await login())[0]).toBe(401)
  })
})
