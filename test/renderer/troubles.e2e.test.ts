// A disk that is full, one that fails, and one that is well again: what the page says of each, before a relay on a small disk of its own.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { seriousFindings } from '../axe.ts'
import { chromiumFile, go, NO_CHROMIUM, openBrowser, outFile } from '../browser.ts'
import { send } from '../../main/headless/demo/world.ts'
import { Wire } from '../world/dialogue.ts'
import { startRelay, TestRelay } from '../world/relay.ts'

const isRoot = process.getuid?.() === 0
const MIB = 1024 * 1024

describe('a disk in trouble', () => {
  let browser: Browser | undefined
  let relay: TestRelay
  let page: Page
  const disk = mkdtempSync(path.join(os.tmpdir(), 'postern-disk-'))
  const ballast = path.join(disk, 'ballast')

  beforeAll(async () => {
    if (chromiumFile === undefined || !isRoot) return
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=96m,mode=0700', 'tmpfs', disk])
    browser = await openBrowser()
    relay = new TestRelay({ data: path.join(disk, 'data') })
    const ready = await relay.serve()
    const code = /code=([^"&\s]+)/.exec(JSON.stringify(ready))?.[1] ?? ''
    page = await browser.newPage({ viewport: { width: 1280, height: 800 } })
    page.setDefaultTimeout(30_000)
    await page.goto(`http://localhost:${relay.port('http')}/#code=${code}`)
    await page.getByText('Live', { exact: true }).waitFor()
  })
  afterAll(async () => {
    if (browser !== undefined) {
      await browser.close()
      await relay.destroy()
      execFileSync('umount', ['-l', disk])
    }
    rmSync(disk, { recursive: true, force: true })
  })
  beforeEach(({ skip }) => {
    if (chromiumFile === undefined) skip(NO_CHROMIUM)
    if (!isRoot) skip('Only root can mount a disk of its own')
  })

  const message = (subject: string): Promise<string> =>
    send({
      port: relay.port('smtp'),
      envelope: { from: 'ann@sender.example', to: ['shop@postern.test'] },
      message: `From: ann@sender.example\r\nTo: shop@postern.test\r\nSubject: ${subject}\r\n\r\nHello.\r\n`,
    })

  test('nearly full: mail is put off, the page says so and what follows', async () => {
    expect(await message('before')).toMatch(/^250 /)
    const { bavail, bsize } = statfsSync(disk)
    writeFileSync(ballast, Buffer.alloc(Math.max(0, bavail * bsize - 8 * MIB)))
    // One look at the disk serves for half a second.
    await page.waitForTimeout(700)
    await expect(message('no room')).rejects.toThrow(/452/)
    await page.getByRole('alert').getByText('The disk is nearly full.').waitFor()
    await page.getByRole('button', { name: 'State of the relay: Degraded' }).waitFor()
    await go(page, '/dashboard')
    expect(await seriousFindings(page)).toEqual([])
    await page.screenshot({ path: outFile('trouble-disk-full.png') })
  })

  test('room again: it goes on by itself', { timeout: 60_000 }, async () => {
    rmSync(ballast)
    await page.getByRole('button', { name: 'State of the relay: Running' }).waitFor()
    expect(await message('after')).toMatch(/^250 /)
    expect(await page.getByText('The disk is nearly full.').count()).toBe(0)
  })

  test(
    'no writes: what is there can be read, and nothing is taken that could not be kept',
    { timeout: 90_000 },
    async () => {
      // A file system in use for writing is not turned: the limit of the process on file sizes does the same to it.
      const limit = (size: string): Buffer =>
        execFileSync('prlimit', ['--pid', String(relay.process?.pid), `--fsize=${size}:unlimited`])
      limit('0')
      await expect(message('not kept')).rejects.toThrow(/4\d\d/)
      await page.getByRole('alert').getByText('The disk fails.').waitFor()
      await go(page, '/mailbox')
      await page.getByRole('button', { name: /before/ }).waitFor()
      expect(await page.getByText('not kept').count()).toBe(0)
      await page.screenshot({ path: outFile('trouble-no-writes.png') })
      limit('unlimited')
      expect(await message('kept again')).toMatch(/^250 /)
      await page.getByRole('button', { name: /kept again/ }).waitFor()
      await page.getByRole('button', { name: 'State of the relay: Running' }).waitFor()
    },
  )
})

describe('senders that come as if from this machine', () => {
  test('the page says so, and what helps', { timeout: 90_000 }, async ({ skip }) => {
    if (chromiumFile === undefined) return skip(NO_CHROMIUM)
    const relay = await startRelay({ init: ['--domain', 'mine.org', '--recipient', 'me@far.test', '--catch-all'] })
    const browser = await openBrowser()
    try {
      const { out } = await relay.run('status', '--login')
      const page = await browser.newPage({ viewport: { width: 1280, height: 800 } })
      page.setDefaultTimeout(30_000)
      await page.goto(out.trim().split('\n').at(-1) ?? '')
      await page.getByRole('button', { name: 'State of the relay: Running' }).waitFor()
      const wire = await Wire.open(relay.port('smtp'))
      await wire.reply()
      for (const line of ['EHLO mail-1.google.com', 'MAIL FROM:<ann@gmail.com>', 'RCPT TO:<shop@mine.org>'])
        expect(await wire.say(line)).toMatch(/^250/)
      wire.close()
      const alert = page.getByRole('alert')
      await alert.getByText('Every sender appears to come from this machine (127.0.0.1).').waitFor()
      await alert.getByText(/Use host networking for the container/).waitFor()
      await page.getByRole('button', { name: 'State of the relay: Degraded' }).waitFor()
      await go(page, '/activity')
      await page.getByText('sender addresses are hidden').first().waitFor()
      expect(await seriousFindings(page)).toEqual([])
      await page.screenshot({ path: outFile('trouble-peers-hidden.png') })
    } finally {
      await browser.close()
      await relay.destroy()
    }
  })
})
