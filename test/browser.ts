// A real Chromium for tests of the pages, and a watch over what its pages may not do.
import { existsSync, mkdirSync } from 'node:fs'
import path from 'node:path'
import { chromium } from 'playwright-core'
import type { Browser, Page } from 'playwright-core'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome']
const FLAGS = [
  ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
  ...['--disable-component-update', '--disable-sync'],
]

/** The first of these programs on the PATH. */
export function findProgram(...names: readonly string[]): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(path.delimiter)
  for (const name of names) {
    for (const folder of folders) {
      const file = path.join(folder, name)
      if (folder !== '' && existsSync(file)) return file
    }
  }
  return undefined
}

export const chromiumFile = findProgram(...NAMES)
export const NO_CHROMIUM = 'Chromium is not installed'

export interface BrowserOptions {
  readonly args?: readonly string[]
  /** Its own settings, and whom it trusts, are in there. */
  readonly home?: string
}

export async function openBrowser({ args = [], home }: BrowserOptions = {}): Promise<Browser> {
  if (chromiumFile === undefined) throw new Error(NO_CHROMIUM)
  return chromium.launch({
    executablePath: chromiumFile,
    args: [...FLAGS, ...args],
    ...(home === undefined ? {} : { env: { ...process.env, HOME: home } }),
  })
}

/** What went wrong in a page: breaches of its policy, errors, requests to anywhere else. */
export interface Watch {
  readonly violations: string[]
  readonly errors: string[]
  readonly foreign: string[]
}

/** To be called before the page goes anywhere. */
export async function watch(page: Page, origin: string): Promise<Watch> {
  const seen: Watch = { violations: [], errors: [], foreign: [] }
  await page.exposeFunction('reportViolation', (text: string) => seen.violations.push(text))
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      const report = (window as unknown as { reportViolation: (text: string) => Promise<void> }).reportViolation
      void report(`${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`)
    })
  })
  page.on('pageerror', (error) => seen.errors.push(error.message))
  page.on('request', (request) => {
    const url = request.url()
    if (!url.startsWith(origin) && !url.startsWith('data:') && !url.startsWith('blob:')) seen.foreign.push(url)
  })
  return seen
}

/** Where screenshots of a run go; not committed. */
export function outFile(name: string): string {
  const folder = path.resolve(import.meta.dirname, '.out')
  mkdirSync(folder, { recursive: true })
  return path.join(folder, name)
}

/** To a page of ours, as a click on its link does it. */
export async function go(page: Page, place: string): Promise<void> {
  await page.evaluate((hash) => {
    window.location.hash = hash
  }, `#${place}`)
}
