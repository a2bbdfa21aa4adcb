// Local parts for new aliases, from a cryptographically secure source. behaviour.md 2.6
import { parseLocalPart, type LocalPart } from '../terms/address.ts'
import { randomName, type Random } from '../terms/clock.ts'
import { ADJECTIVES, FIRST_NAMES_FEMALE, FIRST_NAMES_MALE, NOUNS, SURNAMES } from './words.ts'

export const ALIAS_FORMATS = [
  'random_characters',
  'uuid',
  'random_words',
  'random_male_name',
  'random_female_name',
  'random_noun',
  'custom',
] as const
export type AliasFormat = (typeof ALIAS_FORMATS)[number]

/** One of `words`, each as likely as any other: values that would favour the first ones are drawn again. */
function pick(words: readonly string[], random: Random): string {
  const ceiling = 0x10000 - (0x10000 % words.length)
  for (;;) {
    const value = random.bytes(2).readUInt16BE()
    if (value < ceiling) return words[value % words.length] ?? ''
  }
}

function digits(random: Random, count: number): string {
  return Array.from({ length: count }, () => pick(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'], random)).join('')
}

function uuid(random: Random): string {
  const data = random.bytes(16)
  data[6] = ((data[6] ?? 0) & 0x0f) | 0x40 // RFC 9562 §5.4: version 4
  data[8] = ((data[8] ?? 0) & 0x3f) | 0x80
  const hex = data.toString('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}

function text(format: Exclude<AliasFormat, 'custom'>, random: Random): string {
  switch (format) {
    case 'random_characters':
      return randomName(random, 10)
    case 'uuid':
      return uuid(random)
    case 'random_words':
      return `${pick(ADJECTIVES, random)}.${pick(NOUNS, random)}${digits(random, 3)}`
    case 'random_male_name':
      return `${pick(FIRST_NAMES_MALE, random)}.${pick(SURNAMES, random)}${digits(random, 2)}`
    case 'random_female_name':
      return `${pick(FIRST_NAMES_FEMALE, random)}.${pick(SURNAMES, random)}${digits(random, 2)}`
    case 'random_noun':
      return `${pick(NOUNS, random)}${digits(random, 4)}`
  }
}

/** A local part in the given format; it may be taken already. */
export function generateLocalPart(format: AliasFormat, random: Random): LocalPart {
  const made = parseLocalPart(text(format === 'custom' ? 'random_characters' : format, random))
  if (made === undefined) throw new Error(`a generated local part of format ${format} is not valid`)
  return made
}
