// Hostile HTML mails in the viewer, in a real Chromium: no request leaves, no script runs, nothing covers our page, no link leads anywhere.
// Each wall is tried alone as well, and all mails without any wall, so that it shows that they would do something.
import { Parser } from 'htmlparser2'
import type { Browser, BrowserContext, Page as Tab } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { documentOf, sanitiseHtml } from '../../main/mail/index.ts'
import { VIEWER_HEADERS, VIEWER_POLICY } from '../../main/api/security-headers.ts'
import type { MessageView } from '../../main/api/shapes-view.ts'
import { chromiumFile, NO_CHROMIUM, openBrowser, outFile, watch, type Watch } from '../browser.ts'
import { Wire } from '../world/dialogue.ts'
import { codeOf, read, Visitor } from '../world/door.ts'
import { startRelay, type TestRelay } from '../world/relay.ts'
import { Canary } from './canary.ts'
import { filled, HOSTILE_MAILS, messageOf } from './corpus.ts'

const BATCH = 30
/** A frame's load and what its content would do next. */
const SETTLE = 400

let relay: TestRelay
let canary: Canary
let browser: Browser | undefined
let me: Visitor
const views: MessageView[] = []

async function sendAll(): Promise<void> {
  const wire = await Wire.open(relay.port('smtp'))
  await wire.reply()
  await wire.say('EHLO evil.example')
  for (const [index, mail] of HOSTILE_MAILS.entries()) {
    await wire.say('MAIL FROM:<mallory@evil.example>')
    await wire.say('RCPT TO:<viewer@postern.test>')
    await wire.say('DATA')
    await wire.write(messageOf(mail, index, canary.port))
    expect(await wire.say('.'), mail.name).toMatch(/^250 /)
  }
  wire.close()
}

async function login(): Promise<string> {
  return (await relay.json<{ login: string }>('status', '--login')).login
}

/** The ids in the mailbox, once all are there. */
async function arrived(): Promise<readonly number[]> {
  const ids: number[] = []
  for (let before = ''; ;) {
    const page = read(await me.ask(`/app/mailbox?limit=200${before}`)) as {
      data: { id: number }[]
      next: number | null
    }
    ids.push(...page.data.map((one) => one.id))
    if (page.next === null) break
    before = `&before=${page.next}`
  }
  expect(ids.length).toBe(HOSTILE_MAILS.length)
  return ids
}

beforeAll(async () => {
  canary = await Canary.start()
  relay = await startRelay({ init: ['--catch-all'] })
  await sendAll()
  me = new Visitor(relay.port('http'))
  await me.login({ code: codeOf(await login()) })
  const ids = await vi.waitFor(arrived, { timeout: 60_000, interval: 250 })
  for (const id of ids) views.push(read(await me.ask(`/app/view/mailbox/${id}`)) as MessageView)
  if (chromiumFile !== undefined) browser = await openBrowser()
}, 180_000)
afterAll(async () => {
  await browser?.close()
  canary.stop()
  await relay.destroy()
})

