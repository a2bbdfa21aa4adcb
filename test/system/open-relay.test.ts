// Nobody relays through this: every spelling by which servers have been tricked into passing mail on, over a real socket, and
// nmap's own probes (Debian: nmap). Catch-all is on, so that nothing is refused only for want of an alias.
import { spawnSync } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Wire } from '../world/dialogue.ts'
import { findProgram } from '../world/programs.ts'
import { startRelay, type TestRelay } from '../world/relay.ts'
import { startSink, type Sink } from '../world/sink.ts'

let relay: TestRelay
let sink: Sink

beforeAll(async () => {
  sink = await startSink()
  const route = `smtp://127.0.0.1:${sink.port}`
  relay = await startRelay({
    init: ['--domain', 'ours.test', '--recipient', 'me@far.test', '--route', route, '--catch-all'],
  })
})
afterAll(async () => {
  await relay.destroy()
  await sink.close()
})

const SPELLINGS: readonly string[] = [
  ...['victim@away.test', 'VICTIM@AWAY.TEST', 'victim@away.test.', '"victim"@away.test', 'victim@sub.away.test'],
  ...['victim%away.test@ours.test', 'victim%away.test@OURS.test', 'victim%40away.test@ours.test', '%victim@ours.test'],
  ...['"victim%away.test"@ours.test', '"victim@away.test"@ours.test', '"victim\\@away.test"@ours.test'],
  ...['away.test!victim@ours.test', 'away.test!victim', '"away.test!victim"@ours.test', 'ours.test!away.test!victim'],
  ...['@ours.test:victim@away.test', '@ours.test,@relay.test:victim@away.test', '@away.test:victim@away.test'],
  ...['victim@away.test@ours.test', 'victim@ours.test@away.test', '"victim"@"away.test"@ours.test'],
  ...[
    'victim@[192.0.2.1]',
    'victim@[127.0.0.1]',
    'victim@[IPv6:::1]',
    'victim@127.0.0.1',
    'victim@localhost',
    'victim',
  ],
  ...[
    'victim(ours.test)@away.test',
    'victim@away.test(ours.test)',
    '(x)victim@away.test',
    'victim@ours.test(@away.test)',
  ],
  ...['victim@away.test\\ours.test', 'victim@away.test/ours.test', 'victim@away.test;victim@ours.test'],
  ...[
    'victim@away.test,victim@ours.test',
    'victim@away.test victim@ours.test',
    'victim @away.test',
    'victim@ away.test',
  ],
  ...['victim@away.test>ours.test', '<victim@away.test>', 'victim@ours.test.away.test', 'victim@xours.test'],
  ...['victim@ours.test\u0000.away.test', 'victim@\u03bfurs.test', 'victim\uff20ours.test'],
  ...['victim@ours\u3002away.test', 'victim@ours.te\u0455t', 'victim:away.test@ours.test:25', 'smtp:victim@away.test'],
  ...['+victim=away.test@away.test', '"" @away.test', '""@away.test', '" "@away.test', '@away.test', 'victim@'],
]

describe('an open relay', () => {
  it(`is not opened by any of ${SPELLINGS.length} spellings`, async () => {
    expect(new Set(SPELLINGS).size).toBeGreaterThanOrEqual(40)
    for (const spelling of SPELLINGS) {
      for (const sender of ['<spam@away.test>', '<>', '<victim@ours.test>', '<spam@[127.0.0.1]>']) {
        const wire = await Wire.open(relay.port('smtp'))
        await wire.reply()
        await wire.say('EHLO away.test')
        const mail = await wire.say(`MAIL FROM:${sender}`)
        if (mail.startsWith('250')) {
          wire.send(Buffer.from(`RCPT TO:<${spelling}>\r\n`, 'utf8'))
          expect(`${spelling}: ${await wire.reply()}`).toMatch(/: (5\d\d |$)/)
        }
        wire.close()
      }
    }
    expect(sink.mails).toHaveLength(0)
  }, 60_000)

  const nmap = findProgram('nmap')
  it.skipIf(nmap === undefined)(
    'nmap (Debian: nmap) finds none',
    () => {
      const port = String(relay.port('smtp'))
      const script = ['--script', '+smtp-open-relay', '--script-args', 'smtp-open-relay.domain=away.test']
      const { stdout } = spawnSync(nmap ?? '', ['-Pn', '-n', '-sT', '-p', port, ...script, '127.0.0.1'], {
        encoding: 'utf8',
      })
      expect(stdout).toMatch(/smtp-open-relay: Server doesn't seem to be an open relay/)
      expect(sink.mails).toHaveLength(0)
    },
    120_000,
  )
})
