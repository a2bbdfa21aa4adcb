// Headers whose From says who wrote a message in every way that the two parsers could read differently, and the one property that counts:
// whoever a forward shows as the author is whoever was judged. The judge is the relay's reading held against mailauth's, as in the relay.
import { createRequire } from 'node:module'
import { dkimVerify } from 'mailauth'
import { decideTrust, type TrustFacts } from '../../main/aliases/decide-trust.ts'
import {
  agreedAuthor,
  correspondentsOf,
  parseHeaderBlock,
  readAuthor,
  rewriteForward,
  type Author,
} from '../../main/mail/index.ts'
import { addressKey, domainOf, type Address } from '../../main/terms/address.ts'
import { forwardFacts } from './pipeline.ts'

const PATH = 'bounce@path.test' as Address

const NAMES = [
  'CEO',
  '"CEO"',
  'Doe, John',
  '"Doe, John"',
  '=?utf-8?Q?CEO?=',
  '=?utf-8?B?Q0VP?=',
  'Zo\u00eb',
  '',
  'a b',
  '(CEO)',
  "'x'",
  'ceo@bank.test',
  '"ceo@bank.test"',
]
const ADDRESSES = [
  ...[
    'ceo@bank.test',
    'x@evil.test',
    'me@ours.test',
    'a.b@sub.bank.test',
    'x@xn--mnchen-3ya.test',
    'x@m\u00fcnchen.test',
  ],
  ...[
    '"a@b"@evil.test',
    '"x y"@bank.test',
    'x@[192.0.2.1]',
    'x@EVIL.Test',
    'x@evil.test.',
    'x @ evil.test',
    'x@evil . test',
  ],
  ...[
    '@relay.test:x@evil.test',
    'x@evil.test@bank.test',
    'x',
    '@evil.test',
    'x@',
    'mailto:x@evil.test',
    'x%bank.test@evil.test',
  ],
  ...[
    '=?utf-8?Q?ceo=40bank.test?=',
    '=?utf-8?B?Y2VvQGJhbmsudGVzdA==?=',
    '=?utf-8?Q?ceo?=@bank.test',
    'x(@bank.test)@evil.test',
  ],
  ...['x@evil.test(@bank.test)', 'x@ evil.test', 'x\u0000@bank.test', 'x@evil.test\u200b', 'x\uff20bank.test'],
]
const MARKS = [
  '<',
  '>',
  '<',
  '>',
  ',',
  ';',
  ':',
  '"',
  '(',
  ')',
  '[',
  ']',
  '\\',
  ' ',
  '\t',
  '\r\n ',
  '=?utf-8?q?',
  '?=',
  '@',
  "'",
  '\u00a0',
  '=0A',
  '<>',
  '<<',
  '>>',
  ':;',
  'group:',
  '\u202e',
  '\u00ff',
]
const FIELDS = [
  'From: ',
  'From:',
  'from: ',
  'FROM : ',
  'From\t: ',
  'From\r\n : ',
  'X-From: ',
  'Sender: ',
  'From',
  ' From: ',
  'From : ',
  '=46rom: ',
]

type Random = () => number

function oneOf(list: readonly string[], random: Random): string {
  return list[Math.floor(random() * list.length)] ?? ''
}

/** One mailbox in one of the forms that people and programs write. */
function mailbox(random: Random): string {
  const name = oneOf(NAMES, random)
  const address = oneOf(ADDRESSES, random)
  const forms = [
    `${name} <${address}>`,
    `${name}<${address}>`,
    address,
    `<${address}>`,
    `${address} (${name})`,
    `${name} ${address}`,
    `"${name} <${address}>`,
    `${name} [${address}]`,
    `${name} <${address}`,
  ]
  return oneOf(forms, random)
}

/** The body of a From field: mailboxes, marks, and pieces of both put into one another. */
function fromBody(random: Random): string {
  let text = ''
  for (let i = random() < 0.7 ? 1 : Math.ceil(random() * 3); i > 0; i--)
    text += `${text === '' ? '' : oneOf([', ', ' ', ';', ',', ''], random)}${mailbox(random)}`
  // Half of them as they are written by honest programs, or nearly so.
  const changes = random() < 0.4 ? 0 : Math.ceil(random() * 4)
  for (let i = changes; i > 0; i--) {
    const at = Math.floor(random() * (text.length + 1))
    const cut = random() < 0.3 ? Math.floor(random() * 6) : 0
    text = text.slice(0, at) + oneOf(random() < 0.8 ? MARKS : ADDRESSES, random) + text.slice(at + cut)
  }
  return text
}

