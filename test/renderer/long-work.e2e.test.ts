// Work that takes a while can be stopped where that is safe, and the page says where it is not.
import { spawn } from 'node:child_process'
import { readdirSync } from 'node:fs'
import path from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { seriousFindings } from '../axe.ts'
import { fill } from '../bench-ui/fill.ts'
import { chromiumFile, go, NO_CHROMIUM, openBrowser } from '../browser.ts'
import { PATIENT, TestRelay } from '../world/relay.ts'

let relay: TestRelay
let browser: Browser | undefined
let page: Page

beforeAll(async () => {
  if (chromiumFile === undefined) return
  relay = new TestRelay()
  await relay.run('init', '--domain', 'long.test', '--catch-all', '--recipient', 'me@mailbox.test')
  await fill({ folder: relay.data, config: path.join(relay.folder, 'config'), aliases: 40_000, entries: 20_000 })
  const { login } = await relay.serve()
  browser = await openBrowser()
  page = await browser.newPage({ viewport: { width: 1280, height: 800 } })
  page.setDefaultTimeout(20_000)
  await page.goto(login)
  await page.getByText('Live', { exact: true }).waitFor()
}, 60_000)
afterAll(async () => {
  await browser?.close()
  if (chromiumFile !== undefined) await relay.destroy()
})

const made = (): readonly string[] => {
  try {
    return readdirSync(path.join(relay.data, 'backups'))
  } catch {
    return []
  }
}

describe('long work', () => {
  it('a backup is stopped from the page: nothing is left of it, it is written down, and the next one is made', async ({
    skip,
  }) => {
    if (chromiumFile === undefined) skip(NO_CHROMIUM)
    await go(page, '/backup')
    await page.getByRole('button', { name: 'Back up now' }).click()
    await page.getByRole('button', { name: 'Cancel', exact: true }).click()
    await page.getByText('Stopped; nothing of it is left.').waitFor()
    expect(made()).toEqual([])
    expect(readdirSync(relay.data)).not.toContain('backup-work')
    await page.getByText('None yet.').waitFor()
    await page.getByRole('button', { name: 'Back up now' }).click()
    await page.getByText('The backup is made and was restored for a test').waitFor()
    expect(made()).toHaveLength(1)
    await go(page, '/security?tab=log')
    await page.getByText('Stopped a backup').waitFor()
  })

  it('on the command line too: by a call of its own, and by Ctrl-C where it was begun', async () => {
    const running = relay.run('backup', 'create')
    await expect.poll(async () => (await relay.run('backup', 'stop')).code, PATIENT).toBe(0)
    const { code, err } = await running
    expect([code, err]).toEqual([1, expect.stringContaining('The backup was stopped; nothing of it is left.')])
    expect(made()).toHaveLength(1)
    const again = await relay.run('backup', 'stop')
    expect([again.code, again.err]).toEqual([1, expect.stringContaining('No backup is being')])
    const script = path.resolve(import.meta.dirname, '../../dist/postern.js')
    const child = spawn(process.execPath, [script, 'backup', 'create'], {
      env: { ...relay.env, POSTERN_DATA: relay.data },
    })
    let said = ''
    child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString('utf8')))
    const ended = new Promise((resolve) => child.once('close', resolve))
    await expect.poll(() => said, PATIENT).toContain('…')
    child.kill('SIGINT')
    expect([await ended, said]).toEqual([1, expect.stringContaining('nothing of it is left')])
    expect(made()).toHaveLength(1)
  })

  it('to encrypt anew is called off while it is only planned, and the page says where that ends', async ({ skip }) => {
    if (chromiumFile === undefined) skip(NO_CHROMIUM)
    const planned = async (): Promise<boolean> => (await relay.run('key', 'list')).out.includes('at the next start')
    await go(page, '/security?tab=data')
    await page.getByRole('button', { name: 'Encrypt anew' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Encrypt anew' }).click()
    await page.getByText('once it has begun there it cannot be stopped from here').waitFor()
    expect(await planned()).toBe(true)
    expect(await seriousFindings(page)).toEqual([])
    await page.getByRole('button', { name: 'Call it off' }).click()
    await page.getByText('Called off: the database keeps its key.').waitFor()
    expect(await planned()).toBe(false)
    expect((await relay.run('key', 'rekey', '--off')).code).toBe(1)
    expect((await relay.run('key', 'rekey')).code).toBe(0)
    expect((await relay.run('key', 'rekey', '--off')).code).toBe(0)
    // Whatever was planned and called off: the folder opens.
    await relay.stop()
    await relay.serve()
    expect((await relay.json<{ state: string }>('status')).state).toBe('running')
  })
})
