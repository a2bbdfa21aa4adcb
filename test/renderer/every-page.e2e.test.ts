// Every page before the real relay: in light and dark, in every language, at 380 pixels and at 200 % zoom nothing is cut off and axe finds nothing
// serious; every word comes from the catalogue. With POSTERN_SCREENS=FOLDER the pictures of the README are made on the way.
import { mkdirSync } from 'node:fs'
import path from 'node:path'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { seriousFindings } from '../axe.ts'
import { chromiumFile, go, NO_CHROMIUM, openBrowser, outFile, watch } from '../browser.ts'
import type { Watch } from '../browser.ts'
import { sendMail, startRelayProcess } from '../desktop/relay-process.ts'
import type { RelayProcess } from '../desktop/relay-process.ts'

const SCREENS = process.env['POSTERN_SCREENS']
const LANGUAGE = 'postern.language'

/** Where each page lies, with something on it. */
const PLACES = [
  ...[
    '/dashboard',
    '/aliases',
    '/aliases?new=1',
    '/aliases/shop@postern.test',
    '/activity',
    '/held',
    '/held?tab=questions',
  ],
  ...['/held?tab=queue', '/blocks', '/recipients', '/recipients?new=1', '/domains', '/domains/postern.test'],
  ...['/domains/postern.test?tab=policy', '/domains/postern.test?tab=keys', '/mailbox', '/security', '/backup'],
  ...['/settings', '/welcome?step=try', '/welcome?step=protect', '/welcome?step=alias', '/no-such-page'],
]

interface Look {
  readonly name: string
  readonly dark?: boolean
  readonly width?: number
  readonly language?: string
  readonly rtl?: boolean
}

const LOOKS: readonly Look[] = [
  { name: 'light' },
  // 1280 pixels at 200 %.
  { name: 'dark-zoomed', dark: true, width: 640 },
  { name: 'german-380', language: 'de', width: 380 },
  { name: 'pseudo-dark', language: 'pseudo', width: 900, dark: true },
  { name: 'right-to-left', rtl: true },
]

/** What people and machines are called, and what stands between: no words of ours. */
const DATA =
  /@|^\d+ [A-Z][a-z]{2}$|^_|_domainkey$|^(TXT|MX|rsa|ed25519)$|\.(test|example|org|net)\b|[a-z0-9]{8}-[a-z0-9]{4}|^\W*$|^v=|^[\d\s.,:+%/–-]+$/i

