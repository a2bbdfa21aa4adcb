// Bytes that were flipped in the files of a relay: it takes no mail, its page says what is damaged and what helps, and goes on by itself
// when that was done.
import {
  closeSync,
  copyFileSync,
  cpSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs'
import http from 'node:http'
import net from 'node:net'
import path from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { seriousFindings } from '../axe.ts'
import { chromiumFile, NO_CHROMIUM, openBrowser, outFile, watch, type Watch } from '../browser.ts'
import { Wire } from '../world/dialogue.ts'
import { freePort } from '../world/postfix.ts'
import { PATIENT, TestRelay } from '../world/relay.ts'

let relay: TestRelay
let browser: Browser | undefined
let ports: { readonly smtp: number; readonly web: number }
let origin: string

async function send(count: number): Promise<void> {
  const wire = await Wire.open(ports.smtp)
  await wire.reply()
  await wire.say('EHLO c.test')
  for (let i = 0; i < count; i++) {
    await wire.say('MAIL FROM:<a@sender.test>')
    await wire.say(`RCPT TO:<shop${i}@damage.test>`)
    await wire.say('DATA')
    expect(await wire.say(`From: a@sender.test\r\nSubject: ${i}\r\n\r\nx\r\n.`)).toMatch(/^250/)
  }
  wire.close()
}

const serve = (): Promise<unknown> =>
  relay.serve('--smtp', `127.0.0.1:${ports.smtp}`, '--http', `127.0.0.1:${ports.web}`)

beforeAll(async () => {
  relay = new TestRelay({ serve: [] })
  const [smtp, web] = [await freePort(), await freePort()]
  ports = { smtp, web }
  origin = `http://localhost:${web}`
  await relay.run('init', '--domain', 'damage.test', '--catch-all', '--recipient', 'me@mailbox.test')
  await relay.serve()
  await relay.stop()
}, 60_000)
afterEach(async () => {
  await browser?.close()
  browser = undefined
  await relay.stop('SIGKILL')
})
afterAll(() => relay.destroy())

function flip(file: string, at: number): void {
  const handle = openSync(file, 'r+')
  const byte = Buffer.alloc(1)
  readSync(handle, byte, 0, 1, at)
  byte[0] = (byte[0] ?? 0) ^ 16
  writeSync(handle, byte, 0, 1, at)
  closeSync(handle)
}

/** Starts what cannot start; resolves when it says so. */
async function serveDamaged(): Promise<{ readonly id: string }> {
  void serve().catch(() => undefined)
  await expect.poll(() => relay.output.includes('"damaged":'), PATIENT).toBe(true)
  const line = relay.output.split('\n').find((one) => one.startsWith('{"damaged"')) ?? '{}'
  return { id: (JSON.parse(line) as { damaged: string }).damaged }
}

async function open(language: 'en-GB' | 'de-DE', width: number): Promise<{ page: Page; seen: Watch }> {
  browser ??= await openBrowser()
  const context = await browser.newContext({ locale: language, viewport: { width, height: 800 } })
  context.setDefaultTimeout(20_000)
  const page = await context.newPage()
  const seen = await watch(page, origin)
  await page.goto(origin)
  return { page, seen }
}

const listens = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })

function ask(
  headers: Readonly<Record<string, string>>,
): Promise<{ status: number; damaged: { id: string; here?: unknown } }> {
  return new Promise((resolve, reject) => {
    const options = { port: ports.web, path: '/app/session', headers: { host: `localhost:${ports.web}`, ...headers } }
    http
      .get(options, (response) => {
        let text = ''
        response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, ...(JSON.parse(text) as { damaged: { id: string } }) }),
        )
      })
      .once('error', reject)
  })
}

