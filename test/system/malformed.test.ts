// Every message of the malformed corpus through the running relay, as it is and with its line ends mended: each is forwarded, held
// (nobody can tell who wrote it) or refused with a reason; none is lost, none stops the relay.
import { readFileSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { asReceived } from '../fuzz/messages.ts'
import { Wire } from '../world/dialogue.ts'
import { startRelay } from '../world/relay.ts'
import { startSink } from '../world/sink.ts'

function dotStuffed(message: Buffer): string {
  const text = message.toString('latin1').replaceAll(/^\./gm, '..')
  return text.endsWith('\r\n') ? text : `${text}\r\n`
}

async function offer(port: number, message: string): Promise<string> {
  const wire = await Wire.open(port)
  await wire.reply()
  for (const line of ['EHLO x.test', 'MAIL FROM:<bob@far.test>', 'RCPT TO:<shop@alias.test>', 'DATA'])
    await wire.say(line)
  wire.send(`${message}.\r\n`)
  const answer = await wire.reply()
  wire.close()
  return answer
}

describe('the malformed corpus', () => {
  it('is forwarded or refused with a reason, message by message', async (context) => {
    const corpora = process.env['POSTERN_CORPORA']
    if (corpora === undefined) return context.skip('POSTERN_CORPORA is not set')
    const folder = path.join(corpora, 'malformed')
    const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.eml'))
    const sink = await startSink()
    const route = `smtp://127.0.0.1:${sink.port}`
    const relay = await startRelay({
      init: ['--domain', 'alias.test', '--recipient', 'me@mine.test', '--route', route, '--catch-all'],
    })
    try {
      const answers: string[] = []
      for (const name of names) {
        const bytes = readFileSync(path.join(folder, name))
        answers.push(await offer(relay.port('smtp'), dotStuffed(asReceived(bytes))))
        if (!bytes.equals(asReceived(bytes))) answers.push(await offer(relay.port('smtp'), dotStuffed(bytes)))
      }
      for (const answer of answers) expect(answer).toMatch(/^(250 2\.6\.0|5\d\d 5\.\d\.\d) /)
      const accepted = answers.filter((answer) => answer.startsWith('250')).length
      expect(accepted).toBeGreaterThanOrEqual(names.length - 5)
      const held = await relay.json<{ id: number; reason: string }[]>('held', 'list')
      expect(held.map(({ reason }) => reason)).toEqual(held.map(() => 'dmarc-failed'))
      expect(held.length).toBeGreaterThan(0)
      await sink.waitFor(accepted - held.length, 60_000)
      for (const { id } of held) await relay.run('held', 'release', String(id))
      await sink.waitFor(accepted, 60_000)
      expect(sink.mails).toHaveLength(accepted)
      console.log(
        `malformed corpus: ${names.length} messages, ${accepted} forwarded (${held.length} of them held before), ${answers.length - accepted} refused`,
      )
    } finally {
      await relay.destroy()
      await sink.close()
    }
  }, 180_000)
})
