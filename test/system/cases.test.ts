// Small messages made after public bug reports about alias relays, forwarders and mail servers, each with what has to come of it (expected.md in
// its folder). POSTERN_CASES names the folder that holds them; messages of our own of the same kind are in test/main/mail/golden (330 and up).
import { simpleParser } from 'mailparser'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { mailboxesOf, parseAddressList } from '../../main/mail/index.ts'
import { DOMAIN, fieldOf, fieldsOf, startExchange, USER, type Exchange } from '../world/exchange.ts'
import type { Received } from '../world/sink.ts'

const FOLDER = process.env['POSTERN_CASES'] ?? ''

/** What is known to fail, and why. A case that passes has to leave this list. */
const NOT_YET: ReadonlyMap<string, string> = new Map()

/** A reply address as it stood in the forward of another run. */
const OTHERS = /\b[a-z2-7]{22}@alias\.test/g

/** The message of a case; `replyAddresses` take the place of those of another run, in the order in which they come first. */
function message(folder: string, name: string, ...replyAddresses: string[]): string {
  const text = readFileSync(path.join(FOLDER, folder, name), 'latin1')
  const known = [...new Set(text.match(OTHERS) ?? [])]
  return text.replaceAll(OTHERS, (old) => replyAddresses[known.indexOf(old)] ?? old)
}

const bytes = (text: string): Buffer => Buffer.from(text, 'latin1')

/** `sevenBit` has a next hop that offers neither SMTPUTF8 nor 8BITMIME. */
let exchange: Exchange
let sevenBit: Exchange

/** The forward of a message to an alias. */
async function forwarded(
  folder: string,
  name: string,
  alias: string,
  from: string,
  over: Exchange = exchange,
): Promise<Received> {
  const parameters = /[\u0080-\uffff]/.test(from) ? 'SMTPUTF8' : ''
  const [mail] = await over.outgoing(1, async () => {
    expect(await over.deliver(from, `${alias}@${DOMAIN}`, bytes(message(folder, name)), parameters)).toMatch(/^250/)
  })
  if (mail === undefined) throw new Error('unreachable')
  return mail
}

async function replyAddress(alias: string, contact: string, over: Exchange = exchange): Promise<string> {
  const found = (await over.contacts(`${alias}@${DOMAIN}`)).find(({ address }) => address === contact)
  return found?.replyAddress ?? `no contact ${contact}`
}

async function replied(folder: string, name: string, to: string, ...others: string[]): Promise<Received> {
  const [mail] = await exchange.outgoing(1, () => exchange.submit([to], bytes(message(folder, name, to, ...others))))
  if (mail === undefined) throw new Error('unreachable')
  return mail
}

const mailboxes = (mail: Received, name: string) =>
  fieldsOf(mail.raw, name).flatMap((text) => mailboxesOf(parseAddressList(text)))

async function expectSigned(raw: Buffer): Promise<void> {
  expect(await exchange.signatures(raw)).toEqual(['pass', 'pass'])
}

/** What leaves while `work` is done, as one text in lower case; nothing where the relay refuses or holds it. */
async function leaving(work: () => Promise<unknown>): Promise<string> {
  const before = exchange.sink?.mails.length ?? 0
  const heldBefore = (await exchange.held()).length
  const taken = await work().then(
    () => true,
    () => false,
  )
  // What is held is held before the answer is given.
  if (taken && (await exchange.held()).length === heldBefore) await exchange.sink?.waitFor(before + 1)
  return (exchange.sink?.mails ?? [])
    .slice(before)
    .map(({ raw }) => raw.toString('latin1').toLowerCase())
    .join()
}

type Case = readonly [folder: string, what: string, run: (folder: string) => Promise<void>]

/** The calendars of a message, folds taken out. */
async function calendars(raw: Buffer): Promise<readonly string[]> {
  const { attachments } = await simpleParser(raw)
  const files = attachments.map(({ content }) => content.toString('utf8'))
  return files.filter((text) => text.includes('BEGIN:VCALENDAR')).map((text) => text.replaceAll(/\r?\n[ \t]/g, ''))
}

