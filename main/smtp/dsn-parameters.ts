// The parameters of RFC 3461: what the sender wants to be told, and how it names its message and its recipient.
// They are read strictly: what is passed on or written into a report later is printable ASCII and of bounded length.

export interface MailParameters {
  readonly envid?: string
  readonly ret?: 'FULL' | 'HDRS'
}

export interface RecipientParameters {
  readonly notify?: string
  readonly orcpt?: string
}

const ENVID_MAX = 100 // RFC 3461 §4.4
const ORCPT_MAX = 500 // RFC 3461 §4.2

function hexDigit(character: string | undefined): number {
  return character === undefined ? -1 : '0123456789ABCDEF'.indexOf(character)
}

/** RFC 3461 §4: printable ASCII but `+` and `=`, anything else as `+XX`. undefined where it is not that, or hides a control character. */
export function decodeXtext(text: string): string | undefined {
  let out = ''
  for (let at = 0; at < text.length; at++) {
    const character = text[at] ?? ''
    let code = character.charCodeAt(0)
    if (character === '=' || code < 0x21 || code > 0x7e) return undefined
    if (character === '+') {
      const high = hexDigit(text[at + 1])
      const low = hexDigit(text[at + 2])
      if (high < 0 || low < 0) return undefined
      code = high * 16 + low
      at += 2
    }
    if (code < 0x20 || code > 0x7e) return undefined
    out += String.fromCharCode(code)
  }
  return out
}

/** RET and ENVID of MAIL; undefined where one of them is not understood. */
export function readMailParameters(parameters: ReadonlyMap<string, string>): MailParameters | undefined {
  const ret = parameters.get('RET')?.toUpperCase()
  if (ret !== undefined && ret !== 'FULL' && ret !== 'HDRS') return undefined
  const given = parameters.get('ENVID')
  const envid = given === undefined || given.length > ENVID_MAX ? undefined : decodeXtext(given)
  if (given !== undefined && (envid === undefined || envid === '')) return undefined
  return { ...(ret === undefined ? {} : { ret }), ...(envid === undefined ? {} : { envid }) }
}

const WISHES = new Set(['SUCCESS', 'FAILURE', 'DELAY'])

function readNotify(text: string): string | undefined {
  const words = text.toUpperCase().split(',')
  if (words.length === 1 && words[0] === 'NEVER') return 'NEVER'
  const known = words.length <= WISHES.size && words.every((word) => WISHES.has(word))
  return known && new Set(words).size === words.length ? words.join(',') : undefined
}

/** `addr-type;xtext` */
function readOrcpt(text: string): string | undefined {
  const semicolon = text.indexOf(';')
  if (semicolon < 1 || text.length > ORCPT_MAX) return undefined
  const type = text.slice(0, semicolon)
  if (!/^[A-Za-z0-9-]+$/.test(type)) return undefined
  const address = decodeXtext(text.slice(semicolon + 1))
  return address === undefined || address === '' ? undefined : `${type};${address}`
}

/** NOTIFY and ORCPT of RCPT; undefined where one of them is not understood, or there is another parameter. */
export function readRecipientParameters(parameters: ReadonlyMap<string, string>): RecipientParameters | undefined {
  const out: { notify?: string; orcpt?: string } = {}
  for (const [key, value] of parameters) {
    const read = key === 'NOTIFY' ? readNotify(value) : key === 'ORCPT' ? readOrcpt(value) : undefined
    if (read === undefined) return undefined
    if (key === 'NOTIFY') out.notify = read
    else out.orcpt = read
  }
  return out
}
