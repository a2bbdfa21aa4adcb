// The phrase book: sentences that the relay says in English, each with the same sentence in another language. A sentence is a template whose
// values stand as {0}, {1} … in both. What comes from the relay may hold the words of anybody who sends mail: a text is looked at in linear time
// per template, without regular expressions, and all of it has a bound on its work.

export type Phrases = Readonly<Record<string, string>>

interface Template {
  /** What stands between the values. */
  readonly segments: readonly string[]
  /** The same in the other language, values by their number. */
  readonly said: readonly (string | number)[]
  /** How much of it is fixed: the template with the most wins. */
  readonly fixed: number
  /** Marks alone stand between its values: it says something only where one of them is ours. */
  readonly isFrame: boolean
}

/** What was found, and how much of the text was ours. */
interface Found {
  readonly text: string
  readonly fixed: number
}

export interface Book {
  /** The text in the other language; undefined where it is not ours. */
  readonly translate: (text: string) => string | undefined
  /** How many characters are looked at for it. */
  readonly workOn: (text: string) => number
}

/** The longest texts of the relay (an answer of a server within a sentence) have a thousand characters. */
export const MAX_TEXT = 4096
/** A sentence in a sentence in a sentence. */
const MAX_DEPTH = 3
/** Sentences in a row. */
const MAX_ROW = 6
/** Characters looked at for one text, a few milliseconds; the longest of ours, with a far server's answer in it, takes a third of it. */
export const MAX_WORK = 500_000

const MARK = /\{(\d)\}/

/** `Mail for {0} waits` -> its pieces, numbers in between. */
export function partsOf(phrase: string): (string | number)[] {
  return phrase.split(MARK).map((piece, i) => (i % 2 === 0 ? piece : Number(piece)))
}

function templateOf(key: string, said: string): Template {
  const segments = partsOf(key).filter((piece) => typeof piece === 'string')
  const fixed = segments.reduce((sum, one) => sum + one.length, 0)
  const isFrame = !/[a-z]/i.test(segments.join(''))
  return { segments, said: partsOf(said).filter((piece) => piece !== ''), fixed, isFrame }
}

/** So much of a template is nobody else's sentence by chance. */
const SURE = 24

/** What may begin a sentence of ours: a word, an address; where all behind it is ours, a name of some words. Never another sentence. */
function mayBegin(value: string, { fixed }: Template): boolean {
  if (value === '') return false
  return !/\s/.test(value) || (fixed >= SURE && !/[.!?](\s|$)/.test(value))
}

const isBlank = (code: number): boolean => code === 0x20 || code === 0x09

/** A full stop between values ends a sentence: the one within `mail.example.org` does not. */
function closes(segment: string, text: string, end: number): boolean {
  const last = segment.at(-1)
  if (last !== '.' && last !== '!' && last !== '?') return true
  return end >= text.length || isBlank(text.charCodeAt(end))
}

/** The values of a template, in its order; undefined where the text is another one. Each character is passed once. */
export function valuesIn(segments: readonly string[], text: string): readonly string[] | undefined {
  const first = segments[0] ?? ''
  const last = segments.at(-1) ?? ''
  const end = text.length - last.length
  if (first.length > end || !text.startsWith(first) || !text.endsWith(last)) return undefined
  const values: string[] = []
  let at = first.length
  for (const segment of segments.slice(1, -1)) {
    let found = text.indexOf(segment, at)
    while (found >= 0 && !closes(segment, text, found + segment.length)) found = text.indexOf(segment, found + 1)
    if (found < 0 || found + segment.length > end) return undefined
    values.push(text.slice(at, found))
    at = found + segment.length
  }
  values.push(text.slice(at, end))
  return values
}

/** Where a text can be parted into sentences: behind a full stop and a blank. */
function partings(text: string): readonly number[] {
  const found: number[] = []
  for (let i = 1; i < text.length - 1 && found.length < MAX_ROW; i++) {
    const before = text[i - 1]
    if (text[i] === ' ' && (before === '.' || before === '!' || before === '?')) found.push(i)
  }
  return found
}

class Reading {
  private readonly index: ReadonlyMap<string, readonly Template[]>
  private readonly exact: ReadonlyMap<string, string>
  private readonly seen = new Map<string, Found | undefined>()
  private left = MAX_WORK

  constructor(exact: ReadonlyMap<string, string>, index: ReadonlyMap<string, readonly Template[]>) {
    this.exact = exact
    this.index = index
  }

  get work(): number {
    return MAX_WORK - this.left
  }

