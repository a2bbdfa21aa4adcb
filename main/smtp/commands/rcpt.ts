// RCPT TO: whose mail this is, asked of the mail path. RFC 5321 §4.1.1.3
import { REPLIES, type Reply } from '../../terms/reply.ts'
import { readRecipientParameters } from '../dsn-parameters.ts'
import { parsePathCommand } from '../parse-command.ts'
import type { Session } from '../session.ts'

export async function rcpt(session: Session, argument: string): Promise<Reply> {
  const { state, options } = session
  if (state.phase !== 'mail') return REPLIES.badSequence
  const parsed = parsePathCommand(argument, 'TO')
  if (parsed === 'syntax') return REPLIES.badArguments
  if (parsed === 'parameter') return REPLIES.badParameter
  if (parsed === 'address' || parsed.path.kind === 'null') {
    session.refuse(REPLIES.badRecipient, { recipient: argument.slice(0, 400) })
    return REPLIES.badRecipient
  }
  const asked = readRecipientParameters(parsed.parameters)
  if (asked === undefined) return REPLIES.badParameter
  const { transaction } = state
  if (transaction.recipients.length >= options.limits.recipients) {
    // One entry tells it; a million of them would be the harm.
    if (transaction.overflow === 0)
      session.refuse(REPLIES.tooManyRecipients, {
        recipient: parsed.path.kind === 'address' ? parsed.path.address : 'postmaster',
      })
    transaction.overflow++
    return REPLIES.tooManyRecipients
  }
  const { reply, accepted } = await options.handler.recipient(parsed.path, transaction, session.peer)
  if (accepted !== undefined) transaction.recipients.push({ ...accepted, ...asked })
  return reply
}
