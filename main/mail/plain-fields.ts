// The MIME fields of a reply say what its parts are and nothing of who made them: the comments that mail programs sign with, the dates and
// attributes that they take from the user's disk, and fields of their own stay here. behaviour.md 4.3
import { composeField, unfoldedBody } from './compose-field.ts'
import type { HeaderField } from './header-block.ts'
import { firstWord, parseStructured, withoutComments } from './parameters.ts'

/** What a reader needs of a Content-Type. RFC 2045, 2046, 2387, 3676, 3462, 1847, 8551, 5545, 9788, 6381 */
const TYPE_PARAMETERS: ReadonlySet<string> = new Set([
  ...[
    'charset',
    'boundary',
    'name',
    'format',
    'delsp',
    'type',
    'start',
    'start-info',
    'report-type',
    'protocol',
    'micalg',
  ],
  ...[
    'smime-type',
    'method',
    'component',
    'hp',
    'hp-legacy-display',
    'protected-headers',
    'codecs',
    'version',
    'profile',
  ],
  ...['id', 'number', 'total', 'variant'],
])
/** Of a Content-Disposition: not the dates of the file (with their time zone), nor what a system remembers of it. RFC 2183 §2 */
const DISPOSITION_PARAMETERS: ReadonlySet<string> = new Set(['filename', 'size'])

/** Fields of a part that say something about its content. */
const PART_FIELDS: ReadonlySet<string> = new Set([
  ...['content-type', 'content-disposition', 'content-transfer-encoding', 'content-id', 'content-description'],
  ...['content-language', 'content-location'],
])

function recomposed(field: HeaderField, text: string): HeaderField {
  const before = unfoldedBody(field)
  return before === text ? field : composeField(field.name, [text])
}

/** A structured field with the parameters that are allowed and no comments; the same field where it has nothing else. */
function withAllowed(field: HeaderField, allowed: ReadonlySet<string>): HeaderField {
  const body = parseStructured(unfoldedBody(field))
  const value = withoutComments(body.rawValue).trim()
  const kept = body.parameters.filter(({ name }) => allowed.has(name)).map(({ raw }) => withoutComments(raw).trim())
  const same = value === body.rawValue.trim() && kept.length === body.parameters.length
  if (same && body.parameters.every(({ raw }, index) => raw.trim() === kept[index])) return field
  const words = [value, ...kept]
  return composeField(
    field.name,
    words.map((word, index) => (index < words.length - 1 ? `${word};` : word)),
  )
}

/** A file name or nothing: a path says where it lay. */
function isPlainName(text: string): boolean {
  return text !== '' && !/[:/\\%?]/.test(text)
}

/** A MIME field (or Auto-Submitted) without what its meaning does not need; undefined where nothing is left of it. */
export function plainField(field: HeaderField): HeaderField | undefined {
  switch (field.key) {
    case 'content-type':
      return withAllowed(field, TYPE_PARAMETERS)
    case 'content-disposition':
      return withAllowed(field, DISPOSITION_PARAMETERS)
    case 'mime-version': // RFC 2045 §4: there is one version
      return recomposed(field, '1.0')
    case 'content-transfer-encoding':
    case 'auto-submitted': {
      const word = firstWord(unfoldedBody(field))
      return word === '' ? undefined : recomposed(field, word)
    }
    case 'content-language':
      return recomposed(field, withoutComments(unfoldedBody(field)).trim())
    case 'content-location':
      return isPlainName(unfoldedBody(field)) ? field : undefined
    default:
      return field
  }
}

/** Whether a field may stand in the header of a part. */
export function isPartField(key: string): boolean {
  return PART_FIELDS.has(key)
}
