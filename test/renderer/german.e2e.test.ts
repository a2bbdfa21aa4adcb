// German pages before the real relay, brought into every situation in which it says something in its own words: none of its English sentences is
// left. What others said (a far server's answer) stays as it came, and is marked as English.
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { chromiumFile, go, NO_CHROMIUM, openBrowser, outFile, watch } from '../browser.ts'
import type { Watch } from '../browser.ts'
import { send } from '../../main/headless/demo/world.ts'
import { ROOMS } from '../../renderer/texts/phrases/german.ts'
import { partsOf } from '../../renderer/texts/phrases/matcher.ts'
import { Wire } from '../world/dialogue.ts'
import { startDns, type TestDns } from '../world/dns.ts'
import { PATIENT, TestRelay } from '../world/relay.ts'
import { startSink, type Sink } from '../world/sink.ts'

const text = (data: string) => [{ type: 'TXT' as const, data: [data] }]
const ZONE = {
  'ours.test': [{ type: 'MX' as const, data: { preference: 10, exchange: 'elsewhere.test' } }],
  'reject.test': text('v=spf1 -all'),
  '_dmarc.reject.test': text('v=DMARC1; p=reject'),
  'none.test': text('v=spf1 -all'),
  '_dmarc.none.test': text('v=DMARC1; p=none'),
  'hardfail.test': text('v=spf1 -all'),
}
const USER = 'me@mine.test'

/**
 * What no German page may hold: each fixed piece of a phrase that is long enough to be nobody else's. Pieces that German has as well (names of
 * commands and the like) are no sign.
 */
const SIGNS = [...new Set(Object.values(ROOMS).flatMap((room) => Object.entries(room)))]
  .flatMap(([key, german]) => partsOf(key).map((piece) => [String(piece).trim(), german] as const))
  .filter(([piece, german]) => piece.length >= 12 && / /.test(piece) && !german.includes(piece))
  .map(([piece]) => piece)

interface Shown {
  /** Everything that is read or said, without what is marked as English and what is data. */
  readonly german: string
  readonly english: readonly string[]
}

/** Runs in the page. */
function readPage(): Shown {
  const german: string[] = []
  const english = new Set<string>()
  for (const one of document.querySelectorAll('body *')) {
    const marked = one.closest('[lang="en"]')
    if (marked !== null && marked !== document.documentElement) {
      english.add(marked.textContent.trim())
      continue
    }
    if (one.closest('pre, script, style, noscript, option') !== null) continue
    for (const name of ['title', 'aria-label', 'placeholder', 'aria-description'])
      german.push(one.getAttribute(name) ?? '')
    for (const node of one.childNodes) if (node.nodeType === Node.TEXT_NODE) german.push(node.textContent ?? '')
  }
  return { german: german.filter((piece) => piece.trim() !== '').join('\n'), english: [...english] }
}

/** What a far server and the sender of a message said: their words. */
const OF_OTHERS: readonly RegExp[] = [
  /^4\d\d .*come back tomorrow/,
  /^5\d\d .*nobody of that name/,
  /^2\d\d /,
  /^\d\d\d \d\.\d\.\d /,
]

