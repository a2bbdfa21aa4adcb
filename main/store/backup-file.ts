// The file of a backup: one line that says what it is, a header in clear (when, of which folder, the wrapped keys), and everything else in
// chunks of 64 KiB, each sealed with AES-256-GCM under a random key of this backup alone. Number, last-chunk mark and a hash of the
// header go into each chunk, so that one that is changed, moved, dropped, cut off or put under another header does not open.
// Inside, one after the other: the length of a small JSON object, the object {name, size}, the bytes; the last one is named `end`.
import { createCipheriv, createDecipheriv, createHash } from 'node:crypto'
import { closeSync, fstatSync, fsyncSync, openSync, readSync, writeSync } from 'node:fs'
import { z } from 'zod'
import { Failure } from '../terms/failure.ts'

const MAGIC = Buffer.from('postern-backup-1\n')
const CHUNK = 64 * 1024
const TAG = 16
/** The wrapped keys of all sources are far less. */
const MAX_HEADER = 1024 * 1024
const MAX_ENTRY = 64 * 1024

export const KINDS = ['daily', 'manual', 'before-migration'] as const
const header = z.object({
  id: z.string().regex(/^[0-9a-f]{32}$/),
  kind: z.enum(KINDS),
  createdAt: z.number(),
  folderId: z.string().regex(/^[0-9a-f]{16}$/),
  schema: z.number().int(),
  version: z.string(),
  /** `keys.json` as it was. */
  keyring: z.string(),
  /** The key of this file, wrapped by the root key. */
  wrapped: z.string(),
})
export type BackupHeader = z.infer<typeof header>

export function backupPurpose(of: Pick<BackupHeader, 'id' | 'folderId'>): string {
  return `backup ${of.id} of ${of.folderId}`
}

export function backupDamaged(file: string, cause?: unknown): Failure {
  return new Failure('store', 'backup-damaged', `The backup ${file} is damaged.`, {
    remedy: 'Use another one: postern backup list',
    cause,
  })
}

function nonceOf(index: number, last: boolean): Buffer {
  const nonce = Buffer.alloc(12)
  nonce.writeUInt32BE(index, 7)
  nonce[11] = last ? 1 : 0
  return nonce
}

function hashOf(head: Buffer): Buffer {
  return createHash('sha256').update(head).digest()
}

/** Writes one. Everything is on the disk when `finish` returns. */
export class BackupWriter {
  private readonly handle: number
  private readonly key: Buffer
  private readonly bound: Buffer
  private readonly block = Buffer.alloc(CHUNK)
  private filled = 0
  private index = 0

  constructor(file: string, head: BackupHeader, key: Buffer) {
    this.handle = openSync(file, 'wx', 0o600)
    this.key = key
    const text = Buffer.from(JSON.stringify(head))
    const length = Buffer.alloc(4)
    length.writeUInt32BE(text.length)
    this.bound = hashOf(text)
    this.put(Buffer.concat([MAGIC, length, text]))
  }

  private put(bytes: Buffer): void {
    for (let at = 0; at < bytes.length;) at += writeSync(this.handle, bytes, at)
  }

  private sealBlock(last: boolean): void {
    const cipher = createCipheriv('aes-256-gcm', this.key, nonceOf(this.index++, last))
    cipher.setAAD(this.bound)
    const sealed = cipher.update(this.block.subarray(0, this.filled))
    cipher.final()
    this.put(sealed)
    this.put(cipher.getAuthTag())
    this.filled = 0
  }

  write(bytes: Buffer): void {
    for (let at = 0; at < bytes.length;) {
      // A full block is kept back until more comes: only `finish` knows which one is the last.
      if (this.filled === CHUNK) this.sealBlock(false)
      const taken = bytes.copy(this.block, this.filled, at)
      this.filled += taken
      at += taken
    }
  }

  entry(description: Readonly<Record<string, unknown>>): void {
    const text = Buffer.from(JSON.stringify(description))
    const length = Buffer.alloc(4)
    length.writeUInt32BE(text.length)
    this.write(length)
    this.write(text)
  }

  finish(): void {
    this.sealBlock(true)
    fsyncSync(this.handle)
    closeSync(this.handle)
  }

