// Fields that a message has once (RFC 5322 §3.6, RFC 2045 §3): large providers refuse a message in which one of them stands twice, is missing or
// cannot be read, and two readers of such a message may see different ones. Lists are joined, of everything else the first that is valid stays.
import { domainOf } from '../terms/address.ts'
import { listWords } from './compose-addresses.ts'
import { composeField, unfoldedBody } from './compose-field.ts'
import { addressesIn } from './correspondents.ts'
import type { ForwardFacts } from './facts.ts'
import type { HeaderBlock, HeaderField } from './header-block.ts'
import { fieldsNamed } from './header-block.ts'
import { formatMailDate, isPlainDate, parseMailDate } from './mail-date.ts'
import { messageIdsOf } from './message-ids.ts'
import type { Notes } from './notes.ts'

const LISTS: ReadonlySet<string> = new Set(['to', 'cc', 'reply-to'])
const IDS: ReadonlySet<string> = new Set(['in-reply-to', 'references'])
/** From is another matter: every author counts. */
const FIRST_STAYS: ReadonlySet<string> = new Set([
  ...['subject', 'sender', 'mime-version', 'content-type', 'content-transfer-encoding'],
])
/** Longer ones fill a line. RFC 5322 §2.1.1 */
const ID_MAX = 900

/** RFC 5322 §3.6.4, without its spaces and comments: `left@right`, visible US-ASCII. */
export function isMessageId(id: string): boolean {
  const at = id.lastIndexOf('@')
  if (at < 1 || at === id.length - 1 || id.length > ID_MAX) return false
  for (const character of id) if (character <= ' ' || character > '~' || '<>()\\,;'.includes(character)) return false
  return true
}

/** All instances of a field as one; the very same field where there is one. */
function joined(instances: readonly HeaderField[]): HeaderField {
  const [first] = instances
  if (first === undefined) throw new RangeError('no field to join')
  if (instances.length === 1) return first
  if (LISTS.has(first.key)) return composeField(first.name, listWords(instances.flatMap(addressesIn)))
  if (!IDS.has(first.key)) return first
  const ids = [...new Set(instances.flatMap(messageIdsOf))]
  return composeField(
    first.name,
    ids.map((id) => `<${id}>`),
  )
}

/** The block with each of these fields once, in the place of its first instance. */
export function withoutRepeatedFields(block: HeaderBlock, notes: Notes): HeaderBlock {
  const done = new Set<string>()
  const fields = block.fields.flatMap((field): HeaderField[] => {
    const { key, name } = field
    if (!LISTS.has(key) && !IDS.has(key) && !FIRST_STAYS.has(key)) return [field]
    if (done.has(key)) {
      notes.add('field-repeated', `${name} stood there more than once; one was made of it`)
      return []
    }
    done.add(key)
    return [joined(fieldsNamed(block, key))]
  })
  return { ...block, fields }
}

/** The first id that a reader can use; an odd spelling of it is written anew. */
function validMessageId(block: HeaderBlock): HeaderField | undefined {
  for (const field of fieldsNamed(block, 'message-id')) {
    const id = messageIdsOf(field).find(isMessageId)
    if (id === undefined) continue
    return unfoldedBody(field) === `<${id}>` ? field : composeField(field.name, [`<${id}>`])
  }
  return undefined
}

function validDate(block: HeaderBlock): HeaderField | undefined {
  for (const field of fieldsNamed(block, 'date')) {
    const text = unfoldedBody(field)
    const at = parseMailDate(text)
    if (at === undefined) continue
    return isPlainDate(text) ? field : composeField(field.name, [formatMailDate(at)])
  }
  return undefined
}

type Arrived = Pick<ForwardFacts, 'alias' | 'trace'>

/** Of our own making, the same at each attempt and for each recipient: letters and digits of our id of the message. */
function newMessageId({ alias, trace }: Arrived): HeaderField {
  const id = trace.id.toLowerCase().replaceAll(/[^a-z0-9]/g, '')
  return composeField('Message-ID', [`<${id === '' ? 'x' : id}@${domainOf(alias)}>`])
}

/**
 * The block with a Message-ID and a Date that every reader takes: those of the message, in a plain spelling, or where it has none an id made of
 * ours and the time of arrival. RFC 5322 §3.6; Gmail refuses a message without a valid Message-ID.
 */
export function withIdAndDate(block: HeaderBlock, facts: Arrived, notes: Notes): HeaderBlock {
  const id = validMessageId(block)
  const date = validDate(block)
  // Nothing to tell where there was none: the message has not lost anything.
  if (id === undefined && fieldsNamed(block, 'message-id').length > 0)
    notes.add('message-id-set', 'the message had no valid Message-ID; it got one')
  if (date === undefined && fieldsNamed(block, 'date').length > 0)
    notes.add('date-set', 'the message had no readable Date; the time of arrival stands for it')
  const known = new Map([
    ['message-id', id ?? newMessageId(facts)],
    ['date', date ?? composeField('Date', [formatMailDate(facts.trace.at)])],
  ])
  const fields = block.fields.flatMap((field): HeaderField[] => {
    if (field.key !== 'message-id' && field.key !== 'date') return [field]
    const stays = known.get(field.key)
    known.delete(field.key)
    if (stays === undefined) notes.add('field-repeated', `${field.name} stood there more than once; one was made of it`)
    return stays === undefined ? [] : [stays]
  })
  return { ...block, fields: [...known.values(), ...fields] }
}
