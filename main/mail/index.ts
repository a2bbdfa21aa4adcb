// What other rooms may use of mail/: functions from bytes and facts to bytes. Types of the facts are in facts.ts.
export type { HeaderBlock, HeaderField } from './header-block.ts'
export {
  closeHeaderBlock,
  fieldsNamed,
  firstField,
  headerLength,
  parseHeaderBlock,
  serialiseHeaderBlock,
} from './header-block.ts'
export { composeField, readableBody, unfoldedBody, unstructuredWords } from './compose-field.ts'
export { oneLine } from './charset.ts'
export { decodeWords, encodeWords } from './encoded-word.ts'
export type { AddressEntry, Group, Mailbox } from './address-list.ts'
export { mailboxesOf, parseAddressList } from './address-list.ts'
export type { Author, AuthorFault } from './author.ts'
export { agreedAuthor, readAuthor } from './author.ts'
export { inAscii, namesUtf8Address } from './ascii-fields.ts'
export { EightBitFinder, SevenBitBody } from './seven-bit.ts'
export { listWords, mailboxWords } from './compose-addresses.ts'
export {
  MAX_CORRESPONDENTS,
  authorsOf,
  correspondentsOf,
  envelopeStandsIn,
  hidesWhomToAnswer,
} from './correspondents.ts'
export { contactName } from './display-name.ts'
export { formatMailDate, parseMailDate } from './mail-date.ts'
export { messageIdsOf, threadIdsOf } from './message-ids.ts'
export type { Bounce, BouncedRecipient, Feedback, Report } from './bounce.ts'
export { readReport } from './bounce.ts'
export type { BounceKind } from './status-code.ts'
export { findStatus, isHard } from './status-code.ts'
export type { NoticeFacts, ReportedRecipient } from './notice.ts'
export { composeNotice } from './notice.ts'
export type { ReportMailFacts } from './report-mail.ts'
export { composeReportMail } from './report-mail.ts'
export { rewriteForward } from './forward.ts'
export { rewriteReply } from './reply.ts'
export { carriesLoopMark, countReceived } from './loops.ts'
export type { Summary } from './summary.ts'
export { readSummary } from './summary.ts'
export { receivedField } from './trace.ts'
export type { CalendarForward } from './calendar-forward.ts'
export type { CalendarsFound } from './calendar-reader.ts'
export { createCalendarReader, mayHoldCalendar } from './calendar-reader.ts'
export { calendarReadings } from './calendar-views.ts'
export { isReplyLocalPart, replyAddressesIn, type ResolveTarget } from './reply-addresses.ts'
export { createNameReader } from './reply-names.ts'
export type { BodyEditor, BodyEdits, BodyReport } from './body-editor.ts'
export { createBodyEditor } from './body-editor.ts'
export type { ReplyBodyOptions } from './reply-body.ts'
export type { FlaggedPart, UnscrubbablePart, UnscrubbableReason } from './reply-report.ts'
export { removable } from './reply-report.ts'
export type { Trace, Wanted } from './traces.ts'
export { createTraceFinder, findTraces } from './traces.ts'
export type { Automatic } from './automatic.ts'
export { automaticKind, isAutomatic } from './automatic.ts'
export { unsubscribeAddressesOf } from './unsubscribe.ts'
export type { PartPlace, PartPlan, Sink, Walker } from './mime-walk.ts'
export { MimeWalk, planAsRead } from './mime-walk.ts'
export type { PartInfo } from './mime-part.ts'
export { partInfo } from './mime-part.ts'
export type { ReportAttachment } from './report-attachments.ts'
export { ReportAttachmentReader } from './report-attachments.ts'
export type { Attachment, ReadMessage } from './message-reader.ts'
export { MessageReader } from './message-reader.ts'
export { WARNINGS as ATTACHMENT_WARNINGS } from './magic.ts'
export { LINK_WARNINGS, type SafeLink } from './safe-links.ts'
export type { SafeHtml } from './safe-html.ts'
export { documentOf, sanitiseHtml, type DocumentLanguage } from './safe-html.ts'