  abandon(): void {
    closeSync(this.handle)
  }
}

/** Reads one, in order. Every byte it gives was authenticated first. */
export class BackupReader {
  readonly header: BackupHeader
  readonly size: number
  private readonly file: string
  private readonly handle: number
  private readonly bound: Buffer
  private key: Buffer | undefined
  private position: number
  private index = 0
  private plain: Buffer = Buffer.alloc(0)
  private ended = false

  constructor(file: string) {
    this.file = file
    try {
      this.handle = openSync(file, 'r')
    } catch (cause) {
      throw new Failure('store', 'backup-missing', `The backup ${file} cannot be read.`, {
        remedy: 'Check its path and its mode.',
        cause,
      })
    }
    this.size = fstatSync(this.handle).size
    const start = this.readExactly(Math.min(this.size, MAGIC.length + 4), 0)
    if (start.length < MAGIC.length + 4 || !start.subarray(0, MAGIC.length).equals(MAGIC))
      throw new Failure('store', 'no-backup', `${file} is no backup of Postern, or its beginning is damaged.`, {
        remedy: 'See: postern backup list',
      })
    const length = start.readUInt32BE(MAGIC.length)
    if (length > MAX_HEADER || start.length + length > this.size) throw backupDamaged(file)
    const text = this.readExactly(length, start.length)
    this.bound = hashOf(text)
    this.position = start.length + length
    try {
      this.header = header.parse(JSON.parse(text.toString('utf8')))
    } catch (cause) {
      throw backupDamaged(file, cause)
    }
  }

  /** The key that the header's `wrapped` holds. */
  open(key: Buffer): void {
    this.key = key
  }

  /** Octets read so far, for a progress bar. */
  get done(): number {
    return this.position
  }

  private readExactly(length: number, position: number): Buffer {
    const bytes = Buffer.alloc(length)
    for (let got = 0; got < length;) {
      const read = readSync(this.handle, bytes, got, length - got, position + got)
      if (read === 0) throw backupDamaged(this.file)
      got += read
    }
    return bytes
  }

  private nextChunk(): void {
    if (this.key === undefined) throw new Error('open() comes first')
    const left = this.size - this.position
    const last = left <= CHUNK + TAG
    if (this.ended || left < TAG) throw backupDamaged(this.file)
    const sealed = this.readExactly(Math.min(left, CHUNK + TAG), this.position)
    const decipher = createDecipheriv('aes-256-gcm', this.key, nonceOf(this.index++, last), { authTagLength: TAG })
    decipher.setAAD(this.bound)
    decipher.setAuthTag(sealed.subarray(sealed.length - TAG))
    const plain = decipher.update(sealed.subarray(0, sealed.length - TAG))
    try {
      decipher.final()
    } catch (cause) {
      throw backupDamaged(this.file, cause)
    }
    this.position += sealed.length
    this.ended = last
    this.plain = this.plain.length === 0 ? plain : Buffer.concat([this.plain, plain])
  }

  /** At most `length` bytes, at least one. */
  read(length: number): Buffer {
    if (this.plain.length === 0) this.nextChunk()
    const bytes = this.plain.subarray(0, length)
    this.plain = this.plain.subarray(bytes.length)
    return bytes
  }

  private readAll(length: number): Buffer {
    while (this.plain.length < length) this.nextChunk()
    return this.read(length)
  }

  entry(): Readonly<Record<string, unknown>> {
    const length = this.readAll(4).readUInt32BE(0)
    if (length > MAX_ENTRY) throw backupDamaged(this.file)
    return JSON.parse(length === 0 ? '{}' : this.readAll(length).toString('utf8')) as Record<string, unknown>
  }

  /** Throws where something stands behind the end. */
  end(): void {
    if (!this.ended || this.plain.length > 0) throw backupDamaged(this.file)
  }

  close(): void {
    closeSync(this.handle)
  }
}

/** What a backup says of itself without a key: when, of which folder, and its wrapped keys. */
export function readBackupHeader(file: string): BackupHeader & { readonly size: number } {
  const reader = new BackupReader(file)
  reader.close()
  return { ...reader.header, size: reader.size }
}
