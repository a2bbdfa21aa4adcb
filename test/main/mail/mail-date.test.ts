import { describe, expect, it } from 'vitest'
import { formatMailDate, parseMailDate } from '../../../main/mail/index.ts'
import { instant } from '../../../main/terms/brand.ts'

const TABLE: readonly (readonly [string, string | undefined])[] = [
  ['Wed, 14 Jan 2026 09:00:00 +0100', '2026-01-14T08:00:00.000Z'],
  ['14 Jan 2026 09:00 -0500', '2026-01-14T14:00:00.000Z'],
  ['Wed,14 Jan 2026 09:00:00 GMT', '2026-01-14T09:00:00.000Z'],
  ['Wed, 14 January 2026 09:00:00 PDT', '2026-01-14T16:00:00.000Z'],
  ['Wed, 14 Jan 26 09:00:00 Z', '2026-01-14T09:00:00.000Z'],
  ['14 Jan 99 09:00:00 +0000', '1999-01-14T09:00:00.000Z'],
  ['14 Jan 126 09:00:00 +0000', '2026-01-14T09:00:00.000Z'],
  ['(c) Wed (c), 14 (c) Jan 2026 09:00:00 (c) +0000 (c)', '2026-01-14T09:00:00.000Z'],
  ['Wed, 14 Jan 2026 09:00:00 +01:00', '2026-01-14T08:00:00.000Z'],
  ['Wed, 14 Jan 2026 09:00:00', '2026-01-14T09:00:00.000Z'],
  ['Wed, 14 Jan 2026 09:00:00 Nowhere', '2026-01-14T09:00:00.000Z'],
  ['Wed, 32 Jan 2026 09:00:00 +0000', undefined],
  ['Wed, 14 Foo 2026 09:00:00 +0000', undefined],
  ['2026-01-14T09:00:00Z', undefined],
  ['yesterday', undefined],
  ['', undefined],
]

describe('dates', () => {
  it.each(TABLE)('%s', (text, expected) => {
    const at = parseMailDate(text)
    expect(at === undefined ? undefined : new Date(at).toISOString()).toBe(expected)
  })

  it('writes UTC', () => {
    expect(formatMailDate(instant(Date.UTC(2026, 0, 4, 3, 2, 1)))).toBe('Sun, 4 Jan 2026 03:02:01 +0000')
  })
})
