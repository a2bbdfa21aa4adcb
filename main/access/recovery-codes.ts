// Ten codes on paper for the day the phone is gone: 80 random bits each, so that a plain hash is enough, good once.
import { createHash } from 'node:crypto'
import type { Store } from '../store/store.ts'
import { randomName, type Clock, type Random } from '../terms/clock.ts'

const COUNT = 10
const GROUPS = 4
const GROUP = 4

interface Parts {
  readonly store: Store
  readonly clock: Clock
  readonly random: Random
}

/** However it is typed: letter case, spaces and dashes do not count. */
const plainOf = (code: string): string =>
  code
    .slice(0, 100)
    .toLowerCase()
    .replaceAll(/[^a-z2-7]/g, '')
const hashOf = (code: string): Buffer => createHash('sha256').update(plainOf(code)).digest()

/** New ones in place of the old; they can't be shown again. */
export async function makeRecoveryCodes({ store, clock, random }: Parts): Promise<readonly string[]> {
  const codes = Array.from({ length: COUNT }, () =>
    Array.from({ length: GROUPS }, () => randomName(random, GROUP)).join('-'),
  )
  await store.writer.run('setRecoveryCodes', codes.map(hashOf), clock.now())
  return codes
}

export async function useRecoveryCode({ store, clock }: Parts, code: string): Promise<boolean> {
  if (plainOf(code).length !== GROUPS * GROUP) return false
  return store.writer.run('useRecoveryCode', hashOf(code), clock.now())
}

export async function dropRecoveryCodes({ store, clock }: Pick<Parts, 'store' | 'clock'>): Promise<void> {
  await store.writer.run('setRecoveryCodes', [], clock.now())
}
