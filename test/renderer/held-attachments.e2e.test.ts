// A reply that is held for its attachments, on the page before the real relay: the reason, what would leave, and each of the ways to
// let it go.
import type { Browser, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { send } from '../../main/headless/demo/world.ts'
import { seriousFindings } from '../axe.ts'
import { chromiumFile, go, NO_CHROMIUM, openBrowser, outFile, watch, type Watch } from '../browser.ts'
import { Wire } from '../world/dialogue.ts'
import { PATIENT, TestRelay } from '../world/relay.ts'
import { startSink, type Sink } from '../world/sink.ts'

const USER = 'me@mine.test'
const CARD = ['BEGIN:VCARD', 'EMAIL:me@mi', ' ne.test', 'END:VCARD']

describe('a reply that is held for its attachments', () => {
  let browser: Browser | undefined
  let relay: TestRelay
  let sink: Sink
  let page: Page
  let seen: Watch
  let contact = ''
  let login: { user: string; pass: string }

  async function introduce(): Promise<void> {
    const wire = await Wire.open(relay.port('smtp'))
    await wire.reply()
    for (const line of ['EHLO far.test', 'MAIL FROM:<pat@far.test>', 'RCPT TO:<shop@ours.test>', 'DATA'])
      await wire.say(line)
    await wire.say('From: pat@far.test\r\nTo: shop@ours.test\r\nSubject: hi\r\n\r\nhello\r\n.')
    await wire.say('QUIT')
    wire.close()
    await sink.waitFor(1)
    const contacts = await relay.json<{ replyAddress: string }[]>('contact', 'list', '--alias', 'shop@ours.test')
    contact = contacts[0]?.replyAddress ?? ''
  }

  beforeAll(async () => {
    if (chromiumFile === undefined) return
    ;[browser, sink] = await Promise.all([openBrowser(), startSink()])
    relay = new TestRelay({ serve: ['--submission', '127.0.0.1:0'] })
    const route = ['--route', `smtp://127.0.0.1:${sink.port}`]
    await relay.run('init', '--domain', 'ours.test', '--catch-all', '--recipient', USER, '--key', 'file', ...route)
    const ready = await relay.serve()
    const made = await relay.json<{ username: string; password: string }>('app-password', 'create', '--name', 'phone')
    login = { user: made.username, pass: made.password }
    await introduce()
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: 'en-GB' })
    context.setDefaultTimeout(10_000)
    page = await context.newPage()
    seen = await watch(page, new URL(ready.login).origin)
    await page.goto(ready.login)
    await page.getByText('Live', { exact: true }).waitFor()
  }, 60_000)
  afterAll(async () => {
    if (browser === undefined) return
    await browser.close()
    await relay.destroy()
    await sink.close()
    expect(seen).toEqual({ violations: [], errors: [], foreign: [] })
  })
  beforeEach(({ skip }) => {
    if (browser === undefined) skip(NO_CHROMIUM)
  })

  async function submit(subject: string): Promise<void> {
    const message = [
      ...[`From: <${USER}>`, `To: <${contact}>`, `Subject: ${subject}`, `Message-ID: <${subject}@mine.test>`],
      ...['MIME-Version: 1.0', 'Content-Type: multipart/mixed; boundary=w', '', '--w', '', `my card: ${USER}`, '--w'],
      ...['Content-Type: text/vcard; name="card.vcf"', '', ...CARD, '--w--', ''],
    ].join('\r\n')
    await send({ port: relay.port('submission'), envelope: { from: USER, to: [contact] }, message, login })
  }

  /** The held reply, opened. */
  async function opened(subject: string): Promise<Locator> {
    await submit(subject)
    await go(page, '/held')
    await page.getByRole('button', { name: subject, exact: true }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText('Attachments that carry your address: card.vcf.').waitFor()
    return dialog
  }

  /** What arrives when a button is pressed. */
  async function sentBy(dialog: Locator, button: string | RegExp): Promise<string> {
    const before = sink.mails.length
    await dialog.getByRole('button', { name: button }).click()
    await sink.waitFor(before + 1)
    return sink.mails.at(-1)?.raw.toString('latin1') ?? ''
  }

  test('says why, shows what would leave, and has a button for each way', async () => {
    const dialog = await opened('first')
    await dialog.getByRole('button', { name: 'Send as it is' }).waitFor()
    await dialog.getByRole('button', { name: 'Send without these attachments' }).waitFor()
    expect(await seriousFindings(page)).toEqual([])
    await page.screenshot({ path: outFile('held-attachments.png') })
    await dialog.getByRole('tab', { name: 'What would leave' }).click()
    await dialog.getByText('card.vcf (text/vcard):').waitFor()
    expect(await seriousFindings(page)).toEqual([])
    await page.setViewportSize({ width: 360, height: 740 })
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
    expect(wide).toBe(0)
    await page.setViewportSize({ width: 1280, height: 900 })
    const sent = await sentBy(dialog, 'Send without these attachments')
    expect(sent).toContain('[An attachment was removed.]')
    expect(sent).not.toContain('mine.test')
  })

  test('sends it as it is', async () => {
    expect(await sentBy(await opened('second'), 'Send as it is')).toContain('EMAIL:me@mi')
  })

  test('sends it with the real address in the text too, and only then', async () => {
    const dialog = await opened('real')
    await dialog.getByRole('tab', { name: 'What would leave' }).click()
    await dialog.getByText(/^your address in the text was replaced by the alias; to send a message/).waitFor()
    await page.screenshot({ path: outFile('held-own-address.png') })
    const before = sink.mails.length
    await dialog.getByRole('button', { name: 'More', exact: true }).click()
    await page.getByRole('menuitem', { name: 'Send with my real address' }).click()
    await sink.waitFor(before + 1)
    expect(sink.mails.at(-1)?.raw.toString('latin1')).toContain(`my card: ${USER}`)
    expect(await sentBy(await opened('not-real'), 'Send as it is')).toContain('my card: shop@ours.test')
  })

  test('allows the contact from then on, and takes that back on the page of the alias', async () => {
    const sent = await sentBy(await opened('third'), /^Send, and always allow such attachments for pat@far\.test$/)
    expect(sent).toContain('EMAIL:me@mi')
    const before = sink.mails.length
    await submit('fourth')
    await sink.waitFor(before + 1)
    await go(page, '/aliases/shop@ours.test?tab=contacts')
    await page.getByText('attachments with your address', { exact: true }).waitFor()
    await page.getByRole('button', { name: 'Actions for pat@far.test' }).click()
    await page.getByRole('menuitem', { name: 'Hold attachments with your address again' }).click()
    await expect.poll(() => page.getByText('attachments with your address', { exact: true }).count(), PATIENT).toBe(0)
    await opened('fifth')
  })

  test('a recipient has the setting for all of them', async () => {
    await go(page, '/recipients')
    await page
      .getByRole('button', { name: /How mail arrives/ })
      .first()
      .click()
    await page.getByLabel('The message').selectOption('preserve')
    await page.getByText('Your answers to such mail leave from your real address').waitFor()
    await page.screenshot({ path: outFile('preserve-warning.png') })
    await page.getByLabel('The message').selectOption('rewrite')
    await page.getByLabel('Attachments of replies that carry your address').selectOption('scrub')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('Saved.').waitFor()
    const before = sink.mails.length
    await submit('sixth')
    await sink.waitFor(before + 1)
    expect(sink.mails.at(-1)?.raw.toString('latin1')).toContain('EMAIL:shop@ours.test')
  })
})
