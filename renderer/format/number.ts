import { locale } from '../texts/language.ts'

export const numberText = (value: number): string => value.toLocaleString(locale())

/** `1.2K` where room is short; the full number belongs into the title. */
export function shortNumber(value: number): string {
  return value < 10_000
    ? numberText(value)
    : new Intl.NumberFormat(locale(), { notation: 'compact', maximumFractionDigits: 1 }).format(value)
}
