// The recovery key: 160 random bits on paper, in eight groups of five characters. The fifth character of each group checks the four
// before it and the group's place, so a typing error is named by its group before any key is tried.
import { hkdfSync } from 'node:crypto'
import { Failure } from '../terms/failure.ts'

/** Crockford's: no I, L, O or U; what people type in their place is understood. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const GROUPS = 8
const DATA = 4
/** Octets behind a recovery key: 8 groups of 4 characters of 5 bits. */
export const RECOVERY_BYTES = (GROUPS * DATA * 5) / 8

/** x times y in GF(32), modulo x^5 + x^2 + 1. */
function multiply(x: number, y: number): number {
  let product = 0
  for (let bit = 0; bit < 5; bit++) if ((y >> bit) & 1) product ^= x << bit
  for (let bit = 8; bit >= 5; bit--) if ((product >> bit) & 1) product ^= 0b100101 << (bit - 5)
  return product
}

/** A Reed-Solomon check over GF(32): any one wrong character and any two exchanged neighbours change it. */
function checkOf(data: readonly number[], group: number): number {
  let sum = multiply(group + 1, 19)
  let weight = 2
  for (const value of data) {
    sum ^= multiply(value, weight)
    weight = multiply(weight, 2)
  }
  return sum
}

/** Prints it: `XXXXX-XXXXX-…`, eight groups. */
export function formatRecoveryKey(bytes: Buffer): string {
  const bits = BigInt(`0x${bytes.toString('hex')}`)
  const values = Array.from({ length: GROUPS * DATA }, (_, i) =>
    Number((bits >> BigInt(5 * (GROUPS * DATA - 1 - i))) & 31n),
  )
  const groups = Array.from({ length: GROUPS }, (_, group) => {
    const data = values.slice(group * DATA, (group + 1) * DATA)
    return [...data, checkOf(data, group)].map((value) => ALPHABET[value] ?? '').join('')
  })
  return groups.join('-')
}

function wrong(message: string, remedy: string): Failure {
  return new Failure('vault', 'recovery-key-mistyped', message, { remedy })
}

function valueOf(character: string): number {
  const plain = character === 'O' ? '0' : character === 'I' || character === 'L' ? '1' : character
  return ALPHABET.indexOf(plain)
}

/** Reads what was typed, however it is spaced. Throws naming the group that cannot be right; never repeats what was typed. */
export function parseRecoveryKey(text: string): Buffer {
  const characters = Array.from(text.toUpperCase()).filter((one) => !/[\s\-–—.]/.test(one))
  if (characters.length !== GROUPS * (DATA + 1))
    throw wrong(
      `The recovery key has ${GROUPS * (DATA + 1)} characters; ${characters.length} were given.`,
      'Compare it with the paper, group by group.',
    )
  let bits = 0n
  for (let group = 0; group < GROUPS; group++) {
    const values = characters.slice(group * (DATA + 1), (group + 1) * (DATA + 1)).map(valueOf)
    const data = values.slice(0, DATA)
    if (values.includes(-1) || checkOf(data, group) !== values[DATA])
      throw wrong(
        `Group ${group + 1} of the recovery key has a typing error.`,
        `Compare the five characters of group ${group + 1} with the paper.`,
      )
    for (const value of data) bits = (bits << 5n) | BigInt(value)
  }
  return Buffer.from(bits.toString(16).padStart(RECOVERY_BYTES * 2, '0'), 'hex')
}

/** The wrapping key. 160 uniformly random bits need no slow hash. RFC 5869 §3.1 */
export function recoveryWrappingKey(bytes: Buffer): Buffer {
  return Buffer.from(hkdfSync('sha256', bytes, Buffer.alloc(0), Buffer.from('postern recovery key'), 32))
}
