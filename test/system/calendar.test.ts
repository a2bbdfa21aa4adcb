// Accepting, declining, proposing and cancelling through an alias, over real SMTP: the invitation comes in, the user's program
// answers to whom it names, and the stranger hears from the alias.
import { createPrivateKey } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseHeaderBlock, readSummary } from '../../main/mail/index.ts'
import { send } from '../../main/headless/demo/world.ts'
import { RelaxedBodyHash } from '../../main/trust/canonical.ts'
import { makeDkimKeys } from '../../main/trust/keys.ts'
import { signHeader } from '../../main/trust/sign.ts'
import { startDns, type TestDns } from '../world/dns.ts'
import { startRelay, type TestRelay } from '../world/relay.ts'
import { Wire } from '../world/dialogue.ts'
import { startSink, type Received, type Sink } from '../world/sink.ts'

const USER = 'real.person@home.test'
const ALIAS = 'meet01@alias.test'
let relay: TestRelay
let sink: Sink
let dns: TestDns
let keys: Awaited<ReturnType<typeof makeDkimKeys>>
let login: { user: string; pass: string }

beforeAll(async () => {
  keys = await makeDkimKeys()
  const [rsa] = keys
  dns = await startDns({
    'k._domainkey.home.test': [{ type: 'TXT', data: `v=DKIM1; k=rsa; p=${rsa?.publicKey ?? ''}`.match(/.{1,255}/g) }],
  })
  sink = await startSink()
  relay = await startRelay({
    init: ['--domain', 'alias.test', '--recipient', USER, '--route', `smtp://127.0.0.1:${sink.port}`, '--catch-all'],
    serve: ['--resolver', dns.server, '--submission', '127.0.0.1:0'],
  })
  const made = await relay.json<{ username: string; password: string }>('app-password', 'create', '--name', 'test')
  login = { user: made.username, pass: made.password }
})
afterAll(async () => {
  await relay.destroy()
  await sink.close()
  await dns.close()
})

/** What `work` makes arrive at the far side. */
async function arriving(work: () => Promise<unknown>): Promise<Received> {
  const before = sink.mails.length
  await work()
  await sink.waitFor(before + 1)
  const mail = sink.mails.at(-1)
  if (mail === undefined) throw new Error('unreachable')
  return mail
}

async function inbound(from: string, to: string, message: string): Promise<string> {
  const wire = await Wire.open(relay.port('smtp'))
  try {
    await wire.reply()
    for (const line of ['EHLO mail.far.test', `MAIL FROM:<${from}>`, `RCPT TO:<${to}>`, 'DATA']) await wire.say(line)
    const answer = await wire.say(`${message}${message.endsWith('\r\n') ? '' : '\r\n'}.`)
    await wire.say('QUIT')
    return answer
  } finally {
    wire.close()
  }
}

function submit(to: string, message: string): Promise<string> {
  return send({ port: relay.port('submission'), envelope: { from: USER, to: [to] }, message, login })
}

function joined(...lines: readonly string[]): string {
  return `${lines.join('\r\n')}\r\n`
}

/** A reply does not say which program made it. */
function neutral(calendar: string): string {
  return calendar.replace('PRODID:-//Invented//Cal//EN', 'PRODID:-//Calendar//NONSGML 1.0//EN')
}

function event(method: string, ...lines: readonly string[]): string {
  const uid = lines.some((line) => line.startsWith('UID:')) ? [] : ['UID:meet-77@planner.example.com']
  const head = ['BEGIN:VCALENDAR', 'PRODID:-//Invented//Cal//EN', 'VERSION:2.0', `METHOD:${method}`, 'BEGIN:VEVENT']
  const times = ['DTSTAMP:20261120T080000Z', 'DTSTART:20261201T090000Z', 'SUMMARY:Quarter talk']
  return joined(...head, ...uid, ...times, ...lines, 'END:VEVENT', 'END:VCALENDAR')
}