const INVITATION: readonly Case[] = [
  [
    '01-calendar-reply',
    'in preserve mode both calendar parts arrive byte for byte',
    async (folder) => {
      await exchange.relay.json('recipient', 'set', USER, '--mode', 'preserve')
      const { raw } = await forwarded(folder, 'message.eml', 'kept01', 'olga@planner.example.com')
      await exchange.relay.json('recipient', 'set', USER, '--mode', 'rewrite')
      const sent = message(folder, 'message.eml')
      expect(raw.toString('latin1')).toContain(sent.slice(sent.indexOf('\r\n\r\n')).trimEnd())
    },
  ],
  [
    '01-calendar-reply',
    'the organizer is a reply address, in both parts, so that no answer goes round the relay',
    async (folder) => {
      const { raw } = await forwarded(folder, 'message.eml', 'meet01', 'olga@planner.example.com')
      const found = await calendars(raw)
      expect(found).toHaveLength(2)
      const organizer = `mailto:${await replyAddress('meet01', 'olga@planner.example.com')}`
      for (const text of found) {
        expect(text).toContain(organizer)
        expect(text).not.toContain('mailto:olga@')
      }
    },
  ],
  [
    '01-calendar-reply',
    'in the answer the alias is the attendee, where the line is folded inside the address, too',
    async (folder) => {
      const sent = await replied(folder, 'reply.eml', await replyAddress('meet01', 'olga@planner.example.com'))
      const [text = ''] = await calendars(sent.raw)
      expect(text).toMatch(/^ATTENDEE.*:mailto:meet01@alias\.test\r?$/m)
      expect(sent.raw.toString('latin1')).not.toMatch(/real\.person|home\.test/)
    },
  ],
  [
    '01-calendar-reply',
    "an answer to the organizer's own address does not leave with the user's",
    async (folder) => {
      const text = bytes(message(folder, 'reply-to-organizer.eml'))
      const left = await leaving(() => exchange.submit(['olga@planner.example.com'], text))
      expect(left).not.toMatch(/real\.person|home\.test/)
    },
  ],
]

const FORWARDS: readonly Case[] = [
  [
    '02-long-local-parts',
    'a return path of 76 octets',
    async (folder) => {
      const from = /<(.+)>/.exec(message(folder, 'envelope.txt'))?.[1] ?? ''
      const mail = await forwarded(folder, 'message.eml', 'oss02', from)
      expect(fieldOf(mail.raw, 'Subject')).toBe('long envelope')
    },
  ],
  [
    '02-long-local-parts',
    'a Reply-To and a From of 90 octets are answered',
    async (folder) => {
      for (const name of ['message-reply-to.eml', 'message-from.eml']) {
        await forwarded(folder, name, 'oss02', 'news@code.example.com')
        const [, address = ''] = /<(reply\+[^>]+)>/.exec(message(folder, name)) ?? []
        const to = await replyAddress('oss02', address)
        const [sent] = await exchange.outgoing(1, () => exchange.submit([to], `From: ${USER}\r\nTo: ${to}\r\n\r\nyes`))
        expect(sent?.to).toEqual([address])
      }
    },
  ],
  [
    '02-long-local-parts',
    'an alias of more than 64 octets is no such address',
    async (folder) => {
      const to = fieldOf(bytes(message(folder, 'message-rcpt.eml')), 'To')
      expect(await exchange.deliver('x@example.com', to, message(folder, 'message-rcpt.eml'))).toMatch(/^550 5\.1\.1/)
    },
  ],
  [
    '40-no-message-id',
    'has an id and a date',
    async (folder) => {
      const { raw } = await forwarded(folder, 'message.eml', 'a40', 'cms@wiki.example.com')
      expect(fieldsOf(raw, 'Message-ID')).toEqual([expect.stringMatching(/^<[^<>@\s]+@alias\.test>$/)])
      expect(Math.abs(Date.parse(fieldOf(raw, 'Date')) - Date.now())).toBeLessThan(60_000)
    },
  ],
  [
    '41-two-authors',
    'has one mailbox in From, the others in Reply-To',
    async (folder) => {
      for (const name of ['message.eml', 'message-without-sender.eml']) {
        const mail = await forwarded(folder, name, 'a41', 'alice@forum.example.com')
        expect(mailboxes(mail, 'From').map((one) => one.address)).toEqual([
          await replyAddress('a41', 'alice@forum.example.com'),
        ])
        const answered = mailboxes(mail, 'Reply-To').map((one) => one.address)
        expect(answered).toContain(await replyAddress('a41', 'ben@forum.example.com'))
      }
    },
  ],
  [
    '61-line-without-colon',
    'the line is dropped, and the signature holds',
    async (folder) => {
      const { raw } = await forwarded(folder, 'message.eml', 'a61', 'j@j.example.com')
      expect(raw.toString('latin1')).not.toContain('this line is no field')
      expect(fieldOf(raw, 'From')).toContain(await replyAddress('a61', 'j@j.example.com'))
      await expectSigned(raw)
      expect((await exchange.log('junk line'))[0]?.text).toContain('a line of the header that is no field was dropped')
    },
  ],
]

