// DATA: the message, streamed from the socket into the sink, one chunk at a time. RFC 5321 §4.1.1.4
import { REPLIES, ReplyError, type Reply } from '../../terms/reply.ts'
import { DataReader } from '../data-reader.ts'
import type { MessageSink } from '../handler.ts'
import type { Session } from '../session.ts'

/** What is thrown away of a message that is too big before the connection is closed: as much again. */
const OVERRUN = 2

export async function data(session: Session, argument: string): Promise<Reply | undefined> {
  const { state, options } = session
  if (argument !== '') return REPLIES.badArguments
  if (state.phase !== 'mail') return REPLIES.badSequence
  if (state.transaction.recipients.length === 0) return REPLIES.noValidRecipients
  const sink = options.handler.message(state.transaction, session.peer)
  session.answer(REPLIES.startData)
  await session.flush()
  session.beginData()
  let finished = false
  try {
    await receive(session, sink)
    session.beginWork()
    finished = true
    // RFC 5321 §4.2.5: with the answer to this we take the message over, so it is durable before the answer is made.
    const reply = await sink.finish()
    if (reply.code === 250) session.answering(sink)
    return reply
  } finally {
    session.endMessage()
    if (!finished) await sink.abandon()
    if (session.state.phase === 'mail') {
      const { helo, extended } = session.state
      session.state = { phase: 'ready', helo, extended }
    }
  }
}

/**
 * Reads up to the dot. Throws the answer where the message cannot be taken; whatever the sink says, the rest of the data is
 * read first, or it would be taken for commands.
 */
async function receive(session: Session, sink: MessageSink): Promise<void> {
  const { limits } = session.options
  const reader = new DataReader(limits.textLine)
  let size = 0
  let failure: unknown
  for (;;) {
    const chunk = await session.source.read()
    if (chunk === undefined) throw new ReplyError(REPLIES.bye, true)
    const step = reader.push(chunk)
    if (step.state !== 'more' && step.state !== 'done') throw faulty(session, step.state)
    for (const piece of step.out) {
      size += piece.length
      if (size > limits.messageSize || failure !== undefined) continue
      try {
        await sink.write(piece)
      } catch (error) {
        failure = error
      }
    }
    if (size > limits.messageSize * OVERRUN) throw tooBig(session, true)
    if (step.state === 'done') {
      session.source.unread(step.rest)
      if (size > limits.messageSize) throw tooBig(session, false)
      if (failure !== undefined) throw failure instanceof Error ? failure : new ReplyError(REPLIES.internalError)
      return
    }
  }
}

function tooBig(session: Session, hangUp: boolean): ReplyError {
  session.refuse(REPLIES.tooBig)
  return new ReplyError(REPLIES.tooBig, hangUp)
}

function faulty(session: Session, fault: 'bare-cr' | 'bare-lf' | 'nul' | 'line-too-long'): ReplyError {
  const reply = fault === 'line-too-long' ? REPLIES.textLineTooLong : REPLIES.malformedData
  session.refuse(reply)
  // What follows can't be told from commands any more: the connection ends here.
  return new ReplyError(reply, true)
}
