// The process dies at a named place: what was promised is kept, and what happens twice is counted.
import { afterEach, describe, expect, it } from 'vitest'
import { Wire } from '../world/dialogue.ts'
import { PATIENT, TestRelay } from '../world/relay.ts'
import { startSink, type Sink } from '../world/sink.ts'

let relay: TestRelay | undefined
let sink: Sink | undefined
afterEach(async () => {
  await relay?.destroy()
  await sink?.close()
})

/** Sends one message; whether its 250 came. */
async function deliver(port: number): Promise<boolean> {
  const wire = await Wire.open(port)
  try {
    await wire.reply()
    for (const line of ['EHLO x.test', 'MAIL FROM:<a@sender.test>', 'RCPT TO:<shop@load.test>', 'DATA'])
      if (!/^[23]/.test(await wire.say(line))) return false
    const answer = await wire.say('From: a@sender.test\r\nMessage-ID: <one@sender.test>\r\nSubject: x\r\n\r\nbody\r\n.')
    if (answer.startsWith('250')) await wire.say('QUIT')
    return answer.startsWith('250')
  } finally {
    wire.close()
  }
}

interface State {
  readonly counters: Readonly<Record<string, number>>
}

async function ended(one: TestRelay): Promise<void> {
  await expect.poll(() => one.process?.signalCode, PATIENT).toBe('SIGKILL')
}

describe('the end of the process', () => {
  it.each([
    // [where, whether the 250 came, how often it arrives, counted as]
    ['before-commit', false, 1, {}],
    ['after-commit', false, 1, { 'duplicates-recognised': 1 }],
    ['before-dial', true, 1, { 'redelivered-after-crash': 1 }],
    ['before-settle', true, 2, { 'redelivered-after-crash': 1 }],
  ] as const)(
    '%s: the sender repeats what it got no 250 for, and it arrives',
    async (point, answered, times, counters) => {
      sink = await startSink()
      const here = new TestRelay()
      relay = here
      const route = `smtp://127.0.0.1:${sink.port}`
      await here.run('init', '--domain', 'load.test', '--recipient', 'me@far.test', '--route', route, '--catch-all')
      // Without the second word it is nothing.
      here.env['POSTERN_FAULT'] = point
      await here.serve()
      await here.json('status')
      await here.stop()
      here.env['POSTERN_TEST'] = '1'
      await here.serve()
      expect(await deliver(here.port('smtp'))).toBe(answered)
      await ended(here)
      here.env['POSTERN_TEST'] = '0'
      await here.serve()
      if (!answered) expect(await deliver(here.port('smtp'))).toBe(true)
      await sink.waitFor(times)
      await new Promise((resolve) => setTimeout(resolve, 700))
      expect(sink.mails).toHaveLength(times)
      expect((await here.json<State>('status')).counters).toEqual(counters)
    },
  )
})
