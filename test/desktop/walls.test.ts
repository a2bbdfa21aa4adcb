// The walls around the window, by the rows of the hardening list.
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import fc from 'fast-check'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { mayFrame, mayLoad, maySave } from '../../main/desktop/egress.ts'
import { guardApp, guardContents, guardSession } from '../../main/desktop/guard.ts'
import { menuTemplate } from '../../main/desktop/menu.ts'
import { ownUrl, PRIVILEGES } from '../../main/desktop/origin.ts'
import { parseArguments, refusedArgument } from '../../main/desktop/arguments.ts'
import { routeIn } from '../../main/desktop/deep-link.ts'
import { secureWebPreferences } from '../../main/desktop/web-preferences.ts'
import * as fake from './fake-electron.ts'

vi.mock('electron', () => import('./fake-electron.ts'))

const NO_ACTIONS = { lockNow: () => undefined, isHidden: () => false, setHidden: () => undefined }
const root = path.resolve(import.meta.dirname, '..', '..')
beforeEach(() => fake.reset())

describe('E1: web preferences', () => {
  test('are these and no others', () => {
    const preferences = secureWebPreferences('/dist/preload.cjs', false)
    expect(preferences).toEqual({
      preload: '/dist/preload.cjs',
      partition: 'postern',
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      safeDialogs: true,
      spellcheck: false,
      plugins: false,
      devTools: false,
    })
    expect(Object.isFrozen(preferences)).toBe(true)
  })

  test('one place makes windows, and nothing else makes contents', () => {
    const makers = readdirSync(path.join(root, 'main'), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .filter((file) => {
        const text = readFileSync(path.join(root, 'main', file), 'utf8')
        return /new (BrowserWindow|BrowserView|WebContentsView|BaseWindow)\(/.test(text)
      })
    expect(makers).toEqual([path.join('desktop', 'window.ts')])
  })
})

describe('E3: the scheme', () => {
  test('has these privileges; never bypassCSP, corsEnabled or allowServiceWorkers', () => {
    expect(PRIVILEGES).toEqual({ standard: true, secure: true, supportFetchAPI: true, stream: true, codeCache: true })
  })

  test.each([
    'app://postern.evil/',
    'app://postern:1/',
    'app://user@postern/',
    'app://user:pass@postern/',
    'app:postern',
    'http://postern/',
    'file:///postern',
    'apps://postern/',
    'javascript:app://postern/',
    '//postern/',
    '',
  ])('%j is not ours', (url) => expect(ownUrl(url)).toBeUndefined())

  test('no text but one that begins with our origin is ours', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.webUrl(),
          fc.string(),
          fc.string().map((text) => `app:${text}`),
        ),
        (text) => {
          if (ownUrl(text) !== undefined) expect(new URL(text).href.startsWith('app://postern/')).toBe(true)
        },
      ),
    )
  })
})

describe('E6: what may be loaded', () => {
  test.each([
    ['app://postern/', 'mainFrame', true],
    ['app://postern/app/events', 'xhr', true],
    ['data:image/png;base64,AA', 'image', true],
    ['data:image/svg+xml,<svg/>', 'subFrame', false],
    ['data:text/html,<p>', 'mainFrame', false],
    ['app://elsewhere/', 'xhr', false],
    ['https://example.com/', 'mainFrame', false],
    ['http://127.0.0.1:7788/', 'xhr', false],
    ['ws://localhost/', 'webSocket', false],
    ['file:///etc/passwd', 'subFrame', false],
    ['blob:app://postern/1', 'script', false],
    ['chrome-extension://x/y.js', 'script', false],
    ['devtools://devtools/bundled/inspector.html', 'mainFrame', false],
  ])('%s as %s: %s', (url, resourceType, allowed) => {
    expect(mayLoad({ url, resourceType }, false)).toBe(allowed)
  })

  test('in development the developer tools may load themselves', () => {
    expect(mayLoad({ url: 'devtools://devtools/a', resourceType: 'mainFrame' }, true)).toBe(true)
    expect(mayLoad({ url: 'https://example.com/', resourceType: 'xhr' }, true)).toBe(false)
  })

  test('the session asks that table, and the default session lets nothing through', () => {
    const ours = fake.session.fromPartition('postern')
    guardSession(ours as never, false)
    guardApp(false)
    expect([ours.isCancelled('app://postern/'), ours.isCancelled('https://example.com/')]).toEqual([false, true])
    const { defaultSession } = fake.session
    expect(
      ['app://postern/', 'https://example.com/', 'data:image/png,x'].map((url) => defaultSession.isCancelled(url)),
    ).toEqual([true, true, true])
    expect(fake.app.resolver).toEqual({ enableBuiltInResolver: false, secureDnsMode: 'off' })
    expect([ours.spellChecks, ours.dictionaryUrl]).toEqual([false, 'app://postern/no-dictionaries/'])
  })

  test('only a raw message may be saved', () => {
    for (const place of ['mailbox/12/raw', 'held/3/raw', 'view/held/3/attachments/0', 'view/mailbox/3/attachments/12'])
      expect(maySave(`app://postern/app/${place}`), place).toBe(true)
    for (const url of [
      'app://postern/app/mailbox/12',
      'https://x/app/mailbox/1/raw',
      'app://postern/a/../app/mailbox/x/raw',
    ]) {
      expect(maySave(url), url).toBe(false)
    }
    const ours = fake.session.fromPartition('postern')
    guardSession(ours as never, false)
    const event = { preventDefault: vi.fn() }
    ours.emit('will-download', event, { getURL: () => 'https://example.com/a.exe' })
    expect(event.preventDefault).toHaveBeenCalledOnce()
  })
})

