// The two pauses: what senders are told meanwhile, that each ends by itself, by hand and not by a restart, and what goes on.
import { afterEach, expect, it } from 'vitest'
import { Wire } from '../world/dialogue.ts'
import { PATIENT, startRelay, type TestRelay } from '../world/relay.ts'
import { startSink, type Sink } from '../world/sink.ts'

interface State {
  readonly state: string
  readonly pauses: Readonly<Record<'sending' | 'receiving', { readonly until: number | null } | null>>
}

let relay: TestRelay | undefined
let sink: Sink | undefined

afterEach(async () => {
  await relay?.destroy()
  await sink?.close()
})

async function world(): Promise<{ relay: TestRelay; sink: Sink }> {
  sink = await startSink()
  const route = `smtp://127.0.0.1:${sink.port}`
  const init = ['--domain', 'load.test', '--recipient', 'me@far.test', '--route', route, '--catch-all', '--key', 'file']
  relay = await startRelay({ init })
  return { relay, sink }
}

/** The answer to MAIL, and to the message where it came so far. */
async function send(port: number): Promise<string> {
  const wire = await Wire.open(port)
  await wire.reply()
  await wire.say('EHLO client.test')
  const mail = await wire.say('MAIL FROM:<a@sender.test>')
  if (!mail.startsWith('250')) return mail
  await wire.say('RCPT TO:<shop@load.test>')
  await wire.say('DATA')
  const answer = await wire.say(`From: a@sender.test\r\nMessage-ID: <${Math.random()}@x>\r\n\r\nbody\r\n.`)
  wire.close()
  return answer
}

it('a pause of receiving asks senders to come again, over a restart, until it is taken back; the log says so once', async () => {
  const { relay, sink } = await world()
  await relay.json('queue', 'pause', '--receiving')
  for (let i = 0; i < 3; i++) expect(await send(relay.port('smtp'))).toMatch(/^451 4\.3\.2 Mail is paused here/)
  expect(await relay.json<State>('status')).toMatchObject({
    state: 'paused',
    pauses: { sending: null, receiving: { until: null } },
  })
  await relay.stop()
  await relay.serve()
  expect(await send(relay.port('smtp'))).toMatch(/^451/)
  const paused = (await relay.json<{ reason: string }[]>('log')).filter(({ reason }) => reason === 'receiving-paused')
  // One an hour, and one of the process before.
  expect(paused).toHaveLength(2)
  await relay.json('queue', 'resume', '--receiving')
  expect(await send(relay.port('smtp'))).toMatch(/^250/)
  await sink.waitFor(1)
  expect((await relay.json<State>('status')).state).toBe('running')
})

it('each ends by itself when its time is over, and what waited goes out', async () => {
  const { relay, sink } = await world()
  await relay.json('queue', 'pause', '--for', '3s')
  expect(await send(relay.port('smtp'))).toMatch(/^250/)
  const { pauses } = await relay.json<State>('status')
  expect(pauses.receiving).toBeNull()
  expect((pauses.sending?.until ?? 0) - Date.now()).toBeLessThan(3000)
  expect(sink.mails).toHaveLength(0)
  await sink.waitFor(1)
  expect((await relay.json<State>('status')).pauses.sending).toBeNull()
  await relay.json('queue', 'pause', '--receiving', '--for', '2s')
  expect(await send(relay.port('smtp'))).toMatch(/^451/)
  await expect.poll(() => send(relay.port('smtp')), PATIENT).toMatch(/^250/)
})

it('a pause that makes no sense is refused, and changes nothing', async () => {
  const { relay } = await world()
  for (const wrong of ['soon', '5', '-5m', '99999h', '5w', ''])
    expect((await relay.run('queue', 'pause', '--for', wrong)).code, wrong).toBe(2)
  expect((await relay.run('queue', 'pause', '--for', '0m')).code).toBe(1)
  expect((await relay.run('queue', 'pause', '--for', '40d')).err).toContain('within a month')
  expect((await relay.json<State>('status')).state).toBe('running')
  expect((await relay.run('queue', 'pause', '--for', 'tomorrow')).out).toMatch(/^Nothing goes out until: .* 00:00/)
})
