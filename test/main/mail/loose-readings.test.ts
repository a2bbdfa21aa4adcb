// An address that readers join or decode, and that is written as none, does not leave: it is replaced, or the reply is held.
import { describe, expect, it } from 'vitest'
import type { Part } from './reply-cases.ts'
import { attached, mixed, outcomeOf, part } from './reply-cases.ts'

const FACTS = { userAddresses: ['real_person@home.test', 'real.person@home.test'] }

const TEXTS: readonly (readonly [string, string])[] = [
  ['Markdown', 'write to real\\_person@home.test'],
  ['Markdown, all marks', 'write to real\\.person\\@home\\.test'],
  ['Markdown, emphasis', 'write to real.person**@**home.test'],
  ['Markdown, code', 'write to `real.person`@`home.test`'],
  ['broken over quoted lines', '> write to real.person@\r\n> home.test now\r\n> and so on'],
  ['broken over lines at the dot', '> real.person@home\r\n> .test\r\n> more'],
  ['broken over lines in a word', '>> write to real.per\r\n>> son@home.test now'],
  ['broken over a link in quotes', '> <mailto:real.person@\r\n> home.test>\r\n> x'],
  ['a full-width sign', 'write to real.person\uff20home.test'],
  ['full-width letters', 'write to \uff52eal.person@home.test'],
  ['an ideographic dot', 'write to real.person@home\u3002test'],
  ['a small sign', 'write to real.person\ufe6bhome.test'],
  ['mathematical letters', 'write to \u{1d42b}eal.person@home.test'],
  ['VERP', 'bounce+real.person=home.test@lists.example'],
  ['VERP behind a hyphen', 'news-return-12-real.person=home.test@lists.example'],
  ['SRS', 'SRS0=ab=cd=home.test=real.person@fwd.example'],
  ['a percent route', 'real.person%home.test@x.example'],
  ['a number sign', 'real.person#home.test@x.example'],
  ['a bang path', 'relay!home.test!real.person'],
  ['percent in percent', 'https://x.example/?u=https%3A%2F%2Fy.example%2F%3Fm%3Dreal.person%2540home.test'],
  ['percent four times', 'https://x.example/?m=real.person%25252540home.test'],
  ['a script', "m = 'real.person' + '@home.test'"],
  ['a script, escaped', '"real.person\\x40home.test"'],
  ['CSS', "--m: 'real.person\\40 home.test'"],
  ['CSS, six digits', "--m: 'real.person\\000040home.test'"],
  ['octal', '(real.person\\100home.test)'],
  ['RTF', "{\\rtf1 real.person\\'40home.test}"],
]

const PAGES: readonly (readonly [string, string])[] = [
  ['lines', '<blockquote>real.person@<br>home.test</blockquote>'],
  ['blocks', '<div>real.person@</div><div>home.test</div>'],
  ['cells', '<td>real.person</td><td>@home.test</td>'],
  ['CDATA', '<svg><text><![CDATA[real.person]]>@home.test</text></svg>'],
  ['a conditional comment', '<!--[if mso]>real.person@<!-- -->home.test<![endif]-->'],
  ['a style', '<p style="--m:\'real.person\\40 home.test\'">x</p>'],
  ['a handler', "<a href=\"javascript:x('real.person'+'@home.test')\">x</a>"],
  ['an attribute over lines', '<img alt="real.person@&#10;home.test">'],
  ['VERP in a link', '<a href="https://x.example/?r=bounce+real.person%3Dhome.test%40x.example">x</a>'],
]

/** What is left of the address where neither is held. */
function leaves(whole: Part): boolean {
  const { out, held, flagged } = outcomeOf(whole, FACTS)
  return (
    held.length === 0 && flagged.length === 0 && /real|person|home\W*test/i.test(out.split('\r\n\r\n').slice(1).join())
  )
}

describe('an address that is written as none does not leave', () => {
  it.each(TEXTS)('in a text: %s', (_, text) => {
    expect(leaves(part('Content-Type: text/plain; charset=utf-8', `${text}\r\n`))).toBe(false)
    expect(leaves(part('Content-Type: text/markdown; charset=utf-8', `${text}\r\n`))).toBe(false)
  })
  it.each(TEXTS)('in an attached text: %s', (_, text) => {
    expect(leaves(mixed([attached('text/plain; charset=utf-8', 'a.txt', text)]))).toBe(false)
  })
  it.each(PAGES)('in a page: %s', (_, text) => {
    expect(leaves(part('Content-Type: text/html; charset=utf-8', `${text}\r\n`))).toBe(false)
    expect(leaves(mixed([attached('text/html; charset=utf-8', 'a.html', text)]))).toBe(false)
  })
  it.each(['enriched', 'richtext'])('in text/%s', (type) => {
    expect(leaves(part(`Content-Type: text/${type}`, 'real.person<bold>@</bold>home.test'))).toBe(false)
    expect(leaves(part(`Content-Type: text/${type}`, '<bold>real.person</bold>@home<nl>.test'))).toBe(false)
  })

  it('and the escapes of Markdown are no reason to hold a reply', () => {
    const { out, held } = outcomeOf(
      part('Content-Type: text/plain', 'to real\\_person@home.test or real\\_person\\@home.test\r\n'),
      FACTS,
    )
    expect(held).toEqual([])
    expect(out).toContain('to shop@relay.example or shop@relay.example')
  })
})

describe('somebody else is left alone', () => {
  it.each([
    'surreal.person@home.test',
    'real.person@home.test.example',
    'real.person@\r\nelsewhere.test',
    'bounce+real.person=home.test.example@x.example',
    'We met a real\\_person at home.test',
    'person@home.test',
    'real.persona\uff20home.test',
    'a = b#c %d home.test, real.person',
    'The person is real.\r\nhome.test is a domain',
    '> at home\r\n> test it\r\n> a real person',
    'cp real.person home.test:/tmp 100% @ noon',
  ])('%s', (text) => {
    for (const type of ['text/plain', 'text/html', 'text/markdown'])
      expect(outcomeOf(part(`Content-Type: ${type}`, `${text}\r\n`), FACTS)).toMatchObject({
        held: [],
        flagged: [],
        left: false,
      })
  })
})