  /** A text of ours, or several in a row, whatever blanks stand around it. */
  read(text: string, depth: number): Found | undefined {
    const bare = text.trim()
    if (bare === '' || this.left <= 0) return undefined
    const key = `${depth} ${bare}`
    if (!this.seen.has(key)) {
      // Whoever asks for the same within it gets nothing, and no endless turn.
      this.seen.set(key, undefined)
      this.seen.set(key, this.best(this.single(bare, depth), this.row(bare, depth)))
    }
    const found = this.seen.get(key)
    if (found === undefined || bare === text) return found
    const start = text.indexOf(bare)
    return { ...found, text: `${text.slice(0, start)}${found.text}${text.slice(start + bare.length)}` }
  }

  private best(one: Found | undefined, other: Found | undefined): Found | undefined {
    if (one === undefined || other === undefined) return one ?? other
    return other.fixed > one.fixed ? other : one
  }

  private single(text: string, depth: number): Found | undefined {
    const same = this.exact.get(text)
    if (same !== undefined) return { text: same, fixed: text.length }
    let best: Found | undefined
    let most = -1
    for (const first of [text.slice(0, 2), ''])
      for (const template of this.index.get(first) ?? []) {
        // They come with the most fixed letters first.
        if (template.fixed <= most) break
        const found = this.filled(template, text, depth)
        if (found === undefined) continue
        best = found
        most = template.fixed
        break
      }
    return best
  }

  private filled(template: Template, text: string, depth: number): Found | undefined {
    const { segments } = template
    const fits = text.startsWith(segments[0] ?? '') && text.endsWith(segments.at(-1) ?? '')
    const cost = fits ? text.length : 1
    if (this.left < cost) {
      this.left = 0
      return undefined
    }
    this.left -= cost
    const values = fits ? valuesIn(segments, text) : undefined
    if (values === undefined) return undefined
    let fixed = template.fixed
    const shown: string[] = []
    for (const [i, value] of values.entries()) {
      const found = depth < MAX_DEPTH ? this.read(value, depth + 1) : undefined
      const isFirst = i === 0 && template.segments[0] === ''
      if (isFirst && found === undefined && !mayBegin(value, template)) return undefined
      fixed += found?.fixed ?? 0
      shown.push(found?.text ?? value)
    }
    if (template.isFrame && fixed === template.fixed) return undefined
    return { text: template.said.map((one) => (typeof one === 'number' ? (shown[one] ?? '') : one)).join(''), fixed }
  }

  /** Sentences one behind the other: so that as much as can be is ours, and all of it is. */
  private row(text: string, depth: number): Found | undefined {
    const places = partings(text)
    if (places.length === 0) return undefined
    const ends = [...places, text.length]
    /** By where the next sentence begins: the best of what is before it. A foreign first sentence ends the search. */
    const before = new Map<number, Found>([[0, { text: '', fixed: 0 }]])
    for (const start of [0, ...places.map((one) => one + 1)]) {
      const sofar = before.get(start)
      if (sofar === undefined) continue
      for (const end of ends) {
        // The whole is no row.
        if (end <= start || (start === 0 && end === text.length)) continue
        const one = this.single(text.slice(start, end), depth)
        if (one === undefined) continue
        const both = { text: start === 0 ? one.text : `${sofar.text} ${one.text}`, fixed: sofar.fixed + one.fixed }
        before.set(end + 1, this.best(before.get(end + 1), both) ?? both)
      }
    }
    return before.get(text.length + 1)
  }
}

/** The phrases are ours: those who write one stand by it. What is looked up is anybody's. */
export function makeBook(phrases: Phrases): Book {
  const exact = new Map<string, string>()
  const index = new Map<string, Template[]>()
  for (const [key, said] of Object.entries(phrases)) {
    if (!MARK.test(key)) {
      exact.set(key, said)
      continue
    }
    const template = templateOf(key, said)
    const first = template.segments[0] ?? ''
    // A first piece of one letter would be found under no pair of them.
    const at = first.length < 2 ? '' : first.slice(0, 2)
    const list = index.get(at) ?? []
    list.push(template)
    index.set(at, list)
  }
  for (const list of index.values()) list.sort((a, b) => b.fixed - a.fixed)
  return {
    translate: (text) => (text.length > MAX_TEXT ? undefined : new Reading(exact, index).read(text, 0)?.text),
    workOn: (text) => {
      if (text.length > MAX_TEXT) return 0
      const reading = new Reading(exact, index)
      reading.read(text, 0)
      return reading.work
    },
  }
}
