// Two hundred entries a second for a minute, while the log shows them: every one, in order, without late frames.
import type { Page } from 'playwright-core'
import { go } from '../browser.ts'
import { Wire } from '../world/dialogue.ts'
import type { TestRelay } from '../world/relay.ts'
import { addressOf } from './fill.ts'

const SECONDS = Number(process.env['BENCH_SECONDS'] ?? 60)
const RATE = 200
const RECIPIENTS = 20

interface Figure {
  readonly what: string
  readonly figure: string
  readonly budget: string
}

/** Collects the ids of the rows as they show, and how late frames come. */
async function startWatch(page: Page): Promise<void> {
  await page.evaluate(() => {
    const state = window as unknown as {
      seen: Set<string>
      frames: number
      late: number
      unordered: number
      on: boolean
    }
    Object.assign(state, { seen: new Set<string>(), frames: 0, late: 0, unordered: 0, on: true })
    let last = performance.now()
    const look = (now: number): void => {
      state.frames++
      if (now - last > 34) state.late++
      last = now
      const rows = [...document.querySelectorAll<HTMLElement>('[data-id]')].map((row) => [
        Number(row.dataset['index']),
        Number(row.dataset['id']),
      ])
      rows.sort((a, b) => (a[0] ?? 0) - (b[0] ?? 0))
      rows.forEach(([, id], i) => {
        state.seen.add(String(id))
        if (i > 0 && (id ?? 0) >= (rows[i - 1]?.[1] ?? 0)) state.unordered++
      })
      if (state.on) requestAnimationFrame(look)
    }
    requestAnimationFrame(look)
  })
}

export async function measureTail(page: Page, relay: TestRelay): Promise<readonly Figure[]> {
  await page.mouse.move(5, 5)
  await go(page, '/activity?direction=forward')
  await page.getByRole('row').nth(5).waitFor()
  await startWatch(page)
  const sent = await send(relay)
  await page.waitForTimeout(2000)
  const found = await page.evaluate(async (count) => {
    const state = window as unknown as {
      seen: Set<string>
      frames: number
      late: number
      unordered: number
      on: boolean
    }
    state.on = false
    const answer = await fetch('/app/log?direction=forward&limit=200')
    const { data } = (await answer.json()) as { data: { id: number }[] }
    const shown = [...document.querySelectorAll<HTMLElement>('[data-id]')]
      .map((row) => Number(row.dataset['id']))
      .sort((a, b) => b - a)
    const missing = data.slice(0, shown.length).filter(({ id }, i) => shown[i] !== id).length
    return { frames: state.frames, late: state.late, unordered: state.unordered, missing, count }
  }, sent)
  const { frames, late, unordered, missing } = found
  return [
    {
      what: `live tail, ${sent} entries in ${SECONDS} s`,
      figure: `${late} of ${frames} frames late`,
      budget: '60 a second',
    },
    { what: 'live tail, out of order or missing at the end', figure: `${unordered} / ${missing}`, budget: '0 / 0' },
  ]
}

/** A reply that is not what was hoped for ends the measurement: nothing would be shown of it. */
async function say(wire: Wire, line: string, hoped: string): Promise<void> {
  const answer = await wire.say(line)
  if (!answer.split('\n').at(-1)?.startsWith(hoped)) throw new Error(`${line} was answered ${answer}`)
}

/** Messages with twenty recipients each: each of these is an entry of the log, which changes once more when it is delivered. */
async function send(relay: TestRelay): Promise<number> {
  const wire = await Wire.open(relay.port('smtp'))
  await wire.reply()
  await say(wire, 'EHLO bench.example', '250')
  let sent = 0
  const started = performance.now()
  while (sent < RATE * SECONDS) {
    const wait = started + (sent / RATE) * 1000 - performance.now()
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait))
    await say(wire, 'MAIL FROM:<news@far.example>', '250')
    for (let i = 0; i < RECIPIENTS; i++) {
      // Every twentieth alias is off.
      const number = Math.floor((sent * 20) / 19) + 1
      await say(wire, `RCPT TO:<${addressOf(number % 20 === 0 ? number + 1 : number, 'bench.test')}>`, '250')
      sent++
    }
    await say(wire, 'DATA', '354')
    const header = `From: <news@far.example>\r\nTo: you\r\nSubject: ${sent}\r\nMessage-ID: <${sent}@far.example>`
    await say(wire, `${header}\r\n\r\nx\r\n.`, '250')
  }
  await wire.say('QUIT')
  return sent
}
