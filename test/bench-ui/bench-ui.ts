// npm run bench:ui: the pages in Chromium before a relay with a hundred thousand aliases and a million entries of the log, against the
// budgets that they are built for. Nothing here passes or fails by time: machines differ. What is measured is checked for what it shows.
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import type { Page } from 'playwright-core'
import { go, openBrowser } from '../browser.ts'
import { TestRelay } from '../world/relay.ts'
import { fill } from './fill.ts'
import { measureTail } from './tail.ts'

const ALIASES = Number(process.env['BENCH_ALIASES'] ?? 100_000)
const ENTRIES = Number(process.env['BENCH_ENTRIES'] ?? 1_000_000)
const ROUTES = ['/aliases', '/activity', '/recipients', '/domains', '/held', '/dashboard'] as const

interface Figure {
  readonly what: string
  readonly figure: string
  readonly budget: string
}

function line(text: string): void {
  process.stdout.write(`${text}\n`)
}

const millis = (value: number): string => `${value.toFixed(0)} ms`
const middle = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN

/** What the first page fetches, as it travels compressed. */
function bundle(): Figure {
  const folder = path.resolve(import.meta.dirname, '../../dist/renderer')
  const html = readFileSync(path.join(folder, 'index.html'), 'utf8')
  const first = readdirSync(path.join(folder, 'assets')).filter((name) => name.endsWith('.js') && html.includes(name))
  const sizes = first.map((name) => gzipSync(readFileSync(path.join(folder, 'assets', name))).length)
  const total = sizes.reduce((sum, size) => sum + size, 0)
  return {
    what: `first load, ${first.length} scripts, gzipped`,
    figure: `${(total / 1024).toFixed(0)} KB`,
    budget: '250 KB',
  }
}

/** From a click on a place to the frame that shows its heading. */
async function routeSwitch(page: Page): Promise<number> {
  const times: number[] = []
  for (let round = 0; round < 3; round++)
    for (const route of ROUTES)
      times.push(
        await page.evaluate(async (hash) => {
          const before = document.querySelector('main h1')
          const started = performance.now()
          window.location.hash = hash
          for (;;) {
            await new Promise((resolve) => requestAnimationFrame(resolve))
            const now = document.querySelector('main h1')
            const took = performance.now() - started
            if ((now !== null && now !== before) || took > 10_000) return took
          }
        }, `#${route}`),
      )
  return middle(times.slice(ROUTES.length))
}

/** Letter by letter, each with something to find. */
const SEARCHES = ['museum.41', 'bakery.7', '.12', '.84', '.39']

interface Keystroke {
  /** Until the letter stands in the field. */
  readonly typed: number
  /** Until what is found with it stands in the list; not a number for a key that changes nothing of that. */
  readonly found: number
}

/** Both from the key to behind the frame that shows it: what the frame itself costs to lay out and to paint is in it. */
function watchKey(): void {
  const state = window as unknown as { keystroke?: Promise<{ typed: number; found: number }> }
  const shown = (): string =>
    `${document.querySelector('main h1 + p')?.textContent ?? ''}${document.querySelector('[role=grid]')?.textContent ?? ''}`
  const painted = (): Promise<number> =>
    new Promise((resolve) => {
      const { port1, port2 } = new MessageChannel()
      port1.onmessage = () => {
        port1.close()
        resolve(performance.now())
      }
      port2.postMessage(0)
    })
  const before = shown()
  state.keystroke = new Promise((resolve) => {
    addEventListener(
      'keydown',
      ({ timeStamp }) => {
        let typed = Number.NaN
        const look = async (): Promise<void> => {
          const isFound = shown() !== before
          const took = (await painted()) - timeStamp
          if (Number.isNaN(typed)) typed = took
          if (isFound || took > 1000) resolve({ typed, found: isFound ? took : Number.NaN })
          else requestAnimationFrame(() => void look())
        }
        requestAnimationFrame(() => void look())
      },
      { once: true },
    )
  })
}

async function keystrokes(page: Page): Promise<Keystroke> {
  await go(page, '/aliases')
  await page.getByRole('grid').waitFor()
  const field = page.getByRole('combobox', { name: 'Search aliases' })
  await field.focus()
  const times: Keystroke[] = []
  for (const text of SEARCHES) {
    for (const letter of text) {
      await page.evaluate(watchKey)
      await page.keyboard.press(letter)
      times.push(await page.evaluate(() => (window as unknown as { keystroke: Promise<Keystroke> }).keystroke))
      await page.waitForTimeout(100)
    }
    await field.fill('')
    await page.waitForTimeout(300)
  }
  return {
    typed: middle(times.map((one) => one.typed)),
    found: middle(times.map((one) => one.found).filter((one) => !Number.isNaN(one))),
  }
}

/** Frames that took longer than two of the screen, while the list is scrolled for five seconds. */
async function scroll(page: Page, place: string): Promise<string> {
  await go(page, place)
  await page.getByRole('row').nth(5).waitFor()
  const { frames, dropped } = await page.evaluate(async () => {
    const grid = document.querySelector('[role=grid]')
    let [frames, dropped, last] = [0, 0, performance.now()]
    const end = last + 5000
    while (last < end) {
      const now = await new Promise<number>((resolve) => requestAnimationFrame(resolve))
      frames++
      if (now - last > 34) dropped++
      last = now
      grid?.scrollBy(0, 120)
    }
    return { frames, dropped }
  })
  return `${dropped} of ${frames} frames late`
}

async function measure(relay: TestRelay): Promise<readonly Figure[]> {
  const browser = await openBrowser()
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } })
    await page.goto(relay.ready?.login ?? '')
    await page.getByText('Live', { exact: true }).waitFor()
    await page.waitForTimeout(1500)
    await page.reload()
    await page.getByText('Live', { exact: true }).waitFor()
    const paint = await page.evaluate(() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? NaN)
    await page.waitForTimeout(1500)
    const switched = await routeSwitch(page)
    const { typed, found } = await keystrokes(page)
    const figures: Figure[] = [
      { what: 'first paint', figure: millis(paint), budget: '1 s' },
      { what: 'route switch, middle of 12', figure: millis(switched), budget: '100 ms' },
      { what: 'keystroke to paint', figure: millis(typed), budget: '50 ms at 10,000' },
      { what: 'keystroke to what it finds', figure: millis(found), budget: '50 ms at 10,000' },
      { what: 'aliases, scrolled', figure: await scroll(page, '/aliases'), budget: '60 a second' },
      { what: 'log, scrolled', figure: await scroll(page, '/activity'), budget: '60 a second' },
      ...(await measureTail(page, relay)),
    ]
    return figures
  } finally {
    await browser.close()
  }
}

const relay = new TestRelay({ serve: ['--smtp', '127.0.0.1:0'] })
try {
  await relay.run('init', '--domain', 'bench.test', '--catch-all', '--recipient', 'me@mailbox.test')
  const started = performance.now()
  await fill({ folder: relay.data, config: path.join(relay.folder, 'config'), aliases: ALIASES, entries: ENTRIES })
  line(`${ALIASES} aliases and ${ENTRIES} entries of the log in ${((performance.now() - started) / 1000).toFixed(0)} s`)
  await relay.serve()
  for (const { what, figure, budget } of [bundle(), ...(await measure(relay))])
    line(`${what.padEnd(44)} ${figure.padStart(24)}   budget ${budget}`)
} finally {
  await relay.destroy()
}
