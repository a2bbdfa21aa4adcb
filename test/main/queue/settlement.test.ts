// What follows from an outcome: when it is tried again, who is told, which mailbox is paused. behaviour.md 5
import { describe, expect, it } from 'vitest'
import type { DeliveryOutcome } from '../../../main/delivery/outgoing.ts'
import type { MailParts } from '../../../main/queue/parts.ts'
import { GIVE_UP_AFTER } from '../../../main/queue/retry.ts'
import { settlementOf } from '../../../main/queue/settlement.ts'
import { PARKED } from '../../../main/store/commands/queue-delivery.ts'
import type { DeliveryRow, MessageRow, RecipientRow } from '../../../main/store/rows.ts'
import { fixedClock } from '../../../main/terms/clock.ts'

const HOUR = 3_600_000
const START = 1_800_000_000_000
const HEADER = 'From: ann@far.test\r\nMessage-ID: <1@far.test>\r\nSubject: hi\r\n\r\n'

interface World {
  readonly at?: number
  readonly row?: Partial<DeliveryRow>
  readonly message?: Partial<MessageRow>
  readonly paused?: boolean
  /** Another mailbox of the user's. */
  readonly second?: boolean
}

function settle(
  result: Partial<DeliveryOutcome>,
  { at = 0, row, message, paused = false, second = false }: World = {},
) {
  const recipient = { id: 'r', email: 'me@mine.test', isMailbox: false, pausedAt: paused ? 1 : null, probeAt: 1 }
  const recipients = [recipient, ...(second ? [{ ...recipient, id: 's', email: 'you@mine.test', pausedAt: null }] : [])]
  const alias = { id: 'a', address: 'shop@alias.test' }
  const stored = { reversePath: 'ann@far.test', proven: true, header: Buffer.from(HEADER), body: Buffer.from('x'), receivedAt: START, envid: null, ret: null } // prettier-ignore
  const parts = {
    clock: fixedClock(START + at),
    random: { bytes: (size: number) => Buffer.alloc(size, 7) },
    hostname: () => 'mail.alias.test',
    route: () => 'mx',
    store: {
      mail: { message: () => ({ ...stored, ...message }) },
      directory: {
        recipient: (id: string) => recipients.find((one) => one.id === id),
        recipientByKey: () => undefined,
        recipients: () => recipients as unknown as RecipientRow[],
        recipientsFor: () => [recipient],
        aliasById: () => alias,
        domains: () => [{ name: 'alias.test' }],
      },
    },
  } as unknown as MailParts
  const delivery = {
    ...{ id: 1, messageId: 1, direction: 'forward', aliasId: 'a', tag: '', recipientId: 'r', contactId: null },
    ...{ forwardPath: 'me@mine.test', destination: 'mine.test', logId: 1, attempts: 1, queuedAt: START, delayTold: 0 },
    ...{ notify: '', orcpt: '', ready: 0, route: null, diverted: 0, bounce: '', giveUpAt: null, ...row },
  } as unknown as DeliveryRow
  const outcome = { outcome: 'deferred', reason: 'deferred-by-server', answer: '451 4.2.0 later', destination: 'mx.mine.test (192.0.2.1):25', tls: '', ...result } as const // prettier-ignore
  const input = settlementOf(parts, delivery, outcome, 0.5)
  const notice = input.notice === undefined ? '' : Buffer.concat([Buffer.from(input.notice.message.header), Buffer.from(input.notice.message.body ?? [])]).toString() // prettier-ignore
  return { input, notice }
}

const REPLY = { direction: 'reply', recipientId: null, forwardPath: 'bob@far.test' } as Partial<DeliveryRow>
const GONE = { outcome: 'failed', reason: 'refused-by-server', answer: '550 5.1.1 no such user' } as const

