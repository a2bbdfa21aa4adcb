// The keys of one data folder. A random root key wraps everything; the root key itself is stored only wrapped, once by each source, so
// that each source is added, removed, tested and rotated without the others at hand, and the database is re-keyed without any of them.
import { hkdfSync as hkdf, randomBytes } from 'node:crypto'
import { Failure, messageOf } from '../terms/failure.ts'
import {
  hasVault,
  nextId,
  purposeOfDatabase,
  purposeOfSource,
  readKeyring,
  writeKeyring,
  type KeyEntry,
  type KeyKind,
  type Keyring,
} from './keyring.ts'
import { keychainAnswers } from './keychain.ts'
import { seal, unseal } from './seal.ts'
import {
  describeSource,
  forgetSource,
  keyFilePlace,
  keysOf,
  makeSource,
  storeKeys,
  type Asked,
  type KeySource,
  type Made,
} from './sources.ts'

export { hasVault } from './keyring.ts'
export type { Asked, KeySource } from './sources.ts'

export interface SourceInfo {
  readonly id: string
  readonly kind: KeyKind
  readonly description: string
}

export interface AddedSource extends SourceInfo {
  /** To be shown once: it is not stored. */
  readonly recoveryKey?: string
}

function infoOf(entry: KeyEntry): SourceInfo {
  return { id: entry.id, kind: entry.kind, description: describeSource(entry) }
}

function withKey(ring: Keyring, id: string, made: Pick<Made, 'fresh' | 'key'>, root: Buffer): KeyEntry {
  return { ...made.fresh, id, wrapped: seal(made.key, root, purposeOfSource(ring.folderId, id)) }
}

export class Vault {
  readonly folderId: string
  private readonly folder: string
  private readonly root: Buffer

  constructor(folder: string, folderId: string, root: Buffer) {
    this.folder = folder
    this.folderId = folderId
    this.root = root
  }

  private ring(): Keyring {
    return readKeyring(this.folder)
  }

  /** 32 bytes: the key of the database file. */
  get databaseKey(): Buffer {
    return unseal(this.root, this.ring().databaseKey, purposeOfDatabase(this.folderId))
  }

  /** 32 bytes for signing what only we must be able to make (return paths, links), one per purpose. */
  derive(purpose: string): Buffer {
    // HKDF by node:crypto's sync form; the root key is uniformly random, so no salt is needed (RFC 5869 §3.1).
    return Buffer.from(hkdf('sha256', this.root, Buffer.alloc(0), Buffer.from(`postern ${purpose}`), 32))
  }

  /** Wraps a key for what leaves the folder (a backup). */
  wrap(key: Buffer, purpose: string): string {
    return seal(this.root, key, purpose)
  }

  unwrap(sealed: string, purpose: string): Buffer {
    return unseal(this.root, sealed, purpose)
  }

  /** The list as it stands, for a backup: nothing in it opens anything by itself. */
  keyring(): Keyring {
    return this.ring()
  }

  sources(): readonly SourceInfo[] {
    return this.ring().sources.map(infoOf)
  }

  private entry(id: string): KeyEntry {
    const entry = this.ring().sources.find((one) => one.id === id)
    if (entry === undefined)
      throw new Failure('vault', 'no-source', `There is no key source "${id.slice(0, 60)}".`, {
        remedy: 'See: postern key list',
      })
    return entry
  }

  async addSource(source: Exclude<KeySource, undefined>, asked: Asked): Promise<AddedSource> {
    const made = await makeSource(source, { folder: this.folder, folderId: this.folderId, asked })
    const ring = this.ring()
    const entry = withKey(ring, nextId(ring, made.fresh.kind), made, this.root)
    // Dies before this line: a key that opens nothing is left over. After: the source opens the folder.
    writeKeyring(this.folder, { ...ring, sources: [...ring.sources, entry] })
    return { ...infoOf(entry), ...(made.recoveryKey === undefined ? {} : { recoveryKey: made.recoveryKey }) }
  }

