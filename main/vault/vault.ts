// The keys of one data folder. A random root key wraps everything; the root key itself is stored only wrapped, once by
// each source (today: a key file). `keys.json` in the data folder holds nothing but wrapped keys and names.
import { hkdfSync as hkdf, randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { z } from 'zod'
import { Failure } from '../terms/failure.ts'
import { writeDurably } from './durable-file.ts'
import { createKeyFile, readKeyFile } from './key-file.ts'
import { seal, unseal } from './seal.ts'

z.config({ jitless: true })

const keyring = z.object({
  version: z.literal(1),
  folderId: z.string().regex(/^[0-9a-f]{16}$/),
  sources: z
    .array(z.object({ id: z.string(), kind: z.literal('file'), location: z.string(), wrapped: z.string() }))
    .min(1),
  databaseKey: z.string(),
})
type Keyring = z.infer<typeof keyring>

/** What opens a folder: `file:PATH`; undefined for the default place. */
export type KeySource = `file:${string}` | undefined

export interface Vault {
  readonly folderId: string
  /** 32 bytes: the key of the database file. */
  readonly databaseKey: Buffer
  /** 32 bytes for signing what only we must be able to make (return paths, links), one per purpose. */
  derive(purpose: string): Buffer
}

function keyringFile(folder: string): string {
  return path.join(folder, 'keys.json')
}

/** Whether a vault was made in this folder. */
export function hasVault(folder: string): boolean {
  return existsSync(keyringFile(folder))
}

/** `$XDG_CONFIG_HOME/postern/<folder id>.key`, never inside the data folder. contract.md, "Folders and keys" */
function defaultKeyFile(folderId: string): string {
  const configHome = process.env['XDG_CONFIG_HOME'] ?? path.join(os.homedir(), '.config')
  return path.join(configHome, 'postern', `${folderId}.key`)
}

function sourceLocation(source: KeySource, folder: string, folderId: string): string {
  const file = path.resolve(source === undefined ? defaultKeyFile(folderId) : source.slice('file:'.length))
  const inside = path.relative(path.resolve(folder), file)
  if (inside === '' || (!inside.startsWith('..') && !path.isAbsolute(inside)))
    throw new Failure('vault', 'key-file-inside', 'The key file must not be inside the data folder.', {
      remedy: 'Name a place outside of it with --key file:PATH.',
    })
  return file
}

function purposeOfSource(folderId: string, sourceId: string): string {
  return `root key of ${folderId} by ${sourceId}`
}

function toVault(ring: Keyring, root: Buffer): Vault {
  const databaseKey = unseal(root, ring.databaseKey, `database key of ${ring.folderId}`)
  return {
    folderId: ring.folderId,
    databaseKey,
    derive: (purpose) => deriveKey(root, purpose),
  }
}

function deriveKey(root: Buffer, purpose: string): Buffer {
  // HKDF by node:crypto's sync form; the root key is uniformly random, so no salt is needed (RFC 5869 §3.1).
  return Buffer.from(hkdf('sha256', root, Buffer.alloc(0), Buffer.from(`postern ${purpose}`), 32))
}

/** Makes the keys of a new folder. Throws where there are some already. */
export function createVault(folder: string, source: KeySource): Vault {
  if (hasVault(folder)) throw new Failure('vault', 'vault-exists', `${folder} has keys already.`)
  const folderId = randomBytes(8).toString('hex')
  const location = sourceLocation(source, folder, folderId)
  const existing = source !== undefined && existsSync(location)
  const sourceKey = existing ? readKeyFile(location) : createKeyFile(location)
  const root = randomBytes(32)
  const id = 'file-1'
  const ring: Keyring = {
    version: 1,
    folderId,
    sources: [{ id, kind: 'file', location, wrapped: seal(sourceKey, root, purposeOfSource(folderId, id)) }],
    databaseKey: seal(root, randomBytes(32), `database key of ${folderId}`),
  }
  writeDurably(keyringFile(folder), `${JSON.stringify(ring, null, 1)}\n`)
  return toVault(ring, root)
}

/** Opens the keys of a folder by the given source, or by any of the stored ones. */
export function openVault(folder: string, source: KeySource): Vault {
  let ring: Keyring
  try {
    ring = keyring.parse(JSON.parse(readFileSync(keyringFile(folder), 'utf8')))
  } catch (cause) {
    throw new Failure('vault', 'keyring-damaged', `The key list of ${folder} cannot be read.`, {
      remedy: 'Restore keys.json from a backup.',
      cause,
    })
  }
  let failure: unknown
  for (const entry of ring.sources) {
    try {
      const sourceKey = readKeyFile(
        source === undefined ? entry.location : sourceLocation(source, folder, ring.folderId),
      )
      return toVault(ring, unseal(sourceKey, entry.wrapped, purposeOfSource(ring.folderId, entry.id)))
    } catch (error) {
      failure = error
    }
  }
  throw failure
}