describe('E7: contents go nowhere and open nothing', () => {
  test.each(['will-navigate', 'will-redirect', 'will-frame-navigate', 'will-attach-webview'])(
    '%s is refused',
    (name) => {
      const contents = new fake.FakeContents()
      guardContents(contents as never)
      const event = { preventDefault: vi.fn() }
      contents.emit(name, event, 'app://postern/')
      expect(event.preventDefault).toHaveBeenCalledOnce()
    },
  )

  test('a frame in our page may show a mail, and nothing else; a frame in a frame nothing at all', () => {
    const contents = new fake.FakeContents()
    guardContents(contents as never)
    const main = { parent: null }
    const mail = 'app://postern/app/view/held/3/html'
    const isRefused = (url: string, frame: unknown, isMainFrame = false): boolean => {
      const event = { url, frame, isMainFrame, preventDefault: vi.fn() }
      contents.emit('will-frame-navigate', event)
      return event.preventDefault.mock.calls.length > 0
    }
    expect(isRefused(mail, { parent: main })).toBe(false)
    expect(isRefused(mail, { parent: { parent: main } })).toBe(true)
    expect(isRefused(mail, main, true)).toBe(true)
    expect(isRefused(mail, undefined)).toBe(true)
    for (const url of [
      'app://postern/',
      'app://postern/app/state',
      'app://postern/app/view/held/3',
      'app://postern/app/view/held/3/html?x',
      'app://postern/app/view/held/../3/html',
      'app://other/app/view/held/3/html',
      'https://example.com/app/view/held/3/html',
      'data:text/html,x',
      'about:blank',
    ]) {
      expect(mayFrame(url), url).toBe(false)
      expect(isRefused(url, { parent: main }), url).toBe(true)
    }
  })

  test('window.open is denied', () => {
    const contents = new fake.FakeContents()
    guardContents(contents as never)
    expect(contents.openHandler?.({} as never)).toEqual({ action: 'deny' })
  })

  test('whatever contents come to be are guarded', () => {
    guardApp(false)
    const contents = new fake.FakeContents()
    fake.app.emit('web-contents-created', {}, contents)
    expect(contents.listenerCount('will-navigate')).toBe(1)
  })
})

describe('E8: permissions', () => {
  /** Every name that Electron's own types know. */
  const names = (): string[] => {
    const types = readFileSync(path.join(root, 'node_modules', 'electron', 'electron.d.ts'), 'utf8')
    const found =
      /setPermissionCheckHandler\(handler: \(\(webContents: [^,]+, permission: ([^,]+),/.exec(types)?.[1] ?? ''
    return [...found.matchAll(/'([^']+)'/g)].map((match) => match[1] ?? '')
  }

  test('all are denied but to write to the clipboard, and that to our page alone', () => {
    const ours = fake.session.fromPartition('postern')
    guardSession(ours as never, false)
    const page = new fake.FakeContents()
    page.url = 'app://postern/'
    const foreign = new fake.FakeContents()
    foreign.url = 'https://example.com/'
    expect(names().length).toBeGreaterThan(30)
    for (const name of names()) {
      const asked: boolean[] = []
      for (const contents of [page, foreign])
        ours.request?.(contents as never, name as never, (granted) => asked.push(granted), {} as never)
      const allowed = name === 'clipboard-sanitized-write'
      expect(asked, name).toEqual([allowed, false])
      expect(ours.check?.(null, name as never, 'app://postern/', {} as never), name).toBe(allowed)
      expect(ours.check?.(null, name as never, 'https://example.com/', {} as never), name).toBe(false)
    }
    expect(ours.device?.({} as never)).toBe(false)
  })
})

describe('E15: no way in for a debugger', () => {
  test.each([
    '--remote-debugging-port=9222',
    '--remote-debugging-pipe',
    '--inspect',
    '--inspect-brk=0',
    '-inspect',
    '--no-sandbox',
    '--JS-FLAGS=--allow-natives-syntax',
    '--load-extension=/x',
    '--proxy-server=x',
  ])('a packaged app refuses %s', (argument) => expect(refusedArgument(['a', argument])).toBe(argument))

  test('and takes its own', () => {
    expect(refusedArgument(['--data', '/x', '--hidden', 'postern://open/log'])).toBeUndefined()
  })

  test('no menu has developer tools, reload or zoom', () => {
    for (const platform of ['linux', 'win32', 'darwin'] as const) {
      const roles = JSON.stringify(menuTemplate(platform, false, NO_ACTIONS)).toLowerCase()
      expect(roles).not.toMatch(/devtools|reload|zoom|viewmenu/)
    }
  })
})

describe('E18: links open a part of the page and do nothing', () => {
  test.each([
    ['postern://open/log', { panel: 'log' }],
    ['postern://open/mailbox/', { panel: 'mailbox' }],
    ['postern://open/settings', undefined],
    ['postern://open/log?delete=1', undefined],
    ['postern://open/../log', undefined],
    ['POSTERN://open/log', undefined],
    ['https://open/log', undefined],
  ])('%s', (text, route) => expect(routeIn(text)).toEqual(route))

  test('among the arguments of a second start', () => {
    expect(parseArguments(['--data=/x', 'postern://open/aliases'])).toEqual({
      data: '/x',
      hidden: false,
      route: { panel: 'aliases' },
    })
    expect(parseArguments(['--data', '/y', '--hidden'])).toEqual({ data: '/y', hidden: true, route: undefined })
    expect(parseArguments(['--data'])).toEqual({ data: undefined, hidden: false, route: undefined })
  })
})
