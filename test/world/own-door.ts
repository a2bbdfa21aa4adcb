// A door of the mail path alone: real sockets and TLS, a clock that the test sets, and a handler that takes everything.
import { createSecureContext } from 'node:tls'
import { Door } from '../../main/smtp/door.ts'
import type { MailHandler, MessageSink } from '../../main/smtp/handler.ts'
import { DOOR_LIMITS, type DoorLimits } from '../../main/smtp/limits.ts'
import { fixedClock } from '../../main/terms/clock.ts'
import { REPLIES } from '../../main/terms/reply.ts'
import { makeSelfSigned, type CertificatePair } from '../../main/tls/self-signed.ts'

export interface OwnDoor {
  readonly door: Door
  readonly port: number
  /** Ids of the refusals that left a log entry. */
  readonly refused: string[]
  /** What became of messages; errors too. */
  readonly events: string[]
  readonly pass: (millis: number) => void
}

export interface OwnDoorOptions {
  readonly limits?: Partial<DoorLimits>
  readonly sink?: Partial<MessageSink>
  readonly listener?: 'inbound' | 'submission'
  readonly implicitTls?: boolean
  readonly host?: string
}

const DONE: MessageSink = {
  write: () => Promise.resolve(),
  finish: () => Promise.resolve(REPLIES.accepted),
  abandon: () => Promise.resolve(),
  followed: () => undefined,
  ended: () => undefined,
}

let pair: CertificatePair | undefined

export async function openOwnDoor(options: OwnDoorOptions = {}): Promise<OwnDoor> {
  const { limits, sink, listener = 'inbound', implicitTls = false, host = '127.0.0.1' } = options
  const clock = fixedClock(1_000_000)
  const refused: string[] = []
  const events: string[] = []
  const handler: MailHandler = {
    sender: () => undefined,
    recipient: (path) => Promise.resolve({ reply: REPLIES.recipientOk, accepted: { path, plan: undefined } }),
    message: () => ({
      ...DONE,
      followed: () => events.push('followed'),
      ended: () => events.push('ended'),
      abandon: () => {
        events.push('abandoned')
        return Promise.resolve()
      },
      ...sink,
    }),
    authenticate: () => Promise.resolve(undefined),
    refused: (reply) => refused.push(reply.id),
  }
  pair ??= await makeSelfSigned('mail.test', Date.now(), Buffer.alloc(8, 1))
  const context = createSecureContext({ key: pair.privateKey, cert: pair.certificate })
  const door = new Door({
    ...{ listener, implicitTls, hostname: 'mail.test', handler },
    secureContext: () => context,
    now: () => clock.now(),
    limits: { ...DOOR_LIMITS, ...limits },
    onError: (error) => events.push(String(error)),
  })
  const port = await door.listen(host, 0)
  const pass = (millis: number): void => {
    clock.set(clock.now() + millis)
  }
  return { door, port, refused, events, pass }
}
