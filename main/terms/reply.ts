// Every answer the relay gives on an SMTP wire, as a value from one table: code, enhanced code (RFC 3463), text, id.
// The id is what the log keeps and a search finds; texts may change, ids may not.

export interface Reply {
  /** RFC 5321 §4.2 reply code. */
  readonly code: number
  /** RFC 3463 enhanced status code; undefined where RFC 2034 §4 has none (greeting, EHLO, 354). */
  readonly enhanced: string | undefined
  readonly text: string
  readonly id: string
}

function reply(code: number, enhanced: string | undefined, text: string, id: string): Reply {
  return { code, enhanced, text, id }
}

export const REPLIES = {
  ok: reply(250, '2.0.0', 'OK', 'ok'),
  senderOk: reply(250, '2.1.0', 'Sender OK', 'sender-ok'),
  recipientOk: reply(250, '2.1.5', 'Recipient OK', 'recipient-ok'),
  accepted: reply(250, '2.6.0', 'Message accepted', 'accepted'),
  startData: reply(354, undefined, 'End data with <CR><LF>.<CR><LF>', 'start-data'),
  bye: reply(221, '2.0.0', 'Bye', 'bye'),
  readyForTls: reply(220, '2.0.0', 'Ready to start TLS', 'ready-for-tls'),
  authenticated: reply(235, '2.7.0', 'Authentication succeeded', 'authenticated'),
  cannotVerify: reply(252, '2.5.0', 'Cannot VRFY, send some mail', 'cannot-verify'),
  help: reply(214, '2.0.0', 'See RFC 5321', 'help'),

  shuttingDown: reply(421, '4.3.2', 'Shutting down, try again later', 'shutting-down'),
  locked: reply(421, '4.3.2', 'Not ready yet, try again later', 'locked'),
  idleTimeout: reply(421, '4.4.2', 'Idle for too long', 'idle-timeout'),
  sessionTooLong: reply(421, '4.4.2', 'Session took too long', 'session-too-long'),
  dataTooSlow: reply(421, '4.4.2', 'Data came too slowly', 'data-too-slow'),
  tooManyConnections: reply(421, '4.7.0', 'Too many connections', 'too-many-connections'),
  displaced: reply(421, '4.3.2', 'Too busy, idle connections are closed', 'displaced'),
  tooManyErrors: reply(421, '4.7.0', 'Too many errors', 'too-many-errors'),
  tooManyCommands: reply(421, '4.7.0', 'Too many commands without a message', 'too-many-commands'),
  answersUnread: reply(421, '4.4.2', 'Answers are not read', 'answers-unread'),

  syntaxError: reply(500, '5.5.2', 'Syntax error', 'syntax-error'),
  lineTooLong: reply(500, '5.5.2', 'Line too long', 'line-too-long'),
  badLineEnding: reply(500, '5.5.2', 'Lines end with CRLF', 'bad-line-ending'),
  badArguments: reply(501, '5.5.4', 'Syntax error in parameters', 'bad-arguments'),
  badSender: reply(553, '5.1.7', 'Sender address not understood', 'bad-sender'),
  badRecipient: reply(553, '5.1.3', 'Recipient address not understood', 'bad-recipient'),
  unknownCommand: reply(500, '5.5.1', 'Command not recognised', 'unknown-command'),
  notImplemented: reply(502, '5.5.1', 'Command not implemented', 'not-implemented'),
  badSequence: reply(503, '5.5.1', 'Bad sequence of commands', 'bad-sequence'),
  badParameter: reply(555, '5.5.4', 'Parameter not recognised or not implemented', 'bad-parameter'),
  earlyTalker: reply(554, '5.5.1', 'Client spoke before the greeting', 'early-talker'),
  noValidRecipients: reply(503, '5.5.1', 'No valid recipients', 'no-valid-recipients'),
  tlsUnavailable: reply(454, '4.7.0', 'TLS not available', 'tls-unavailable'),
  tlsFailed: reply(454, '4.7.0', 'TLS handshake failed', 'tls-failed'),
  tlsRequired: reply(530, '5.7.0', 'Must issue a STARTTLS command first', 'tls-required'),
  authRequired: reply(530, '5.7.0', 'Authentication required', 'auth-required'),
  authNeedsTls: reply(538, '5.7.11', 'Encryption required for authentication', 'auth-needs-tls'),
  authFailed: reply(535, '5.7.8', 'Authentication credentials invalid', 'auth-failed'),
  authMechanism: reply(504, '5.5.4', 'Authentication mechanism not supported', 'auth-mechanism'),
  authCancelled: reply(501, '5.7.0', 'Authentication cancelled', 'auth-cancelled'),
  authSlowDown: reply(454, '4.7.0', 'Too many failed attempts, try again later', 'auth-slow-down'),

  notOurs: reply(550, '5.7.1', 'Not a domain of this server', 'not-ours'),
  unknownAlias: reply(550, '5.1.1', 'No such address here', 'unknown-alias'),
  aliasDisabled: reply(550, '5.1.1', 'No such address here', 'alias-disabled'),
  aliasDeleted: reply(550, '5.1.1', 'No such address here', 'alias-deleted'),
  aliasForgotten: reply(550, '5.1.1', 'No such address here', 'alias-forgotten'),
  aliasDeferred: reply(450, '4.2.1', 'Mailbox not available now, try again later', 'alias-deferred'),
  aliasDiscarded: reply(250, '2.1.5', 'Recipient OK', 'alias-discarded'),
  expiredTime: reply(550, '5.1.1', 'No such address here', 'alias-expired-time'),
  expiredCount: reply(550, '5.1.1', 'No such address here', 'alias-expired-count'),
  expiredIdle: reply(550, '5.1.1', 'No such address here', 'alias-expired-idle'),
  expiredTimeDeferred: reply(450, '4.2.1', 'Mailbox not available now, try again later', 'alias-expired-time'),
  expiredCountDeferred: reply(450, '4.2.1', 'Mailbox not available now, try again later', 'alias-expired-count'),
  expiredIdleDeferred: reply(450, '4.2.1', 'Mailbox not available now, try again later', 'alias-expired-idle'),
  senderBlocked: reply(550, '5.7.1', 'Not accepted', 'sender-blocked'),
  senderUnknown: reply(550, '5.7.1', 'Not accepted', 'sender-unknown'),
  contactBlocked: reply(550, '5.7.1', 'Not accepted', 'contact-blocked'),
  replyAddressUnknown: reply(550, '5.1.1', 'No such address here', 'reply-address-unknown'),
  replyUnproven: reply(250, '2.6.0', 'Message accepted', 'reply-unproven'),
  fromNotYours: reply(550, '5.7.1', 'From is not one of your aliases', 'from-not-yours'),
  cannotScrub: reply(
    550,
    '5.7.1',
    'A signed, encrypted or unreadable part would show your address; allow it for the alias or send it without',
    'cannot-scrub',
  ),
  realAddressToStranger: reply(
    550,
    '5.7.1',
    'From is your real address and the recipient is no reply address: that would show it',
    'real-address-to-stranger',
  ),

  dmarcFailed: reply(550, '5.7.26', 'Not proved to come from the domain in From (DMARC)', 'dmarc-failed'),
  ownDomainForged: reply(550, '5.7.26', 'Not proved to come from the domain in From', 'own-domain-forged'),
  dmarcTemporary: reply(451, '4.7.26', 'Cannot check the sender now (DMARC), try again later', 'dmarc-temporary'),
  spfTemporary: reply(451, '4.7.24', 'Cannot check the sender now (SPF), try again later', 'spf-temporary'),

  reportUnreadable: reply(550, '5.6.0', 'Not a report that can be read', 'report-unreadable'),
  // RFC 7372 §3.1
  reportUnsigned: reply(550, '5.7.20', 'No valid signature (DKIM) of the domain in From', 'report-unsigned'),
  reportLater: reply(451, '4.7.20', 'Cannot check the signature now (DKIM), try again later', 'report-later'),

  tooBig: reply(552, '5.3.4', 'Message too big', 'too-big'),
  tooManyRecipients: reply(452, '4.5.3', 'Too many recipients', 'too-many-recipients'),
  tooFast: reply(450, '4.7.1', 'Too many messages, try again later', 'too-fast'),
  tooManyNewAliases: reply(450, '4.7.1', 'Too many new addresses, try again later', 'too-many-new-aliases'),
  tooManyHops: reply(554, '5.4.6', 'Too many hops', 'too-many-hops'),
  mailLoop: reply(554, '5.4.6', 'Mail loop', 'mail-loop'),
  tooManyAuthors: reply(554, '5.6.0', 'From names too many authors', 'too-many-authors'),
  malformedData: reply(554, '5.6.0', 'Message has a bare CR, a bare LF or a NUL', 'malformed-data'),
  headerTooBig: reply(552, '5.3.4', 'Message header too big', 'header-too-big'),
  textLineTooLong: reply(554, '5.6.0', 'Text line too long', 'text-line-too-long'),
  storeUnavailable: reply(451, '4.3.0', 'Cannot store the message now, try again later', 'store-unavailable'),
  receivingPaused: reply(451, '4.3.2', 'Mail is paused here, try again later', 'receiving-paused'),
  queueFull: reply(452, '4.3.1', 'Too much mail waits here, try again later', 'queue-full'),
  diskFull: reply(452, '4.3.1', 'Not enough disk space', 'disk-full'),
  internalError: reply(451, '4.3.0', 'Local error, try again later', 'internal-error'),
} as const satisfies Record<string, Reply>

export type ReplyName = keyof typeof REPLIES

/** The same answer with the user's own text: one line, no control characters, ASCII, at most 200 characters. */
export function withText(base: Reply, text: string | undefined): Reply {
  let clean = ''
  for (const character of (text ?? '').slice(0, 200)) clean += character >= ' ' && character <= '~' ? character : '?'
  return clean === '' ? base : { ...base, text: clean }
}

/** An answer that protocol code throws instead of returning; the session's boundary writes it to the wire. */
export class ReplyError extends Error {
  override readonly name = 'ReplyError'
  readonly reply: Reply
  /** True where the connection must end after the answer. */
  readonly hangUp: boolean
  constructor(answer: Reply, hangUp = false) {
    super(`${answer.code} ${answer.text}`)
    this.reply = answer
    this.hangUp = hangUp
  }
}

/** One or more lines as RFC 5321 §4.2 writes them, each with the enhanced code (RFC 2034 §4). */
export function formatReply(answer: Reply, lines: readonly string[] = [answer.text]): string {
  const prefix = answer.enhanced === undefined ? '' : `${answer.enhanced} `
  return lines.map((line, i) => `${answer.code}${i === lines.length - 1 ? ' ' : '-'}${prefix}${line}\r\n`).join('')
}
