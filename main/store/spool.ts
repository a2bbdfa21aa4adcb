// Message bodies above the inline limit, encrypted on their way to the disk: chunks of 64 KiB, each sealed with
// AES-256-GCM under a random key of this file alone, its nonce made of the chunk's number and a last-chunk mark. So a chunk
// that is changed, moved, dropped or cut off does not open (the STREAM construction of Hoang et al., 2015).
// The key lives in the file's row of the database; the file alone tells nothing but its size.
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { open, type FileHandle } from 'node:fs/promises'
import { readdirSync, unlinkSync } from 'node:fs'
import path from 'node:path'
import { Failure } from '../terms/failure.ts'
import { fsyncFolder } from '../vault/durable-file.ts'
import { bodyPassed } from './relief.ts'

const CHUNK = 64 * 1024
const TAG = 16

export interface SpoolFile {
  readonly id: string
  readonly key: Buffer
  /** Octets of the plain text. */
  readonly size: number
}

function nonceOf(index: number, last: boolean): Buffer {
  const nonce = Buffer.alloc(12)
  nonce.writeUInt32BE(index, 7)
  nonce[11] = last ? 1 : 0
  return nonce
}

export function spoolPath(folder: string, id: string): string {
  return path.join(folder, `${id}.body`)
}

/** Writes one spool file. `write` as often as needed, then `finish` (durable) or `abandon`. */
export class SpoolWriter {
  readonly id: string = randomBytes(16).toString('hex')
  private readonly key = randomBytes(32)
  private readonly folder: string
  private readonly handle: FileHandle
  /** One block for the whole file: what is sealed leaves nothing behind for the collector but the sealed bytes. */
  private readonly block = Buffer.allocUnsafeSlow(CHUNK)
  private filled = 0
  private index = 0
  private size = 0

  private constructor(folder: string, id: string, handle: FileHandle) {
    this.folder = folder
    this.id = id
    this.handle = handle
  }

  static async create(folder: string): Promise<SpoolWriter> {
    const id = randomBytes(16).toString('hex')
    return new SpoolWriter(folder, id, await open(spoolPath(folder, id), 'wx', 0o600))
  }

  async write(chunk: Buffer): Promise<void> {
    this.size += chunk.length
    for (let at = 0; at < chunk.length;) {
      // A full block is kept back until more comes: only `finish` knows which one is the last.
      if (this.filled === CHUNK) {
        await this.handle.writev(this.sealChunk(this.block, false))
        bodyPassed(CHUNK)
        this.filled = 0
      }
      const taken = chunk.copy(this.block, this.filled, at)
      this.filled += taken
      at += taken
    }
  }

  /** Seals the last chunk and makes file and name survive a power cut; only then may a row name the file. */
  async finish(): Promise<SpoolFile> {
    await this.handle.writev(this.sealChunk(this.block.subarray(0, this.filled), true))
    await this.handle.sync()
    await this.handle.close()
    fsyncFolder(this.folder)
    return { id: this.id, key: this.key, size: this.size }
  }

  async abandon(): Promise<void> {
    await this.handle.close()
    removeSpool(this.folder, this.id)
  }

  private sealChunk(plain: Buffer, last: boolean): Buffer[] {
    const cipher = createCipheriv('aes-256-gcm', this.key, nonceOf(this.index++, last))
    const sealed = cipher.update(plain)
    cipher.final()
    return [sealed, cipher.getAuthTag()]
  }
}

function damaged(id: string, cause?: unknown): Failure {
  return new Failure('store', 'spool-damaged', `The stored body ${id} is damaged.`, {
    remedy: 'Restore a backup; the sender has to send this message again.',
    cause,
  })
}

/** The plain bytes of a spool file, in order. Throws `spool-damaged` before it yields a byte of a chunk that does not open. */
export async function* readSpool(folder: string, file: SpoolFile): AsyncGenerator<Buffer> {
  let handle: FileHandle
  try {
    handle = await open(spoolPath(folder, file.id), 'r')
  } catch (cause) {
    throw damaged(file.id, cause)
  }
  try {
    let left = file.size
    const block = Buffer.allocUnsafeSlow(CHUNK + TAG)
    for (let index = 0; ; index++) {
      const last = left <= CHUNK
      const sealed = block.subarray(0, Math.min(left, CHUNK) + TAG)
      for (let got = 0; got < sealed.length;) {
        const { bytesRead } = await handle.read(sealed, got, sealed.length - got)
        if (bytesRead === 0) throw damaged(file.id)
        got += bytesRead
      }
      yield openChunk(file, sealed, index, last)
      bodyPassed(sealed.length)
      left -= sealed.length - TAG
      if (last) return
    }
  } finally {
    await handle.close()
  }
}

function openChunk(file: SpoolFile, sealed: Buffer, index: number, last: boolean): Buffer {
  const decipher = createDecipheriv('aes-256-gcm', file.key, nonceOf(index, last), { authTagLength: TAG })
  decipher.setAuthTag(sealed.subarray(sealed.length - TAG))
  const plain = decipher.update(sealed.subarray(0, sealed.length - TAG))
  try {
    decipher.final()
  } catch (cause) {
    throw damaged(file.id, cause)
  }
  return plain
}

/** Folders whose files stay for now, and what is to go afterwards. */
const held = new Map<string, Set<string>>()

/**
 * Keeps every file of a spool folder until the returned function is called: a backup copies files that its snapshot names. What is removed
 * meanwhile goes afterwards; a crash in between leaves files that no row names, which the next start sweeps away.
 */
export function holdSpool(folder: string): () => void {
  const waiting = held.get(folder) ?? new Set<string>()
  held.set(folder, waiting)
  return () => {
    held.delete(folder)
    for (const id of waiting) removeSpool(folder, id)
  }
}

export function removeSpool(folder: string, id: string): void {
  const waiting = held.get(folder)
  if (waiting !== undefined) {
    waiting.add(id)
    return
  }
  try {
    unlinkSync(spoolPath(folder, id))
  } catch {
    // Gone already: a crash between removing the file and its row ends here.
  }
}

/** Removes files that no row names: left by a crash before their message was committed. */
export function sweepSpool(folder: string, known: ReadonlySet<string>): number {
  let removed = 0
  for (const name of readdirSync(folder)) {
    if (!name.endsWith('.body') || known.has(name.slice(0, -'.body'.length))) continue
    removeSpool(folder, name.slice(0, -'.body'.length))
    removed++
  }
  return removed
}
