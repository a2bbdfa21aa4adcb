// The colours of the pages, read from their own sheet: every text keeps 4.5:1 on every ground it stands on, in light and dark; lines of controls 3:1
// (WCAG 2.2 SC 1.4.3 and 1.4.11).
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'

const sheet = readFileSync(path.resolve(import.meta.dirname, '../../renderer/theme/tokens.css'), 'utf8')

function tokensIn(text: string): ReadonlyMap<string, string> {
  return new Map([...text.matchAll(/--([a-z-]+):\s*(#[0-9a-f]{3,6});/gi)].map((one) => [one[1] ?? '', one[2] ?? '']))
}

const dark = sheet.slice(sheet.indexOf('prefers-color-scheme: dark'))
const THEMES = {
  light: tokensIn(sheet.slice(0, sheet.indexOf('prefers-color-scheme: dark'))),
  dark: tokensIn(dark),
}

function channels(colour: string): readonly number[] {
  const hex = colour.slice(1)
  const six = hex.length === 3 ? hex.replaceAll(/./g, '$&$&') : hex
  return [0, 2, 4].map((at) => Number.parseInt(six.slice(at, at + 2), 16) / 255)
}

/** WCAG relative luminance. */
function luminance(colour: string): number {
  const [r = 0, g = 0, b = 0] = channels(colour).map((one) =>
    one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4,
  )
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}

function contrast(one: string, other: string): number {
  const [high = 0, low = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a)
  return (high + 0.05) / (low + 0.05)
}

const GROUNDS = ['ground', 'surface', 'raised']
const TEXT: readonly (readonly [string, readonly string[]])[] = [
  ['text', [...GROUNDS, 'accent-soft', 'good-soft', 'info-soft', 'wait-soft', 'bad-soft']],
  ['text-soft', [...GROUNDS, 'accent-soft']],
  ['accent', ['ground', 'surface']],
  ['on-accent', ['accent', 'accent-strong']],
  ['on-bad', ['bad']],
  ...['good', 'info', 'wait', 'bad'].map((one) => [one, ['surface', `${one}-soft`]] as const),
]

describe.each(['light', 'dark'] as const)('%s', (theme) => {
  const colour = (name: string): string => {
    const found = THEMES[theme].get(name)
    if (found === undefined) throw new Error(`There is no --${name} in ${theme}.`)
    return found
  }
  test.each(TEXT.flatMap(([text, grounds]) => grounds.map((ground) => [text, ground] as const)))(
    '%s on %s keeps 4.5:1',
    (text, ground) => expect(contrast(colour(text), colour(ground))).toBeGreaterThanOrEqual(4.5),
  )
  test.each(['surface', 'ground'])('the focus ring on %s keeps 3:1', (ground) =>
    expect(contrast(colour('accent'), colour(ground))).toBeGreaterThanOrEqual(3),
  )
})

test('black on white is 21:1', () => expect(contrast('#000', '#ffffff')).toBeCloseTo(21, 5))
