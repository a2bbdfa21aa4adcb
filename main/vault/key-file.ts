// The key file: one line, mode 0600, outside the data folder, so that a copy of the folder alone opens nothing.
import { lstatSync, mkdirSync, readFileSync } from 'node:fs'
import { randomBytes } from 'node:crypto'
import path from 'node:path'
import { Failure } from '../terms/failure.ts'
import { writeDurably } from './durable-file.ts'

const PREFIX = 'key-1 '

/** Reads a key file: 32 bytes, twice while it is being rotated. Refuses one that others could read or that belongs to somebody else. */
export function readKeyFile(file: string): readonly Buffer[] {
  let stat
  try {
    stat = lstatSync(file)
  } catch (cause) {
    throw new Failure('vault', 'key-file-missing', `The key file ${file} is not there.`, {
      remedy: 'Put the key file back, name another place with --key file:PATH, or use the recovery key.',
      cause,
    })
  }
  if (!stat.isFile()) throw new Failure('vault', 'key-file-odd', `The key file ${file} is not a plain file.`)
  if (process.platform !== 'win32') {
    if ((stat.mode & 0o077) !== 0)
      throw new Failure('vault', 'key-file-open', `The key file ${file} can be read by others.`, {
        remedy: `Run: chmod 600 ${file}`,
      })
    const self = process.getuid?.()
    if (self !== undefined && stat.uid !== self)
      throw new Failure('vault', 'key-file-owner', `The key file ${file} belongs to another user.`, {
        remedy: 'Run as the user who owns it.',
      })
  }
  const lines = readFileSync(file, 'utf8').trim().split('\n')
  const keys = lines.map((line) =>
    line.startsWith(PREFIX) ? Buffer.from(line.slice(PREFIX.length), 'base64') : Buffer.alloc(0),
  )
  if (!keys.every((key) => key.length === 32))
    throw new Failure('vault', 'key-file-damaged', `The key file ${file} does not hold a key.`, {
      remedy: 'Restore it from a copy, or use the recovery key.',
    })
  return keys
}

/** Replaces the keys of a key file: the old and the new one while it is being rotated. */
export function writeKeyFile(file: string, keys: readonly Buffer[]): void {
  writeDurably(file, keys.map((key) => `${PREFIX}${key.toString('base64')}\n`).join(''))
}

/** Makes a new key file with a random key and returns the key. Refuses to overwrite one. */
export function createKeyFile(file: string): Buffer {
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 })
  try {
    lstatSync(file)
  } catch (error) {
    // A file that is there and cannot be looked at is not made anew: it may hold the only key.
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error
    const key = randomBytes(32)
    writeKeyFile(file, [key])
    return key
  }
  throw new Failure('vault', 'key-file-exists', `The key file ${file} exists already.`, {
    remedy: 'Name another place with --key file:PATH.',
  })
}
