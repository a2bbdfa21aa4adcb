// The small parts of the desktop host that decide something by themselves.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import { makeBlockedMail } from '../../main/desktop/blocked-mail.ts'
import { defaultDataFolder, ownerSocket, profileFolder } from '../../main/desktop/folders.ts'
import { canHost } from '../../main/desktop/hosted-relay.ts'
import { makeEventReader } from '../../main/desktop/log-stream.ts'
import { openPreferences } from '../../main/desktop/preferences.ts'
import { answerQuestion, makeQuestions } from '../../main/desktop/questions.ts'
import { makeWarnings } from '../../main/desktop/warnings.ts'
import { makeRelaySource } from '../../main/desktop/relay-source.ts'
import type { Ways } from '../../main/desktop/relay-source.ts'
import { defaultDataFolder as headlessFolder, ownerSocketPath } from '../../main/headless/folders.ts'
import { sampleLog } from '../stand-in/samples.ts'

describe('folders', () => {
  test('are those of the command line', () => {
    expect(defaultDataFolder(process.env, process.platform)).toBe(headlessFolder())
    expect(ownerSocket('/var/lib/postern', process.platform)).toBe(ownerSocketPath('/var/lib/postern'))
  })
  test.each([
    ['linux', {}, '/h/.local/share/postern'],
    ['linux', { XDG_DATA_HOME: '/d' }, '/d/postern'],
    ['darwin', {}, '/h/Library/Application Support/Postern'],
    ['win32', { APPDATA: '/roaming' }, path.join('/roaming', 'Postern')],
  ] as const)('on %s with %j', (platform, env, folder) => expect(defaultDataFolder(env, platform, '/h')).toBe(folder))
  test("each data folder has a window's folder of its own, and so a lock of its own", () => {
    expect(profileFolder('/c', '/a')).toMatch(/^\/c\/Postern\/window-[0-9a-f]{12}$/)
    expect(profileFolder('/c', '/a')).not.toBe(profileFolder('/c', '/b'))
  })
})

describe('preferences', () => {
  test('are kept, and a damaged file is as none', () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'postern-preferences-'))
    expect(openPreferences(folder).theme()).toBe('system')
    openPreferences(folder).setTheme('dark')
    openPreferences(folder).setCloseExplained()
    expect([openPreferences(folder).theme(), openPreferences(folder).closeExplained()]).toEqual(['dark', true])
    expect(JSON.parse(readFileSync(path.join(folder, 'window.json'), 'utf8'))).toEqual({
      theme: 'dark',
      closeExplained: true,
      hidden: false,
    })
    writeFileSync(path.join(folder, 'window.json'), '{"theme":"pink"')
    expect(openPreferences(folder).theme()).toBe('system')
    rmSync(folder, { recursive: true })
  })
})

describe('events out of a stream', () => {
  test('are the same however the stream was cut', () => {
    const text = ': hello\n\nevent: log\r\ndata: {"a":\ndata: 1}\nid: 3\n\ndata: plain\n\nevent: empty\n\n'
    const whole: string[][] = []
    makeEventReader((...event) => whole.push(event))(text)
    expect(whole).toEqual([
      ['log', '{"a":\n1}'],
      ['message', 'plain'],
    ])
    fc.assert(
      fc.property(fc.array(fc.nat(text.length)), (cuts) => {
        const events: string[][] = []
        const read = makeEventReader((...event) => events.push(event))
        const places = [0, ...cuts.sort((a, b) => a - b), text.length]
        places.slice(1).forEach((end, i) => read(text.slice(places[i], end)))
        expect(events).toEqual(whole)
      }),
    )
  })
})

