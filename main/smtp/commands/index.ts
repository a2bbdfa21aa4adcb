// The verbs that are understood, one file each.
import type { Reply } from '../../terms/reply.ts'
import { REPLIES } from '../../terms/reply.ts'
import type { Session } from '../session.ts'
import { auth } from './auth.ts'
import { data } from './data.ts'
import { ehlo, helo } from './ehlo.ts'
import { mail } from './mail.ts'
import { rcpt } from './rcpt.ts'
import { startTls } from './starttls.ts'

/** Runs a command; the answer, or undefined where it has said everything itself. */
export type RunCommand = (session: Session, argument: string) => Reply | undefined | Promise<Reply | undefined>

export const COMMANDS: ReadonlyMap<string, RunCommand> = new Map<string, RunCommand>([
  ['HELO', helo],
  ['EHLO', ehlo],
  ['MAIL', mail],
  ['RCPT', rcpt],
  ['DATA', data],
  ['STARTTLS', startTls],
  ['AUTH', auth],
  ['NOOP', () => REPLIES.ok],
  ['HELP', () => REPLIES.help],
  // RFC 5321 §7.3: never an oracle for addresses.
  ['VRFY', () => REPLIES.cannotVerify],
  ['EXPN', () => REPLIES.notImplemented],
  ['RSET', reset],
  ['QUIT', quit],
])

/** Commands that lead to a message. Each has its own bound: recipients, errors, deferrals, one login, one STARTTLS. */
const MAIL_WORK: ReadonlySet<string> = new Set(['MAIL', 'RCPT', 'DATA', 'STARTTLS', 'AUTH', 'QUIT'])

const ENVELOPE: ReadonlySet<string> = new Set(['MAIL', 'RCPT', 'DATA'])

/** True for commands that name or bring a message. */
export function isEnvelope(verb: string): boolean {
  return ENVELOPE.has(verb)
}

/** False for commands that `limits.idleCommands` bounds. */
export function isMailWork(verb: string): boolean {
  return MAIL_WORK.has(verb)
}

/** RFC 5321 §4.1.1.5 */
function reset(session: Session): Reply {
  const { state } = session
  if (state.phase === 'mail') session.state = { phase: 'ready', helo: state.helo, extended: state.extended }
  return REPLIES.ok
}

function quit(session: Session): undefined {
  session.hangUp(REPLIES.bye)
}
