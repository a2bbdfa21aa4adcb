// A systemd credential as a source: `LoadCredentialEncrypted=NAME:FILE` in the unit puts it, decrypted by the machine's own key, into
// memory that only this service can read.
import { readFileSync } from 'node:fs'
import { createHash } from 'node:crypto'
import path from 'node:path'
import { Failure } from '../terms/failure.ts'

const MIN_BYTES = 32

/** The bytes of a credential; undefined where systemd gave none of this name. */
export function readCredential(name: string): Buffer | undefined {
  const folder = process.env['CREDENTIALS_DIRECTORY']
  if (folder === undefined || !/^[A-Za-z0-9_.-]+$/.test(name) || name.startsWith('.')) return undefined
  try {
    return readFileSync(path.join(folder, name))
  } catch {
    return undefined
  }
}

/** The wrapping key in a credential. Any 32 bytes or more do; a hash gives them one length. */
export function credentialKey(name: string): Buffer {
  const content = readCredential(name)
  if (content === undefined)
    throw new Failure(
      'vault',
      'credential-missing',
      `systemd gave this process no credential "${name.slice(0, 60)}".`,
      {
        remedy: `Put it into the unit with LoadCredentialEncrypted=${name.slice(0, 60)}:FILE, or name another source with --key.`,
      },
    )
  if (content.length < MIN_BYTES)
    throw new Failure(
      'vault',
      'credential-short',
      `The credential "${name.slice(0, 60)}" has fewer than ${MIN_BYTES} bytes.`,
      {
        remedy: 'Make one with: head -c 48 /dev/urandom | base64 | systemd-creds encrypt - FILE',
      },
    )
  return createHash('sha256').update('postern credential\0').update(content).digest()
}
