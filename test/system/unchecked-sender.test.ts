// Mail from this machine passes while no resolver can be reached: log and mail say that nobody checked its sender.
import { afterAll, beforeAll, expect, it } from 'vitest'
import { Wire } from '../world/dialogue.ts'
import { PATIENT, startRelay, type TestRelay } from '../world/relay.ts'
import { startSink, type Sink } from '../world/sink.ts'

let sink: Sink
let relay: TestRelay
beforeAll(async () => {
  sink = await startSink()
  relay = await startRelay({
    init: [
      ...['--domain', 'ours.test', '--recipient', 'me@far.test', '--catch-all', '--key', 'file'],
      ...['--route', `smtp://127.0.0.1:${sink.port}`],
    ],
    serve: ['--resolver', '127.0.0.1:9'],
  })
})
afterAll(async () => {
  await relay.destroy()
  await sink.close()
})

async function arriving(): Promise<string> {
  const before = sink.mails.length
  const wire = await Wire.open(relay.port('smtp'))
  await wire.reply()
  await wire.say('EHLO mail.bank.test')
  await wire.say('MAIL FROM:<ceo@bank.test>')
  await wire.say('RCPT TO:<shop@ours.test>')
  await wire.say('DATA')
  wire.send('From: ceo@bank.test\r\nTo: shop@ours.test\r\nSubject: s\r\n\r\nhello\r\n.\r\n')
  expect(await wire.reply(30_000)).toMatch(/^250/)
  wire.close()
  await sink.waitFor(before + 1)
  return sink.mails.at(-1)?.raw.toString() ?? ''
}

it('warns in the mail where the recipient wants that, and always in the log', async () => {
  expect(await arriving()).toContain('could not be checked (the DNS did not answer)')
  const newest = async () => (await relay.json<{ text: string }[]>('log'))[0]
  const text = 'Delivered to your mailbox. The sender could not be checked: the DNS did not answer.'
  await expect.poll(newest, PATIENT).toMatchObject({ outcome: 'delivered', text })
  await relay.json('recipient', 'set', 'me@far.test', '--warn', 'off')
  expect(await arriving()).not.toContain('could not be checked')
  await expect.poll(newest, PATIENT).toMatchObject({ outcome: 'delivered', text })
})
