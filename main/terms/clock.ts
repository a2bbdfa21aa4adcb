// Time and chance come in from outside, so that the rooms that decide can be tested to the last bit.
import type { Instant } from './brand.ts'
import { instant } from './brand.ts'

export interface Clock {
  /** Now, in milliseconds since the epoch. */
  now(): Instant
}

export interface Random {
  /** `size` bytes from a cryptographically secure source. */
  bytes(size: number): Buffer
}

/** A clock that a test sets by hand. */
export function fixedClock(at: number): Clock & { set(value: number): void } {
  let value = at
  return {
    now: () => instant(value),
    set: (next) => {
      value = next
    },
  }
}

const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567'

/** `length` characters of lower-case base32, 5 random bits each: safe in local parts, file names and DNS labels. */
export function randomName(random: Random, length: number): string {
  let out = ''
  for (const byte of random.bytes(length)) out += BASE32[byte & 31] ?? ''
  return out
}
