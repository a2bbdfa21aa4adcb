// Small files that must be whole after a power cut: written beside, fsynced, renamed, and the folder fsynced.
import { closeSync, fsyncSync, openSync, renameSync, writeSync } from 'node:fs'
import { randomBytes } from 'node:crypto'
import path from 'node:path'

/** Makes what a rename or unlink did in `folder` survive a power cut. Windows has no such call and needs none. */
export function fsyncFolder(folder: string): void {
  if (process.platform === 'win32') return
  const handle = openSync(folder, 'r')
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}

/** Replaces `file` with `content` atomically and durably, mode 0600. A crash leaves the old file or the new one, never half. */
export function writeDurably(file: string, content: string | Buffer): void {
  const beside = `${file}.${randomBytes(6).toString('hex')}.new`
  const handle = openSync(beside, 'wx', 0o600)
  try {
    const data = typeof content === 'string' ? Buffer.from(content) : content
    for (let written = 0; written < data.length;) written += writeSync(handle, data, written)
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
  renameSync(beside, file)
  fsyncFolder(path.dirname(file))
}
