// `keys.json` of a data folder: the root key, wrapped once by each source, and the database key, wrapped by the root key.
// It holds nothing that opens anything by itself; it is replaced as a whole, so a crash leaves the old one or the new one.
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { z } from 'zod'
import { Failure } from '../terms/failure.ts'
import { writeDurably } from './durable-file.ts'

z.config({ jitless: true })

const base = { id: z.string().regex(/^[a-z]+-[0-9]{1,6}$/), wrapped: z.string() }
const source = z.discriminatedUnion('kind', [
  z.object({ ...base, kind: z.literal('file'), location: z.string() }),
  z.object({ ...base, kind: z.literal('keychain'), service: z.string(), account: z.string() }),
  z.object({ ...base, kind: z.literal('credential'), name: z.string() }),
  z.object({
    ...base,
    kind: z.literal('passphrase'),
    salt: z.string(),
    /** KiB. Bounded, so that a damaged list cannot ask for all the memory there is. */
    memory: z.number().int().min(8).max(4_194_304),
    passes: z.number().int().min(1).max(1000),
  }),
  z.object({ ...base, kind: z.literal('recovery') }),
])
const keyring = z.object({
  version: z.literal(1),
  folderId: z.string().regex(/^[0-9a-f]{16}$/),
  sources: z.array(source).min(1),
  databaseKey: z.string(),
  /** The intent of a re-key: the key that the database gets, or has got already if the crash came late. */
  nextDatabaseKey: z.string().optional(),
})

export type Keyring = z.infer<typeof keyring>
export type KeyEntry = z.infer<typeof source>
export type KeyKind = KeyEntry['kind']

export function keyringFile(folder: string): string {
  return path.join(folder, 'keys.json')
}

/** Whether a vault was made in this folder. */
export function hasVault(folder: string): boolean {
  return existsSync(keyringFile(folder))
}

export function parseKeyring(text: string, where: string): Keyring {
  try {
    return keyring.parse(JSON.parse(text))
  } catch (cause) {
    throw new Failure('vault', 'keyring-damaged', `The key list of ${where} cannot be read: keys.json is damaged.`, {
      remedy: 'Restore a backup, which holds a copy of it: postern backup restore FILE',
      cause,
    })
  }
}

export function readKeyring(folder: string): Keyring {
  let text: string
  try {
    text = readFileSync(keyringFile(folder), 'utf8')
  } catch (cause) {
    throw new Failure('vault', 'keyring-missing', `The key list of ${folder} (keys.json) cannot be read.`, {
      remedy: 'Check who owns the folder, or restore a backup, which holds a copy of it.',
      cause,
    })
  }
  return parseKeyring(text, folder)
}

export function keyringText(ring: Keyring): string {
  return `${JSON.stringify(ring, null, 1)}\n`
}

export function writeKeyring(folder: string, ring: Keyring): void {
  writeDurably(keyringFile(folder), keyringText(ring))
}

export function purposeOfSource(folderId: string, sourceId: string): string {
  return `root key of ${folderId} by ${sourceId}`
}

export function purposeOfDatabase(folderId: string): string {
  return `database key of ${folderId}`
}

/** `file-2` where there is a `file-1`: an id is never used again for another key of the same list. */
export function nextId(ring: Pick<Keyring, 'sources'>, kind: KeyKind): string {
  const numbers = ring.sources.filter((one) => one.kind === kind).map((one) => Number(one.id.split('-')[1] ?? '0'))
  return `${kind}-${Math.max(0, ...numbers) + 1}`
}
