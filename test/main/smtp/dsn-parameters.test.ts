import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeXtext, readMailParameters, readRecipientParameters } from '../../../main/smtp/dsn-parameters.ts'

const map = (text: string): ReadonlyMap<string, string> =>
  new Map(text.split(' ').map((word) => [word.split('=')[0] ?? '', word.slice(word.indexOf('=') + 1)]))

describe('the parameters of RFC 3461', () => {
  it.each([
    ['RET=FULL', { ret: 'FULL' }],
    ['RET=hdrs ENVID=QQ314159', { ret: 'HDRS', envid: 'QQ314159' }],
    ['ENVID=a+2Bb+3Dc', { envid: 'a+b=c' }],
    ['RET=ALL', undefined],
    ['ENVID=', undefined],
    ['ENVID=a+0D+0Ab', undefined],
    ['ENVID=a+2', undefined],
    ['ENVID=a+2b', undefined],
    [`ENVID=${'x'.repeat(101)}`, undefined],
    ['SIZE=1', {}],
  ])('MAIL %s', (text, read) => {
    expect(readMailParameters(map(text))).toEqual(read)
  })

  it.each([
    ['NOTIFY=NEVER', { notify: 'NEVER' }],
    ['NOTIFY=success,Delay', { notify: 'SUCCESS,DELAY' }],
    ['ORCPT=rfc822;a+2Bb@c.test', { orcpt: 'rfc822;a+b@c.test' }],
    ['NOTIFY=NEVER,FAILURE', undefined],
    ['NOTIFY=FAILURE,FAILURE', undefined],
    ['NOTIFY=', undefined],
    ['ORCPT=a@c.test', undefined],
    ['ORCPT=rfc822;', undefined],
    ['ORCPT=rf c;a', undefined],
    [`ORCPT=rfc822;${'x'.repeat(600)}`, undefined],
    ['RET=FULL', undefined],
  ])('RCPT %s', (text, read) => {
    expect(readRecipientParameters(map(text))).toEqual(read)
  })

  it('xtext never gives a character that could begin a line', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(decodeXtext(text) ?? '').toMatch(/^[ -~]*$/)
      }),
    )
  })
})
