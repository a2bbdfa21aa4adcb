// App passwords: one for each mail program, shown once, stored as a hash. They are made here, 125 random bits each, so a plain
// SHA-256 is enough: nobody guesses them, and a slow hash would only let strangers burn our time.
import { createHash, randomUUID, timingSafeEqual } from 'node:crypto'
import type { Store } from '../store/store.ts'
import type { Clock, Random } from '../terms/clock.ts'
import { randomName } from '../terms/clock.ts'

export interface AppPassword {
  readonly username: string
  readonly password: string
}

interface Parts {
  readonly store: Store
  readonly clock: Clock
}

function hashOf(password: string): Buffer {
  return createHash('sha256').update(password).digest()
}

/** Makes one; the password is not stored and can't be shown again. */
export async function createAppPassword(
  parts: Parts & { readonly random: Random },
  name: string,
): Promise<AppPassword> {
  const username = `device-${randomName(parts.random, 8)}`
  const groups = Array.from({ length: 5 }, () => randomName(parts.random, 5))
  const password = groups.join('-')
  const at = parts.clock.now()
  await parts.store.writer.run('addAppPassword', { id: randomUUID(), name, username, hash: hashOf(password), at })
  return { username, password }
}

const NOBODY = Buffer.alloc(32)

/** The account behind a name and a password, in the same time whether the name exists or not. */
export async function verifyAppPassword(
  parts: Parts,
  username: string,
  password: string,
): Promise<{ readonly id: string; readonly name: string } | undefined> {
  const row = parts.store.access.appPassword(username.slice(0, 200))
  const good = timingSafeEqual(hashOf(password.slice(0, 1000)), row === undefined ? NOBODY : row.hash)
  if (row === undefined || !good) return undefined
  await parts.store.writer.run('used', 'app_password', row.id, parts.clock.now())
  return { id: row.id, name: row.name }
}
