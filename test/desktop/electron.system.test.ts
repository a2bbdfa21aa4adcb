// The real Electron, on a screen that nobody sees, with its page over app://: as the client of a running relay, and with a relay that it
// starts for itself.
import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { _electron } from 'playwright-core'
import type { ElectronApplication, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { seriousFindings } from '../axe.ts'
import { outFile, watch } from '../browser.ts'
import { startRelayProcess, sendMail } from './relay-process.ts'
import type { RelayProcess } from './relay-process.ts'
import { missingForElectron, startSession } from './session.ts'
import type { DesktopSession } from './session.ts'

const root = path.resolve(import.meta.dirname, '..', '..')
const missing = missingForElectron()

describe('a real Electron', () => {
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
    await app?.close()
    app = undefined
    if (missing === undefined) rmSync(home, { recursive: true, force: true })
  })

  const launch = async (folder: string): Promise<Page> => {
    const env: Record<string, string> = {}
    for (const [name, value] of Object.entries(process.env)) if (value !== undefined) env[name] = value
    app = await _electron.launch({
      executablePath: process.env['POSTERN_ELECTRON'] ?? '',
      args: [...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), root, '--data', folder],
      env: { ...env, ...session.env, HOME: home, XDG_CONFIG_HOME: path.join(home, 'config') },
    })
    const page = await app.firstWindow()
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
      await page.getByRole('button', { name: /First light/ }).click()
      await page.getByText('Hello from a test.').waitFor()

      const toggle = page.getByRole('switch', { name: 'shop@postern.test' })
      await toggle.click()
      await expect.poll(() => toggle.getAttribute('aria-busy')).toBeNull()
      expect(await toggle.getAttribute('aria-checked')).toBe('false')

      await page.getByText('Live', { exact: true }).waitFor()
      expect(await sendMail(relay.smtp, 'shop@postern.test', 'Second')).toMatch(/^550 5\.1\.1 /)
      await page.getByRole('list', { name: 'Log, newest first' }).getByText('Refused', { exact: true }).waitFor()
      expect(await sendMail(relay.smtp, 'news@postern.test', 'Third')).toMatch(/^250 /)
      await page.getByRole('switch', { name: 'news@postern.test' }).waitFor()
      await page.getByRole('button', { name: /Third/ }).waitFor()

      expect(await seriousFindings(page)).toEqual([])
      await page.screenshot({ path: outFile('electron-client.png') })
      expect(seen).toEqual({ violations: [], errors: [], foreign: [] })
    } finally {
      await app?.close()
      app = undefined
      await relay.stop()
    }
  })
})
