// How hard a passphrase is to guess by somebody who tries the likely ones first, and why. One pass over the text, each place looked at
// against words of bounded length: linear, whatever is typed.

/** promises.md 16. */
export const MIN_LENGTH = 12
export const MAX_LENGTH = 1000
/** At half a second a guess of the slow hash, half of 2^50 tries are ten million years of one machine. */
const ENOUGH = 50
const GOOD = 60
const STRONG = 75

export interface Strength {
  /** log2 of the guesses it stands, roughly and rather too low. */
  readonly bits: number
  readonly verdict: 'refused' | 'fair' | 'good' | 'strong'
  /** What is wrong with it, one sentence each. */
  readonly reasons: readonly string[]
}

/** What everybody tries first, in order of how soon; parts of longer ones too. */
const COMMON =
  'password passwort passphrase 123456789 12345678 1234567 123456 12345 1234 qwertyuiop qwerty qwertz azerty asdfghjkl asdfgh zxcvbnm 1q2w3e4r 1qaz2wsx iloveyou letmein welcome admin administrator root monkey dragon master shadow sunshine princess football baseball superman batman trustno1 hunter2 changeme default secret login access hello freedom whatever starwars computer internet michael jennifer charlie summer winter spring autumn january february march april june july august september october november december monday friday correcthorsebatterystaple correct horse battery staple abc123 test1234 test guest user love postern mailbox email'.split(
    ' ',
  )
const ROWS = [
  'abcdefghijklmnopqrstuvwxyz',
  'zyxwvutsrqponmlkjihgfedcba',
  '01234567890',
  '09876543210',
  'qwertyuiop',
  'qwertzuiop',
  'asdfghjkl',
  'zxcvbnm',
]
const LEET: Readonly<Record<string, string>> = {
  0: 'o',
  1: 'i',
  3: 'e',
  4: 'a',
  5: 's',
  7: 't',
  '@': 'a',
  $: 's',
  '!': 'i',
}

const ranks = new Map(COMMON.map((word, i) => [word, i + 2]))
const LONGEST = 40

interface Piece {
  readonly length: number
  readonly bits: number
  readonly kind: 'common' | 'own' | 'word' | 'repeat' | 'row' | 'year' | 'plain'
}

/** Words that stand in the way of guessing by chance: a list of `size` words is worth log2(size) each. */
export interface Known {
  readonly words: ReadonlySet<string>
  /** Addresses, domains and names of the user's own, in lower case. */
  readonly own: readonly string[]
}

function plainBits(character: string): number {
  if (/[0-9]/.test(character)) return 3.3
  if (/[a-z]/.test(character)) return 4.7
  if (/[A-Z]/.test(character)) return 5.2
  // What stands between words is mostly the same.
  if (/[ .-]/.test(character)) return 1
  return character > '\u007f' ? 7 : 5.5
}

function wordAt(lower: readonly string[], plain: readonly string[], at: number, known: Known): Piece | undefined {
  for (let length = Math.min(LONGEST, lower.length - at); length >= 3; length--) {
    const as = lower.slice(at, at + length).join('')
    const meant = plain.slice(at, at + length).join('')
    const rank = ranks.get(as) ?? ranks.get(meant)
    if (rank !== undefined && length >= 4)
      return { length, bits: Math.log2(rank) + (as === meant ? 0 : 1), kind: 'common' }
    if (known.own.includes(as)) return { length, bits: 1, kind: 'own' }
    if (known.words.has(as) || known.words.has(meant))
      return { length, bits: Math.log2(known.words.size + 2) + (as === meant ? 0 : 1), kind: 'word' }
  }
  return undefined
}

function runAt(lower: readonly string[], at: number): Piece | undefined {
  const first = lower[at] ?? ''
  let same = 1
  while (at + same < lower.length && lower[at + same] === first) same++
  if (same >= 3) return { length: same, bits: plainBits(first) + Math.log2(same), kind: 'repeat' }
  for (const row of ROWS) {
    const from = row.indexOf(first)
    if (from === -1) continue
    let length = 1
    while (at + length < lower.length && from + length < row.length && lower[at + length] === row[from + length])
      length++
    if (length >= 3) return { length, bits: 4 + Math.log2(length), kind: 'row' }
  }
  const year = lower.slice(at, at + 4).join('')
  return /^(19|20)[0-9]{2}$/.test(year) ? { length: 4, bits: 6.5, kind: 'year' } : undefined
}

const SENTENCES: Readonly<Partial<Record<Piece['kind'], string>>> = {
  common: 'It has parts that are among the first that anybody tries.',
  own: 'It has parts of your own names and addresses, which are not secret.',
  repeat: 'It repeats a character.',
  row: 'It has a row of the keyboard or the alphabet.',
  year: 'It has a year or a date.',
}

/** The same piece again adds one bit and no more: a word typed three times is that word. */
function totalOf(pieces: readonly { readonly piece: Piece; readonly text: string }[]): number {
  const seen = new Set<string>()
  let bits = 0
  for (const { piece, text } of pieces) {
    if (piece.kind === 'plain') bits += piece.bits
    else if (seen.has(text)) bits += 1
    else bits += piece.bits
    seen.add(text)
  }
  return bits
}

/** A block that is repeated to the end (`abcabcabcab`), as its one period. */
function period(characters: readonly string[]): readonly string[] {
  // The failure function of Knuth, Morris and Pratt: linear.
  const back: number[] = [0]
  for (let i = 1, k = 0; i < characters.length; i++) {
    while (k > 0 && characters[i] !== characters[k]) k = back[k - 1] ?? 0
    if (characters[i] === characters[k]) k++
    back[i] = k
  }
  const length = characters.length - (back.at(-1) ?? 0)
  return length <= characters.length / 2 ? characters.slice(0, length) : characters
}

/** Estimates a passphrase. `refused` says that it may not be one. */
export function estimateStrength(given: string, known: Known): Strength {
  const all = Array.from(given.normalize('NFKC')).slice(0, MAX_LENGTH)
  const characters = period(all)
  const lower = characters.map((one) => one.toLowerCase())
  const plain = lower.map((one) => LEET[one] ?? one)
  const pieces: { piece: Piece; text: string }[] = []
  for (let at = 0; at < characters.length;) {
    const piece = runAt(lower, at) ?? wordAt(lower, plain, at, known)
    const found = piece ?? { length: 1, bits: plainBits(characters[at] ?? ''), kind: 'plain' as const }
    pieces.push({ piece: found, text: lower.slice(at, at + found.length).join('') })
    at += found.length
  }
  const kinds = new Set(pieces.map(({ piece }) => piece.kind))
  const bits = Math.round(totalOf(pieces) * 10) / 10
  const reasons = [...kinds].map((kind) => SENTENCES[kind]).filter((one) => one !== undefined)
  if (characters.length < all.length) reasons.push('It is one part, repeated.')
  const short = all.length < MIN_LENGTH
  if (short) reasons.unshift(`It has ${all.length} characters; at least ${MIN_LENGTH} are needed.`)
  const whole = known.own.some((one) => one.includes('.') && given.toLowerCase().includes(one))
  const refused = short || whole || bits < ENOUGH
  if (refused && !short) reasons.push('It is too easy to guess: five random words make a good one.')
  return { bits, verdict: refused ? 'refused' : bits < GOOD ? 'fair' : bits < STRONG ? 'good' : 'strong', reasons }
}
