import { describe, expect, test } from 'vitest'
import { nameOf } from '../../renderer/format/sender.ts'
import { lookOf } from '../../renderer/format/outcome.ts'
import { smtpDoor, trialLine } from '../../renderer/format/server.ts'
import { sizeText } from '../../renderer/format/size.ts'
import { codeIn, takeCode } from '../../renderer/login/code.ts'
import { sampleState } from '../stand-in/samples.ts'

describe('format', () => {
  test.each([
    ['Corner Shop <a@b.example>', 'Corner Shop'],
    ['"Shop, Corner" <a@b.example>', 'Shop, Corner'],
    ['a@b.example', 'a@b.example'],
    ['<a@b.example>', 'a@b.example'],
    ['', ''],
  ])('the sender %j is %j', (from, name) => expect(nameOf(from)).toBe(name))

  test.each([
    [0, '0 B'],
    [1023, '1,023 B'],
    [1024, '1 KiB'],
    [10_137, '9.9 KiB'],
    [10_240, '10 KiB'],
    [1_047_552, '1,023 KiB'],
    [1_048_064, '1 MiB'],
    [78_643_200, '75 MiB'],
    [5_497_558_138_880, '5 TiB'],
  ])('%i bytes are %s', (bytes, text) => expect(sizeText(bytes)).toBe(text))

  test('every outcome has a sign and a word, also one that is not known yet', () => {
    expect(lookOf('delivered')).toEqual({ tone: 'good', icon: 'check', word: 'Delivered' })
    expect(lookOf('over-quota')).toEqual({ tone: 'plain', icon: 'dot', word: 'Over quota' })
    expect(lookOf('')).toEqual({ tone: 'plain', icon: 'dot', word: '·' })
  })

  test.each([
    ['127.0.0.1', '127.0.0.1:25'],
    ['0.0.0.0', '127.0.0.1:25'],
    ['::', '127.0.0.1:25'],
    ['::1', '[::1]:25'],
    ['mail.example.net', 'mail.example.net:25'],
  ])('a listener on %s is reached at %s', (host, address) => {
    const state = sampleState()
    const listeners = [{ kind: 'smtp' as const, host, port: 25, tls: 'starttls' as const, note: '' }]
    expect(smtpDoor({ ...state, listeners })).toEqual({ address, note: '' })
  })

  test('without a listener or a domain there is no line to try', () => {
    expect(trialLine({ ...sampleState(), listeners: [] })).toBeUndefined()
    expect(trialLine({ ...sampleState(), domains: [] })).toBeUndefined()
  })
})

describe('the code of a login link', () => {
  test.each([
    ['http://localhost:7788/#code=abc', 'abc'],
    ['#code=abc', 'abc'],
    ['  abc ', 'abc'],
    ['#code=a%2Bb', 'a+b'],
    ['', undefined],
    ['#code=', undefined],
    ['http://localhost:7788/#', undefined],
    ['x'.repeat(201), undefined],
  ])('in %j is %j', (text, code) => expect(codeIn(text)).toBe(code))

  test('is read before the address is cleaned: a location changes under our hands', () => {
    const place = { hash: '#code=abc', pathname: '/', search: '?a=1' }
    const code = takeCode(place, (url) => {
      expect(url).toBe('/?a=1')
      place.hash = ''
    })
    expect(code).toBe('abc')
  })

  test('an address without one is left alone', () => {
    expect(takeCode({ hash: '#log', pathname: '/', search: '' }, () => expect.unreachable())).toBeUndefined()
  })
})
