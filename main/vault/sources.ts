// What each kind of source can do: give its key, be made, be given another key. The list of them (keyring.ts) is not touched here.
import { existsSync, unlinkSync } from 'node:fs'
import { randomBytes } from 'node:crypto'
import os from 'node:os'
import path from 'node:path'
import { Failure } from '../terms/failure.ts'
import { credentialKey } from './credential.ts'
import { fsyncFolder } from './durable-file.ts'
import { createKeyFile, readKeyFile, writeKeyFile } from './key-file.ts'
import type { KeyEntry } from './keyring.ts'
import { readKeychain, removeFromKeychain, SERVICE, writeKeychain } from './keychain.ts'
import { calibrate, checkNewPassphrase, stretch } from './passphrase.ts'
import { formatRecoveryKey, parseRecoveryKey, RECOVERY_BYTES, recoveryWrappingKey } from './recovery-key.ts'

/** What a source is called on the command line; undefined for the usual one. contract.md, `--key` */
export type KeySource =
  `file:${string}` | 'file' | 'keychain' | `credential:${string}` | 'passphrase' | 'recovery' | undefined

/** How to ask the person; undefined where nobody is there to be asked. Never kept. */
export interface Asked {
  readonly passphrase?: (() => Promise<string | undefined>) | undefined
  readonly recovery?: (() => Promise<string | undefined>) | undefined
}

/** An entry before its root key is wrapped. */
export type Fresh = KeyEntry extends infer Entry
  ? Entry extends KeyEntry
    ? Omit<Entry, 'wrapped' | 'id'>
    : never
  : never

export interface Made {
  readonly fresh: Fresh
  readonly key: Buffer
  /** To be shown once. */
  readonly recoveryKey?: string
}

/** `$XDG_CONFIG_HOME/postern/<folder id>.key`, never inside the data folder. contract.md, "Folders and keys" */
export function defaultKeyFile(folderId: string): string {
  const configHome = process.env['XDG_CONFIG_HOME'] ?? path.join(os.homedir(), '.config')
  return path.join(configHome, 'postern', `${folderId}.key`)
}

/** Where a key file is; refuses a place inside the data folder. */
export function keyFilePlace(source: KeySource, folder: string, folderId: string): string {
  const given = source?.startsWith('file:') === true ? source.slice('file:'.length) : defaultKeyFile(folderId)
  const file = path.resolve(given)
  const inside = path.relative(path.resolve(folder), file)
  if (inside === '' || (!inside.startsWith('..') && !path.isAbsolute(inside)))
    throw new Failure('vault', 'key-file-inside', 'The key file must not be inside the data folder.', {
      remedy: 'Name a place outside of it with --key file:PATH.',
    })
  return file
}

/** What a person calls it. */
export function describeSource(entry: KeyEntry): string {
  switch (entry.kind) {
    case 'file':
      return `key file ${entry.location}`
    case 'keychain':
      return `keychain item ${entry.service}, ${entry.account}`
    case 'credential':
      return `systemd credential ${entry.name}`
    case 'passphrase':
      return 'passphrase'
    case 'recovery':
      return 'recovery key'
  }
}

function locked(what: 'passphrase' | 'recovery key'): Failure {
  return new Failure('vault', 'locked', `The data is locked: its ${what} is needed.`, {
    permanent: false,
    remedy:
      what === 'passphrase'
        ? 'Give it with --passphrase-file FILE, or to a relay that waits for it: postern key unlock.'
        : 'Give it with --recovery-file FILE.',
  })
}

async function askFor(what: 'passphrase' | 'recovery', asked: Asked): Promise<string> {
  const text = await asked[what]?.()
  if (text === undefined) throw locked(what === 'passphrase' ? 'passphrase' : 'recovery key')
  return text
}

/** The keys that may open the entry: one, or two while it is being rotated. `file` names another place for a key file. */
export async function keysOf(entry: KeyEntry, asked: Asked, file?: string): Promise<readonly Buffer[]> {
  switch (entry.kind) {
    case 'file':
      return readKeyFile(file ?? entry.location)
    case 'keychain':
      return readKeychain(entry)
    case 'credential':
      return [credentialKey(entry.name)]
    case 'passphrase':
      return [await stretch(await askFor('passphrase', asked), entry)]
    case 'recovery':
      return [recoveryWrappingKey(parseRecoveryKey(await askFor('recovery', asked)))]
  }
}

async function makePassphrase(asked: Asked): Promise<Made> {
  const text = await askFor('passphrase', asked)
  checkNewPassphrase(text)
  const slowness = await calibrate()
  return { fresh: { kind: 'passphrase', ...slowness }, key: await stretch(text, slowness) }
}

function makeRecovery(): Made {
  const bytes = randomBytes(RECOVERY_BYTES)
  return { fresh: { kind: 'recovery' }, key: recoveryWrappingKey(bytes), recoveryKey: formatRecoveryKey(bytes) }
}

/** Makes the key of a new source where the source keeps it. A file or credential that is there already is used as it is. */
export async function makeSource(
  source: Exclude<KeySource, undefined>,
  place: { readonly folder: string; readonly folderId: string; readonly asked: Asked },
): Promise<Made> {
  const { folder, folderId, asked } = place
  if (source === 'passphrase') return makePassphrase(asked)
  if (source === 'recovery') return makeRecovery()
  if (source === 'keychain') {
    const item = { service: SERVICE, account: `${folderId}-${randomBytes(3).toString('hex')}` }
    const key = randomBytes(32)
    await writeKeychain(item, [key])
    return { fresh: { kind: 'keychain', ...item }, key }
  }
  if (source.startsWith('credential:')) {
    const name = source.slice('credential:'.length)
    return { fresh: { kind: 'credential', name }, key: credentialKey(name) }
  }
  const location = keyFilePlace(source, folder, folderId)
  const [existing] = source !== 'file' && existsSync(location) ? readKeyFile(location) : []
  return { fresh: { kind: 'file', location }, key: existing ?? createKeyFile(location) }
}

/** Puts keys in the place of an entry that keeps its own (a file, the keychain). */
export async function storeKeys(entry: KeyEntry, keys: readonly Buffer[]): Promise<void> {
  if (entry.kind === 'file') writeKeyFile(entry.location, keys)
  else if (entry.kind === 'keychain') await writeKeychain(entry, keys)
}

/** Takes away what an entry kept outside, after the entry is gone. What cannot be taken away opens nothing any more. */
export async function forgetSource(entry: KeyEntry): Promise<void> {
  if (entry.kind === 'keychain') await removeFromKeychain(entry)
  // A file that the user named may serve other purposes: only one of our own place is removed.
  if (entry.kind === 'file' && /^[0-9a-f]{16}\.key$/.test(path.basename(entry.location))) {
    unlinkSync(entry.location)
    fsyncFolder(path.dirname(entry.location))
  }
}
