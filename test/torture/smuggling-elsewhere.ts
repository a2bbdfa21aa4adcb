// The same sequences sent to another server: how many lead to a second message there.
import { Wire } from '../world/dialogue.ts'
import { sleep, type Figure } from './figures.ts'
import type { OtherServer } from './other-servers.ts'
import { SEQUENCES, smuggled } from './sequences.ts'

/** Sends each sequence in a session of its own, whatever the server says to it. */
async function sendAll(port: number): Promise<void> {
  for (const [i, sequence] of SEQUENCES.entries()) {
    const wire = await Wire.open(port)
    try {
      await wire.reply()
      for (const line of ['EHLO x.test', 'MAIL FROM:<a@sender.test>', 'RCPT TO:<shop@load.test>', 'DATA'])
        await wire.say(line)
      wire.send(
        Buffer.from(
          `From: a@sender.test\r\nSubject: first\r\n\r\nbody${sequence}${smuggled(i)}.\r\nQUIT\r\n`,
          'latin1',
        ),
      )
      await Promise.race([wire.end(), sleep(500)])
    } catch {
      // A server that answers nothing any more is one that did not obey.
    } finally {
      wire.close()
    }
  }
}

/** The sequences behind which a second message came, the real end of data left out. */
function obeyed(mails: readonly string[]): readonly string[] {
  const found = new Set<string>()
  for (const mail of mails) {
    const [head = ''] = mail.split(/\r?\n\r?\n/)
    const index = /^Subject: smuggled (\d+)/m.exec(head)?.[1]
    const sequence = index === undefined ? undefined : SEQUENCES[Number(index)]
    if (sequence !== undefined && !sequence.endsWith('\r\n.\r\n')) found.add(JSON.stringify(sequence))
  }
  return [...found]
}

export async function smuggleTo(server: OtherServer): Promise<readonly Figure[]> {
  await sendAll(server.port)
  await sleep(5000)
  const mails = server.mails()
  const found = obeyed(mails)
  const list = found.length === 0 ? '' : `: ${found.join(' ')}`
  return [
    {
      what: `the same sequences against ${server.name} (${mails.length} messages taken)`,
      found: `${found.length} of ${SEQUENCES.length} lead to a second message${list}`,
      held: undefined,
    },
  ]
}
