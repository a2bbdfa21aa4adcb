// The real Electron, on a screen that nobody sees, with its page over app://: as the client of a running relay, and with a relay that it
// starts for itself.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import type { ElectronApplication, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { seriousFindings } from '../axe.ts'
import { answers } from '../../main/desktop/owner-client.ts'
import type { HostPowers } from '../../preload/powers.ts'
import { go, outFile, watch } from '../browser.ts'
import { startStandIn } from '../stand-in/relay.ts'
import { startRelayProcess, sendMail } from './relay-process.ts'
import type { RelayProcess } from './relay-process.ts'
import { closeElectron, launchElectron } from './launch.ts'
import { missingForElectron, startSession } from './session.ts'
import type { DesktopSession } from './session.ts'

declare global {
  interface Window {
    readonly postern?: HostPowers
  }
}

const root = path.resolve(import.meta.dirname, '..', '..')
const missing = missingForElectron()

describe('a real Electron', { timeout: 90_000 }, () => {
  let session: DesktopSession
  let home: string
  let app: ElectronApplication | undefined

  beforeAll(async () => {
    if (missing === undefined) session = await startSession()
  })
  afterAll(() => {
    if (missing === undefined) session.stop()
  })
  beforeEach(({ skip }) => {
    if (missing !== undefined) skip(missing)
    home = mkdtempSync(path.join(os.tmpdir(), 'postern-desktop-'))
  })
  afterEach(async () => {
    await closeElectron(app)
    app = undefined
    if (missing === undefined) rmSync(home, { recursive: true, force: true })
  })

  const launch = async (folder: string): Promise<Page> => {
    const started = await launchElectron({
      args: [...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), root, '--data', folder],
      env: { ...session.env, HOME: home, XDG_CONFIG_HOME: path.join(home, 'config') },
    })
    app = started.app
    const { page } = started
    page.setDefaultTimeout(10_000)
    return page
  }

  test('is the client of a running relay: reads the page over app://, switches an alias off, sees the log move', async () => {
    const relay: RelayProcess = await startRelayProcess()
    try {
      expect(await sendMail(relay.smtp, 'shop@postern.test', 'First light')).toMatch(/^250 /)
      const page = await launch(relay.folder)
      const seen = await watch(page, 'app://postern/')
      await page.reload()
      expect(page.url()).toBe('app://postern/')
      await go(page, '/mailbox')
      await page.getByRole('button', { name: /First light/ }).click()
      await page.getByText('Hello from a test.').waitFor()

      await go(page, '/aliases')
      const toggle = page.getByRole('switch', { name: /shop@postern\.test/ })
      await toggle.click()
      await expect.poll(() => toggle.getAttribute('aria-checked')).toBe('false')

      await page.getByText('Live', { exact: true }).waitFor()
      await expect.poll(() => sendMail(relay.smtp, 'shop@postern.test', 'Second')).toMatch(/^550 5\.1\.1 /)
      await go(page, '/activity')
      await page.getByText('Refused', { exact: true }).first().waitFor()
      expect(await sendMail(relay.smtp, 'news@postern.test', 'Third')).toMatch(/^250 /)
      await go(page, '/aliases')
      await page.getByRole('switch', { name: /news@postern\.test/ }).waitFor()
      await go(page, '/mailbox')
      await page.getByRole('button', { name: /Third/ }).waitFor()

      expect(await seriousFindings(page)).toEqual([])
      await page.screenshot({ path: outFile('electron-client.png') })
      expect(seen).toEqual({ violations: [], errors: [], foreign: [] })
    } finally {
      await closeElectron(app)
      app = undefined
      await relay.stop()
    }
  })

  test('shows the HTML of a mail in a frame that can do nothing, and lets it go nowhere', async () => {
    const relay: RelayProcess = await startRelayProcess()
    try {
      const html =
        '<p>Hello frame</p><a href="https://example.com/">go</a><img src="https://example.com/x.png"><script>top.document.title="ran"</script>'
      expect(await sendMail(relay.smtp, 'shop@postern.test', 'Page', html)).toMatch(/^250 /)
      const page = await launch(relay.folder)
      const mails = (): Promise<number> =>
        page.evaluate(async () => ((await (await fetch('/app/mailbox')).json()) as { data: unknown[] }).data.length)
      await expect.poll(mails).toBe(1)
      const seen = await watch(page, 'app://postern/')
      await page.reload()
      await expect.poll(mails).toBe(1)
      await expect.poll(() => page.title()).toContain('·')
      const title = await page.title()
      const url = await page.evaluate(async () => {
        const { data } = (await (await fetch('/app/mailbox')).json()) as { data: { id: number }[] }
        const view = (await (await fetch(`/app/view/mailbox/${data[0]?.id}`)).json()) as { html: { url: string } }
        const frame = document.createElement('iframe')
        frame.setAttribute('sandbox', '')
        frame.src = view.html.url
        document.body.append(frame)
        return view.html.url
      })
      await expect.poll(() => page.frames().map((frame) => frame.url())).toContain(`app://postern${url}`)
      const shown = page.frames().find((frame) => frame.url().endsWith('/html'))
      await expect.poll(async () => shown?.locator('body').textContent()).toContain('Hello frame')
      expect(await shown?.locator('[href],[src],script').count()).toBe(0)
      // Nothing else gets into a frame.
      for (const other of ['/', '/app/state', 'https://example.com/', 'data:text/html,x']) {
        await page.evaluate((src) => {
          const frame = document.createElement('iframe')
          frame.src = src
          document.body.append(frame)
        }, other)
      }
      await new Promise((resolve) => setTimeout(resolve, 500))
      const texts = await Promise.all(
        page
          .frames()
          .slice(2)
          .map((frame) => frame.evaluate(() => document.body.textContent)),
      )
      expect(texts.map((text) => text.trim())).toEqual(['', '', '', ''])
      expect([await page.title(), page.url(), app?.windows().length]).toEqual([title, 'app://postern/', 1])
      expect(seen.errors).toEqual([])
    } finally {
      await closeElectron(app)
      app = undefined
      await relay.stop()
    }
  })

  test('E19: it locks when the machine sleeps or when told to, and opens by the passphrase', async () => {
    const relay: RelayProcess = await startRelayProcess()
    try {
      expect(await sendMail(relay.smtp, 'shop@postern.test', 'Secret thing')).toMatch(/^250 /)
      const file = path.join(home, 'passphrase')
      writeFileSync(file, 'hamster stony purple overcast jaywalker', { mode: 0o600 })
      expect((await relay.run('login', 'passphrase', '--passphrase-file', file)).code).toBe(0)
      const page = await launch(relay.folder)
      const unlock = async (): Promise<void> => {
        await page.getByRole('heading', { name: 'Sign in to Postern' }).waitFor()
        const answered = await page.evaluate(
          async (places) => Promise.all(places.map(async (place) => (await fetch(place)).status)),
          ['/app/state', '/app/mailbox', '/app/view/mailbox/1', '/app/events', '/api/v1/aliases', '/app/mailbox/1/raw'],
        )
        expect(answered).toEqual([401, 401, 401, 401, 401, 401])
        expect(await page.content()).not.toContain('Secret thing')
        await page.getByLabel('Passphrase', { exact: true }).fill('hamster stony purple overcast jaywalker')
        await page.getByRole('button', { name: 'Sign in' }).click()
        await expect.poll(() => page.evaluate(async () => (await fetch('/app/mailbox')).status)).toBe(200)
      }
      // A window that is opened again is shut, too: quitting is no way round.
      await unlock()
      for (const event of ['suspend', 'lock-screen']) {
        await app?.evaluate(({ powerMonitor }, name) => powerMonitor.emit(name), event)
        await unlock()
      }
      await app?.evaluate(({ Menu }) => {
        const [file] = Menu.getApplicationMenu()?.items ?? []
        file?.submenu?.items.find((item) => item.label === 'Lock now')?.click()
      })
      await unlock()
      expect((await relay.run('login', 'lock')).code).toBe(0)
      await page.getByRole('heading', { name: 'Sign in to Postern' }).waitFor()
      await page.getByLabel('Passphrase', { exact: true }).fill('not the one, not the one')
      await page.getByRole('button', { name: 'Sign in' }).click()
      await page.getByRole('alert').getByText(/./).waitFor()
      expect(await page.evaluate(async () => (await fetch('/app/state')).status)).toBe(401)
    } finally {
      await closeElectron(app)
      app = undefined
      await relay.stop()
    }
  })

  test('its walls hold: nothing is fetched from elsewhere, no window opens, no page is left, no Node is in it', async () => {
    const relay = await startStandIn({ socket: path.join(home, 'owner.sock') })
    try {
      const page = await launch(home)
      await page.getByText('Live', { exact: true }).waitFor()
      const found = await page.evaluate(async () => {
        const fetched = await fetch('https://example.com/').catch(() => 'refused')
        const opened = window.open('https://example.com/')
        window.location.href = 'https://example.com/'
        const names = ['require', 'process', 'module', 'Buffer', 'ipcRenderer'].filter((name) => name in window)
        return {
          fetched,
          opened,
          names,
          powers: Object.keys(window.postern ?? {}).sort(),
          frozen: Object.isFrozen(window.postern),
        }
      })
      expect(found).toEqual({
        fetched: 'refused',
        opened: null,
        names: [],
        powers: ['capabilities', 'onOpen', 'onWindowState', 'openLink', 'setTheme', 'theme', 'windowState'],
        frozen: true,
      })
      expect(page.url()).toBe('app://postern/')
      expect(app?.windows()).toHaveLength(1)
      const answers = await page.evaluate(async () => {
        const status = async (place: string): Promise<number> => (await fetch(place)).status
        return Promise.all(['/secret', '/assets/../manifest.json', '/app/nothing'].map(status))
      })
      expect(answers).toEqual([404, 404, 404])
    } finally {
      await relay.close()
    }
  })

  test('its colours are chosen by the button and remembered', async () => {
    const relay = await startStandIn({ socket: path.join(home, 'owner.sock') })
    try {
      const page = await launch(home)
      const button = page.getByRole('button', { name: /^Colours: / })
      await button.click()
      await page.getByRole('button', { name: /^Colours: light/ }).click()
      await expect.poll(() => page.evaluate(() => matchMedia('(prefers-color-scheme: dark)').matches)).toBe(true)
      await page.screenshot({ path: outFile('electron-dark.png') })
      await closeElectron(app)
      const again = await launch(home)
      await again.getByRole('button', { name: /^Colours: dark/ }).waitFor()
    } finally {
      await closeElectron(app)
      app = undefined
      await relay.close()
    }
  })

  test('a window that is closed leaves no stream open behind it', async () => {
    const relay = await startStandIn({ socket: path.join(home, 'owner.sock') })
    try {
      const page = await launch(home)
      await page.getByText('Live', { exact: true }).waitFor()
      // One is the page's, one the host's own, for notifications.
      await expect.poll(() => relay.streams()).toBe(2)
      await page.reload()
      await page.getByText('Live', { exact: true }).waitFor()
      await expect.poll(() => relay.streams()).toBe(2)
      await closeElectron(app)
      app = undefined
      await expect.poll(() => relay.streams()).toBe(0)
    } finally {
      await relay.close()
    }
  })

  test('where no relay runs it starts one, and ends it when it ends', async () => {
    const folder = path.join(home, 'data')
    const page = await launch(folder)
    // Degraded where this machine's own resolver does not pass DNSSEC on: the relay runs all the same.
    const state = page.getByRole('button', { name: /^State of the relay: (Running|Degraded)$/ })
    await state.waitFor({ timeout: 45_000 }).catch(async (error: unknown) => {
      const shown = await page.locator('body').innerText()
      throw new Error(`The relay was not shown as running. The window said: ${shown.slice(0, 500)}`, { cause: error })
    })
    await go(page, '/mailbox')
    await page.getByText('No mail yet.').waitFor()
    expect(await answers(path.join(folder, 'owner.sock'))).toBe(true)
    await closeElectron(app)
    app = undefined
    await expect.poll(() => answers(path.join(folder, 'owner.sock')), { timeout: 15_000 }).toBe(false)
  })
})
