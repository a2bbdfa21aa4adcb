// Decodes what may be base64 inside of other text: keys in armour, photos and cards in vCards, messages within files, tokens in
// links. Nothing says where it begins, so every run of its letters is decoded at each of the four places in a group.

const OTHER = 0
const LETTER = 1
const SPACE = 2
const KINDS = Uint8Array.from({ length: 256 }, (_, code) => {
  const character = String.fromCharCode(code)
  // RFC 4648 §5: links have `-` and `_` for the last two letters.
  if (/[A-Za-z0-9+/_-]/.test(character)) return LETTER
  return '\t\n\r '.includes(character) ? SPACE : OTHER
})

interface Runs {
  readonly letters: Buffer
  /** Where each run ends in `letters`. */
  readonly ends: readonly number[]
}

/** The runs that are long enough. White space does not end one: lines and folds are no part of what was encoded. */
function runsIn(bytes: Buffer, shortest: number): Runs {
  const letters = Buffer.allocUnsafe(bytes.length)
  const ends: number[] = []
  let start = 0
  let length = 0
  const close = (): void => {
    if (length - start < shortest) length = start
    else ends.push(length)
    start = length
  }
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0
    const kind = KINDS[byte]
    if (kind === LETTER) letters[length++] = byte
    else if (kind === OTHER && length > start) close()
  }
  close()
  return { letters, ends }
}

/**
 * Every text that base64 in the given one may stand for, a character for each octet. `shortest`: octets of the shortest text
 * that is looked for. Linear: each letter is decoded four times.
 */
export function* base64Readings(text: string, shortest: number): Generator<string> {
  const { letters, ends } = runsIn(Buffer.from(text, 'latin1'), Math.max(2, Math.floor((shortest * 4) / 3)))
  if (ends.length === 0) return
  for (let phase = 0; phase < 4; phase++) {
    const decoded = ends.map((end, index) => {
      const from = (ends[index - 1] ?? 0) + phase
      return Buffer.from(letters.toString('latin1', from, end), 'base64').toString('latin1')
    })
    yield decoded.join('\n')
  }
}