describe(`${HOSTILE_MAILS.length} hostile mails, as the API tells of them`, () => {
  test('there are at least a hundred, and each is read', () => {
    expect(HOSTILE_MAILS.length).toBeGreaterThanOrEqual(100)
    expect(views.filter((view) => !view.readable).map((view) => view.subject)).toEqual([])
    expect(views.filter((view) => view.html === null).map((view) => view.subject)).toEqual([])
  })

  test('no document has a link, a handler, a reference or an element that is not on the list', async () => {
    for (const view of views) {
      const answer = await me.ask(view.html?.url ?? '')
      expect(answer.headers['content-security-policy']).toBe(VIEWER_POLICY)
      expect(answer.headers['x-frame-options']).toBe('SAMEORIGIN')
      expect(answer.headers['x-content-type-options']).toBe('nosniff')
      const odd: string[] = []
      const parser = new Parser({
        onopentag(name, attributes) {
          if (/^(script|iframe|object|embed|form|input|svg|math|base|link|a|video|audio|template|noscript)$/.test(name))
            odd.push(name)
          for (const [key, value] of Object.entries(attributes)) {
            const isPicture = key === 'src' && /^data:image\/(png|jpeg|gif|webp);base64,[A-Za-z0-9+/=]*$/.test(value)
            if (/^on|href|srcset|action|ping|background$|^id$|name/.test(key) || (key === 'src' && !isPicture))
              odd.push(`${name} ${key}`)
            if (key === 'style' && /url|\\|position|display|expression|var\(|@/i.test(value)) odd.push(value)
          }
        },
      })
      parser.end(answer.text)
      expect(odd, HOSTILE_MAILS[Number(view.subject)]?.name).toEqual([])
    }
  })

  test('a link is told with the host that it really leads to', () => {
    const linksOf = (name: string) => {
      const index = HOSTILE_MAILS.findIndex((mail) => mail.name === `link: ${name}`)
      return views.find((view) => view.subject === String(index))?.html
    }
    expect(linksOf('link that names another host')?.links).toMatchObject([
      { host: 'evil.example', warnings: ['other-host'] },
    ])
    expect(linksOf('link with credentials')?.links[0]).toMatchObject({
      host: 'evil.example',
      warnings: ['credentials'],
    })
    expect(linksOf('link in punycode')?.links[0]?.warnings).toContain('punycode')
    expect(linksOf('link to a number')?.links[0]).toMatchObject({
      host: '192.168.0.1',
      warnings: ['not-encrypted', 'address'],
    })
    for (const name of [
      'javascript link',
      'javascript link with a tab',
      'javascript link with entities',
      'data link',
      'file link',
    ])
      expect(linksOf(name), name).toMatchObject({ links: [], droppedLinks: 1 })
  })

  test('what would have been loaded is counted', () => {
    const of = (name: string) =>
      views.find((view) => HOSTILE_MAILS[Number(view.subject)]?.name === `request: ${name}`)?.html?.withheld
    expect(of('tracking pixel')).toEqual({ images: 0, trackers: 1, other: 0 })
    expect(of('hidden pixel')).toEqual({ images: 0, trackers: 1, other: 0 })
    expect(of('picture')).toEqual({ images: 1, trackers: 0, other: 0 })
    for (const name of ['style url', 'style import', 'link stylesheet', 'table background'])
      expect(of(name)?.other, name).toBeGreaterThan(0)
  })
})

describe('in Chromium', () => {
  let context: BrowserContext
  let tab: Tab
  let seen: Watch

  beforeAll(async () => {
    if (browser === undefined) return
    context = await browser.newContext({ viewport: { width: 1280, height: 800 } })
    tab = await context.newPage()
    seen = await watch(tab, `http://localhost:${relay.port('http')}`)
  })
  beforeEach(({ skip }) => {
    if (browser === undefined) skip(NO_CHROMIUM)
  })

  /** Shows some mails as a page is to show them; where a point of the page outside the boxes belongs to. */
  async function frame(urls: readonly string[]): Promise<{ readonly covered: number; readonly moved: number }> {
    return tab.evaluate(
      async ({ urls: all, settle }) => {
        document.querySelector('#frames')?.remove()
        const host = document.createElement('div')
        host.id = 'frames'
        host.style.cssText =
          'position:fixed;inset:100px 100px auto;height:600px;overflow:hidden;contain:strict;isolation:isolate'
        const frames = all.map((url) => {
          const one = document.createElement('iframe')
          one.setAttribute('sandbox', '')
          one.referrerPolicy = 'no-referrer'
          one.src = url
          one.style.cssText = 'width:160px;height:110px;border:0'
          return one
        })
        const loaded = Promise.all(frames.map((one) => new Promise((resolve) => (one.onload = resolve))))
        host.append(...frames)
        document.body.append(host)
        const places = frames.map((one) => JSON.stringify(one.getBoundingClientRect()))
        await loaded
        await new Promise((resolve) => setTimeout(resolve, settle))
        let covered = 0
        for (let x = 5; x < innerWidth; x += 25)
          for (let y = 5; y < innerHeight; y += 25) {
            const inside = x >= 100 && x < innerWidth - 100 && y >= 100 && y < 700
            if (!inside && document.elementFromPoint(x, y)?.tagName === 'IFRAME') covered++
          }
        const moved = frames.filter((one, at) => JSON.stringify(one.getBoundingClientRect()) !== places[at]).length
        return { covered, moved }
      },
      { urls, settle: SETTLE },
    )
  }

  test('in the viewer no request leaves, no script runs, nothing covers the page', async () => {
    await tab.goto(await login())
    await expect.poll(() => tab.evaluate(async () => (await fetch('/app/state')).status)).toBe(200)
    // The page says its own name once it shows.
    await expect.poll(() => tab.title()).toContain('·')
    const [title, connections] = [await tab.title(), canary.connections]
    const fromFrames: string[] = []
    const dialogs: string[] = []
    const shown = new Set<string>()
    tab.on('request', (request) => {
      if (request.frame() !== tab.mainFrame()) fromFrames.push(new URL(request.url()).pathname)
    })
    tab.on('response', (response) => {
      if (response.status() === 200 && response.url().endsWith('/html')) shown.add(new URL(response.url()).pathname)
    })
    tab.on('dialog', (dialog) => {
      dialogs.push(dialog.message())
      void dialog.dismiss()
    })
    const urls = views.map((view) => view.html?.url ?? '')
    for (let at = 0; at < urls.length; at += BATCH) {
      expect(await frame(urls.slice(at, at + BATCH))).toEqual({ covered: 0, moved: 0 })
      if (at === 0) await tab.screenshot({ path: outFile('hostile-mail.png') })
    }
    expect(shown.size).toBe(HOSTILE_MAILS.length)
    expect(fromFrames.filter((place) => !urls.includes(place))).toEqual([])
    expect({ connections: canary.connections - connections, hits: [...canary.hits], ran: [...canary.ran] }).toEqual({
      connections: 0,
      hits: [],
      ran: [],
    })
    expect([dialogs, await tab.title(), context.pages().length]).toEqual([[], title, 1])
    expect(seen).toEqual({ violations: [], errors: [], foreign: [] })
  }, 120_000)

  test('a click on a link in the frame leads nowhere, and on an attachment saves a file', async () => {
    const index = HOSTILE_MAILS.findIndex((mail) => mail.name === 'link: link with target top')
    const view = views.find((one) => one.subject === String(index))
    await frame([view?.html?.url ?? ''])
    const place = tab.url()
    for (let x = 105; x < 260; x += 12) for (let y = 105; y < 205; y += 12) await tab.mouse.click(x, y)
    expect([tab.url(), context.pages().length, canary.hits.size]).toEqual([place, 1, 0])
    const named = views.find((one) => HOSTILE_MAILS[Number(one.subject)]?.name.startsWith('attachment whose name'))
    const attachment = named?.attachments[0]
    expect(attachment).toMatchObject({ type: 'text/html', warnings: ['page'] })
    const [download] = await Promise.all([
      tab.waitForEvent('download'),
      tab.evaluate((url) => {
        window.location.href = url
      }, attachment?.url ?? ''),
    ])
    expect(download.suggestedFilename()).not.toMatch(/[/\\<>]/)
    expect(tab.url()).toBe(place)
  })

  /** Loads all mails in frames of the canary's, and waits for what they do. */
  async function showAll(pages: Parameters<Canary['show']>[0]): Promise<void> {
    canary.show(pages)
    const other = await (browser as Browser).newContext()
    for (let at = 0; at < pages.length; at += BATCH) {
      const one = await other.newPage()
      await one
        .goto(`http://127.0.0.1:${canary.port}/frames/${at}-${at + BATCH}`, { waitUntil: 'load' })
        .catch(() => undefined)
      await one.waitForTimeout(SETTLE)
    }
    await other.close()
  }
  const raw = (index: number): string => filled(HOSTILE_MAILS[index]?.html ?? '', index, canary.port)

  test('the sanitiser alone is enough: its documents do nothing without a policy and outside a sandbox', async () => {
    await showAll(
      HOSTILE_MAILS.map((_mail, index) => ({
        html: documentOf(sanitiseHtml(raw(index), new Map())),
        headers: {},
        frame: '',
      })),
    )
    expect([[...canary.hits], [...canary.ran]]).toEqual([[], []])
  }, 60_000)

  test('policy and sandbox alone are enough: the mails as they came do nothing behind them', async () => {
    const { 'content-security-policy': policy = '' } = VIEWER_HEADERS
    await showAll(
      HOSTILE_MAILS.map((_mail, index) => ({
        html: raw(index),
        headers: { 'content-security-policy': policy },
        frame: 'sandbox=""',
      })),
    )
    expect([[...canary.hits], [...canary.ran]]).toEqual([[], []])
  }, 60_000)

  test('without any wall they would: the corpus is alive', async () => {
    await showAll(HOSTILE_MAILS.map((_mail, index) => ({ html: raw(index), headers: {}, frame: '' })))
    const dead = HOSTILE_MAILS.filter(({ alive }, index) =>
      alive === undefined ? false : !(alive === 'script' ? canary.ran : canary.hits).has(index),
    )
    expect(dead.map((mail) => mail.name)).toEqual([])
    expect(canary.ran.size).toBeGreaterThan(30)
    expect(canary.hits.size).toBeGreaterThan(30)
  }, 60_000)
})
