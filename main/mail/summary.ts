// What the log shows of a message: decoded, without control characters, of bounded length.
import type { Address } from '../terms/address.ts'
import { mailboxesOf } from './address-list.ts'
import { readableBody, unfoldedBody } from './compose-field.ts'
import { addressesIn, authorsOf } from './correspondents.ts'
import type { HeaderBlock, HeaderField } from './header-block.ts'
import { fieldsNamed, firstField } from './header-block.ts'
import { parseMailDate } from './mail-date.ts'
import { messageIdsOf } from './message-ids.ts'

const TEXT_MAX = 500
const ADDRESSES_MAX = 100

export interface Summary {
  readonly subject: string
  /** From as a person reads it. */
  readonly from: string
  readonly fromAddress: Address | undefined
  readonly to: readonly Address[]
  readonly cc: readonly Address[]
  /** Without its brackets. */
  readonly messageId: string | undefined
  readonly date: Date | undefined
  /** List-Id, List-Post or List-Unsubscribe is there (RFC 2919, RFC 2369), or Precedence says so. */
  readonly listMail: boolean
  /** RFC 3834 §5: Auto-Submitted with anything but `no`. */
  readonly autoSubmitted: boolean
  /** Raw bytes above 127 in the header: it needs SMTPUTF8 (RFC 6531) or mends nothing. */
  readonly has8bit: boolean
}

function shortened(text: string): string {
  const characters = Array.from(text.slice(0, TEXT_MAX * 2))
  return characters.length <= TEXT_MAX ? characters.join('') : `${characters.slice(0, TEXT_MAX - 1).join('')}…`
}

function textOf(field: HeaderField | undefined): string {
  return field === undefined ? '' : shortened(readableBody(field))
}

function addressesOf(header: HeaderBlock, key: string): readonly Address[] {
  return fieldsNamed(header, key)
    .flatMap((field) => mailboxesOf(addressesIn(field)).map(({ address }) => address))
    .filter((address) => address !== undefined)
    .slice(0, ADDRESSES_MAX)
}

function hasHighByte(field: HeaderField): boolean {
  return field.raw.some((byte) => byte >= 0x80)
}

function isListMail(header: HeaderBlock): boolean {
  if (['list-id', 'list-post', 'list-unsubscribe'].some((key) => firstField(header, key) !== undefined)) return true
  return textOf(firstField(header, 'precedence')).toLowerCase() === 'list'
}

/** Reads what the log keeps of a header. */
export function readSummary(header: HeaderBlock): Summary {
  const messageId = firstField(header, 'message-id')
  const date = firstField(header, 'date')
  const at = date === undefined ? undefined : parseMailDate(unfoldedBody(date))
  const auto = textOf(firstField(header, 'auto-submitted')).toLowerCase()
  return {
    subject: textOf(firstField(header, 'subject')),
    from: textOf(firstField(header, 'from')),
    fromAddress: authorsOf(header).find((mailbox) => mailbox.address !== undefined)?.address,
    to: addressesOf(header, 'to'),
    cc: addressesOf(header, 'cc'),
    messageId: messageId === undefined ? undefined : messageIdsOf(messageId)[0]?.slice(0, TEXT_MAX),
    date: at === undefined ? undefined : new Date(at),
    listMail: isListMail(header),
    autoSubmitted: auto !== '' && auto !== 'no' && !auto.startsWith('no;') && !auto.startsWith('no '),
    has8bit: header.fields.some(hasHighByte),
  }
}