let count = 0
/** A message with the calendar as text/calendar and as an attached file. */
function withCalendar(from: string, to: string, method: string, ics: string): string {
  const file = Buffer.from(ics)
    .toString('base64')
    .replaceAll(/.{1,76}/g, '$&\r\n')
  const host = from.slice(from.lastIndexOf('@') + 1).replace('>', '')
  const date = new Date().toUTCString().replace('GMT', '+0000')
  const head = [
    `From: ${from}`,
    `To: ${to}`,
    `Subject: ${method}`,
    `Date: ${date}`,
    `Message-ID: <c${++count}@${host}>`,
  ]
  return joined(
    ...[...head, 'MIME-Version: 1.0', 'Content-Type: multipart/mixed; boundary="mix1"', ''],
    ...['--mix1', 'Content-Type: multipart/alternative; boundary="alt1"', ''],
    ...['--alt1', 'Content-Type: text/plain; charset=utf-8', '', 'A calendar.'],
    ...['--alt1', `Content-Type: text/calendar; charset=utf-8; method=${method}`, '', `${ics}--alt1--`],
    ...['--mix1', 'Content-Type: application/ics; name="invite.ics"', 'Content-Transfer-Encoding: base64'],
    ...['Content-Disposition: attachment; filename="invite.ics"', '', `${file}--mix1--`],
  )
}

function unfolded(text: string): string {
  return text.replaceAll(/\r\n[ \t]/g, '')
}

/** Both calendars of such a message, unfolded. */
function calendarsOf({ raw }: Received): string[] {
  const text = raw.toString('latin1')
  const inline = /BEGIN:VCALENDAR[^]*?END:VCALENDAR/.exec(text)?.[0] ?? ''
  const file = /filename="invite\.ics"\r\n\r\n([A-Za-z0-9+/=\r\n]*)/.exec(text)?.[1] ?? ''
  return [unfolded(inline), unfolded(Buffer.from(file, 'base64').toString('utf8')).trimEnd()]
}

/** The one calendar that is in the message twice. */
function calendarOf(mail: Received): string {
  const [inline = '', file] = calendarsOf(mail)
  expect(file).toBe(inline)
  return inline
}

/** No trace of the user anywhere in what the world got: as it stands, folded, or in base64. */
function expectNoTrace(mail: Received): void {
  const texts = [mail.raw.toString('latin1'), unfolded(mail.raw.toString('latin1')), ...calendarsOf(mail)]
  for (const text of texts)
    for (const trace of ['real.person', 'home.test', 'Real Person'])
      expect(text.toLowerCase()).not.toContain(trace.toLowerCase())
}

interface Contact {
  readonly address: string
  readonly replyAddress: string
}

async function replyAddresses(alias: string): Promise<ReadonlyMap<string, string>> {
  const contacts = await relay.json<Contact[]>('contact', 'list', '--alias', alias)
  return new Map(contacts.map((one) => [one.address, one.replyAddress]))
}

const OLGA = 'olga@planner.example.com'
const INVITED = [
  `ORGANIZER;CN=Olga Planner;SENT-BY="mailto:desk@planner.example.com":mailto:${OLGA}`,
  `ATTENDEE;CN=Guest;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:${ALIAS}`,
  'ATTENDEE;CN=Carl;PARTSTAT=ACCEPTED:mailto:carl@third.example.net',
]

/** The lines with reply addresses where people were. */
function mapped(lines: readonly string[], known: ReadonlyMap<string, string>): string[] {
  return lines.map((line) => [...known].reduce((text, [from, to]) => text.replaceAll(from, to), line))
}