describe('blocked mail', () => {
  const set = () => {
    let now = 0
    const plans: { readonly work: () => void; readonly at: number }[] = []
    const show = vi.fn()
    const take = makeBlockedMail({
      now: () => now,
      later: (work, millis) => plans.push({ work, at: now + millis }),
      show,
    })
    const runTo = (at: number): void => {
      for (let next = plans[0]; next !== undefined && next.at <= at; next = plans[0]) {
        plans.shift()
        now = next.at
        next.work()
      }
      now = at
    }
    return { take, show, runTo }
  }
  const MINUTE = 60_000

  test('is told once, a minute later, in a sum, without sender or subject', () => {
    const { take, show, runTo } = set()
    take(sampleLog(1, { outcome: 'refused', alias: 'a@postern.test' }))
    take(sampleLog(2, { outcome: 'refused', alias: 'b@postern.test' }))
    take(sampleLog(3, { outcome: 'held', alias: 'b@postern.test' }))
    take(sampleLog(4))
    runTo(MINUTE - 1)
    expect(show).not.toHaveBeenCalled()
    runTo(MINUTE)
    expect(show.mock.calls).toEqual([[{ title: '3 messages were stopped', body: 'Most of them for b@postern.test.' }]])
  })

  test('counts an entry that changes once', () => {
    const { take, show, runTo } = set()
    take(sampleLog(1, { outcome: 'refused', alias: 'a@postern.test' }))
    take(sampleLog(1, { outcome: 'blocked', alias: 'a@postern.test' }))
    runTo(MINUTE)
    expect(show.mock.calls).toEqual([[{ title: 'One message was stopped', body: 'For a@postern.test.' }]])
  })

  test('then at most once an hour, whatever comes', () => {
    const { take, show, runTo } = set()
    for (let minute = 0; minute < 180; minute++) {
      take(sampleLog(minute, { outcome: 'refused' }))
      runTo(minute * MINUTE)
    }
    expect(show).toHaveBeenCalledTimes(3)
  })
})

describe('which relay answers the window', () => {
  const ask = (ways: Partial<Ways>, now = () => 0) => {
    const answer = (text: string) => async () => new Response(text)
    const source = makeRelaySource({
      isRunning: async () => false,
      client: answer('client'),
      host: undefined,
      child: undefined,
      report: () => undefined,
      now,
      ...ways,
    })
    return { source, read: async () => (await source.fetch(new Request('http://localhost/'))).text() }
  }
  const own = (text: string, stop = vi.fn(() => Promise.resolve())) => ({ fetch: async () => new Response(text), stop })

  test('one that runs already, whatever else could be', async () => {
    const host = vi.fn(async () => own('host'))
    const { read, source } = ask({ isRunning: async () => true, host })
    expect(await read()).toBe('client')
    expect(host).not.toHaveBeenCalled()
    expect(source.isOwn()).toBe(false)
  })

  test('else one in this process, started once however many ask at once', async () => {
    const host = vi.fn(async () => own('host'))
    const { read, source } = ask({ host, child: async () => own('child') })
    expect(await Promise.all([read(), read(), read()])).toEqual(['host', 'host', 'host'])
    expect(host).toHaveBeenCalledOnce()
    expect(source.isOwn()).toBe(true)
  })

  test('else a child of ours', async () => expect(await ask({ child: async () => own('child') }).read()).toBe('child'))

  test('else none, which is said with what to do', async () => {
    await expect(ask({}).read()).rejects.toThrow('Start it with: postern serve')
  })

  test('lost a race for the folder: the winner', async () => {
    const isRunning = vi.fn(async () => true).mockResolvedValueOnce(false)
    const { read } = ask({ isRunning, host: () => Promise.reject(new Error('locked')) })
    expect(await read()).toBe('client')
  })

  test('one that cannot start is started again only after a pause that grows, and found at once when it runs', async () => {
    let now = 0
    let running = false
    const host = vi.fn(() => Promise.reject(new Error('broken')))
    const { read } = ask({ host, isRunning: async () => running }, () => now)
    const failed = async (): Promise<void> => expect(read()).rejects.toThrow('The relay could not be started.')
    await failed()
    await failed()
    expect(host).toHaveBeenCalledTimes(1)
    now = 5_000
    await failed()
    expect(host).toHaveBeenCalledTimes(2)
    now = 14_999
    await failed()
    expect(host).toHaveBeenCalledTimes(2)
    running = true
    expect(await read()).toBe('client')
  })

  test('is stopped when it is ours, also while it still starts', async () => {
    const stop = vi.fn(() => Promise.resolve())
    const { read, source } = ask({
      host: () => new Promise((resolve) => setTimeout(() => resolve(own('host', stop)), 50)),
    })
    const reading = read()
    await source.stop()
    expect(stop).toHaveBeenCalledOnce()
    await reading
    await expect(read()).rejects.toThrow('Postern is closing.')
  })

  test.each([
    ['8', false],
    ['9', false],
    ['10', true],
    [undefined, false],
  ])('a Node-API of %s can host: %s', (napi, can) => expect(canHost(napi === undefined ? {} : { napi })).toBe(can))
})

