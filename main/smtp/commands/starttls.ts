// STARTTLS. RFC 3207
import { REPLIES, ReplyError, type Reply } from '../../terms/reply.ts'
import type { Session } from '../session.ts'

export async function startTls(session: Session, argument: string): Promise<Reply | undefined> {
  if (argument !== '') return REPLIES.badArguments
  if (session.tls !== '' || session.state.phase === 'mail') return REPLIES.badSequence
  if (session.options.startTls === undefined) return REPLIES.tlsUnavailable
  if (session.source.hasBuffered) {
    // Bytes in clear behind STARTTLS would be read as if they had come through TLS (CVE-2011-0411): nothing of them is used.
    session.refuse(REPLIES.badSequence)
    throw new ReplyError(REPLIES.badSequence, true)
  }
  session.answer(REPLIES.readyForTls)
  try {
    await session.upgrade()
  } catch {
    // What went wrong is between the client and its TLS; nothing that was said can be answered any more.
    session.refuse(REPLIES.tlsFailed)
    throw new ReplyError(REPLIES.tlsFailed, true)
  }
  return undefined
}
