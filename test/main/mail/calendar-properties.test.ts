// Any calendar: a reply leaks the user's address in none of them or is held, and a forward changes nothing but addresses. The
// results are read by ical.js and by the independent reader of the grammar, not by the code under test.
import fc from 'fast-check'
import ICAL from 'ical.js'
import { describe, expect, it } from 'vitest'
import { findTraces } from '../../../main/mail/index.ts'
import {
  calendars,
  contentOf,
  decodedBytes,
  everyReading,
  messageWith,
  unfoldedText,
  type MadeCalendar,
} from './calendar-grammar.ts'
import { keyOf, replyAddressOf, requiredAddress, rewriteMessage } from './golden-facts.ts'

const USER = 'alice@real.example'
const REPLY_ADDRESS = 'zq4m7xk2w9@relay.example'
const METHODS = ['REPLY', 'COUNTER', 'REQUEST', 'CANCEL', 'REFRESH', 'DECLINECOUNTER', 'PUBLISH', 'ADD', '']
const REPLY_FIELDS = [`From: Alice Real <${USER}>`, `To: ${REPLY_ADDRESS}`, 'Subject: x', 'MIME-Version: 1.0']
const FORWARD_FIELDS = ['From: Bob <bob@example.com>', 'To: shop@relay.example', 'Subject: x', 'MIME-Version: 1.0']
const WANTED = { addresses: new Set([keyOf(USER)]), names: [], hosts: [] }

function withoutMark(text: string): string {
  return text.startsWith('\ufeff') ? text.slice(1) : text
}

/** Every text that ical.js shows of the octets; `without` leaves out a parameter. */
function icalTexts(bytes: Buffer, made: MadeCalendar, without = ''): string[] {
  const found: string[] = []
  JSON.stringify(ICAL.parse(withoutMark(unfoldedText(bytes, made.shape))), (key, value: unknown) => {
    if (typeof value === 'string' && key !== without) found.push(value)
    return value
  })
  return found
}

/** Whether the address is to be read in a text; the user's also with a tag. */
function names(text: string, address: string): boolean {
  const lower = text.toLowerCase()
  return lower.includes(address) || (address === USER && lower.includes(address.replace('@', '+tag@')))
}

function answer(made: MadeCalendar, place: number) {
  const outcome = rewriteMessage(messageWith(made, REPLY_FIELDS, place), { direction: 'reply' })
  return { outcome, held: outcome.told.unscrubbable !== undefined }
}

describe('any calendar in a reply', () => {
  it('shows neither the address of the user nor a reply address, to no reader, or is held', () => {
    let held = 0
    let runs = 0
    const ingredients = { addresses: [USER, REPLY_ADDRESS, 'carol@example.net'], hidden: true, methods: METHODS }
    fc.assert(
      fc.property(calendars(ingredients), fc.nat(2), (made, place) => {
        const { outcome, held: isHeld } = answer(made, place)
        runs++
        if (isHeld) {
          held++
          return
        }
        const bytes = decodedBytes(contentOf(outcome.message, place), made.shape)
        const texts = [...everyReading(unfoldedText(bytes, made.shape)), ...icalTexts(bytes, made)]
        for (const text of texts)
          for (const address of [USER, REPLY_ADDRESS]) expect(names(text, address), `${address} in ${text}`).toBe(false)
        expect(findTraces(outcome.message, WANTED)).toEqual([])
      }),
      { numRuns: 1500 },
    )
    expect(held).toBeGreaterThan(0)
    expect(held / runs).toBeLessThan(0.5)
  })

  it('is held for nothing that can be mapped, and every other value stays', () => {
    const ingredients = { addresses: [USER, REPLY_ADDRESS, 'carol@example.net'], hidden: false, methods: METHODS }
    fc.assert(
      fc.property(calendars(ingredients), fc.nat(2), (made, place) => {
        const { outcome } = answer(made, place)
        expect(outcome.told.unscrubbable).toBeUndefined()
        const before = unfoldedText(made.bytes, made.shape).split(made.shape.eol)
        const bytes = decodedBytes(contentOf(outcome.message, place), made.shape)
        const after = unfoldedText(bytes, made.shape).split(made.shape.eol)
        expect(after.length).toBe(before.length)
        before.forEach((line, index) => {
          const touched = everyReading(line).some((text) => names(text, USER) || names(text, REPLY_ADDRESS))
          // Who made the calendar, and whose it is, is nobody's business.
          const isOwners = /^(?:PRODID|X-WR-CALNAME|X-MS-OLK-SENDER|CONTACT)[:;]/i.test(line)
          if (!touched && !isOwners) expect(after[index]).toBe(line)
        })
      }),
      { numRuns: 1000 },
    )
  })

  it('comes out the same a second time: what is clean is left alone', () => {
    const ingredients = { addresses: [USER, 'carol@example.net'], hidden: false, methods: METHODS }
    fc.assert(
      fc.property(calendars(ingredients), (made) => {
        const once = contentOf(answer(made, 1).outcome.message, 1)
        const again = contentOf(answer({ ...made, content: once }, 1).outcome.message, 1)
        expect(again.equals(once)).toBe(true)
      }),
      { numRuns: 300 },
    )
  })
})

