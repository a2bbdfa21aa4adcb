// Every dialog, drawer, menu and panel, opened before the real relay: in German on a small phone, in German and dark, at 200 % zoom. Nothing is
// cut off, every control can be reached, the keyboard is inside, axe finds nothing serious.
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { textsIn } from '../../renderer/texts/texts.ts'
import { seriousFindings } from '../axe.ts'
import { chromiumFile, go, NO_CHROMIUM, openBrowser, outFile, watch, type Watch } from '../browser.ts'
import { sendMail, startRelayProcess, type RelayProcess } from '../desktop/relay-process.ts'
import { send } from '../../main/headless/demo/world.ts'
import { DIALOGS, Hand, type Opened } from './dialog-list.ts'

interface Look {
  readonly name: string
  readonly language: 'de' | 'en' | 'pseudo'
  readonly width: number
  readonly height: number
  readonly dark?: boolean
}

const LOOKS: readonly Look[] = [
  { name: 'german-phone', language: 'de', width: 380, height: 640 },
  { name: 'german-dark', language: 'de', width: 1280, height: 800, dark: true },
  // 1280 × 800 at 200 %.
  { name: 'zoomed', language: 'en', width: 640, height: 400 },
]

const PROGRAM = [
  ...['From: Ann <ann@sender.example>', 'To: shop@postern.test', 'Subject: With a program', 'MIME-Version: 1.0'],
  ...['Content-Type: multipart/mixed; boundary=b', '', '--b', 'Content-Type: text/plain', '', 'See attached.'],
  ...['--b', 'Content-Type: application/pdf; name="invoice.pdf.exe"', 'Content-Transfer-Encoding: base64'],
  ...['Content-Disposition: attachment; filename="invoice.pdf.exe"', '', 'TVqQAAMAAAAEAAAA//8AALgAAAA=', '--b--', ''],
].join('\r\n')
const HTML = `<p>May I write to you? <a href="http://192.0.2.9/x">shop.example</a> <img src="https://track.example/p.gif"></p>`

/** Notices too. */
const OPEN = '[role="dialog"], [role="menu"], [role="status"]'

/** What of the open dialog lies outside, is wider than it should be, or cannot be scrolled to; whether the keyboard is elsewhere. */
function faults(): string[] {
  const found: string[] = []
  const [width, height] = [window.innerWidth, window.innerHeight]
  const all = [...document.querySelectorAll<HTMLElement>('[role="dialog"], [role="menu"]')]
  const top = all.at(-1)
  if (top === undefined) return []
  if (!top.contains(document.activeElement)) found.push(`the keyboard is at ${document.activeElement?.tagName ?? ''}`)
  const box = top.getBoundingClientRect()
  if (box.left < -1 || box.right > width + 1 || box.top < -1 || box.bottom > height + 1)
    found.push(`lies outside: ${[box.left, box.top, box.right, box.bottom].map(Math.round).join(' ')}`)
  for (const one of top.querySelectorAll<HTMLElement>('*')) {
    const style = getComputedStyle(one)
    const over = one.scrollWidth - one.clientWidth
    if (over > 1 && one.clientWidth > 0 && style.overflowX === 'auto' && style.overflowY === 'auto')
      if (!one.matches('pre, [tabindex="0"], [role="tablist"]'))
        found.push(`${one.className} scrolls sideways by ${over}`)
  }
  for (const one of top.querySelectorAll<HTMLElement>('button, a, input, select, textarea')) {
    const at = one.getBoundingClientRect()
    if (at.width === 0 || one.classList.contains('visually-hidden')) continue
    one.scrollIntoView({ block: 'nearest', inline: 'nearest' })
    const seen = one.getBoundingClientRect()
    const what = one.textContent === '' ? (one.getAttribute('aria-label') ?? one.tagName) : one.textContent
    if (seen.left < -1 || seen.right > width + 1 || seen.top < -1 || seen.bottom > height + 1)
      found.push(`${what} cannot be reached`)
  }
  for (const one of [top, ...top.querySelectorAll<HTMLElement>('*')]) if (one.scrollTop > 0) one.scrollTop = 0
  return found
}

/** Texts of what is open in which no letter was changed by the pseudo language, apart from what is named and typed by people and machines. */
function bareWords(): string[] {
  const out: string[] = []
  for (const top of document.querySelectorAll('[role="dialog"], [role="menu"]')) {
    const walker = document.createTreeWalker(top, NodeFilter.SHOW_TEXT)
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      if (node.parentElement?.closest('code, pre, kbd, time, option, [data-relay]') !== null) continue
      const text = (node.textContent ?? '').trim()
      if (/[A-Za-z]{3}/.test(text) && !/[\u00C0-\u1EFF[\]]/u.test(text)) out.push(text)
    }
  }
  return out
}

/** What mail and the folder of this test bring with them, ids, and dates in the language of the browser. */
const DATA =
  /@|\.(test|example|exe)\b|^(With a program|Who are you\?|May I write to you\?|Ann|mailbox|application\/\S+.*|HTML)$|^[\d\s.,:+%/–-]+$|^[a-z]+(-[a-z]+)*$|^\w+day, \d/

/** The relay's own words, which the pages know in other languages. */
const RELAYS_OWN: readonly RegExp[] = [
  /^It is there already\.$/,
  /^DMARC: temperror$/,
  /^Delivered to your mailbox\.( Changed: .+\.)?$/,
  /^Put into the built-in mailbox$/,
  /^A new sender writes to an alias that asks you first\./,
]

