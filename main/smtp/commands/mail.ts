// MAIL FROM: a transaction begins. RFC 5321 §4.1.1.2
import { REPLIES, type Reply } from '../../terms/reply.ts'
import { readMailParameters } from '../dsn-parameters.ts'
import { parsePathCommand } from '../parse-command.ts'
import type { Session } from '../session.ts'

const BODIES = new Set(['7BIT', '8BITMIME']) // RFC 6152 §2

/** SIZE, BODY, SMTPUTF8, REQUIRETLS, AUTH; anything else we did not announce. */
function checkParameters(parameters: ReadonlyMap<string, string>, secure: boolean): 'ok' | 'bad' {
  for (const [key, value] of parameters) {
    switch (key) {
      case 'SIZE':
        if (!/^[0-9]{1,20}$/.test(value)) return 'bad'
        break
      case 'BODY':
        if (!BODIES.has(value.toUpperCase())) return 'bad'
        break
      case 'SMTPUTF8':
        if (value !== '') return 'bad'
        break
      case 'REQUIRETLS': // RFC 8689 §2
        if (value !== '' || !secure) return 'bad'
        break
      case 'RET': // RFC 3461 §4.3, §4.4: their values are read below
      case 'ENVID':
        break
      case 'AUTH': // RFC 4954 §5: understood, believed from nobody
        break
      default:
        return 'bad'
    }
  }
  return 'ok'
}

export function mail(session: Session, argument: string): Reply {
  const { state, options } = session
  if (state.phase === 'greeted') return REPLIES.badSequence
  if (state.phase !== 'ready') return REPLIES.badSequence
  if (options.listener === 'submission') {
    if (session.tls === '') return REPLIES.tlsRequired
    if (session.account === undefined) return REPLIES.authRequired
  }
  const parsed = parsePathCommand(argument, 'FROM')
  if (parsed === 'syntax') return REPLIES.badArguments
  if (parsed === 'parameter') return REPLIES.badParameter
  if (parsed === 'address' || parsed.path.kind === 'postmaster') {
    session.refuse(REPLIES.badSender)
    return REPLIES.badSender
  }
  if (checkParameters(parsed.parameters, session.tls !== '') === 'bad') return REPLIES.badParameter
  const asked = readMailParameters(parsed.parameters)
  if (asked === undefined) return REPLIES.badArguments
  const reversePath = parsed.path.kind === 'null' ? undefined : parsed.path.address
  const announcedSize = Number(parsed.parameters.get('SIZE') ?? 0)
  if (announcedSize > options.limits.messageSize) {
    // RFC 1870 §6.1: refused before a byte of it is sent.
    session.refuse(REPLIES.tooBig, { sender: reversePath ?? '' })
    return REPLIES.tooBig
  }
  const refusal = options.handler.sender(reversePath, session.peer, announcedSize)
  if (refusal !== undefined) return refusal
  const smtpUtf8 = parsed.parameters.has('SMTPUTF8')
  const requireTls = parsed.parameters.has('REQUIRETLS')
  session.state = {
    phase: 'mail',
    helo: state.helo,
    extended: state.extended,
    transaction: { reversePath, announcedSize, smtpUtf8, requireTls, ...asked, recipients: [], overflow: 0 },
  }
  return REPLIES.senderOk
}