/** A header block with one From, or with several, or with something that looks like one. CRLF line ends, as the door lets them in. */
export function makeHeader(random: Random): Buffer {
  const lines = [`To: shop@alias.test\r\n`]
  const count = random() < 0.85 ? 1 : Math.floor(random() * 4)
  for (let i = 0; i < count; i++)
    lines.push(`${random() < 0.85 ? 'From: ' : oneOf(FIELDS, random)}${fromBody(random)}\r\n`)
  if (random() < 0.2)
    lines.unshift(`${oneOf(['From: ', 'Subject: ', 'no colon', ' folded: '], random)}${fromBody(random)}\r\n`)
  const text = `${lines.join('')}\r\n`.replaceAll('\0', '').replaceAll(/\r(?!\n)|(?<!\r)\n/g, ' ')
  return Buffer.from(text, random() < 0.8 ? 'utf8' : 'latin1')
}

const { getAuthorDomain } = createRequire(import.meta.url)('mailauth/lib/dmarc/author-domain') as {
  getAuthorDomain: (addresses: readonly string[], fields: number) => { readonly authorDomain?: string }
}

interface Judged {
  readonly author: Author
  /** The author domain by mailauth's reading alone. */
  readonly theirs: string | undefined
}

async function judge(header: Buffer): Promise<Judged> {
  const found = await dkimVerify(header, {
    strict: true,
    resolver: () => Promise.reject(new Error('nothing signs it')),
  })
  const theirs = getAuthorDomain(found.headerFrom, found.fromFields).authorDomain
  const author = agreedAuthor(readAuthor(parseHeaderBlock(header)), { evaluated: theirs, addresses: found.headerFrom })
  return { author, theirs }
}

/** The domains of the authors that the forward shows, by a reading of its bytes that is neither of the two. */
function shown(header: Buffer, mode: 'reply-address' | 'alias'): readonly string[] {
  const people = correspondentsOf(parseHeaderBlock(header), PATH)
  const byReply = new Map(people.map((one, i) => [`r${i}@alias.test`, domainOf(one.address)]))
  const addresses = new Map(people.map((one, i) => [addressKey(one.address), `r${i}@alias.test` as Address]))
  const facts = { ...forwardFacts('rewrite', addresses), fromMode: mode, reversePath: PATH }
  const out = rewriteForward(header, facts)
    .header.toString('utf8')
    .replaceAll(/\r\n[ \t]/g, ' ')
  const fields = out.split('\r\n').filter((line) => /^from[ \t]*:/i.test(line))
  if (fields.length !== 1) throw new Error(`the forward has ${fields.length} From fields`)
  const field =
    mode === 'alias' ? (out.split('\r\n').find((line) => /^reply-to[ \t]*:/i.test(line)) ?? '') : (fields[0] ?? '')
  const named = [...field.matchAll(/[^\s<>,;"()]+@[^\s<>,;"()]+/g)].map(([address]) => address)
  return named.filter((one) => one !== 'shop@alias.test').map((one) => byReply.get(one) ?? `unknown: ${one}`)
}

const settings = { dmarc: 'hold', spf: 'hold', temporary: 'defer', sealers: ['evil.test'] } as const
/** Everything that an attacker can make true about a message of their own. */
const PROVED: Omit<TrustFacts, 'author'> = {
  ...{
    spf: 'pass',
    dmarc: 'pass',
    arc: 'pass',
    policy: undefined,
    authorIsOurs: false,
    authorIsUser: false,
    aligned: true,
    sentByAuthor: true,
  },
  ...{ unresolved: false, sealer: 'evil.test', sealedFor: 'evil.test', unreachable: false, allowed: false, settings },
}

/** Throws where somebody else is shown than was judged. Returns whether the message could be judged at all. */
export async function checkAuthor(header: Buffer): Promise<boolean> {
  const { author, theirs } = await judge(header)
  if (author.kind === 'unknown') {
    const { kind } = decideTrust({ ...PROVED, author })
    if (kind === 'pass') throw new Error(`an author who cannot be told (${author.fault}) passes`)
    return false
  }
  if (theirs !== author.domain) throw new Error(`judged ${author.domain}, by the other reading ${theirs ?? 'nobody'}`)
  for (const mode of ['reply-address', 'alias'] as const)
    for (const domain of shown(header, mode))
      if (domain !== author.domain) throw new Error(`judged ${author.domain}, shown ${domain}`)
  return true
}