describe('every dialog', () => {
  let browser: Browser | undefined
  let relay: RelayProcess
  let context: BrowserContext
  let page: Page
  let seen: Watch
  const held = new Map<string, string>()

  async function fill(): Promise<void> {
    for (const to of ['shop', 'books', 'shop'])
      await sendMail(relay.smtp, `${to}@postern.test`, 'Your order has shipped')
    await send({
      port: relay.smtp.port,
      envelope: { from: 'ann@sender.example', to: ['shop@postern.test'] },
      message: PROGRAM,
    })
    const answer = await page.evaluate(async () => {
      const { csrf } = (await (await fetch('/app/session')).json()) as { csrf: string }
      const headers = { 'content-type': 'application/json', 'x-postern-csrf': csrf }
      const call = (method: string, place: string, body: unknown): Promise<Response> =>
        fetch(place, { method, headers, body: JSON.stringify(body) })
      await call('POST', '/api/v1/aliases', { domain: 'postern.test', format: 'custom', local_part: 'club' })
      await call('PATCH', '/app/aliases/club@postern.test', { policy: 'ask' })
      await call('POST', '/api/v1/recipients', { email: 'another.mailbox.of.mine@far.example' })
      const shop = (await (await fetch('/app/aliases/shop@postern.test')).json()) as { data: { id: string } }
      const contacts = await fetch(`/app/contacts?alias=${shop.data.id}`)
      return (await contacts.json()) as { data: { replyAddress: string }[] }
    })
    await sendMail(relay.smtp, 'club@postern.test', 'May I write to you?', HTML)
    await sendMail(relay.smtp, answer.data[0]?.replyAddress ?? '', 'Who are you?')
    const list = await page.evaluate(async () => (await (await fetch('/app/held')).json()) as HeldList)
    for (const one of list.data) held.set(one.direction === 'reply' ? 'REPLY' : 'QUESTION', String(one.id))
    expect([...held.keys()].sort()).toEqual(['QUESTION', 'REPLY'])
  }

  beforeAll(async () => {
    if (chromiumFile === undefined) return
    browser = await openBrowser()
    relay = await startRelayProcess()
    context = await browser.newContext({ viewport: { width: 1280, height: 800 }, timezoneId: 'UTC', locale: 'en-GB' })
    context.setDefaultTimeout(6_000)
    page = await context.newPage()
    seen = await watch(page, new URL(relay.login).origin)
    await page.goto(relay.login)
    await page.getByText('Live', { exact: true }).waitFor()
    await fill()
  }, 60_000)
  afterAll(async () => {
    if (browser === undefined) return
    await browser.close()
    await relay.stop()
    expect(seen).toEqual({ violations: [], errors: [], foreign: [] })
  })
  beforeEach(({ skip }) => {
    if (browser === undefined) skip(NO_CHROMIUM)
  })

  async function show(look: Look): Promise<void> {
    await page.emulateMedia({ colorScheme: look.dark === true ? 'dark' : 'light', reducedMotion: 'reduce' })
    await page.setViewportSize({ width: look.width, height: look.height })
    await page.evaluate((value) => localStorage.setItem('postern.language', value), look.language)
    await page.reload()
  }

  async function visit(look: Look, one: Opened): Promise<string[]> {
    await open(look.language, one)
    const found = [...(await seriousFindings(page, OPEN)), ...(await page.evaluate(faults))]
    await page.screenshot({ path: outFile(`dialog-${look.name}-${one.name.replaceAll(/[^a-z]+/gi, '-')}.png`) })
    return found
  }

  async function open(language: Look['language'], { place, open: act }: Opened): Promise<void> {
    await go(
      page,
      place.replace(/REPLY|QUESTION/, (word) => held.get(word) ?? ''),
    )
    await page.locator('main h1').first().waitFor()
    await page.waitForFunction(() => document.querySelector('[data-skeleton]') === null)
    await act(new Hand(page), textsIn(language))
    await page.locator(OPEN).first().waitFor()
    await page.waitForTimeout(60)
  }

  /** A page of its own: nothing of the dialog before is open. */
  async function leave(): Promise<void> {
    await page.unrouteAll()
    await page.keyboard.press('Escape')
    await go(page, '/no-such-page')
    await page.keyboard.press('Escape')
  }

  test.each(LOOKS)('$name: nothing is cut off, axe finds nothing serious', { timeout: 240_000 }, async (look) => {
    await show(look)
    const found: string[] = []
    for (const one of DIALOGS) {
      try {
        for (const fault of await visit(look, one)) found.push(`${one.name}: ${fault}`)
      } catch (error) {
        found.push(`${one.name}: ${String(error)}`)
      }
      await leave()
    }
    expect(found).toEqual([])
  })

  test('every word is in the catalogue', { timeout: 120_000 }, async () => {
    await show({ name: 'pseudo', language: 'pseudo', width: 1280, height: 800 })
    const bare = new Set<string>()
    for (const one of DIALOGS) {
      await open('pseudo', one)
      for (const text of await page.evaluate(bareWords))
        if (![DATA, ...RELAYS_OWN].some((one) => one.test(text))) bare.add(`${one.name}: ${text}`)
      await leave()
    }
    expect([...bare]).toEqual([])
  })
})

interface HeldList {
  readonly data: readonly { readonly id: number; readonly direction: string }[]
}
