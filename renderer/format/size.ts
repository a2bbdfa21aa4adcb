// Sizes as a person reads them, in units of 1024 (IEC).
import { locale } from '../texts/language.ts'

const UNITS = ['KiB', 'MiB', 'GiB', 'TiB'] as const

export function sizeText(bytes: number): string {
  if (bytes < 1024) return `${bytes.toLocaleString(locale())} B`
  let value = bytes / 1024
  let unit = 0
  while (value >= 1023.5 && unit < UNITS.length - 1) {
    value /= 1024
    unit++
  }
  return `${value.toLocaleString(locale(), { maximumFractionDigits: value < 9.95 ? 1 : 0 })} ${UNITS[unit] ?? ''}`
}
