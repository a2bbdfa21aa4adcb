// Ids, file names and calendars that say whose machine made them do not leave in a reply.
import { describe, expect, it } from 'vitest'
import { isMachineHost, isOwnId } from '../../../main/mail/machine-names.ts'
import { rewriteMessage } from './golden-facts.ts'
import { HEADER, attached, mixed, outcomeOf, part, partBytes } from './reply-cases.ts'

const USERS = { userAddresses: ['real.person@home.test', 'ann@home.test'] }

function threadOf(ids: string): string {
  const whole = partBytes(part([...HEADER, `References: ${ids}`, `In-Reply-To: ${ids}`], 'hi\r\n'))
  const out = rewriteMessage(whole, { direction: 'reply', ...USERS }).message.toString()
  return out.split('\r\n\r\n')[0]?.replaceAll(/\r\n[ \t]+/g, ' ') ?? ''
}

describe('a Message-ID that the user made does not stay in a thread', () => {
  it.each([
    'x@laptop',
    'x@laptop-of-real-person.local',
    'x@pc.lan',
    'x@nas.home',
    'x@dc01.corp.internal',
    'x@localhost.localdomain',
    'x@box.home.arpa',
    'x@[192.168.1.20]',
    'x@LAPTOP.',
    'real.person.77@mail.example.com',
    '2026-real.person@example.com',
    'Real.Person+1@example.com',
  ])('%s', (id) => {
    const head = threadOf(`<${id}> <kept.1@far.example>`)
    expect(head).not.toContain(id)
    expect(head).toContain('References: <kept.1@far.example>')
  })

  it.each(['a1@mail.far.example', 'surreal.person@far.example', 'real.persona@far.example', 'ann.7@far.example'])(
    'that of somebody else does: %s',
    (id) => {
      expect(threadOf(`<${id}>`)).toContain(`References: <${id}>`)
    },
  )

  it('by its host or by a name of five letters', () => {
    expect(['', 'far.example', 'local.example', 'x.localhost.example'].filter(isMachineHost)).toEqual([])
    expect(isOwnId('ann@far.example', [])).toBe(false)
  })
})

describe('names of parts', () => {
  it('are renamed where a machine of the user made them', () => {
    const image = part(['Content-Type: image/png', 'Content-ID: <img1@adas-laptop>'], 'x')
    const page = part('Content-Type: text/html', '<img src="cid:img1@adas-laptop">')
    const { out, held } = outcomeOf(mixed([page, image], 'b1_real.person_1'), USERS)
    expect(held).toEqual([])
    expect(out).not.toMatch(/adas-laptop|real\.person/)
    const [, id = 'none'] = /Content-ID: <([^>]+)>/.exec(out) ?? []
    expect(out).toContain(`cid:${id}`)
  })

  it.each([
    ['filename="C:\\\\Users\\\\real.person\\\\a.pdf"', 'filename="a.pdf"'],
    ['filename="C:\\Users\\real.person\\a.pdf"', 'filename="a.pdf"'],
    ['filename="/home/real.person/a.pdf"', 'filename="a.pdf"'],
    ['filename=/home/real.person/a.pdf', 'filename=a.pdf'],
    ["filename*=utf-8''C%3A%5CUsers%5Creal.person%5Ca.pdf", "filename*=utf-8''a.pdf"],
    ['filename*0*=utf-8\'\'C%3A%5CUsers%5Creal.pers; filename*1="on\\\\\\\\a b.pdf"', "filename*=utf-8''a%20b.pdf"],
    ['filename="=?utf-8?B?QzpcVXNlcnNccmVhbC5wZXJzb25cYS5wZGY=?="', "filename*=utf-8''a.pdf"],
    ['filename="=?utf-8?Q?/home/real.person/a.pdf?="', "filename*=utf-8''a.pdf"],
    ['filename="a \\"b\\".pdf"', 'filename="a \\"b\\".pdf"'],
    ['filename="a.pdf"', 'filename="a.pdf"'],
    ['filename="=?utf-8?B?w7w/w7w=?="', 'filename="=?utf-8?B?w7w/w7w=?="'],
  ])('of files have no folders: %s', (parameter, expected) => {
    const file = part(['Content-Type: application/pdf', `Content-Disposition: attachment; ${parameter}`], 'x')
    const { out } = outcomeOf(mixed([file]), USERS)
    const unfolded = out.replaceAll(/\r\n[ \t]+/g, ' ')
    expect(unfolded).toContain(`Content-Disposition: attachment; ${expected}\r\n`)
    const named = part(
      `Content-Type: application/pdf; ${parameter.replace('filename', 'name').replace('filename', 'name')}`,
      'x',
    )
    expect(outcomeOf(mixed([named]), USERS).out).not.toMatch(/real\.person|Users/)
  })
})

describe('a calendar of the user', () => {
  const lines = (method: string): string[] => [
    'BEGIN:VCALENDAR',
    'PRODID:-//Real Person//Cal 7.1//EN',
    'VERSION:2.0',
    `METHOD:${method}`,
    'X-WR-CALNAME:Calendar of Real Person',
    'X-WR-CALDESC:Real Person',
    'X-WR-RELCALID:real-person',
    'X-WR-TIMEZONE:Europe/Berlin',
    'X-APPLE-CREATOR-IDENTITY:real.person',
    'BEGIN:VEVENT',
    'UID:9F3A-1@adas-laptop.local',
    'DTSTAMP:20270101T000000Z',
    'DTSTART:20270101T000000Z',
    'ORGANIZER:mailto:real.person@home.test',
    'ATTENDEE:mailto:zq4m7xk2w9@relay.example',
    'CONTACT;ALTREP="CID:x@laptop-of-real-person":Real Person',
    'X-OWNER;CN=Real Person:mailto:real.person@home.test',
    'SUMMARY:x',
    'END:VEVENT',
    'END:VCALENDAR',
    '',
  ]
  const sent = (method: string): string => {
    const calendar = part(`Content-Type: text/calendar; method=${method}`, lines(method).join('\r\n'))
    const { out, held } = outcomeOf(calendar, USERS)
    expect(held).toEqual([])
    return out
      .split('\r\n\r\n')
      .slice(1)
      .join('\r\n\r\n')
      .replaceAll(/\r\n[ \t]/g, '')
  }

  it('names neither the user, nor the program, nor the machine', () => {
    const out = sent('REQUEST')
    expect(out).not.toMatch(/real.?person|adas-laptop|Cal 7/i)
    expect(out).toContain('PRODID:-//Calendar//NONSGML 1.0//EN\r\n')
    expect(out).toContain('X-WR-TIMEZONE:Europe/Berlin\r\n')
    expect(out).toMatch(/UID:[\w-]+@relay\.example\r\n/)
  })

  it('and an answer keeps its UID, by which it is found', () => {
    const out = sent('REPLY')
    expect(out).toContain('UID:9F3A-1@adas-laptop.local\r\n')
    expect(out).toContain('CONTACT;ALTREP=')
    expect(out).not.toMatch(/Calendar of|Cal 7/)
  })

  it('is attached without them as well', () => {
    const file = attached('text/calendar', 'a.ics', lines('REQUEST').join('\r\n'))
    const { out, held } = outcomeOf(mixed([file]), USERS)
    expect(held).toEqual([])
    const content = Buffer.from(out.split('base64\r\n\r\n')[1]?.split('--m')[0] ?? '', 'base64').toString()
    expect(content.replaceAll('\r\n ', '')).not.toMatch(/real.?person|adas-laptop/i)
  })
})