describe('every page', () => {
  let browser: Browser | undefined
  let relay: RelayProcess
  let context: BrowserContext
  let page: Page
  let seen: Watch

  beforeAll(async () => {
    if (chromiumFile === undefined) return
    browser = await openBrowser()
    relay = await startRelayProcess()
    context = await browser.newContext({ viewport: { width: 1280, height: 800 }, timezoneId: 'UTC', locale: 'en-GB' })
    context.setDefaultTimeout(10_000)
    page = await context.newPage()
    seen = await watch(page, new URL(relay.login).origin)
    await page.goto(relay.login)
    await page.getByText('Live', { exact: true }).waitFor()
    await fill()
  })
  afterAll(async () => {
    if (browser === undefined) return
    await browser.close()
    await relay.stop()
    expect(seen).toEqual({ violations: [], errors: [], foreign: [] })
  })
  beforeEach(({ skip }) => {
    if (browser === undefined) skip(NO_CHROMIUM)
  })

  /** A few of everything. */
  async function fill(): Promise<void> {
    for (const [to, subject] of [
      ['shop@postern.test', 'Your order has shipped'],
      ['books@postern.test', 'New in our shelves'],
      ['shop@postern.test', 'How was it?'],
      ['travel@postern.test', 'Your tickets'],
    ] as const)
      await sendMail(relay.smtp, to, subject)
    await page.evaluate(async () => {
      const { csrf } = (await (await fetch('/app/session')).json()) as { csrf: string }
      const headers = { 'content-type': 'application/json', 'x-postern-csrf': csrf }
      const call = (method: string, place: string, body: unknown): Promise<Response> =>
        fetch(place, { method, headers, body: JSON.stringify(body) })
      await call('PATCH', '/app/aliases/shop@postern.test', { description: 'The corner shop', labels: ['shops'] })
      await call('POST', '/api/v1/aliases', { domain: 'postern.test', format: 'custom', local_part: 'club' })
      await call('PATCH', '/app/aliases/club@postern.test', { policy: 'ask' })
      await call('PATCH', '/app/aliases/travel@postern.test', { active: false })
      await call('POST', '/app/blocks', { value: 'spam.example' })
    })
    await sendMail(relay.smtp, 'club@postern.test', 'May I write to you?')
    await sendMail(relay.smtp, 'travel@postern.test', 'Refused')
  }

  async function show(look: Look): Promise<void> {
    await page.emulateMedia({ colorScheme: look.dark === true ? 'dark' : 'light', reducedMotion: 'reduce' })
    await page.setViewportSize({ width: look.width ?? 1280, height: 800 })
    await page.evaluate(([key, value]) => localStorage.setItem(key, value), [LANGUAGE, look.language ?? 'en'] as const)
    await page.reload()
    await page.evaluate((rtl) => {
      document.documentElement.dir = rtl ? 'rtl' : 'ltr'
    }, look.rtl === true)
  }

  async function open(place: string): Promise<void> {
    await go(page, place)
    await page.locator('main h1').first().waitFor()
    await page.waitForFunction(() => document.querySelector('[data-skeleton]') === null)
    await page.waitForTimeout(100)
  }

  test.each(LOOKS)('$name: nothing is cut off, axe finds nothing serious', { timeout: 240_000 }, async (look) => {
    await show(look)
    const found: string[] = []
    for (const place of PLACES) {
      await open(place)
      const wide = await page.evaluate(() => {
        const main = document.querySelector('main')
        // What a card cuts off makes nothing scroll: each control has to lie before the eye, unless it can be scrolled to.
        const lost = [...document.querySelectorAll('main :is(button, a, input, select, textarea)')].filter((one) => {
          const box = one.getBoundingClientRect()
          if (box.width === 0 || one.classList.contains('visually-hidden')) return false
          for (let at = one.parentElement; at !== null && at.tagName !== 'MAIN'; at = at.parentElement)
            if (/auto|scroll/.test(getComputedStyle(at).overflowX)) return false
          return box.right > window.innerWidth + 1 || box.left < -1
        })
        if (lost.length > 0) return `${lost[0]?.textContent ?? ''} lies outside`
        const over = Math.max(
          document.documentElement.scrollWidth - window.innerWidth,
          (main?.scrollWidth ?? 0) - (main?.clientWidth ?? 0),
        )
        return over > 0 ? `${over} pixels too wide` : ''
      })
      if (wide !== '') found.push(`${place}: ${wide}`)
      // The layout alone is what the others are about.
      if (look.rtl !== true)
        for (const one of await seriousFindings(page))
          if (!found.some((known) => known.endsWith(one))) found.push(`${place}: ${one}`)
      const name = place.replaceAll(/[^a-z0-9]+/gi, '-').replace(/^-/, '')
      await page.screenshot({ path: outFile(`every-${look.name}-${name}.png`) })
      if (place.includes('?new=')) await page.keyboard.press('Escape')
    }
    expect(found).toEqual([])
  })

  test('every word is in the catalogue', { timeout: 120_000 }, async () => {
    await show({ name: 'pseudo', language: 'pseudo' })
    const bare = new Set<string>()
    for (const place of PLACES) {
      await open(place)
      const texts = await page.evaluate(() => {
        const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
        const out: string[] = []
        for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
          const parent = node.parentElement
          if (
            parent === null ||
            parent.closest('code, pre, kbd, time, noscript, script, option, [data-relay]') !== null
          )
            continue
          const text = (node.textContent ?? '').trim()
          if (/[A-Za-z]{3}/.test(text)) out.push(text)
        }
        return out
      })
      // Accents or brackets: changed by the pseudo language.
      for (const text of texts) if (!/[\u00C0-\u1EFF[\]]/u.test(text) && !DATA.test(text)) bare.add(text)
      if (place.includes('?new=')) await page.keyboard.press('Escape')
    }
    expect([...bare].filter((text) => !KNOWN_DATA.has(text) && !RELAYS_OWN.some((one) => one.test(text)))).toEqual([])
  })

  const pictures = async (folder: string): Promise<void> => {
    mkdirSync(folder, { recursive: true })
    for (const dark of [false, true]) {
      await show({ name: 'picture', dark, width: 1120 })
      await page.setViewportSize({ width: 1120, height: 700 })
      for (const place of PLACES.filter((one) => !one.includes('?') && one !== '/no-such-page')) {
        await open(place)
        const name = place.split('/').slice(1, 3).length > 1 ? `${place.split('/')[1] ?? ''}-detail` : place.slice(1)
        const file = path.join(folder, `${name}-${dark ? 'dark' : 'light'}.jpg`)
        await page.screenshot({ path: file, type: 'jpeg', quality: 72 })
      }
    }
  }
  if (SCREENS !== undefined) test('pictures for the README', { timeout: 120_000 }, () => pictures(SCREENS))
})

/** What mail of this test brings with it. */
const KNOWN_DATA = new Set([
  'Postern',
  'Your order has shipped',
  'New in our shelves',
  'How was it?',
  'Your tickets',
  'Refused',
  'May I write to you?',
  'The corner shop',
  'shops',
])

/** The relay's own words, which come in its own language: reasons of the log, what a record is for, sources of keys. */
const RELAYS_OWN: readonly RegExp[] = [
  /^The alias is switched off\.$/,
  /^Delivered to your mailbox\.( Changed: .+\.)?$/,
  /^Others report to this server/,
  /^A new sender writes to an alias that asks you first\./,
  /^key file /,
  /^smtp .*http /,
]
