// Whose word counts for the attachments of a reply, and what the log says of them.
import { describe, expect, it } from 'vitest'
import type { FlaggedPart } from '../../../main/mail/index.ts'
import {
  attachmentsInWords,
  heldInWords,
  namesOf,
  reasonOf,
  wordOf,
  type Said,
} from '../../../main/queue/reply-look.ts'
import { book } from '../../../renderer/texts/phrases/german.ts'

const NOTHING: Said = {
  recipient: undefined,
  alias: undefined,
  contact: undefined,
  unscrubbed: false,
  realAddress: false,
}
const HOLDS = { allowSealed: false, flagged: 'hold' } as const
const REMOVES = { allowSealed: false, flagged: 'remove' } as const

describe('the word on attachments', () => {
  const table: readonly (readonly [string, Partial<Said>, string, boolean])[] = [
    ['nobody said anything', {}, 'hold', false],
    ['the recipient holds', { recipient: HOLDS }, 'hold', false],
    ['the recipient removes', { recipient: REMOVES }, 'remove', false],
    ['the contact is allowed', { recipient: REMOVES, contact: { allowFlagged: true } }, 'keep', false],
    ['the contact is not', { recipient: REMOVES, contact: { allowFlagged: false } }, 'remove', false],
    [
      'the user removes them from this one',
      { contact: { allowFlagged: true }, delivery: { asIs: 0, attachments: 'remove' } },
      'remove',
      true,
    ],
    ['the user would keep them', { recipient: HOLDS, delivery: { asIs: 0, attachments: 'keep' } }, 'keep', false],
    [
      'it goes as it is, in the way of the setting',
      { recipient: REMOVES, delivery: { asIs: 1, attachments: '' } },
      'remove',
      false,
    ],
  ]
  it.each(table)('%s', (_, said, attachments, unread) => {
    expect(wordOf({ ...NOTHING, ...said })).toMatchObject({ attachments, unread })
  })

  it('says nothing about signed parts, and theirs nothing about attachments', () => {
    expect(wordOf({ ...NOTHING, alias: { allowSealed: true } })).toMatchObject({ sealed: true, attachments: 'hold' })
    expect(wordOf({ ...NOTHING, contact: { allowFlagged: true } })).toMatchObject({ sealed: false, asIs: false })
  })
})

function file(name: string, fate: FlaggedPart['fate'], attachment = true): FlaggedPart {
  return { path: '2', type: 'text/vcard', name, attachment, trace: 'a@b.test', fate }
}

describe('attachments in words', () => {
  it('are said by what became of them, in both languages', () => {
    const all = [file('a.vcf', 'stays'), file('b.asc', 'removed'), file('', 'removed'), file('c.csv', 'scrubbed')]
    const unread = { ...file('d.eml', 'stays'), path: '3', reason: 'too-deep' } as const
    const text = { ...file('', 'stays', false), path: '1', reason: 'charset' } as const
    const unscrubbable = [{ ...file('a.vcf', 'stays'), reason: 'charset' } as const, unread, unread, text]
    const said = `Sent from the alias.${attachmentsInWords({ flagged: all, unscrubbable })}`
    expect(said).toBe(
      'Sent from the alias. Attachments that carry your address: a.vcf. Attachments that could not be searched: d.eml. Attachments removed: b.asc, text/vcard. Attachments in which your address was replaced: c.csv.',
    )
    expect(book.translate(said)).toBe(
      'Vom Alias gesandt. Anhänge, die Ihre Adresse enthalten: a.vcf. Anhänge, die nicht durchsucht werden konnten: d.eml. Entfernte Anhänge: b.asc, text/vcard. Anhänge, in denen Ihre Adresse ersetzt wurde: c.csv.',
    )
    const none = { flagged: [], unscrubbable: [] }
    expect(attachmentsInWords(none)).toBe('')
    expect(attachmentsInWords({ ...none, flagged: [file('text', 'stays', false)] })).toBe('')
  })

  it('are as long as the log can bear, whatever they are called', () => {
    const names = namesOf(Array.from({ length: 50 }, () => file(`x\r\n\u202e${'y'.repeat(500)}`, 'stays')))
    expect(names.length).toBeLessThan(330)
    expect(names).not.toMatch(/[\r\n\u202e]/)
    expect(names.endsWith(', …')).toBe(true)
  })
})

describe('the reason to hold a reply', () => {
  it('is told with the first of what speaks against it, in both languages', () => {
    const said = heldInWords([
      { about: 'rest', text: 'Part 1 (text/plain) would still name you.' },
      { about: 'rest', text: 'Your address is left in the text of part 2.' },
      { about: 'attachment', text: 'The attachment a.csv is too large to be searched.' },
      { about: 'attachment', text: 'The attachment b.csv is too large to be searched.' },
    ])
    expect(said).toBe(
      'Part 1 (text/plain) would still name you. Your address is left in the text of part 2. The attachment a.csv is too large to be searched. The reply is held until you release it.',
    )
    expect(book.translate(said)).toBe(
      'Teil 1 (text/plain) würde Sie noch nennen. Ihre Adresse steht noch in dem Text von Teil 2. Der Anhang a.csv ist zu groß, um durchsucht zu werden. Die Antwort ist angehalten, bis Sie sie freigeben.',
    )
  })

  it('is its attachments only where nothing else speaks against it', () => {
    const attachment = { about: 'attachment', text: '' } as const
    expect(reasonOf([attachment])).toBe('reply-attachments')
    expect(reasonOf([attachment, { about: 'rest', text: '' }])).toBe('reply-unscrubbable')
  })
})
