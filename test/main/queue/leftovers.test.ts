// The last look at a reply finds the user's address in a calendar as its reader does: unfolded, unescaped, decoded.
import { describe, expect, it } from 'vitest'
import type { EditedBody } from '../../../main/queue/body-source.ts'
import { findLeftovers, placeInWords } from '../../../main/queue/leftovers.ts'
import { addressKey, parseAddress, type AddressKey } from '../../../main/terms/address.ts'

function keyOf(text: string): AddressKey {
  const address = parseAddress(text)
  if (address === undefined) throw new Error(text)
  return addressKey(address)
}

const ADDRESSES = new Set([keyOf('real.person@home.test')])
const HEADER = Buffer.from('From: shop@alias.test\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n')

function goingOut(type: string, content: string): EditedBody {
  const body = Buffer.from(`--b\r\nContent-Type: ${type}\r\n\r\n${content}\r\n--b--\r\n`)
  const report = { notes: [], flagged: [], unscrubbable: [], unreadCalendars: new Set<string>() }
  return { bodyHash: '', size: body.length, report, read: () => [body] }
}

const LEFT: Readonly<Record<string, string>> = {
  'folded inside the address': 'ATTENDEE:mailto:real.per\r\n son@home.test',
  'folded at every letter': `ATTENDEE:mailto:${Array.from('real.person@home.test').join('\r\n ')}`,
  'escaped and percent-encoded': 'DESCRIPTION:x\\nreal%2Eperson%40home.test',
  'as HTML': 'X-ALT-DESC:real.person&#64;<b>home</b>.test',
}

describe('what is left of an address in a calendar', () => {
  it.each(Object.entries(LEFT))('is found: %s', async (_, line) => {
    const calendar = ['BEGIN:VCALENDAR', line, 'END:VCALENDAR'].join('\r\n')
    for (const type of ['text/calendar', 'application/ics', 'application/octet-stream; name="a.ics"']) {
      const [left, ...more] = await findLeftovers(HEADER, goingOut(type, calendar), ADDRESSES, [])
      expect(left === undefined ? '' : placeInWords(left), type).toBe('the text of part 1')
      expect(more).toEqual([])
    }
  })

  it('is nothing in a clean one', async () => {
    const calendar = 'BEGIN:VCALENDAR\r\nATTENDEE:mailto:shop@alias.test\r\nCOMMENT:person@home.test\r\nEND:VCALENDAR'
    expect(await findLeftovers(HEADER, goingOut('text/calendar', calendar), ADDRESSES, [])).toEqual([])
  })
})