describe('damaged data', () => {
  it('a page of the database: said in words, the newest backup offered; restored, the page goes on by itself', async ({
    skip,
  }) => {
    if (chromiumFile === undefined) skip(NO_CHROMIUM)
    await serve()
    await send(3)
    const made = await relay.json<{ file: string }>('backup', 'create')
    await relay.stop()
    const file = path.join(relay.data, 'postern.db')
    flip(file, 200)
    const before = readFileSync(file)
    expect(await serveDamaged()).toEqual({ id: 'database-damaged' })
    expect(await listens(ports.smtp)).toBe(false)
    const { page, seen } = await open('en-GB', 1280)
    await page.getByRole('heading', { name: 'Your data is damaged' }).waitFor()
    const command = `postern backup restore '${made.file}' --data '${relay.data}'`
    await page.getByText(command, { exact: true }).waitFor()
    await page.getByText('No new mail is lost').waitFor()
    expect(await page.getByText('Or go on with what is before the damage').count()).toBe(0)
    expect(await seriousFindings(page)).toEqual([])
    await page.screenshot({ path: outFile('damaged.png') })
    const german = await open('de-DE', 380)
    await german.page.getByRole('heading', { name: 'Ihre Daten sind beschädigt' }).waitFor()
    expect(await german.page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(380)
    expect(await seriousFindings(german.page)).toEqual([])
    await german.page.screenshot({ path: outFile('damaged-de-380.png'), fullPage: true })
    expect(readFileSync(file).equals(before)).toBe(true)
    // Every other command says the same, and the one on the page works while the page is there.
    expect((await relay.run('status')).err).toMatch(/first page does not authenticate/)
    expect(await relay.run('backup', 'restore', made.file, '--yes')).toMatchObject({ code: 0 })
    await page.getByRole('heading', { name: 'Sign in to Postern' }).waitFor()
    await expect.poll(() => listens(ports.smtp), PATIENT).toBe(true)
    expect(relay.ready).toBeDefined()
    expect((await relay.run('alias', 'list')).out).toContain('shop2@damage.test')
    expect({ violations: seen.violations, foreign: seen.foreign }).toEqual({ violations: [], foreign: [] })
  })

  it('the log of the database: salvaged beside the page, which goes on; through a proxy no path is told', async ({
    skip,
  }) => {
    if (chromiumFile === undefined) skip(NO_CHROMIUM)
    await serve()
    await send(5)
    const kept = path.join(relay.folder, 'kept')
    cpSync(relay.data, kept, { recursive: true, filter: (name) => !name.endsWith('.sock') })
    await relay.stop('SIGKILL')
    for (const name of readdirSync(kept))
      if (name.startsWith('postern')) copyFileSync(path.join(kept, name), path.join(relay.data, name))
    rmSync(path.join(relay.data, 'postern.db-shm'), { force: true })
    flip(path.join(relay.data, 'postern.db-wal'), 24 + 4096 + 500)
    expect(await serveDamaged()).toEqual({ id: 'log-damaged' })
    const { page } = await open('en-GB', 1280)
    await page.getByText(`postern backup salvage --data '${relay.data}'`).waitFor()
    expect(await seriousFindings(page)).toEqual([])
    expect(await ask({})).toMatchObject({ status: 503, damaged: { id: 'log-damaged', here: { folder: relay.data } } })
    expect(await ask({ 'x-forwarded-for': '203.0.113.5' })).toEqual({
      ...{ status: 503, message: expect.any(String) as string },
      damaged: { id: 'log-damaged' },
    })
    expect((await relay.run('backup', 'salvage')).out).toContain('kept in')
    await page.getByRole('heading', { name: 'Sign in to Postern' }).waitFor()
    await expect.poll(() => listens(ports.smtp), PATIENT).toBe(true)
  })

  it('met while it runs: mail stops, the page that is open says so, and goes on when a backup was restored', async ({
    skip,
  }) => {
    if (chromiumFile === undefined) skip(NO_CHROMIUM)
    await serve()
    await send(3)
    const made = await relay.json<{ file: string }>('backup', 'create')
    const { page } = await open('en-GB', 1280)
    await page.goto(relay.ready?.login ?? '')
    await page.getByText('Live', { exact: true }).waitFor()
    const file = path.join(relay.data, 'postern.db')
    await relay.stop()
    await serve()
    await page.goto(relay.ready?.login ?? '')
    await page.getByText('Live', { exact: true }).waitFor()
    // All but the first page: whatever is read next is one of these.
    for (let at = 4096; at < statSync(file).size; at += 4096) flip(file, at + 300)
    const wire = await Wire.open(ports.smtp)
    await wire.reply()
    await wire.say('EHLO c.test')
    // What is known by heart may still be taken, what must be read is put off, and nothing is refused for good.
    for (const command of ['MAIL FROM:<a@sender.test>', 'RCPT TO:<new@damage.test>']) {
      const answer = await wire.say(command)
      expect(answer).toMatch(/^(250|4\d\d)/)
      if (answer.startsWith('4')) break
    }
    wire.close()
    expect((await relay.run('alias', 'list')).code).not.toBe(0)
    await expect.poll(() => relay.output.includes('"damaged":"database-damaged"'), PATIENT).toBe(true)
    await page.getByRole('heading', { name: 'Your data is damaged' }).waitFor()
    expect(await listens(ports.smtp)).toBe(false)
    expect(await relay.run('backup', 'restore', made.file, '--yes')).toMatchObject({ code: 0 })
    await page.getByRole('heading', { name: 'Sign in to Postern' }).waitFor()
    await expect.poll(() => listens(ports.smtp), PATIENT).toBe(true)
    expect((await relay.run('alias', 'list')).out).toContain('shop2@damage.test')
    expect(await relay.stop()).toBe(0)
  })

  it('ends when it is told to, and leaves every file as it was', async () => {
    const file = path.join(relay.data, 'keys.json')
    const good = readFileSync(file)
    flip(file, 1)
    const bad = readFileSync(file)
    expect(await serveDamaged()).toEqual({ id: 'keyring-damaged' })
    expect(await relay.stop()).toBe(0)
    expect(readFileSync(file).equals(bad)).toBe(true)
    flip(file, 1)
    expect(readFileSync(file).equals(good)).toBe(true)
    await serve()
  })
})
