import { describe, expect, it } from 'vitest'
import type { AddressEntry } from '../../../main/mail/index.ts'
import { mailboxesOf, parseAddressList } from '../../../main/mail/index.ts'

function shown(entry: AddressEntry): string {
  if (entry.kind === 'group') return `${entry.displayName}{${entry.members.map(shown).join(' | ')}}`
  return `${entry.displayName}<${entry.address ?? '?'}>`
}

const TABLE: readonly (readonly [string, string])[] = [
  ['', ''],
  [',,;,', ''],
  ['a@b.example', '<a@b.example>'],
  ['A <a@b.example>', 'A<a@b.example>'],
  ['"A, B" <a@b.example>', 'A, B<a@b.example>'],
  ['"A \\"x\\" \\\\" <a@b.example>', 'A "x" \\<a@b.example>'],
  ['A.B. C <a@b.example>', 'A.B. C<a@b.example>'],
  ['a@b.example (Name (nested \\) ))', 'Name (nested ) )<a@b.example>'],
  ['(before) a@b.example', 'before<a@b.example>'],
  ['A <a@b.example>, B <c@d.example>', 'A<a@b.example> | B<c@d.example>'],
  ['Doe, John <j@d.example>', 'Doe, John<j@d.example>'],
  ['x@y.example, Doe, John <j@d.example>', '<x@y.example> | Doe, John<j@d.example>'],
  ['<<a@b.example>>', '<a@b.example>'],
  ['"B" <B <a@b.example>>', 'B<a@b.example>'],
  ['<@r.example,@s.example:a@b.example>', '<a@b.example>'],
  ['John Doe j@d.example', 'John Doe<j@d.example>'],
  ['"John" j@d.example', 'John<j@d.example>'],
  ['a @ b . example', '<a@b.example>'],
  ['<a@b.example', '<a@b.example>'],
  ['a@b.example>', '<a@b.example>'],
  ['<mailto:a@b.example>', '<a@b.example>'],
  ['MAILTO:a@b.example', '<a@b.example>'],
  ['"a b"@c.example', '<"a b"@c.example>'],
  ['"a"@c.example', '<a@c.example>'],
  ['a..b@c.example', '<"a..b"@c.example>'],
  ['.a@c.example', '<".a"@c.example>'],
  ['a@[192.0.2.1]', 'a@[192.0.2.1]<?>'],
  ['a@[IPv6:2001:db8::1], b@c.example', 'a@[IPv6:2001:db8::1]<?> | <b@c.example>'],
  ['no address', 'no address<?>'],
  ['Team: a@b.example, C <c@d.example>;, e@f.example', 'Team{<a@b.example> | C<c@d.example>} | <e@f.example>'],
  ['undisclosed-recipients:;', 'undisclosed-recipients{}'],
  ['Team: a@b.example', 'Team{<a@b.example>}'],
  ['=?utf-8?Q?J=C3=BCrgen?= <a@b.example>', 'Jürgen<a@b.example>'],
  ['=?utf-8?Q?J=C3?= =?utf-8?Q?=BC?= <a@b.example>', 'Jü<a@b.example>'],
  ['=?utf-8?Q?x=0D=0ABcc:_y?= <a@b.example>', 'x Bcc: y<a@b.example>'],
  ['=?utf-8?Q?Bob_<b=40c.example>=0A?=', 'Bob<b@c.example>'],
  ['=?utf-8?Q?a=40b.example=0A?=', '<a@b.example>'],
  ['=?utf-8?B?PT8?=', '=?<?>'],
  ['Jürgen <a@bücher.example>', 'Jürgen<a@xn--bcher-kva.example>'],
  ['"unclosed <a@b.example>, c@d.example', 'unclosed<a@b.example> | <c@d.example>'],
  ['A (unclosed <a@b.example>', 'A (unclosed<a@b.example>'],
  ['a@b.example; c@d.example', '<a@b.example> | <c@d.example>'],
  ['A <a@b.example> B <c@d.example>', 'A<a@b.example> | <c@d.example>'],
  ['a@b.example <>', '<a@b.example>'],
  ["'a@b.example'", '<a@b.example>'],
  ["'A' <'a@b.example'>", "'A'<a@b.example>"],
  ['a@b@c.example', 'a@b@c.example<?>'],
]

/** What cannot be read stands for nobody: not for the address in its name, nor for another word beside it. */
const LONG = `${'x'.repeat(250)}@y.example`
const UNREADABLE: readonly string[] = [
  `"ceo@bank.example" <${LONG}>`,
  `ceo@bank.example <${LONG}>`,
  `Ceo ceo@bank.example <a@b@c>`,
  `<ceo@bank.example ${LONG}>`,
  `<${LONG} ceo@bank.example>`,
  `ceo@bank.example ${LONG}`,
  `=?utf-8?Q?ceo=40bank.example?= <${LONG}>`,
  `=?utf-8?Q?Ceo_=3Cceo=40bank.example=3E=2C_${'x'.repeat(250)}=40y.example?=`,
]

describe('an address that cannot be read is nobody else', () => {
  it.each(UNREADABLE)('%s', (text) => {
    const addresses = mailboxesOf(parseAddressList(text)).map(({ address }) => address)
    expect(addresses).toEqual([undefined])
  })

  it('one of 254 octets is read', () => {
    expect(parseAddressList(`A <${LONG.slice(6)}>`)).toMatchObject([{ address: LONG.slice(6) }])
  })
})

describe('parseAddressList', () => {
  it.each(TABLE)('%s', (text, expected) => {
    expect(parseAddressList(text).map(shown).join(' | ')).toBe(expected)
  })

  it('reads six thousand addresses, and keeps as text what is beyond any letter', () => {
    const addresses = (count: number): string =>
      Array.from({ length: count }, (_, i) => `"N" <a${i}@b.example>`).join(', ')
    expect(parseAddressList(addresses(6000)).map(shown)).toHaveLength(6000)
    const entries = parseAddressList(addresses(8000))
    expect(entries.map(shown)[6000]).toBe('N<a6000@b.example>')
    expect(entries.length).toBeLessThan(6700)
    expect(entries.map(shown).at(-1)).toContain('a7999@b.example')
  })

  it('reads a hundred thousand brackets in time that grows with their number', () => {
    const hostile = ['(', '"', '<', '=?a?q?', '<@', ',"', '(",', 'a ', 'a:', '[', '=?', '\\"', ';:', 'a@b.c <']
    for (const unit of hostile) {
      const before = performance.now()
      parseAddressList(unit.repeat(Math.ceil(250_000 / unit.length)))
      expect(performance.now() - before, unit).toBeLessThan(2000)
    }
  })
})
