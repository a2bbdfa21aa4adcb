// A calendar that cannot be read goes to the user as text. As a calendar, a mail program would offer to accept it, and the answer would leave
// from the real mailbox, to whoever wrote it: a stranger only has to write one that we cannot read.
import { composeField } from './compose-field.ts'
import type { HeaderField } from './header-block.ts'
import { closeHeaderBlock, parseHeaderBlock } from './header-block.ts'
import type { PartInfo } from './mime-part.ts'
import { isOtherThanAscii } from './text-model.ts'
import { decodeTransfer } from './transfer-encoding.ts'

const FILE = 'calendar.txt'

/** Whether a calendar that cannot be read may name somebody whom a program would answer. RFC 5546 §1.1: organizers and attendees */
export function mayBeAnswered(content: Buffer, { encoding, charset }: PartInfo): boolean {
  if (isOtherThanAscii(charset)) return true
  const text = decodeTransfer(content, encoding).bytes.toString('latin1').replaceAll('\0', '')
  return /organizer|attendee/i.test(text.replaceAll(/\r?\n[ \t]/g, ''))
}

/** A field of a part, or of a message that is a calendar, with the text it becomes; undefined for one that says no type. */
export function asTextField(field: HeaderField, info: PartInfo): HeaderField | undefined {
  switch (field.key) {
    case 'content-type': {
      const charset = /^[\w.:+-]{1,40}$/.test(info.charset) ? info.charset : 'utf-8'
      return composeField(field.name, ['text/plain;', `charset=${charset};`, `name=${FILE}`])
    }
    case 'content-disposition':
      return composeField(field.name, [info.attachment ? 'attachment;' : 'inline;', `filename=${FILE}`])
    case 'content-class':
      // Outlook's: urn:content-classes:calendarmessage
      return undefined
    default:
      return field
  }
}

/** The header of a part that is a calendar, as that of a text. */
export function asTextHeader(raw: Buffer, info: PartInfo): Buffer {
  const block = parseHeaderBlock(raw)
  const fields = block.fields.map((field) => asTextField(field, info)).filter((field) => field !== undefined)
  return closeHeaderBlock(fields, block.closing)
}
