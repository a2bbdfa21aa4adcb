import { describe, expect, it } from 'vitest'
import { contactName } from '../../../main/mail/index.ts'
import type { FromTemplate } from '../../../main/mail/facts.ts'
import { typedName } from '../../../main/mail/typed-name.ts'
import { requiredAddress } from './golden-facts.ts'

const TEMPLATES: readonly FromTemplate[] = ['quoted', 'dash', 'name', 'address', 'none']
const address = requiredAddress('jack@jackmail.example.org')
const contact = { kind: 'contact', address, displayName: 'Obnoxious Old Fool' } as const

describe("a name that a stranger put beside a contact's address never goes out", () => {
  const shown = TEMPLATES.flatMap((template) => [
    contactName(template, contact.displayName, address),
    contactName(template, '', address),
  ])
  const spellings = (name: string): readonly string[] => [name, name.toUpperCase(), `'${name}'`, ` ${name}  `]
  it.each([...new Set(shown)].filter((name) => name !== '').flatMap(spellings))('%s', (name) => {
    expect(typedName(name, contact, false)).toBe('')
  })

  it.each([
    "Some Older Name 'jack at jackmail.example.org'",
    'Another - jack(a)jackmail.example.org',
    "X 'y at z.example'",
  ])('a former name: %s', (name) => {
    expect(typedName(name, contact, false)).toBe('')
  })

  it('nor any name where names bear no mark', () => {
    expect(typedName('An Older Fool', contact, true)).toBe('')
  })

  it.each(['Jack', 'Jack at home', "Jack O'Neill", "Jack 'the man'", 'Fool', ''])(
    'what the user typed does: %s',
    (name) => {
      expect(typedName(name, contact, false)).toBe(name)
    },
  )
})
