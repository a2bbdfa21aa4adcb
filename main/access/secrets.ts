// API tokens: made here from 200 random bits, shown once, stored as a hash.
import { createHash, randomUUID } from 'node:crypto'
import type { TokenRow } from '../store/queries/access.ts'
import type { Store } from '../store/store.ts'
import { randomName, type Clock, type Random } from '../terms/clock.ts'

export const SCOPES = ['read', 'aliases', 'send', 'settings', 'admin'] as const
export type Scope = (typeof SCOPES)[number]
export const DEFAULT_SCOPES: readonly Scope[] = ['read', 'aliases']

interface Parts {
  readonly store: Store
  readonly clock: Clock
  readonly random: Random
}

function hashOf(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}

/** Makes a token; what is returned can't be shown again. `expiresAt` in milliseconds since the epoch, null for never. */
export async function createToken(
  parts: Parts,
  input: { readonly name: string; readonly scopes: readonly Scope[]; readonly expiresAt: number | null },
): Promise<string> {
  const token = randomName(parts.random, 40)
  await parts.store.writer.run('addToken', {
    id: randomUUID(),
    name: input.name,
    hash: hashOf(token),
    scopes: input.scopes.join(' '),
    at: parts.clock.now(),
    expiresAt: input.expiresAt,
  })
  return token
}

/** The token's row where it is good. The look-up goes by the hash, so its time tells nothing of the token. */
export function verifyToken(parts: Pick<Parts, 'store' | 'clock'>, token: string): TokenRow | undefined {
  const row = parts.store.access.tokenByHash(hashOf(token.slice(0, 500)))
  if (row === undefined || (row.expiresAt !== null && row.expiresAt <= parts.clock.now())) return undefined
  return row
}

export function scopesOf(row: TokenRow): ReadonlySet<string> {
  return new Set(row.scopes.split(' '))
}
