// HELO and EHLO: who the client says it is, and what we offer. RFC 5321 §4.1.1.1
import { REPLIES, type Reply } from '../../terms/reply.ts'
import type { Session } from '../session.ts'

const MAX_NAME = 255

function hello(session: Session, argument: string, extended: boolean): boolean {
  const name = argument.trim()
  if (name === '' || name.length > MAX_NAME || name.includes(' ')) return false
  // RFC 5321 §4.1.4: a second EHLO clears what was going on.
  session.state = { phase: 'ready', helo: name, extended }
  return true
}

export function helo(session: Session, argument: string): Reply {
  if (!hello(session, argument, false)) return REPLIES.badArguments
  return { code: 250, enhanced: undefined, text: session.options.hostname, id: 'hello' }
}

export function ehlo(session: Session, argument: string): Reply | undefined {
  if (!hello(session, argument, true)) return REPLIES.badArguments
  session.answer({ code: 250, enhanced: undefined, text: '', id: 'hello' }, extensions(session))
  return undefined
}

/** Announced exactly where they are honoured, behaviour.md 5.5. */
function extensions(session: Session): readonly string[] {
  const { options } = session
  const lines = [
    options.hostname,
    'PIPELINING', // RFC 2920
    `SIZE ${options.limits.messageSize}`, // RFC 1870
    '8BITMIME', // RFC 6152
    'SMTPUTF8', // RFC 6531
    'ENHANCEDSTATUSCODES', // RFC 2034
    'DSN', // RFC 3461
  ]
  const secure = session.tls !== ''
  if (!secure && options.startTls !== undefined) lines.push('STARTTLS') // RFC 3207
  if (secure) lines.push('REQUIRETLS') // RFC 8689 §2: under TLS only
  if (options.listener === 'submission' && secure) lines.push('AUTH PLAIN LOGIN') // RFC 4954
  return lines
}