describe('an invitation to an alias', () => {
  it('names people by reply addresses in both its calendars, the alias as the attendee, and makes them contacts', async () => {
    const message = withCalendar(`Olga Planner <${OLGA}>`, ALIAS, 'REQUEST', event('REQUEST', ...INVITED))
    const mail = await arriving(() => inbound(OLGA, ALIAS, message))
    expect(mail.to).toEqual([USER])
    const known = await replyAddresses(ALIAS)
    expect([...known.keys()].toSorted()).toEqual(['carl@third.example.net', 'desk@planner.example.com', OLGA])
    expect(calendarOf(mail)).toBe(unfolded(event('REQUEST', ...mapped(INVITED, known))).trimEnd())
    expect(readSummary(parseHeaderBlock(mail.raw)).fromAddress).toBe(known.get(OLGA))
  })

  it('is accepted by submission: the stranger hears from the alias, at their own address', async () => {
    const known = await replyAddresses(ALIAS)
    const organizer = known.get(OLGA) ?? ''
    const answer = event(
      'REPLY',
      `ORGANIZER;CN="Olga Planner 'olga at planner.example.com'":mailto:${organizer}`,
      'ATTENDEE;CN=Real Person;PARTSTAT=ACCEPTED;RSVP=TRUE;CUTYPE=INDIVIDUAL:mailt\r\n o:real.person@home.test',
    )
    const message = withCalendar(`Real Person <${USER}>`, organizer, 'REPLY', answer)
    const mail = await arriving(() => submit(organizer, message))
    expect(mail.to).toEqual([OLGA])
    const expected = [
      `ORGANIZER;CN="Olga Planner":mailto:${OLGA}`,
      `ATTENDEE;PARTSTAT=ACCEPTED;RSVP=TRUE;CUTYPE=INDIVIDUAL:mailto:${ALIAS}`,
    ]
    expect(calendarOf(mail)).toBe(neutral(event('REPLY', ...expected)).trimEnd())
    expectNoTrace(mail)
  })

  it('is countered by a message that the signature of the user proves', async () => {
    const known = await replyAddresses(ALIAS)
    const organizer = known.get(OLGA) ?? ''
    const counter = event(
      'COUNTER',
      `ORGANIZER;CN=Olga Planner:mailto:${organizer}`,
      `ATTENDEE;CN=Real Person;EMAIL="${USER}";PARTSTAT=TENTATIVE:mailto:${USER}`,
      `ATTENDEE;CN=Carl:mailto:${known.get('carl@third.example.net') ?? ''}`,
      `COMMENT:later?\\n${USER}\\n`,
    )
    const mail = await arriving(async () =>
      inbound(USER, organizer, await signed(withCalendar(USER, organizer, 'COUNTER', counter))),
    )
    expect(mail.to).toEqual([OLGA])
    const expected = [
      `ORGANIZER;CN=Olga Planner:mailto:${OLGA}`,
      `ATTENDEE;EMAIL="${ALIAS}";PARTSTAT=TENTATIVE:mailto:${ALIAS}`,
      'ATTENDEE;CN=Carl:mailto:carl@third.example.net',
      `COMMENT:later?\\n${ALIAS}\\n`,
    ]
    expect(calendarOf(mail)).toBe(neutral(event('COUNTER', ...expected)).trimEnd())
    expectNoTrace(mail)
  })

  it('is cancelled: the cancellation comes with the same reply addresses', async () => {
    const message = withCalendar(
      `Olga Planner <${OLGA}>`,
      ALIAS,
      'CANCEL',
      event('CANCEL', ...INVITED, 'STATUS:CANCELLED'),
    )
    const mail = await arriving(() => inbound(OLGA, ALIAS, message))
    const known = await replyAddresses(ALIAS)
    expect(calendarOf(mail)).toBe(unfolded(event('CANCEL', ...mapped(INVITED, known), 'STATUS:CANCELLED')).trimEnd())
  })
})

/** As the user's provider would send it: signed with the key of the user's domain. */
async function signed(message: string): Promise<string> {
  const [rsa] = keys
  const end = message.indexOf('\r\n\r\n') + 4
  const hash = new RelaxedBodyHash()
  hash.update(Buffer.from(message.slice(end)))
  const key = { selector: 'k', algorithm: 'rsa' as const, privateKey: createPrivateKey(rsa?.privateKey ?? '') }
  const header = Buffer.from(message.slice(0, end))
  const at = Math.floor(Date.now() / 1000)
  const field = await signHeader({ header, bodyHash: hash.digest(), domain: 'home.test', keys: [key], at })
  return `${field.toString('latin1')}${message}`
}

describe("an event of the user's own", () => {
  const UID = `20261120T080000Z-${USER}`
  let sealed = ''

  it('invites in the name of the alias; its UID tells nothing', async () => {
    const known = await replyAddresses(ALIAS)
    const olga = known.get(OLGA) ?? ''
    const carl = known.get('carl@third.example.net') ?? ''
    const request = event(
      'REQUEST',
      `UID:${UID}`,
      `ORGANIZER;CN=Real Person:mailto:${USER}`,
      `ATTENDEE;RSVP=TRUE:mailto:${olga}`,
      `ATTENDEE;RSVP=TRUE:mailto:${carl}`,
    )
    const mail = await arriving(() => submit(olga, withCalendar(`Real Person <${USER}>`, olga, 'REQUEST', request)))
    const text = calendarOf(mail)
    expect(text).toContain(`\r\nORGANIZER:mailto:${ALIAS}\r\n`)
    expect(text).toContain(`\r\nATTENDEE;RSVP=TRUE:mailto:${OLGA}\r\n`)
    expect(text).toContain('\r\nATTENDEE;RSVP=TRUE:mailto:carl@third.example.net\r\n')
    expectNoTrace(mail)
    sealed = /\r\nUID:(.*)\r\n/.exec(text)?.[1] ?? ''
    expect(sealed).toMatch(/^[\w-]{20,}@alias\.test$/)
  })

  it("comes back in the stranger's answer as the user's program knows it", async () => {
    const reply = event(
      'REPLY',
      `UID:${sealed}`,
      `ORGANIZER:mailto:${ALIAS}`,
      `ATTENDEE;PARTSTAT=ACCEPTED:mailto:${OLGA}`,
    )
    const mail = await arriving(() => inbound(OLGA, ALIAS, withCalendar(`Olga <${OLGA}>`, ALIAS, 'REPLY', reply)))
    const known = await replyAddresses(ALIAS)
    const expected = [
      `UID:${UID}`,
      `ORGANIZER:mailto:${ALIAS}`,
      `ATTENDEE;PARTSTAT=ACCEPTED:mailto:${known.get(OLGA) ?? ''}`,
    ]
    expect(calendarOf(mail)).toBe(event('REPLY', ...expected).trimEnd())
  })

  it('is cancelled under the same UID', async () => {
    const olga = (await replyAddresses(ALIAS)).get(OLGA) ?? ''
    const cancel = event('CANCEL', `UID:${UID}`, `ORGANIZER:mailto:${USER}`, `ATTENDEE:mailto:${olga}`)
    const mail = await arriving(() => submit(olga, withCalendar(USER, olga, 'CANCEL', cancel)))
    expect(calendarOf(mail)).toContain(`\r\nUID:${sealed}\r\n`)
    expectNoTrace(mail)
  })
})