  /** Removes one; never the last that opens the folder without the recovery key at hand. */
  async removeSource(id: string, how: { readonly keepKey?: boolean } = {}): Promise<void> {
    const entry = this.entry(id)
    const ring = this.ring()
    const sources = ring.sources.filter((one) => one.id !== id)
    if (!sources.some((one) => one.kind !== 'recovery'))
      throw new Failure('vault', 'last-source', `${id} is the last source that opens this folder day by day.`, {
        remedy: 'Add another one first: postern key add keychain|file|passphrase',
      })
    // Dies after this line: a key file or item that opens nothing is left over.
    writeKeyring(this.folder, { ...ring, sources })
    if (how.keepKey === true) return
    try {
      await forgetSource(entry)
    } catch {
      // Gone already, or not ours to remove: the entry was what counted.
    }
  }

  /** Throws where the source does not open the folder. */
  async testSource(id: string, asked: Asked): Promise<void> {
    const entry = this.entry(id)
    const root = unwrapWith(await keysOf(entry, asked), this.folderId, entry)
    if (!root.equals(this.root)) throw wrongKey()
  }

  /** Gives a source another key. At every moment in between the old one or the new one opens the folder, and it can be repeated. */
  async rotateSource(id: string, asked: Asked): Promise<AddedSource> {
    const entry = this.entry(id)
    switch (entry.kind) {
      case 'credential':
        throw new Failure('vault', 'credential-outside', 'A systemd credential is changed outside of Postern.', {
          remedy: `Make one under another name, then: postern key add credential:NAME, and: postern key remove ${id}`,
        })
      case 'passphrase':
      case 'recovery': {
        const made = await makeSource(entry.kind, { folder: this.folder, folderId: this.folderId, asked })
        const changed = this.replace(id, made)
        return { ...infoOf(changed), ...(made.recoveryKey === undefined ? {} : { recoveryKey: made.recoveryKey }) }
      }
      case 'file':
      case 'keychain': {
        const old = await keysOf(entry, asked)
        const key = randomBytes(32)
        const { id: _id, wrapped: _wrapped, ...fresh } = entry
        // Both keys stand in the place while the list changes from one to the other.
        await storeKeys(entry, [key, ...old])
        const changed = this.replace(id, { fresh, key })
        await storeKeys(entry, [key])
        return infoOf(changed)
      }
    }
  }

  private replace(id: string, made: Pick<Made, 'fresh' | 'key'>): KeyEntry {
    const ring = this.ring()
    const changed = withKey(ring, id, made, this.root)
    writeKeyring(this.folder, { ...ring, sources: ring.sources.map((one) => (one.id === id ? changed : one)) })
    return changed
  }

  /** Writes the intent of a re-key; the same one again where there is one already. */
  planRekey(): Buffer {
    const planned = this.plannedKey()
    if (planned !== undefined) return planned
    const key = randomBytes(32)
    writeKeyring(this.folder, {
      ...this.ring(),
      nextDatabaseKey: seal(this.root, key, purposeOfDatabase(this.folderId)),
    })
    return key
  }

  /**
   * Takes the intent back; false where there was none. Only for who has the database open under its old key: from the next start on, the
   * new one may be the database's already, and the plan the only place where that key is.
   */
  forgetRekey(): boolean {
    const { nextDatabaseKey, ...ring } = this.ring()
    if (nextDatabaseKey === undefined) return false
    writeKeyring(this.folder, ring)
    return true
  }

  /** The key of a re-key that was begun, undefined where there is none. */
  plannedKey(): Buffer | undefined {
    const { nextDatabaseKey } = this.ring()
    return nextDatabaseKey === undefined
      ? undefined
      : unseal(this.root, nextDatabaseKey, purposeOfDatabase(this.folderId))
  }

  /** The database has the planned key now. */
  finishRekey(): void {
    const { nextDatabaseKey, ...ring } = this.ring()
    if (nextDatabaseKey !== undefined) writeKeyring(this.folder, { ...ring, databaseKey: nextDatabaseKey })
  }
}

function wrongKey(): Failure {
  return new Failure('vault', 'wrong-key', 'The key does not open this data folder.', {
    remedy: 'Use the key that was made with this folder, or the recovery key.',
  })
}

function unwrapWith(keys: readonly Buffer[], folderId: string, entry: KeyEntry): Buffer {
  for (const key of keys) {
    try {
      return unseal(key, entry.wrapped, purposeOfSource(folderId, entry.id))
    } catch {
      // The other key of a source that was being rotated.
    }
  }
  if (entry.kind === 'passphrase' || entry.kind === 'recovery')
    throw new Failure('vault', 'wrong-key', `The ${describeSource(entry)} is not the one of this data folder.`, {
      remedy: 'Try again.',
    })
  throw wrongKey()
}

