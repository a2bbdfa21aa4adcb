// What the form for a new alias holds, and what it starts with.
import type { DomainOptions } from '../api/calls.ts'

export interface Draft {
  readonly description: string
  readonly domain: string
  readonly format: string
  readonly localPart: string
}

export const FORMATS: readonly (readonly [value: string, name: string])[] = [
  ['random_words', 'Random words'],
  ['random_characters', 'Random characters'],
  ['uuid', 'UUID'],
  ['custom', 'My own words'],
]

/** The relay's own preferences where it has some that this form knows. */
export function firstDraft(options: DomainOptions | undefined, domains: readonly string[]): Draft {
  const preferred = options?.defaultAliasFormat
  const known = preferred !== 'custom' && FORMATS.some(([value]) => value === preferred)
  return {
    description: '',
    domain: options?.defaultAliasDomain ?? domains[0] ?? '',
    format: known && preferred !== null && preferred !== undefined ? preferred : 'random_words',
    localPart: '',
  }
}
