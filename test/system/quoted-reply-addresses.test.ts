// Mail programs quote header blocks of earlier messages: no reply address in it goes out, nor a name that only this relay writes, whoever the
// answer is for and however the text is written.
import { simpleParser } from 'mailparser'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DOMAIN, startExchange, USER, type Exchange } from '../world/exchange.ts'

const ALIAS = `friends@${DOMAIN}`
const ANN = 'ann@one.example.org'
const BOB = 'bob@friends.example.org'
const CAROL = 'carol@friends.example.org'
let exchange: Exchange
const reply = new Map<string, string>()

beforeAll(async () => {
  exchange = await startExchange()
  const cc = `"Bob Bbb" <${BOB}>, ${CAROL}`
  const text = `From: Ann <${ANN}>\r\nTo: ${ALIAS}\r\nCc: ${cc}\r\nSubject: plans\r\nMessage-ID: <p@one.example.org>\r\n\r\nhi`
  await exchange.outgoing(1, () => exchange.deliver(ANN, ALIAS, text))
  for (const { address, replyAddress } of await exchange.contacts(ALIAS)) reply.set(address, replyAddress)
})
afterAll(() => exchange.close())

const at = (address: string): string => reply.get(address) ?? 'missing'
const html = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
const linked = (address: string): string => `&lt;<a href="mailto:${at(address)}">${at(address)}</a>&gt;`

type Style = readonly [name: string, type: string, write: () => string, expected: readonly string[]]

const STYLES: readonly Style[] = [
  [
    'Outlook, plain text',
    'text/plain',
    () =>
      [
        'Fine by me.\r\n\r\n-----Original Message-----',
        `From: "Ann 'ann at one.example.org'" <${at(ANN)}>`,
        `To: ${ALIAS}`,
        `Cc: "Bob Bbb 'bob at friends.example.org'" <${at(BOB)}>, "'carol at friends.example.org'" <${at(CAROL)}>`,
      ].join('\r\n'),
    [`From: Ann <${ANN}>`, `Cc: Bob Bbb <${BOB}>, ${CAROL}`],
  ],
  [
    'Outlook, without quotation marks',
    'text/plain',
    () => `Cc: Bob Bbb 'bob at friends.example.org' <${at(BOB)}>; 'carol at friends.example.org' <${at(CAROL)}>`,
    [`Cc: Bob Bbb <${BOB}>; ${CAROL}`],
  ],
  [
    'Outlook, HTML',
    'text/html',
    () =>
      `<p><b>Cc:</b> Bob Bbb 'bob at friends.example.org' ${linked(BOB)}; 'carol at friends.example.org' ${linked(CAROL)}</p>`,
    [`Bob Bbb &lt;<a href="mailto:${BOB}">${BOB}</a>&gt;`],
  ],
  [
    'an attribution line that names somebody without an address',
    'text/plain',
    () => `On Friday Bob Bbb 'bob at friends.example.org' wrote:\r\n> mail ${at(CAROL)}, or Bob at his address`,
    ['On Friday Bob Bbb wrote:', `> mail ${CAROL}`],
  ],
  [
    'the other templates',
    'text/plain',
    () =>
      `"Bob - bob(a)friends.example.org" <${at(BOB)}>, "bob at friends.example.org" <${at(BOB)}>, bob(a)friends.example.org <${at(BOB)}> ${CAROL}`,
    [`Bob <${BOB}>, ${BOB}, ${BOB} ${CAROL}`],
  ],
  [
    'in attributes, broken, encoded',
    'text/html',
    () =>
      [
        `<a href="mailto:${at(BOB).replace('@', '%40')}?subject=x" title='${html(`"x" <${at(CAROL)}>`)}'>write</a>`,
        `<span data-to="${at(BOB).replace('@', '&#64;')}">${at(CAROL).replace('@', '<wbr>@')}</span>`,
        `<a href="mailto:${at(BOB).slice(0, 9)}\r\n${at(BOB).slice(9)}">again</a>`,
      ].join('\r\n'),
    [encodeURIComponent(BOB)],
  ],
  [
    'the words stay words in a sentence of the user',
    'text/plain',
    () => `I met bob at friends.example.org yesterday. ${BOB} ${CAROL}`,
    ['I met bob at friends.example.org yesterday.'],
  ],
]

const encodings: readonly (readonly [string, (text: string) => string])[] = [
  ['8bit', (text) => text],
  ['base64', (text) => Buffer.from(text).toString('base64').replaceAll(/.{76}/g, '$&\r\n')],
  ['quoted-printable', (text) => text.replaceAll('=', '=3D').replaceAll(/[^\r\n]{60}/g, '$&=\r\n')],
]
const CASES = STYLES.flatMap((style) =>
  encodings.map((encoding) => [`${style[0]}, ${encoding[0]}`, style, encoding] as const),
)

describe('the reply address of somebody who is not addressed', () => {
  it.each(CASES)('%s', async (name, [, type, write, expected], [encoding, encode]) => {
    const message = [
      `From: ${USER}\r\nTo: "Ann 'ann at one.example.org'" <${at(ANN)}>\r\nSubject: Re: plans (${name}) ${at(CAROL)}`,
      `Message-ID: <${Buffer.from(name).toString('hex')}@home.test>\r\nMIME-Version: 1.0`,
      `Content-Type: ${type}; charset=utf-8\r\nContent-Transfer-Encoding: ${encoding}\r\n\r\n${encode(write())}\r\n`,
    ].join('\r\n')
    const [sent] = await exchange.outgoing(1, () => exchange.submit([at(ANN)], message))
    const { text, html: shown, subject } = await simpleParser(sent?.raw ?? Buffer.alloc(0), { skipHtmlToText: true })
    const body = (type === 'text/html' ? shown : text) || ''
    for (const part of expected) expect(body).toContain(part)
    expect(subject).toContain(CAROL)
    const all = sent?.raw.toString('latin1') ?? ''
    for (const secret of [...reply.values()].map((one) => one.split('@')[0] ?? '')) {
      expect(all).not.toContain(secret)
      expect(body.replaceAll(/\s|<[^>]*>/g, '')).not.toContain(secret)
    }
    expect(body).not.toMatch(/'\w+ at |\(a\)/)
  })
})
