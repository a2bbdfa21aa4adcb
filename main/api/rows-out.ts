// Rows of the store in the shapes that the pages read.
import type { MailboxRow } from '../store/queries/mail.ts'
import type { LogRow } from '../store/rows.ts'
import type { LogEntry, MailboxItem } from './shapes.ts'

export function logOut(row: LogRow): LogEntry {
  return { ...row, verdicts: row.verdicts, attempts: [...row.attempts], to: [...row.to] }
}

export function mailboxOut(row: MailboxRow): MailboxItem {
  const { id, at, alias, sender, recipient, subject, size, read } = row
  return { id, at, alias, from: sender, to: recipient, subject, size, read }
}