describe('a delay', () => {
  it('of a reply is told to the user after four hours, once', () => {
    expect(settle({}, { at: 4 * HOUR - 1, row: REPLY }).notice).toBe('')
    const { input, notice } = settle({}, { at: 4 * HOUR, row: REPLY })
    expect(input).toMatchObject({ outcome: 'deferred', delayTold: true, notice: { forwardPath: 'me@mine.test' } })
    expect(notice).toContain('Subject: Delayed: "hi"')
    expect(notice).toContain('Action: delayed')
    expect(notice).toContain('Will-Retry-Until: ')
    expect(notice).toContain('451 4.2.0 later')
    expect(settle({}, { at: 5 * HOUR, row: { ...REPLY, delayTold: 1 } }).input.notice).toBeUndefined()
    expect(settle({}, { at: 5 * HOUR, row: { ...REPLY, notify: 'NEVER' } }).input.notice).toBeUndefined()
  })

  it('of a forward is told to nobody, but to a proven sender who asked for it', () => {
    const at = 4 * HOUR
    expect(settle({}, { at }).input).toMatchObject({ delayTold: true, notice: undefined })
    const { notice } = settle({}, { at, row: { notify: 'DELAY' } })
    expect(notice).toContain('To: <ann@far.test>')
    expect(notice).toContain('Final-Recipient: rfc822;shop@alias.test')
    for (const secret of ['mine.test', '192.0.2.1', '451']) expect(notice).not.toContain(secret)
    expect(settle({}, { at, row: { notify: 'DELAY' }, message: { proven: false } }).notice).toBe('')
  })
})

describe('the end', () => {
  it('comes after five days, and a proven sender learns that it was tried for so long', () => {
    const { input, notice } = settle({}, { at: GIVE_UP_AFTER, row: { attempts: 30 } })
    expect(input).toMatchObject({ outcome: 'failed', onlyIfNobodyHasIt: true })
    expect(notice).toContain('Status: 4.4.7')
    expect(input.keepUntil).toBe(START + GIVE_UP_AFTER + 7 * 24 * HOUR)
  })

  it.each([
    ['no return path', { message: { reversePath: '' } }],
    ['no proof', { message: { proven: false } }],
    ['no wish to know', { row: { notify: 'NEVER' } }],
    ['a report of ours', { row: { ready: 1 } }],
  ] as const)('with %s nobody outside is told', (_, world) => {
    expect(settle(GONE, world).notice).toBe('')
  })

  it('of a report of ours leaves nothing behind', () => {
    expect(settle(GONE, { row: { ...REPLY, ready: 1 } }).input).toMatchObject({ outcome: 'failed', keepUntil: null })
  })
})

describe('a mailbox that is gone', () => {
  it('is paused, and another mailbox of the user is told', () => {
    expect(settle(GONE).input.pause).toMatchObject({ recipientId: 'r', log: { reason: 'recipient-paused' } })
    expect(settle(GONE).input.pause?.notice).toBeUndefined()
    expect(settle(GONE, { second: true }).input.pause?.notice).toMatchObject({ forwardPath: 'you@mine.test' })
  })

  it.each([
    ['spam', { ...GONE, answer: '550 5.7.1 spam' }],
    ['a full mailbox', { ...GONE, answer: '552 5.2.2 full' }],
    ['words without a code', { ...GONE, answer: '550 no such user' }],
    ['our own set-up', { ...GONE, reason: 'login-refused' }],
  ] as const)('is not what %s says', (_, result) => {
    expect(settle(result).input.pause).toBeUndefined()
  })

  it('that is paused keeps its mail through a probe that fails, and is back after one that does not', () => {
    const failed = settle(GONE, { paused: true }).input
    expect(failed).toMatchObject({ outcome: 'deferred', dueAt: PARKED, attempt: { outcome: 'deferred' } })
    expect(failed.notice).toBeUndefined()
    expect(settle({ outcome: 'delivered' }, { paused: true }).input.resume).toMatchObject({ recipientId: 'r' })
    expect(settle(GONE, { paused: true, at: GIVE_UP_AFTER }).input).toMatchObject({ outcome: 'failed' })
  })
})
