// A passphrase as a source: argon2id, its parameters stored beside the wrapped key, as slow as this machine does in half a second.
import { randomBytes } from 'node:crypto'
import os from 'node:os'
import { Failure } from '../terms/failure.ts'

export interface Slowness {
  /** base64 */
  readonly salt: string
  /** KiB */
  readonly memory: number
  readonly passes: number
}

/** promises.md 16. */
export const MIN_PASSPHRASE = 12
/** 128 MiB; half of it, the least that hardening allows, on machines with little memory. */
const MEMORY = os.totalmem() >= 3 * 1024 ** 3 ? 131_072 : 65_536
/** RFC 9106 §4: three passes are the least for less than 2 GiB. */
const MIN_PASSES = 3
const MAX_PASSES = 50
const TARGET_MS = 500

/** The wrapping key of a passphrase. Normalised, so that it can be typed on any keyboard. */
export async function stretch(passphrase: string, { salt, memory, passes }: Slowness): Promise<Buffer> {
  // Loaded when it is needed: a folder that opens by other sources needs no native module more.
  const { hashRaw } = await import('@node-rs/argon2')
  return hashRaw(Buffer.from(passphrase.normalize('NFKC'), 'utf8'), {
    // eslint-disable-next-line @typescript-eslint/no-unsafe-enum-assignment -- argon2id; the package's enum does not exist at run time
    algorithm: 2,
    memoryCost: memory,
    timeCost: passes,
    parallelism: 1,
    outputLen: 32,
    salt: Buffer.from(salt, 'base64'),
  })
}

/** Parameters that take about half a second on this machine. */
export async function calibrate(): Promise<Slowness> {
  const salt = randomBytes(16).toString('base64')
  const start = performance.now()
  await stretch('calibration', { salt, memory: MEMORY, passes: MIN_PASSES })
  const each = (performance.now() - start) / MIN_PASSES
  const passes = Math.min(MAX_PASSES, Math.max(MIN_PASSES, Math.round(TARGET_MS / each)))
  return { salt, memory: MEMORY, passes }
}

/** Throws where a new passphrase is too short to be one. */
export function checkNewPassphrase(passphrase: string): void {
  if (Array.from(passphrase).length < MIN_PASSPHRASE)
    throw new Failure('vault', 'passphrase-short', `A passphrase has at least ${MIN_PASSPHRASE} characters.`, {
      remedy: 'Four or five random words make a good one.',
    })
}
