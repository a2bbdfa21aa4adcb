// E9: what may be handed to the browser, and that nothing is without a yes.
import fc from 'fast-check'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { openExternal, readExternal } from '../../main/desktop/external.ts'
import * as fake from './fake-electron.ts'

vi.mock('electron', () => import('./fake-electron.ts'))

describe('E9: addresses for the browser', () => {
  beforeEach(() => {
    fake.reset()
    fake.asked.questions.length = 0
    fake.asked.opened.length = 0
  })

  test.each([
    'http://example.com/',
    'javascript:alert(1)',
    'file:///etc/passwd',
    'https:example.com',
    'https:/example.com',
    'https://user@example.com/',
    'https://@example.com/',
    'https://example.com:8443/',
    'https://bank.example\\@evil.example/',
    'https://xn--pypal-4ve.com/',
    'https://p\u0430ypal.com/',
    'https://example.com/\n',
    ' https://example.com/',
    'https://localhost/',
    'https://127.0.0.1/',
    'https://0x7f.1/',
    'https://[::1]/',
    'https://example.com./',
    `https://example.com/${'x'.repeat(2000)}`,
    'ms-msdt:/id',
    'smb://example.com/',
  ])('not %s', (url) => expect(readExternal(url)).toBeUndefined())

  test('what is taken is https, and leads to the host that is shown', () => {
    expect(readExternal('https://Example.com/a?b#c')).toEqual({ url: 'https://example.com/a?b#c', host: 'example.com' })
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.webUrl(),
          fc.string().map((text) => `https://${text}`),
        ),
        (text) => {
          const read = readExternal(text)
          if (read === undefined) return
          const { protocol, hostname, username, password } = new URL(read.url)
          expect([protocol, hostname, username, password]).toEqual(['https:', read.host, '', ''])
        },
      ),
      { numRuns: 3000 },
    )
  })

  test('nothing is opened without a yes, and the question names the real host', async () => {
    const window = {} as never
    fake.answersOfDialogs.length = 0
    expect(await openExternal(window, 'https://shop.example/deal')).toBe(false)
    expect(fake.asked.questions[0]).toMatchObject({
      message: 'Open shop.example in your browser?',
      defaultId: 0,
      cancelId: 0,
    })
    fake.answersOfDialogs.push(1)
    expect(await openExternal(window, 'https://shop.example/deal')).toBe(true)
    expect(await openExternal(window, 'https://a@evil.example/')).toBe(false)
    expect(await openExternal(undefined, 'https://shop.example/')).toBe(false)
    expect(fake.asked).toMatchObject({ opened: ['https://shop.example/deal'], questions: [{}, {}] })
  })
})
