// A mail world of other people's programs: Postfix on the other side and in front of us, Dovecot as the mailbox, s-nail as the
// user's mail program. A message goes all the way round, and so does its answer.
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { Wire } from '../world/dialogue.ts'
import { dovecotMissing, startDovecot, type TestDovecot } from '../world/dovecot.ts'
import { freePort, postfixMissing, startPostfix, type TestPostfix } from '../world/postfix.ts'
import { findProgram } from '../world/programs.ts'
import { TestRelay } from '../world/relay.ts'
import { send } from '../../main/headless/demo/world.ts'

const USER = 'ada@mine.test'
const stops: (() => unknown)[] = []
afterAll(async () => {
  for (const stop of stops.reverse()) await stop()
})

interface World {
  readonly relay: TestRelay
  readonly postfix: TestPostfix
  readonly dovecot: TestDovecot
}

async function makeWorld(): Promise<World> {
  const dovecot = await startDovecot('secret')
  stops.push(() => dovecot.stop())
  const relayPort = await freePort()
  // Mailboxes of both sides are Dovecot's; what is for the alias domain comes to us.
  const postfix = await startPostfix([
    'virtual_mailbox_domains = mine.test, far.test',
    `virtual_transport = lmtp:inet:[127.0.0.1]:${dovecot.lmtpPort}`,
    'relay_domains = alias.test',
    `relay_transport = smtp:[127.0.0.1]:${relayPort}`,
  ])
  stops.push(() => {
    postfix.stop()
  })
  const relay = new TestRelay({ serve: ['--smtp', `127.0.0.1:${relayPort}`, '--submission', '127.0.0.1:0'] })
  stops.push(() => relay.destroy())
  const route = `smtp://127.0.0.1:${postfix.port}`
  await relay.run('init', '--domain', 'alias.test', '--recipient', USER, '--route', route, '--catch-all')
  await relay.serve()
  return { relay, postfix, dovecot }
}

async function arrived(dovecot: TestDovecot, user: string, count: number): Promise<string> {
  await expect.poll(() => dovecot.mails(user).length, { timeout: 20_000 }).toBe(count)
  return dovecot.mails(user).at(-1) ?? ''
}

async function readByImap(port: number): Promise<string> {
  const wire = await Wire.open(port)
  const answer = async (text: string, until: RegExp): Promise<string> => wire.exchange(`${text}\r\n`, until)
  await wire.exchange('', /\* OK/)
  await answer(`a LOGIN ${USER} secret`, /a OK/)
  await answer('b SELECT INBOX', /b OK/)
  const text = await answer('c FETCH 1 BODY.PEEK[HEADER.FIELDS (FROM SUBJECT)]', /c OK/)
  wire.close()
  return text
}

describe('Postfix, Dovecot and s-nail', () => {
  it('a message goes from a Postfix through an alias into a Dovecot, and the answer goes back by s-nail', async (context) => {
    const missing = postfixMissing() ?? dovecotMissing()
    if (missing !== undefined) return context.skip(missing)
    const { relay, postfix, dovecot } = await makeWorld()
    const envelope = { from: 'bob@far.test', to: ['shop@alias.test'] }
    const message =
      'From: Bob <bob@far.test>\r\nTo: shop@alias.test\r\nSubject: round trip\r\nMessage-ID: <rt@far.test>\r\n\r\nHello there.\r\n'
    await send({ port: postfix.port, envelope, message })
    const forwarded = await arrived(dovecot, USER, 1)
    expect(forwarded).toContain('Hello there.')
    const shown = await readByImap(dovecot.imapPort)
    expect(shown).toContain('Subject: round trip')
    const replyAddress = /<([a-z2-7]{22}@alias\.test)>/.exec(shown)?.[1] ?? ''
    expect(replyAddress).not.toBe('')
    const nail = findProgram('s-nail')
    if (nail === undefined) return context.skip('s-nail is not installed')
    const { username, password } = await relay.json<{ username: string; password: string }>(
      'app-password',
      'create',
      '--name',
      's-nail',
    )
    const config = path.join(relay.folder, 'mailrc')
    const url = `smtp://${username}:${password}@127.0.0.1:${relay.port('submission')}`
    writeFileSync(
      config,
      `set v15-compat\nset mta=${url}\nset smtp-use-starttls\nset smtp-auth=plain\nset tls-verify=ignore\nset from="Ada <${USER}>"\nset hostname=ada-laptop.mine.test\n`,
    )
    const env = { ...process.env, MAILRC: config, HOME: relay.folder }
    execFileSync(nail, ['-:u', '-s', 'Re: round trip', replyAddress], {
      input: 'Hello back.\n',
      env,
      stdio: ['pipe', 'ignore', 'ignore'],
    })
    const answer = await arrived(dovecot, 'bob@far.test', 1)
    expect(answer).toContain('Hello back.')
    expect(answer).toMatch(/^From: shop@alias\.test$/m)
    // Postfix' own trace of the delivery names its queue and the envelope; everything behind it is ours.
    const ours = answer.slice(answer.indexOf('DKIM-Signature')).toLowerCase()
    for (const trace of ['ada@', 'mine.test', 'laptop', 's-nail', 'postern']) expect(ours).not.toContain(trace)
  }, 90_000)
})