const REPLIES: readonly Case[] = [
  [
    '03-quoted-reply-addresses',
    'the addresses and names that the reply quotes are those of the people',
    async (folder) => {
      await forwarded(folder, 'message.eml', 'shop03', 'user.a@mail.example.com')
      const [to = '', ...others] = await Promise.all(
        ['user.a@mail.example.com', 'bob@friends.example.org', 'carol@friends.example.org'].map((one) =>
          replyAddress('shop03', one),
        ),
      )
      const text = (await replied(folder, 'reply.eml', to, ...others)).raw.toString('latin1')
      expect(text).not.toMatch(OTHERS)
      expect(text).not.toMatch(/'[^'\n]* at [^'\n]*'/)
      expect(text).toContain('Cc: Bob Bbb <bob@friends.example.org>, carol@friends.example.org')
    },
  ],
  [
    '13-name-put-in-by-a-stranger',
    'To has the name that the user typed',
    async (folder) => {
      await forwarded(folder, 'message.eml', 'me13', 'bob13@example.com')
      const sent = await replied(folder, 'reply.eml', await replyAddress('me13', 'jack@jackmail.example.org'))
      expect(mailboxes(sent, 'To').map(({ displayName }) => displayName)).toEqual(['Jack'])
      expect(sent.raw.toString('latin1')).not.toContain('Obnoxious')
    },
  ],
  [
    '31-one-message-one-id',
    'both get the same Message-ID',
    async (folder) => {
      const text = bytes(message(folder, 'message.eml'))
      const to = parseAddressList(fieldOf(text, 'To')).flatMap((one) =>
        mailboxesOf([one]).map(({ address }) => address ?? ''),
      )
      const mails = await exchange.outgoing(2, () => exchange.submit(to, text))
      expect(new Set(mails.map(({ raw }) => fieldOf(raw, 'Message-ID'))).size).toBe(1)
    },
  ],
]

/** A header in ASCII is what the relay writes for any next hop; a body in seven bits only for one that asks for it. */
const SEVEN_BIT: readonly Case[] = [
  ['ascii-but-smtputf8', 'p@prom.example.com', 'alert'],
  ['raw-utf8-subject', 'p@prom.example.com', 'größer ✓'],
  ['utf8-sender-address', 'jörg@exämple.com', 'hi'],
  ['8bit-body', 'p@prom.example.com', 'alert'],
].map(([name = '', from = '', subject]) => [
  '16-next-hop-without-smtputf8',
  `${name} is delivered`,
  async (folder) => {
    const { raw } = await forwarded(folder, `message-${name}.eml`, 'a16', from, sevenBit)
    expect(raw.every((byte) => byte < 0x80)).toBe(true)
    expect(await sevenBit.signatures(raw)).toEqual(['pass', 'pass'])
    const sent = await simpleParser(bytes(message(folder, `message-${name}.eml`)))
    expect(sent.subject).toBe(subject)
    const read = await simpleParser(raw)
    expect([read.subject, read.text?.trim()]).toEqual([sent.subject, sent.text?.trim()])
  },
])