const PEOPLE = ['bob@example.com', 'carol@example.net', 'dan+list@example.org']

function lines(text: string, eol: string): string[] {
  return text.split(new RegExp(`${eol}(?![ \\t])`))
}

describe('any calendar in a forward', () => {
  it('changes addresses alone: lines without one keep their octets, ical.js reads every other value alike', () => {
    const ingredients = { addresses: PEOPLE, hidden: true, methods: METHODS }
    let changed = 0
    fc.assert(
      fc.property(calendars(ingredients), fc.nat(2), (made, place) => {
        const message = messageWith(made, FORWARD_FIELDS, place)
        const outcome = rewriteMessage(message, { direction: 'forward' })
        expect(outcome.told.notes).toEqual([])
        const { shape } = made
        const bytes = decodedBytes(contentOf(outcome.message, place), shape)
        const wide = shape.charset.startsWith('utf-16')
        const read = (octets: Buffer): string =>
          wide ? new TextDecoder('utf-16').decode(octets) : octets.toString('latin1')
        if (!wide) {
          const before = lines(read(made.bytes), shape.eol)
          const after = lines(read(bytes), shape.eol)
          expect(after.length).toBe(before.length)
          before.forEach((line, index) => {
            const shown = everyReading(unfoldedText(Buffer.from(line, 'latin1'), shape))
            const named = shown.some((text) => /@example\./i.test(text))
            if (!named) expect(after[index]).toBe(line)
          })
        }
        const texts = icalTexts(made.bytes, made)
        const now = icalTexts(bytes, made)
        expect(now.length).toBe(texts.length)
        texts.forEach((text, index) => {
          const is = now[index] ?? ''
          if (is === text) return
          changed++
          // What differs has a reply address now, and with the people put back it is what it was.
          expect(is).toContain('@relay.example')
          expect(bare(is)).toBe(bare(text))
        })
        // Nobody answers to a name, even where it looks like an address.
        const answerable = icalTexts(bytes, made, 'cn').filter((text) => PEOPLE.some((one) => isMailTo(text, one)))
        expect(answerable).toEqual([])
      }),
      { numRuns: 1500 },
    )
    expect(changed).toBeGreaterThan(1000)
  })
})

/** A text with every address, theirs or ours, taken out, spelled as it may be. */
function bare(text: string): string {
  const decoded = text.replaceAll(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)))
  return decoded.replaceAll(/[a-z0-9+._\u200b]+@[a-z0-9.-]+/gi, '@')
}

/** Whether a whole text is a mailto URI to the address. */
function isMailTo(text: string, address: string): boolean {
  const decoded = text.replaceAll(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)))
  const [uri = ''] = decoded.toLowerCase().split('?')
  return uri === `mailto:${address}` || uri === `mailto:${address.replace('@', '+tag@')}`
}

describe('the reply address in a forwarded calendar', () => {
  it('is the one of the header', () => {
    const message = Buffer.from(
      [
        ...FORWARD_FIELDS,
        'Content-Type: text/calendar',
        '',
        'BEGIN:VCALENDAR',
        'ORGANIZER:mailto:bob@example.com',
        'END:VCALENDAR',
        '',
      ].join('\r\n'),
    )
    const { message: out } = rewriteMessage(message, { direction: 'forward' })
    const expected = replyAddressOf(requiredAddress('bob@example.com'), 'relay.example')
    expect(out.toString('latin1').split(expected)).toHaveLength(3)
  })
})
