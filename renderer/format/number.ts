import { locale } from '../texts/language.ts'

const made = new Map<string, Intl.NumberFormat>()

/** Making one costs a hundred times what using it does. */
function formatter(name: string, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = `${name} ${locale()}`
  const found = made.get(key) ?? new Intl.NumberFormat(locale(), options)
  made.set(key, found)
  return found
}

export const numberText = (value: number): string => formatter('whole', {}).format(value)

/** `1.2K` where room is short; the full number belongs into the title. */
export function shortNumber(value: number): string {
  return value < 10_000
    ? numberText(value)
    : formatter('short', { notation: 'compact', maximumFractionDigits: 1 }).format(value)
}
