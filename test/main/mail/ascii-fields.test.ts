// Headers for any server: whatever octets a field has, it is written in ASCII, but for addresses and boundaries that are not.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { headerLength, namesUtf8Address, parseHeaderBlock } from '../../../main/mail/index.ts'
import { asciiField, asciiFields } from '../../../main/mail/ascii-fields.ts'
import { fieldOf } from '../../../main/mail/header-block.ts'
import { partInfo } from '../../../main/mail/mime-part.ts'

describe('a field in ASCII', () => {
  it.each([
    ['Subject: grün =?utf-8?q?=C3=A4?=', 'Subject: =?utf-8?b?Z3LDvG4gw6Q=?='],
    ['X-Odd: a', 'X-Odd: a'],
    [
      'Content-Disposition: attachment; filename="grün.txt"; size=3',
      "Content-Disposition: attachment; filename*=utf-8''gr%C3%BCn.txt; size=3",
    ],
    ['To: Jürgen <j@x.example>, märy@x.example', 'To: =?utf-8?q?J=C3=BCrgen?= <j@x.example>, märy@x.example'],
    ['References: <a@b.example> <ä@b.example>', 'References: <a@b.example>'],
    ['In-Reply-To: <ä@b.example>', ''],
    ['References: \u00a0', ''],
    ['List-Id: Grüne Liste <grün.x.example>', 'List-Id: =?utf-8?q?Gr=C3=BCne_Liste?= <gr?n.x.example>'],
    ['Received: from grün (x) by y', 'Received: from gr?n (x) by y'],
    ['List-Archive: <https://x.example/grün%20x>', 'List-Archive: <https://x.example/gr%C3%BCn%20x>'],
  ])('%s', (field, wanted) => {
    const out = asciiField(fieldOf(Buffer.from(`${field}\r\n`))).map(({ raw }) => raw.toString('utf8'))
    expect(out.join('').replaceAll('\r\n', '')).toBe(wanted)
  })

  it('a chain of signatures with one that is not goes as a whole', () => {
    const fields = ['ARC-Seal: i=1', 'ARC-Message-Signature: i=1', 'ARC-Authentication-Results: i=1; märy@x.example']
    const all = [...fields, 'DKIM-Signature: i=märy@x', 'DKIM-Signature: d=x', 'Subject: x']
    const block = parseHeaderBlock(Buffer.from(`${all.join('\r\n')}\r\n\r\n`))
    expect(asciiFields(block.fields).map(({ raw }) => raw.toString())).toEqual([
      'DKIM-Signature: d=x\r\n',
      'Subject: x\r\n',
    ])
    const ascii = parseHeaderBlock(Buffer.from(`${fields.slice(0, 2).join('\r\n')}\r\nSubject: ä\r\n\r\n`))
    expect(asciiFields(ascii.fields)).toHaveLength(3)
  })

  it('whatever its octets are', () => {
    const name = fc.constantFrom(
      'Subject',
      'X-Any',
      'Content-Type',
      'Content-Disposition',
      'Received',
      'References',
      'List-Id',
      'List-Post',
      'To',
      'Reply-To',
    )
    fc.assert(
      fc.property(name, fc.uint8Array({ maxLength: 200 }), (key, bytes) => {
        const value = Buffer.from(bytes.filter((byte) => byte >= 0x20 && byte !== 0x7f))
        const raw = Buffer.concat([Buffer.from(`${key}: `), value, Buffer.from('\r\n')])
        const out = Buffer.concat(asciiField(fieldOf(raw)).map((one) => one.raw))
        // What stays is an address, and a boundary.
        const block = parseHeaderBlock(out)
        const stays = namesUtf8Address(block) || partInfo(block).boundary !== ''
        expect(out.every((byte) => byte < 0x80) || stays).toBe(true)
        expect(block.fields.length).toBeLessThanOrEqual(1)
        expect(headerLength(out)).toBe(out.length)
      }),
      { numRuns: 2000 },
    )
  })
})
