// AUTH PLAIN and LOGIN, on the submission listener and under TLS only. RFC 4954, RFC 4616
import { REPLIES, ReplyError, type Reply } from '../../terms/reply.ts'
import type { Session } from '../session.ts'

interface Credentials {
  readonly username: string
  readonly password: string
}

export async function auth(session: Session, argument: string): Promise<Reply> {
  const { options, state } = session
  if (options.listener !== 'submission') return REPLIES.notImplemented
  if (session.tls === '') return REPLIES.authNeedsTls
  if (state.phase !== 'ready' || session.account !== undefined) return REPLIES.badSequence
  const [mechanism = '', initial] = argument.split(' ', 2)
  let credentials: Credentials
  switch (mechanism.toUpperCase()) {
    case 'PLAIN':
      credentials = parsePlain(initial === undefined ? await ask(session, '') : decode(initial))
      break
    case 'LOGIN':
      credentials = await login(session, initial)
      break
    default:
      return REPLIES.authMechanism
  }
  const account = await options.handler.authenticate(credentials.username, credentials.password, session.peer)
  if (account === 'slow-down') {
    session.refuse(REPLIES.authSlowDown)
    throw new ReplyError(REPLIES.authSlowDown, true)
  }
  if (account !== undefined) {
    session.account = account
    return REPLIES.authenticated
  }
  session.authFailures++
  session.refuse(REPLIES.authFailed)
  if (session.authFailures >= options.limits.authFailures) throw new ReplyError(REPLIES.authFailed, true)
  return REPLIES.authFailed
}

/** RFC 4616 §2: authzid NUL authcid NUL passwd. */
function parsePlain(text: string): Credentials {
  const [, username, password, ...rest] = text.split('\0')
  if (username === undefined || password === undefined || rest.length > 0) throw new ReplyError(REPLIES.badArguments)
  return { username, password }
}

async function login(session: Session, initial: string | undefined): Promise<Credentials> {
  const username = initial === undefined ? await ask(session, 'Username:') : decode(initial)
  const password = await ask(session, 'Password:')
  return { username, password }
}

function decode(text: string): string {
  if (text === '=') return ''
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text)) throw new ReplyError(REPLIES.badArguments)
  return Buffer.from(text, 'base64').toString('utf8')
}

/** One challenge and its answer; `*` cancels. RFC 4954 §4 */
async function ask(session: Session, prompt: string): Promise<string> {
  const text = Buffer.from(prompt).toString('base64')
  session.answer({ code: 334, enhanced: undefined, text, id: 'challenge' })
  await session.flush()
  const line = await session.readLine(session.options.limits.authLine)
  if (line.kind === 'too-long') throw new ReplyError(REPLIES.lineTooLong, true)
  if (line.kind !== 'line') throw new ReplyError(REPLIES.badLineEnding, true)
  const answer = line.text.toString('latin1')
  if (answer === '*') throw new ReplyError(REPLIES.authCancelled)
  return decode(answer)
}
