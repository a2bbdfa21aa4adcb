// A statistic is counted behind the commit: whatever happens to it, the answer stands and the message is safe.
import { readdirSync } from 'node:fs'
import { expect, it } from 'vitest'
import { addDomain } from '../../../main/api/actions/domains.ts'
import { addRecipient } from '../../../main/api/actions/recipients.ts'
import { MailPath } from '../../../main/queue/mail-path.ts'
import type { MailParts } from '../../../main/queue/parts.ts'
import type { Peer, Transaction } from '../../../main/smtp/handler.ts'
import { DOOR_LIMITS } from '../../../main/smtp/limits.ts'
import type { Verifier } from '../../../main/trust/verify.ts'
import { parseAddress } from '../../../main/terms/address.ts'
import { authorAt, evidence } from '../../world/evidence.ts'
import { startReporting } from '../../world/reporting.ts'

const PEER: Peer = {
  ...{ ip: '192.0.2.9', loopback: false, listener: 'inbound', helo: 'far.test', protocol: 'ESMTP', tls: '' },
  account: undefined,
}
const verifier: Verifier = {
  verify: () =>
    Promise.resolve({
      verdicts: { spf: 'pass', dkim: 'none', dmarc: 'pass', arc: 'none' },
      authenticationResults: 'mail.us.test; spf=pass',
      signatures: [],
      evidence: evidence({ author: authorAt('a@far.test') }),
      dmarc: {
        ...{
          policyDomain: 'far.test',
          published: { p: 'reject' },
          headerFrom: 'far.test',
          result: 'pass',
          asked: 'none',
        },
        ...{ alignedDkim: false, alignedSpf: true, dkim: [], spf: { domain: 'far.test', result: 'pass' } },
      },
    }),
  use: () => Promise.resolve(),
  close: () => Promise.resolve(),
}

it('one that cannot be counted neither changes the answer nor takes a large body away', async () => {
  const world = await startReporting(Date.UTC(2026, 10, 22))
  try {
    const { store } = world.parts
    await store.writer.run('setting', 'send-dmarc-reports', 'on')
    await addRecipient(world.parts, 'me@mailbox.test')
    let asked = 0
    const parts: MailParts = {
      ...{ ...world.parts, store, verifier, limits: DOOR_LIMITS },
      tally: {
        countDmarc: () => {
          asked++
          throw new Error('the tally is out of order')
        },
      },
    }
    const domain = { domain: 'all.test', catchAll: true, description: null, defaultRecipientId: null }
    await addDomain(world.parts, domain)
    const handler = new MailPath(parts)
    const [from, to] = [parseAddress('a@far.test'), parseAddress('shop@all.test')]
    if (from === undefined || to === undefined) throw new Error('two addresses')
    const transaction: Transaction = {
      ...{ reversePath: from, announcedSize: 0, smtpUtf8: false, recipients: [], overflow: 0 },
    }
    expect(handler.sender(from, PEER, 0)).toBeUndefined()
    const { reply, accepted } = await handler.recipient({ kind: 'address', address: to }, transaction, PEER)
    expect(reply.code).toBe(250)
    if (accepted !== undefined) transaction.recipients.push(accepted)
    const sink = handler.message(transaction, PEER)
    await sink.write(Buffer.from('From: a@far.test\r\nMessage-ID: <1@far.test>\r\nSubject: large\r\n\r\n'))
    for (let i = 0; i < 40; i++) await sink.write(Buffer.from(`${'x'.repeat(998)}\r\n`.repeat(64)))
    expect(await sink.finish()).toMatchObject({ code: 250 })
    expect(asked).toBe(1)
    expect(world.errors).toEqual(['counting for reports: Error: the tally is out of order'])
    expect(store.mail.counts().queued).toBe(1)
    expect(readdirSync(store.spoolFolder)).toHaveLength(1)
  } finally {
    await world.close()
  }
})