const EAI: readonly Case[] = [
  [
    '18-eai-contact',
    'the mail arrives; an answer fails with the reason, and nothing of it is sent',
    async (folder) => {
      const { raw } = await forwarded(folder, 'message.eml', 'a18', 'märy@exämple.com', sevenBit)
      expect(raw.every((byte) => byte < 0x80)).toBe(true)
      const to = await replyAddress('a18', 'märy@xn--exmple-cua.com', sevenBit)
      const mails = await sevenBit.outgoing(1, () => sevenBit.submit([to], bytes(message(folder, 'reply.eml', to))))
      expect(mails.map((mail) => mail.to)).toEqual([[USER]])
      expect((await simpleParser(mails[0]?.raw ?? '')).text).toContain('does not take such addresses (no SMTPUTF8)')
      expect(await sevenBit.log('Re: x')).toContainEqual(
        expect.objectContaining({ outcome: 'failed', reason: 'smtputf8-missing' }),
      )
    },
  ],
]

/** Held, refused, or sent without a trace of the user. */
const SECRETS: readonly Case[] = [
  ['39-signature-and-key-attached', 'reply-signed.eml'],
  ['39-signature-and-key-attached', 'reply-key.eml'],
  ['49-winmail-dat', 'reply.eml'],
  ['62-remove-flagged-leaves-some', 'reply-vcf.eml'],
  ['62-remove-flagged-leaves-some', 'reply-eml.eml'],
  ['62-remove-flagged-leaves-some', 'reply-ics.eml'],
].map(([folder = '', name = '']) => [
  folder,
  `${name} does not leave with the user's address or signature`,
  async () => {
    await exchange.relay.json('recipient', 'set', USER, '--remove-flagged', folder.startsWith('62') ? 'on' : 'off')
    const text = 'From: Pat <pat@pm.example.com>\r\nTo: s@alias.test\r\nSubject: hello\r\n\r\nhi'
    await exchange.outgoing(1, () => exchange.deliver('pat@pm.example.com', `s@${DOMAIN}`, text))
    const to = await replyAddress('s', 'pat@pm.example.com')
    const left = await leaving(() => exchange.submit([to], bytes(message(folder, name, to))))
    expect(left).not.toMatch(/home\.test|real\.per|pgp-signature/)
    // UTF-16, as winmail.dat has it.
    expect(left.replaceAll('\0', '')).not.toMatch(/home\.test|real\.per/)
  },
])

const cases: readonly Case[] = [...INVITATION, ...FORWARDS, ...REPLIES, ...SEVEN_BIT, ...EAI, ...SECRETS]
const isThere = (folder: string): boolean => FOLDER !== '' && existsSync(path.join(FOLDER, folder))

describe('cases of public bug reports (POSTERN_CASES)', () => {
  beforeAll(async () => {
    if (FOLDER === '') return
    exchange = await startExchange()
    sevenBit = await startExchange({ sevenBit: true })
  })
  afterAll(async () => {
    if (FOLDER === '') return
    await exchange.close()
    await sevenBit.close()
  })

  it('each of them is tried here', (context) => {
    if (FOLDER === '') return context.skip('POSTERN_CASES names no folder')
    const folders = readdirSync(FOLDER, { withFileTypes: true }).filter((entry) => entry.isDirectory())
    const tried = new Set(cases.map(([folder]) => folder))
    expect(folders.map(({ name }) => name).filter((name) => !tried.has(name))).toEqual([])
  })

  for (const [folder, what, run] of cases) {
    const why = NOT_YET.get(folder)
    it(`${folder}: ${why === undefined ? what : `not yet (${why}): ${what}`}`, async (context) => {
      if (!isThere(folder)) return context.skip(`POSTERN_CASES names no folder with ${folder}`)
      if (why === undefined) await run(folder)
      else await expect(run(folder), `${folder} passes: take it off the list of what is not yet`).rejects.toThrow()
    })
  }
})
