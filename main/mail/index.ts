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
export { listWords, mailboxWords } from './compose-addresses.ts'
export { MAX_CORRESPONDENTS, authorsOf, correspondentsOf } from './correspondents.ts'
export { contactName } from './display-name.ts'
export { formatMailDate, parseMailDate } from './mail-date.ts'
export { messageIdsOf } from './message-ids.ts'
export type { Bounce, BouncedRecipient, Feedback, Report } from './bounce.ts'
export { readReport } from './bounce.ts'
export type { BounceKind } from './status-code.ts'
export { findStatus, isHard } from './status-code.ts'
export type { NoticeFacts, ReportedRecipient } from './notice.ts'
export { composeNotice } from './notice.ts'
export { rewriteForward } from './forward.ts'
export { rewriteReply } from './reply.ts'
export { carriesLoopMark, countReceived } from './loops.ts'
export type { Summary } from './summary.ts'
export { readSummary } from './summary.ts'
export { receivedField } from './trace.ts'
export type { BodyEditor, BodyEdits, BodyReport } from './body-editor.ts'
export { createBodyEditor } from './body-editor.ts'
export type { FlaggedPart, ReplyBodyOptions, UnscrubbablePart, UnscrubbableReason } from './reply-body.ts'
export type { Trace, Wanted } from './traces.ts'
export { createTraceFinder, findTraces } from './traces.ts'
export type { Automatic } from './automatic.ts'
export { automaticKind, isAutomatic } from './automatic.ts'
export { unsubscribeAddressesOf } from './unsubscribe.ts'
export type { PartInfo } from './mime-part.ts'
export { partInfo } from './mime-part.ts'
export type { ReportAttachment } from './report-attachments.ts'
export { ReportAttachmentReader } from './report-attachments.ts'
