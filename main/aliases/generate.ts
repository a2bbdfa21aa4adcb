// Local parts for new aliases, from a cryptographically secure source. behaviour.md 2.6
import { parse as parseHost } from 'tldts'
import { parseOwnLocalPart, type LocalPart } from '../terms/address.ts'
import { randomName, type Random } from '../terms/clock.ts'
import { ADJECTIVES, FIRST_NAMES_FEMALE, FIRST_NAMES_MALE, NOUNS, SURNAMES } from './words.ts'
import effLarge from './eff-large-wordlist.json' with { type: 'json' }

export const ALIAS_FORMATS = [
  'random_characters',
  'uuid',
  'random_words',
  'random_male_name',
  'random_female_name',
  'random_noun',
  'dated',
  'site',
  'custom',
] as const
export type AliasFormat = (typeof ALIAS_FORMATS)[number]

export const MIN_WORDS = 2
export const MAX_WORDS = 6

export interface Wish {
  readonly format: Exclude<AliasFormat, 'custom'>
  /** MIN_WORDS to MAX_WORDS, for random_words. */
  readonly words?: number | undefined
  /** Of whom the alias is for, for `site`: an address of a page, a host name, or a name. */
  readonly site?: string | undefined
  /** Milliseconds since the epoch, for `dated`. */
  readonly now: number
}

/** 7,776 words of 3 to 9 letters, 12.9 bits each. Split at the first use. */
let effWords: readonly string[] | undefined

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

/** Words in the order of the list, for whoever asks what they are worth. */
export function commonWords(): readonly string[] {
  effWords ??= effLarge.words.split(' ')
  return effWords
}

/** `hamster purple stony …`: 12.9 bits a word. */
export function generatePassphrase(random: Random, count: number): string {
  return Array.from({ length: count }, () => pick(commonWords(), random)).join(' ')
}

/** `hamster.purple.stony`; two alone would soon meet themselves, so they get three digits behind. */
function words(random: Random, asked: number): string {
  const list = commonWords()
  const count = Math.min(Math.max(Math.trunc(asked), MIN_WORDS), MAX_WORDS)
  const text = Array.from({ length: count }, () => pick(list, random)).join('.')
  return count === MIN_WORDS ? `${text}${digits(random, 3)}` : text
}

const MAX_SITE = 300
const MAX_SITE_NAME = 24

/**
 * What a person would call the site: `shop` for https://www.shop.example.co.uk/cart is `example`, a plain name is itself.
 * Lower case letters and digits only, at most 24; undefined where nothing is left.
 */
export function siteName(site: string): string | undefined {
  const text = site.slice(0, MAX_SITE).trim()
  // Groups only: a suggestion for a name.
  const parsed = parseHost(text, { validateHostname: false })
  const known = parsed.isIp === true ? undefined : parsed.domainWithoutSuffix
  const plain = (known ?? text).normalize('NFKD').toLowerCase()
  const name = plain.replaceAll(/[^a-z0-9]+/g, '').slice(0, MAX_SITE_NAME)
  return name === '' ? undefined : name
}

function text(wish: Wish, random: Random): string {
  switch (wish.format) {
    case 'random_characters':
      return randomName(random, 10)
    case 'uuid':
      return uuid(random)
    case 'random_words':
      return words(random, wish.words ?? MIN_WORDS)
    case 'random_male_name':
      return `${pick(FIRST_NAMES_MALE, random)}.${pick(SURNAMES, random)}${digits(random, 2)}`
    case 'random_female_name':
      return `${pick(FIRST_NAMES_FEMALE, random)}.${pick(SURNAMES, random)}${digits(random, 2)}`
    case 'random_noun':
      return `${pick(ADJECTIVES, random)}.${pick(NOUNS, random)}${digits(random, 4)}`
    case 'dated':
      return `${new Date(wish.now).toISOString().slice(0, 10).replaceAll('-', '')}.${randomName(random, 5)}`
    case 'site':
      return `${siteName(wish.site ?? '') ?? 'site'}.${randomName(random, 4)}`
  }
}

/** A local part in the given format; it may be taken already. */
export function generateLocalPart(wish: Wish, random: Random): LocalPart {
  const made = parseOwnLocalPart(text(wish, random))
  if (made === undefined) throw new Error(`a generated local part of format ${wish.format} is not valid`)
  return made
}