describe('a new sender', () => {
  const asked = { outcome: 'held', reason: 'ask-sender', alias: 'shop@postern.test', sender: 'bob@far.example' }
  const set = () => {
    let now = 0
    let plan: { readonly work: () => void; readonly at: number } | undefined
    const show = vi.fn()
    const take = makeQuestions({ now: () => now, later: (work, millis) => (plan = { work, at: now + millis }), show })
    const runTo = (at: number): void => {
      now = at
      if (plan === undefined || plan.at > at) return
      const { work } = plan
      plan = undefined
      work()
    }
    return { take, show, runTo }
  }

  test('is asked about at once, by name and without the subject; several are counted', () => {
    const { take, show, runTo } = set()
    take(sampleLog(1, { ...asked, subject: 'secret' }))
    runTo(0)
    expect(show.mock.calls).toEqual([
      [
        {
          title: 'May bob@far.example write to you?',
          body: 'To shop@postern.test. The mail waits for your answer.',
          logId: 1,
        },
      ],
    ])
    for (const id of [2, 3, 4]) take(sampleLog(id, asked))
    take(sampleLog(4, { ...asked, outcome: 'accepted', reason: 'sender-allowed' }))
    runTo(59_999)
    expect(show).toHaveBeenCalledTimes(1)
    runTo(60_000)
    expect(show.mock.calls[1]).toEqual([
      {
        title: '2 messages of new senders wait',
        body: 'Open Postern to allow or block who sent them.',
        logId: undefined,
      },
    ])
  })

  test('is not asked about when muted, answered already, or anything else', () => {
    const { take, show, runTo } = set()
    take(sampleLog(1, { ...asked, muted: true }))
    take(sampleLog(2, asked))
    take(sampleLog(2, { ...asked, outcome: 'dropped', reason: 'sender-refused' }))
    take(sampleLog(3, { outcome: 'held', reason: 'dmarc-failed' }))
    runTo(60_000)
    expect(show).not.toHaveBeenCalled()
  })

  test('the answer goes to the question of this entry, and to no other', async () => {
    const asks: string[] = []
    const relay = async (request: Request): Promise<Response> => {
      asks.push(`${request.method} ${new URL(request.url).pathname} ${await request.text()}`)
      return Response.json({
        data: [
          { id: 7, logId: 40 },
          { id: 8, logId: 41 },
        ],
      })
    }
    expect(await answerQuestion(relay, 41, 'block')).toBe(true)
    expect(asks).toEqual(['GET /app/questions ', 'POST /app/questions/8 {"answer":"block"}'])
    expect(await answerQuestion(relay, 99, 'allow')).toBe(false)
    expect(asks).toHaveLength(3)
  })
})

describe('warnings', () => {
  test('are told once an hour for each alias and kind', () => {
    let now = 0
    const show = vi.fn()
    const take = makeWarnings(() => now, show)
    const leak = { outcome: 'noticed', reason: 'leak-suspected', alias: 'a@postern.test', sender: 'x@casino.example' }
    take(sampleLog(1, leak))
    take(sampleLog(2, leak))
    take(sampleLog(3, { ...leak, alias: 'b@postern.test' }))
    take(sampleLog(4, { outcome: 'refused', reason: 'new-alias-flood' }))
    take(sampleLog(5, { outcome: 'refused', reason: 'unknown-alias' }))
    expect(show).toHaveBeenCalledTimes(3)
    expect(JSON.stringify(show.mock.calls)).not.toContain('casino')
    now = 3_600_000
    take(sampleLog(6, leak))
    expect(show).toHaveBeenCalledTimes(4)
  })
  test('tell of each mailbox that takes no mail, without its address', () => {
    const show = vi.fn()
    const take = makeWarnings(() => 0, show)
    const paused = {
      outcome: 'noticed',
      reason: 'recipient-paused',
      text: 'Your mailbox ada@mine.example takes no mail',
    }
    take(sampleLog(1, { ...paused, recipient: 'ada@mine.example' }))
    take(sampleLog(2, { ...paused, recipient: 'ada@mine.example' }))
    take(sampleLog(3, { ...paused, recipient: 'ada@work.example' }))
    expect(show).toHaveBeenCalledTimes(2)
    expect(show.mock.calls[0]?.[0]).toMatchObject({ title: 'A mailbox of yours takes no mail' })
    expect(JSON.stringify(show.mock.calls)).not.toContain('ada@')
  })
})
