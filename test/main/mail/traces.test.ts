import { describe, expect, it } from 'vitest'
import type { Trace, Wanted } from '../../../main/mail/index.ts'
import { createTraceFinder, findTraces, headerLength } from '../../../main/mail/index.ts'
import { keyOf } from './golden-facts.ts'

const WANTED: Wanted = {
  addresses: new Set([keyOf('alice@real.example')]),
  names: ['Alice Real'],
  hosts: ['laptop.home'],
}

function shown({ kind, place }: Trace): string {
  return place.at === 'field' ? `${kind} ${place.path}:${place.field}` : `${kind} ${place.path}@${place.type}`
}

const MESSAGE = [
  'From: =?utf-8?q?Alice_Real?= <shop@relay.example>',
  'Subject: to =?utf-8?b?' + Buffer.from('ALICE@real.example').toString('base64') + '?=',
  'X-Link: https://x.example/?a=alice%40real.example',
  'Received: from laptop.home by x',
  'Content-Type: multipart/mixed; boundary=m',
  '',
  'preamble by alice@real.example',
  '--m',
  'Content-Type: text/plain; charset=utf-8',
  'Content-Transfer-Encoding: quoted-printable',
  '',
  'soft alice@re=',
  'al.example',
  '--m',
  'Content-Type: text/html',
  '',
  '<p>alice&#64;real.exa<b>mple</b></p>',
  '--m',
  'Content-Type: application/octet-stream; name="alice@real.example.key"',
  'Content-Transfer-Encoding: base64',
  '',
  Buffer.from('binary Alice@Real.Example').toString('base64'),
  '--m',
  'Content-Type: message/rfc822',
  '',
  'To: alice@real.example',
  '',
  'Alice Real wrote',
  '--m--',
  '',
].join('\r\n')

const EXPECTED = [
  'name :From',
  'address :Subject',
  'address :X-Link',
  'host :Received',
  'address between parts@',
  'address 1@text/plain',
  'address 2@text/html',
  'address 3:Content-Type',
  'address 3@application/octet-stream',
  'address 4:To',
  'name 4@text/plain',
]

describe('findTraces', () => {
  it('finds each trace with its place', () => {
    expect(findTraces(Buffer.from(MESSAGE), WANTED).map(shown)).toEqual(EXPECTED)
  })

  it('finds the same however the message is cut', () => {
    const message = Buffer.from(MESSAGE)
    const length = headerLength(message)
    for (const size of [1, 2, 5, 50]) {
      const finder = createTraceFinder(message.subarray(0, length), WANTED)
      for (let at = length; at < message.length; at += size) finder.push(message.subarray(at, at + size))
      expect(finder.end().map(shown)).toEqual(EXPECTED)
    }
  })

  it('finds nothing in a clean message', () => {
    expect(findTraces(Buffer.from('From: a@b.example\r\n\r\nhello\r\n'), WANTED)).toEqual([])
  })
})