interface Held {
  readonly id: number
  readonly reason: string
  readonly text: string
}

interface Preview {
  readonly held: readonly string[]
  readonly notes: readonly string[]
  readonly traces: readonly { readonly text: string }[]
}

describe('a calendar that nobody can read', () => {
  const broken = joined(
    'BEGIN:VCALENDAR',
    `ATTENDEE:mailto:real.per`,
    ` son@home.test`,
    'no line of a calendar',
    'END:VCALENDAR',
  )

  it('holds the reply, and the preview shows why and what would be seen', async () => {
    const olga = (await replyAddresses(ALIAS)).get(OLGA) ?? ''
    const before = sink.mails.length
    await submit(olga, withCalendar(USER, olga, 'REPLY', broken))
    const waiting = await relay.json<Held[]>('held', 'list')
    expect(waiting.map((one) => one.reason)).toEqual(['reply-attachments'])
    expect(waiting[0]?.text).toContain('The attachment text/calendar is a calendar that cannot be read')
    const id = String(waiting[0]?.id ?? 0)
    const preview = await relay.json<Preview>('preview', '--held', id)
    expect(preview.held.join('\n')).toContain('text/calendar is a calendar that cannot be read')
    expect(preview.traces.map((one) => one.text)).toContain(USER)
    expect(sink.mails.length).toBe(before)
    await relay.json('held', 'drop', id)
  })

  it('passes on its way to the user, byte for byte, and the preview says so', async () => {
    const message = withCalendar(`Olga <${OLGA}>`, ALIAS, 'REQUEST', broken)
    const mail = await arriving(() => inbound(OLGA, ALIAS, message))
    expect(mail.raw.toString('latin1')).toContain(broken)
    const file = path.join(relay.folder, 'broken.eml')
    writeFileSync(file, message)
    const preview = await relay.json<Preview>('preview', file, '--as', 'forward')
    expect(preview.notes.join('\n')).toContain('a calendar could not be read')
  })

  it('is not looked at where the recipient wants mail as it came', async () => {
    await relay.json('recipient', 'set', USER, '--mode', 'preserve')
    const message = withCalendar(`Olga <${OLGA}>`, ALIAS, 'REQUEST', event('REQUEST', ...INVITED))
    const mail = await arriving(() => inbound(OLGA, ALIAS, message))
    await relay.json('recipient', 'set', USER, '--mode', 'rewrite')
    expect(mail.raw.toString('latin1').endsWith(message)).toBe(true)
  })
})

describe('an invitation with more people than get a reply address', () => {
  it('makes 200 contacts, who organises among them', async () => {
    const crowd = Array.from({ length: 300 }, (_, i) => `ATTENDEE:mailto:guest${i}@crowd.example`)
    const ics = event('REQUEST', ...crowd, 'ORGANIZER:mailto:host@crowd.example')
    const mail = await arriving(() =>
      inbound(OLGA, 'crowd@alias.test', withCalendar(OLGA, 'crowd@alias.test', 'REQUEST', ics)),
    )
    const known = await replyAddresses('crowd@alias.test')
    expect(known.size).toBe(200)
    const text = calendarOf(mail)
    expect(text).toContain(`ORGANIZER:mailto:${known.get('host@crowd.example') ?? 'nobody'}\r\n`)
    expect(text.split('@crowd.example')).toHaveLength(1 + 300 - 198)
  })
})
