// The fields that we put on top of a forwarded message: how it came, for which alias, from whom, and what we found out.
import { formatMailDate } from './mail-date.ts'
import { oneLine } from './charset.ts'
import { composeField, phraseWords, unfoldedBody, unstructuredWords } from './compose-field.ts'
import { mailboxWords } from './compose-addresses.ts'
import { isUnreadable } from './address-list.ts'
import { authorsOf, envelopeStandsIn } from './correspondents.ts'
import { safeName } from './display-name.ts'
import type { ForwardFacts, TraceFacts } from './facts.ts'
import type { HeaderBlock, HeaderField } from './header-block.ts'
import type { Domain } from '../terms/address.ts'

/** Our namespace: what stands in it from outside is a forgery. behaviour.md 3.6 */
const NAMESPACE = 'x-postern-'
export const LOOP_FIELD = 'X-Postern-Loop'

const HELO_MAX = 255
const TAG_MAX = 200

export function isOurNamespace(key: string): boolean {
  return key.startsWith(NAMESPACE)
}

/** Hostile text made into one word of a trace field: no comment, quote or bracket survives. */
function traceWord(text: string, extra: string): string {
  let out = ''
  for (const character of text.slice(0, HELO_MAX)) {
    const plain = (character >= '0' && character <= '9') || (character >= 'a' && character <= 'z')
    const upper = character >= 'A' && character <= 'Z'
    out += plain || upper || extra.includes(character) ? character : '?'
  }
  return out === '' ? 'unknown' : out
}

/** RFC 5321 §4.1.3: IPv6 address literals carry their tag. */
function addressLiteral(peer: string): string {
  const plain = traceWord(peer, '.:%')
  return plain.includes(':') ? `[IPv6:${plain}]` : `[${plain}]`
}

/** RFC 5321 §4.4: from, by, with, id, for; and the date, in UTC. */
export function receivedField(trace: TraceFacts, forWhom: string): HeaderField {
  const tls = trace.tls === undefined ? [] : [`(${traceWord(trace.tls, '._- ')})`]
  return composeField('Received', [
    `from ${traceWord(trace.helo, '.-_:[]')}`,
    `(${addressLiteral(trace.peer)})`,
    `by ${trace.hostname}`,
    `with ${traceWord(trace.protocol, '')}`,
    ...tls,
    `id ${traceWord(trace.id, '.-_')}`,
    `for <${forWhom}>;`,
    formatMailDate(trace.at),
  ])
}

/** The authserv-id of an Authentication-Results field, in lower case. RFC 8601 §2.2: comments may stand before it. */
function authservId(field: HeaderField): string {
  const text = unfoldedBody(field)
  let depth = 0
  let out = ''
  for (let at = 0; at < text.length; at++) {
    const character = text[at] ?? ''
    if (depth > 0 && character === '\\') at++
    else if (character === '(') depth++
    else if (character === ')' && depth > 0) depth--
    else if (depth > 0 || character === '"') continue
    else if (character === ';') break
    else if (character === ' ' || character === '\t') {
      if (out !== '') break
    } else out += character
  }
  return out.toLowerCase()
}

/** RFC 8601 §5: results from outside that claim to be ours must not get in. */
export function claimsOurResults(field: HeaderField, hostname: Domain): boolean {
  if (field.key !== 'authentication-results') return false
  const id = authservId(field)
  return id === hostname || id === `${hostname}.`
}

function originalFrom(header: HeaderBlock, facts: ForwardFacts): HeaderField[] {
  const authors = authorsOf(header)
  const readable = authors.filter((mailbox) => mailbox.address !== undefined).slice(0, 10)
  const words = readable.flatMap(({ address, displayName }, index) => {
    if (address === undefined) return []
    const mailbox = mailboxWords(safeName(displayName), address)
    return index < readable.length - 1 ? [...mailbox.slice(0, -1), `${mailbox.at(-1) ?? ''},`] : mailbox
  })
  if (words.length > 0) return [composeField('X-Postern-Original-From', words)]
  if (!envelopeStandsIn(authors)) {
    const text = authors.find(isUnreadable)?.displayName ?? ''
    return [composeField('X-Postern-Original-From', phraseWords(safeName(text)))]
  }
  return facts.reversePath === undefined ? [] : [composeField('X-Postern-Original-From', [facts.reversePath])]
}

/**
 * Everything of ours that goes on top of a forward, in both modes.
 *
 * `X-Postern-Alias` has the comment `(bcc)` where neither To nor Cc names the alias: the address itself stays readable
 * for filters (RFC 5322 §3.2.2: a comment may follow it).
 */
export function traceFields(header: HeaderBlock, facts: ForwardFacts, aliasIsNamed: boolean): HeaderField[] {
  const results = oneLine(facts.authenticationResults ?? '')
  const tag = oneLine(facts.tag).slice(0, TAG_MAX)
  return [
    receivedField(facts.trace, facts.alias),
    ...(results === '' ? [] : [composeField('Authentication-Results', results.split(' '))]),
    composeField('X-Postern-Alias', aliasIsNamed ? [facts.alias] : [facts.alias, '(bcc)']),
    ...originalFrom(header, facts),
    ...(tag === '' ? [] : [composeField('X-Postern-Tag', unstructuredWords(tag))]),
    ...(facts.loopMark === undefined ? [] : [composeField(LOOP_FIELD, [traceWord(facts.loopMark, '.-_=+/')])]),
  ]
}