/** A keychain that cannot be used is told with what else there is; nothing is chosen in its place. */
async function makeFirst(
  source: Exclude<KeySource, undefined>,
  place: Parameters<typeof makeSource>[1],
): Promise<Made> {
  try {
    return await makeSource(source, place)
  } catch (error) {
    if (source !== 'keychain' || !(error instanceof Failure)) throw error
    const remedy = `${error.remedy} Or choose another source: --key file, or --key passphrase.`
    throw new Failure('vault', error.id, error.message, { permanent: false, remedy, cause: error })
  }
}

/** Makes the keys of a new folder. Throws where there are some already. */
export async function createVault(folder: string, source: KeySource, asked: Asked = {}): Promise<Vault> {
  if (hasVault(folder)) throw new Failure('vault', 'vault-exists', `${folder} has keys already.`)
  if (source === 'recovery')
    throw new Failure('vault', 'recovery-only', 'A folder needs a source for every day beside its recovery key.', {
      remedy: 'Use keychain, file:PATH or passphrase.',
    })
  const folderId = randomBytes(8).toString('hex')
  const chosen = source ?? ((await keychainAnswers()) ? 'keychain' : 'file')
  const made = await makeFirst(chosen, { folder, folderId, asked })
  const root = randomBytes(32)
  const bare = { version: 1 as const, folderId, sources: [], databaseKey: '' }
  writeKeyring(folder, {
    ...bare,
    sources: [withKey(bare, nextId(bare, made.fresh.kind), made, root)],
    databaseKey: seal(root, randomBytes(32), purposeOfDatabase(folderId)),
  })
  return new Vault(folder, folderId, root)
}

/** The order in which sources are tried when none is named: what needs nobody first. */
const ORDER: readonly KeyKind[] = ['file', 'credential', 'keychain', 'passphrase', 'recovery']

function candidates(ring: Keyring, source: KeySource): readonly KeyEntry[] {
  const sorted = [...ring.sources].sort((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind))
  if (source === undefined) return sorted
  const [kind, name] = source.split(':', 2)
  const named = sorted.filter(
    (one) => one.kind === kind && (one.kind !== 'credential' || name === undefined || one.name === name),
  )
  if (named.length === 0) {
    const others = sorted.map(describeSource).join('; ')
    throw new Failure('vault', 'no-source', `This folder has no ${kind ?? ''} key. It opens by: ${others}.`, {
      remedy: 'Leave --key away, or name one of those.',
    })
  }
  return named
}

/** One sentence of several failures, and the other ways in. */
function explain(failures: readonly unknown[], rest: readonly KeyEntry[]): Failure {
  const [first] = failures
  const locked = failures.find((one) => one instanceof Failure && one.id === 'locked')
  const main = locked ?? first
  const room = { permanent: false, cause: first }
  const others =
    rest.length === 0
      ? ''
      : ` It also opens by: ${rest.map(describeSource).join('; ')} (--key ${[...new Set(rest.map((one) => one.kind))].join(' or ')}).`
  const message = failures.map(messageOf).join(' ')
  if (!(main instanceof Failure)) return new Failure('vault', 'key-failed', `${message}${others}`, room)
  return new Failure('vault', main.id, message, { ...room, remedy: `${main.remedy}${others}` })
}

/** Unlocks a list of keys by the named source, or by any of the stored ones. */
export async function unlock(folder: string, ring: Keyring, source: KeySource, asked: Asked): Promise<Vault> {
  const tried = candidates(ring, source)
  const failures: unknown[] = []
  for (const entry of tried) {
    // The recovery key is asked for by name, or where it was given; nobody is surprised by its prompt.
    if (entry.kind === 'recovery' && source === undefined && asked.recovery === undefined) continue
    try {
      const file = source?.startsWith('file:') === true ? keyFilePlace(source, folder, ring.folderId) : undefined
      return new Vault(folder, ring.folderId, unwrapWith(await keysOf(entry, asked, file), ring.folderId, entry))
    } catch (error) {
      failures.push(error)
    }
  }
  const rest = ring.sources.filter((one) => !tried.includes(one) || (one.kind === 'recovery' && source === undefined))
  throw explain(failures, rest)
}

/** Opens the keys of a folder. */
export async function openVault(folder: string, source: KeySource, asked: Asked = {}): Promise<Vault> {
  return unlock(folder, readKeyring(folder), source, asked)
}