describe('German pages', () => {
  let browser: Browser | undefined
  let relay: TestRelay
  let sink: Sink
  let dns: TestDns
  let page: Page
  let seen: Watch
  const english = new Set<string>()
  const left: string[] = []
  const visited: string[] = []

  /** A message by hand: the last answer of the door. */
  async function mail(from: string, to: string, fields: readonly string[] = [], body = 'hello'): Promise<string> {
    const wire = await Wire.open(relay.port('smtp'))
    try {
      await wire.reply()
      await wire.say('EHLO mail.far.test')
      for (const line of [`MAIL FROM:<${from}>`, `RCPT TO:<${to}>`, 'DATA']) {
        const answer = await wire.say(line)
        if (!/^[23]/.test(answer)) return answer
      }
      const id = Math.random().toString(36).slice(2)
      const head = [
        `From: <${from === '' ? 'machine@far.test' : from}>`,
        `To: <${to}>`,
        `Message-ID: <${id}@far.test>`,
        ...fields,
      ]
      const answer = await wire.say(`${[...head, '', body].join('\r\n')}\r\n.`)
      await wire.say('QUIT')
      return answer
    } finally {
      wire.close()
    }
  }
  const cli = (...args: readonly string[]): Promise<unknown> => relay.json(...args)
  const call = (method: string, place: string, body?: unknown): Promise<unknown> =>
    page.evaluate(
      async ([how, where, what]) => {
        const { csrf } = (await (await fetch('/app/session')).json()) as { csrf: string }
        const headers = { 'content-type': 'application/json', 'x-postern-csrf': csrf }
        const sent = what === undefined ? {} : { body: JSON.stringify(what) }
        const response = await fetch(where, { method: how, headers, ...sent })
        return response.status === 204 ? null : ((await response.json()) as unknown)
      },
      [method, place, body] as const,
    )
  const log = async (): Promise<readonly { readonly id: number; readonly reason: string; readonly text: string }[]> =>
    ((await call('GET', '/app/log?limit=200')) as { data: { id: number; reason: string; text: string }[] }).data
  /** Waits until the log has all of them. */
  const happened = async (...reasons: readonly string[]): Promise<void> => {
    const missing = async (): Promise<readonly string[]> => {
      const found = new Set((await log()).map((one) => one.reason))
      return reasons.filter((one) => !found.has(one))
    }
    await expect.poll(missing, PATIENT).toEqual([])
  }

  beforeAll(async () => {
    if (chromiumFile === undefined) return
    ;[browser, dns, sink] = await Promise.all([openBrowser(), startDns(ZONE), startSink()])
    relay = new TestRelay({ serve: ['--resolver', dns.server, '--submission', '127.0.0.1:0'] })
    const route = `smtp://127.0.0.1:${sink.port}`
    const domains = ['--domain', 'ours.test', '--catch-all']
    const made = await relay.run('init', ...domains, '--recipient', USER, '--key', 'file', '--route', route)
    expect(made.err).toBe('')
    const ready = await relay.serve()
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: 'de-DE' })
    context.setDefaultTimeout(10_000)
    page = await context.newPage()
    seen = await watch(page, new URL(ready.login).origin)
    await page.goto(ready.login)
    await page.getByText('Live', { exact: true }).waitFor()
  })
  afterAll(async () => {
    if (browser === undefined) return
    await browser.close()
    await relay.destroy()
    await Promise.all([sink.close(), dns.close()])
    expect(seen).toEqual({ violations: [], errors: [], foreign: [] })
  })
  beforeEach(({ skip }) => {
    if (browser === undefined) skip(NO_CHROMIUM)
  })

  /** Reads what shows now. */
  async function look(name: string): Promise<void> {
    await page.waitForFunction(() => document.querySelector('[data-skeleton]') === null)
    const shown = await page.evaluate(readPage)
    visited.push(name)
    for (const one of shown.english) english.add(one)
    const lines = shown.german.split('\n')
    for (const sign of SIGNS) {
      const found = lines.find((line) => line.includes(sign))
      if (found !== undefined) left.push(`${name}: ${found}`)
    }
  }
  async function visit(place: string): Promise<void> {
    await go(page, place)
    await page.locator('main h1').first().waitFor()
    await page.waitForTimeout(150)
    await look(place)
    await page.screenshot({ path: outFile(`german-${place.replaceAll(/[^a-z0-9]+/gi, '-').slice(1)}.png`) })
  }
  const noneLeft = (): void => {
    expect([...new Set(left)]).toEqual([])
    expect([...english].filter((one) => !OF_OTHERS.some((words) => words.test(one)))).toEqual([])
  }

  test('the door: refused, put off, discarded, limited, blocked, forged', { timeout: 120_000 }, async () => {
    for (const name of ['off', 'later', 'silent', 'once', 'club', 'binned', 'known'])
      await cli('alias', 'add', `${name}@ours.test`)
    await cli('alias', 'set', 'off@ours.test', '--active', 'off')
    await call('PATCH', '/app/aliases/later@ours.test', {
      active: false,
      when_disabled: 'defer',
      whenDisabled: 'defer',
    })
    await cli('alias', 'set', 'later@ours.test', '--active', 'off', '--when-disabled', 'defer')
    await cli('alias', 'set', 'silent@ours.test', '--active', 'off', '--when-disabled', 'discard')
    await cli('alias', 'set', 'once@ours.test', '--expires-after', '1')
    await cli('alias', 'set', 'club@ours.test', '--policy', 'ask')
    await cli('alias', 'set', 'known@ours.test', '--policy', 'known')
    await cli('alias', 'remove', 'binned@ours.test')
    await cli('block', 'add', 'spam.test')
    for (const to of ['off', 'later', 'silent', 'once', 'once', 'club', 'known', 'binned'])
      await mail('ann@far.test', `${to}@ours.test`, ['Subject: hi'])
    await mail('ann@spam.test', 'shop@ours.test')
    await mail('ann@far.test', 'somebody@elsewhere.example')
    const html = ['MIME-Version: 1.0', 'Content-Type: text/html']
    await mail(
      'ceo@reject.test',
      'shop@ours.test',
      ['Subject: forged', ...html],
      '<p>Hi <img src="https://a.test/b.png"></p>',
    )
    await mail('ceo@hardfail.test', 'shop@ours.test', ['Subject: not from there'])
    await mail('ceo@none.test', 'shop@ours.test', ['Subject: perhaps forged'])
    await mail('reporter@far.test', 'dmarc-reports@ours.test', ['Subject: report'])
    await happened(
      ...['alias-disabled', 'alias-deferred', 'alias-discarded', 'alias-deleted', 'alias-expired-count', 'ask-sender'],
      ...['sender-blocked', 'sender-unknown', 'not-ours', 'dmarc-failed', 'spf-failed', 'report-unreadable'],
    )
  })

  test('the queue: delivered, deferred, failed, come back; replies that are held', { timeout: 120_000 }, async () => {
    await mail('bob@far.test', 'shop@ours.test', ['Subject: first'])
    await sink.waitFor(1)
    const contacts = (await cli('contact', 'list', '--alias', 'shop@ours.test')) as {
      address: string
      replyAddress: string
    }[]
    const reply = contacts.find((one) => one.address === 'bob@far.test')?.replyAddress ?? ''
    await mail('stranger@far.test', reply, ['Subject: let me in'])
    await happened('reply-unproven')
    const { username, password } = (await cli('app-password', 'create', '--name', 'phone')) as {
      username: string
      password: string
    }
    const login = { user: username, pass: password }
    const submit = (to: string, lines: readonly string[]): Promise<string> =>
      send({
        port: relay.port('submission'),
        envelope: { from: USER, to: [to] },
        message: [`From: <${USER}>`, 'Subject: re', 'Message-ID: <re@mine.test>', ...lines].join('\r\n'),
        login,
      })
    await submit(reply, [`To: <${reply}>, <stranger@else.test>, <me@mine.test>`, 'X-Mailer: me@mine.test', '', 'hello'])
    await happened('reply-to-strangers')
    const card = [
      '',
      '--w',
      '',
      'my card',
      '--w',
      'Content-Type: text/vcard; name=card.vcf',
      '',
      'EMAIL:me@mine.test',
      '--w--',
    ]
    await submit(reply, [`To: <${reply}>`, 'Content-Type: multipart/mixed; boundary=w', ...card])
    await happened('reply-attachments')
    await expect(
      send({
        ...{ port: relay.port('submission'), login: { user: username, pass: 'wrong' } },
        envelope: { from: USER, to: [reply] },
        message: '',
      }),
    ).rejects.toThrow()
    // What a server sends back to our return path.
    await mail('', sink.mails[0]?.from ?? '', ['Subject: Rückläufer'], 'It did not work out.')
    await happened('bounce-received')

    sink.refuse({ code: 450, message: '4.2.1 come back tomorrow' })
    await mail('bob@far.test', 'shop@ours.test', ['Subject: deferred'])
    await happened('deferred-by-server')
    sink.refuse({ code: 550, message: '5.7.9 nobody of that name' })
    await mail('bob@far.test', 'shop@ours.test', ['Subject: failed'])
    await happened('refused-by-server')
    sink.refuse(undefined)
    await cli('setting', 'set', 'route', 'smtp://127.0.0.1:9')
    await mail('bob@far.test', 'shop@ours.test', ['Subject: nobody there'])
    await happened('connection-lost')
    await cli('setting', 'set', 'route', 'mx')
    await mail('bob@far.test', 'shop@ours.test', ['Subject: no such domain'])
    await happened('no-mail-server')
    await cli('recipient', 'add', 'second@mine.test')
    await cli('recipient', 'set', 'second@mine.test', '--paused', 'on')
    await cli('setting', 'set', 'route', 'smtp://smarthost.test:587')
  })

  const PLACES = [
    ...['/dashboard', '/activity', '/aliases', '/aliases?q=is:pgp%20used:often', '/aliases/shop@ours.test', '/held'],
    ...['/aliases/shop@ours.test?tab=contacts', '/aliases/shop@ours.test?tab=who', '/aliases/off@ours.test'],
    ...['/held?tab=questions', '/held?tab=failed', '/held?tab=bounce', '/held?tab=queue', '/blocks', '/recipients'],
    ...['/domains', '/domains/ours.test', '/domains/ours.test?tab=keys', '/domains/ours.test?tab=policy', '/mailbox'],
    ...['/security', '/security?tab=sessions', '/security?tab=programs', '/security?tab=data', '/security?tab=log'],
    ...['/backup', '/settings', '/welcome?step=try', '/welcome?step=alias', '/welcome?step=route'],
  ]
  test('every page, every entry of the log with its trace, everything that waits', { timeout: 240_000 }, async () => {
    // The command line changed much behind the back of the page.
    await page.reload()
    for (const place of PLACES) await visit(place)
    const entries = await log()
    expect(new Set(entries.map((one) => one.reason)).size).toBeGreaterThan(15)
    for (const one of entries) await visit(`/activity?open=${one.id}`)
    let frames = 0
    for (const kind of ['held', 'failed', 'bounce']) {
      const { data } = (await call('GET', `/app/held?kind=${kind}`)) as {
        data: { id: number; direction: string; subject: string }[]
      }
      expect(data.length).toBeGreaterThan(0)
      for (const one of data) {
        await visit(`/held?tab=${kind}&open=${one.id}`)
        if (one.subject === 'forged') {
          await page.getByRole('tab', { name: 'Wie gemeint' }).click()
          // The one word of ours within the frame.
          await page.frameLocator('iframe').getByText('[Bild nicht geladen]').waitFor()
          frames++
        }
        const preview = page.getByRole('tab', { name: 'Was hinausginge' })
        if (one.direction !== 'reply') continue
        await preview.click()
        await page.waitForTimeout(200)
        await look(`/held?open=${one.id} preview`)
      }
    }
    expect(frames).toBe(1)
    noneLeft()
  })

  test('what a form is told', { timeout: 120_000 }, async () => {
    const said = async (wanted: string | RegExp): Promise<void> => {
      await page.getByRole('alert').getByText(wanted).first().waitFor()
      await look(String(wanted))
    }
    await go(page, '/domains?new=1')
    const domain = page.getByRole('dialog').getByRole('textbox').first()
    await domain.fill('keine Domain')
    await page.keyboard.press('Enter')
    await said('Das ist kein Domainname.')
    await domain.fill('mine.test')
    await page.keyboard.press('Enter')
    await said(/Ihr Empfänger me@mine\.test liegt an dieser Domain/)
    await page.keyboard.press('Escape')

    await go(page, '/recipients?new=1')
    await page.getByLabel('Mailadresse').fill('ich@ours.test')
    await page.keyboard.press('Enter')
    await said('ours.test ist eine Ihrer eigenen Domains hier: die Mail liefe im Kreis.')
    await page.keyboard.press('Escape')

    await go(page, '/aliases/shop@ours.test?tab=who')
    await page.getByLabel('Absender blockieren').fill('/(/')
    await page.keyboard.press('Enter')
    await said(/Das Muster ist kein Ausdruck|Das ist keine Adresse/)
    await page.getByLabel('Mail von').fill('ann@spam.test')
    await page.getByRole('button', { name: 'Fragen' }).click()
    await page.getByText('Der Absender steht auf Ihrer Liste der Blockierten.').waitFor()
    await look('why')

    await go(page, '/settings')
    await page.getByLabel('Weg hinaus').fill('hinten herum')
    await page.keyboard.press('Enter')
    await said(/„hinten herum“ ist kein Weg\. Nehmen Sie mailbox/)

    await go(page, '/security?tab=login')
    await page.getByRole('button', { name: 'Passphrase setzen' }).click()
    await page.getByLabel('Neue Passphrase').fill('Passwort')
    await page.getByText('Sie hat 8 Zeichen; mindestens 12 sind nötig.').waitFor()
    await look('passphrase')
    await page.keyboard.press('Escape')
    noneLeft()
  })

  test('what is said of a name that is taken, of a table, of new keys', { timeout: 120_000 }, async () => {
    await go(page, '/aliases?new=1')
    await page.getByLabel('Beschreibung').waitFor()
    await page.getByLabel('Art des Namens').selectOption('custom')
    await page.getByLabel('Name', { exact: true }).fill('shop')
    await page.getByText('Diesen Alias gibt es schon.').waitFor()
    await page.getByLabel('Name', { exact: true }).fill('postmaster')
    await page.getByText('postmaster ist vorbehalten: daraus wird nie ein Alias.').waitFor()
    await look('a name that is taken')
    await page.keyboard.press('Escape')

    await go(page, '/aliases')
    await page.getByRole('button', { name: 'Mehr', exact: true }).click()
    await page.getByRole('menuitem', { name: 'Tabelle importieren' }).click()
    const table = [
      'alias,active,policy,expires_after',
      'shop@ours.test,,,',
      'binned@ours.test,,,',
      'one@ours.test,perhaps,,',
      'two@ours.test,,some,',
      'three@ours.test,,,never',
      'four@elsewhere.test,,,',
      'nobody,,,',
      'four@ours.test,,,',
      'four@ours.test,,,',
    ]
    await page.getByLabel('Oder hier einfügen').fill(table.join('\n'))
    await page.getByRole('button', { name: 'Zeigen, was geschähe' }).click()
    for (const why of [
      ...['Er ist schon da.', 'Er wurde gelöscht; holen Sie ihn zuerst zurück.', '„active“ ist weder an noch aus.'],
      ...['Unter „policy“ steht etwas anderes als all, known, ask.', '„expires_after“ ist keine ganze Zahl ab 1.'],
      ...['elsewhere.test ist keine Ihrer Domains; fügen Sie sie zuerst hinzu.', 'Das ist keine Adresse.'],
      'Derselbe Alias steht weiter oben.',
    ])
      await page.getByRole('cell', { name: why }).first().waitFor()
    await look('a table')
    await page.keyboard.press('Escape')

    await go(page, '/domains/ours.test?tab=keys')
    await page.getByRole('button', { name: 'Neue Schlüssel machen' }).click()
    await page.getByText(/Die neuen Schlüssel warten: Bei .*\._domainkey\.ours\.test ist noch kein Eintrag\./).waitFor()
    await look('new keys')
    noneLeft()
  })

  test('what is said to who is not signed in', { timeout: 60_000 }, async () => {
    if (browser === undefined) return
    const context = await browser.newContext({ locale: 'de-DE' })
    const stranger = await context.newPage()
    await stranger.goto(new URL(page.url()).origin)
    await stranger.getByLabel('Anmeldelink oder Code').fill('not-a-code')
    await stranger.keyboard.press('Enter')
    await stranger
      .getByRole('alert')
      .getByText(/Dieser Anmeldelink wurde schon benutzt oder ist zu alt\./)
      .waitFor()
    await context.close()
  })

  test('English waits for nothing; back to German nothing shows in two languages', { timeout: 60_000 }, async () => {
    const files: string[] = []
    page.on('request', (request) => files.push(new URL(request.url()).pathname))
    await page.evaluate(() => localStorage.setItem('postern.language', 'en'))
    await page.reload()
    await go(page, '/held?tab=held')
    await page.getByText(/Failed DMARC: may not be from reject\.test/).waitFor()
    expect(files.filter((file) => file.includes('german'))).toEqual([])
    // On an English page the same reading finds what a German one must not have.
    const shown = await page.evaluate(readPage)
    expect(SIGNS.filter((sign) => shown.german.includes(sign)).length).toBeGreaterThan(2)
    // The book comes slowly: until it is there, the page is English and nothing else.
    await page.route('**/german-*.js', async (route) => {
      await new Promise((resolve) => setTimeout(resolve, 1000))
      await route.continue()
    })
    await go(page, '/settings')
    await page.getByLabel('Language').selectOption('de')
    expect(await page.evaluate(() => document.documentElement.lang)).toBe('en')
    await page.waitForFunction(() => document.documentElement.lang === 'de')
    await go(page, '/held?tab=held')
    await page.getByText(/DMARC nicht bestanden: kommt vielleicht nicht von reject\.test/).waitFor()
    await look('after a switch')
    noneLeft()
    expect(visited.length).toBeGreaterThan(50)
  })
})
