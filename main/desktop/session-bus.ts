// Asks the session bus of a Linux desktop whether somebody owns a name: the few messages of D-Bus that this takes.
//
// It matters for the tray. Creating one where no StatusNotifier service runs blocks Electron's main process for minutes, so we ask
// first, by ourselves and with a deadline.
import net from 'node:net'

const ANSWER_MS = 1_000
const MAX_MESSAGE = 64 * 1024

/** The socket in an address like `unix:path=/run/user/1000/bus,guid=…;tcp:…`; undefined where there is none that we speak. */
export function socketOf(address: string): string | undefined {
  for (const part of address.split(';')) {
    if (!part.startsWith('unix:')) continue
    for (const pair of part.slice('unix:'.length).split(',')) {
      const [key, value = ''] = pair.split('=', 2)
      const text = decodeURIComponent(value)
      if (key === 'path') return text
      // A name in Linux' abstract namespace, which has no file.
      if (key === 'abstract') return `\0${text}`
    }
  }
  return undefined
}

/** Writes values with D-Bus' alignment. */
class Marshal {
  private bytes: number[] = []
  align(to: number): this {
    while (this.bytes.length % to !== 0) this.bytes.push(0)
    return this
  }
  byte(...values: readonly number[]): this {
    this.bytes.push(...values)
    return this
  }
  uint32(value: number): this {
    this.align(4)
    return this.byte(value & 255, (value >>> 8) & 255, (value >>> 16) & 255, (value >>> 24) & 255)
  }
  string(value: string): this {
    const text = Buffer.from(value)
    return this.uint32(text.length).byte(...text, 0)
  }
  signature(value: string): this {
    const text = Buffer.from(value)
    return this.byte(text.length, ...text, 0)
  }
  get buffer(): Buffer {
    return Buffer.from(this.bytes)
  }
}

const BUS = 'org.freedesktop.DBus'
const FIELDS = { path: 1, interface: 2, member: 3, destination: 6, signature: 8 } as const

/** A method call to the bus itself, with at most one string and one number. */
export function busCall(serial: number, member: string, name?: string, flags?: number): Buffer {
  const body = new Marshal()
  if (name !== undefined) body.string(name)
  if (flags !== undefined) body.uint32(flags)
  const signature = `${name === undefined ? '' : 's'}${flags === undefined ? '' : 'u'}`
  const fields: readonly (readonly [number, string, string])[] = [
    [FIELDS.path, 'o', '/org/freedesktop/DBus'],
    [FIELDS.interface, 's', BUS],
    [FIELDS.member, 's', member],
    [FIELDS.destination, 's', BUS],
  ]
  // The header is one structure: alignment counts from its first byte, so the array of fields is written in place.
  const header = new Marshal().byte(0x6c, 1, 0, 1).uint32(body.buffer.length).uint32(serial).uint32(0)
  const start = header.buffer.length
  for (const [code, type, value] of fields) header.align(8).byte(code).signature(type).string(value)
  if (signature !== '') header.align(8).byte(FIELDS.signature).signature('g').signature(signature)
  const bytes = header.buffer
  bytes.writeUInt32LE(bytes.length - start, start - 4)
  const padding = Buffer.alloc((8 - (bytes.length % 8)) % 8)
  return Buffer.concat([bytes, padding, body.buffer])
}

interface Message {
  readonly kind: number
  readonly replyTo: number
  readonly body: Buffer
  readonly size: number
}

const align = (at: number, to: number): number => Math.ceil(at / to) * to

/** The serial in the fields of a header that says what a message answers; 0 where there is none. */
function replySerial(fields: Buffer, offset: number): number {
  let at = 0
  while (at < fields.length) {
    at = align(at + offset, 8) - offset
    const code = fields[at]
    const type = String.fromCharCode(fields[at + 2] ?? 0)
    at += 4
    if (type === 'g') at += (fields[at] ?? 0) + 2
    else if (type === 'u') {
      at = align(at + offset, 4) - offset
      if (code === 5) return fields.readUInt32LE(at)
      at += 4
    } else {
      at = align(at + offset, 4) - offset
      at += 4 + fields.readUInt32LE(at) + 1
    }
  }
  return 0
}

/** The first whole message in what has come so far. */
export function readMessage(bytes: Buffer): Message | undefined {
  if (bytes.length < 16) return undefined
  const bodyLength = bytes.readUInt32LE(4)
  const fieldsLength = bytes.readUInt32LE(12)
  const bodyAt = align(16 + fieldsLength, 8)
  const size = bodyAt + bodyLength
  if (size > MAX_MESSAGE) throw new Error('A message of the session bus is too big.')
  if (bytes.length < size) return undefined
  const replyTo = replySerial(bytes.subarray(16, 16 + fieldsLength), 16)
  return { kind: bytes[1] ?? 0, replyTo, body: bytes.subarray(bodyAt, size), size }
}

const METHOD_RETURN = 2
const ASK = 2

/** Follows the dialogue: authentication line by line, then messages, until the answer to ours is there. */
function dialogue(name: string, uid: number, write: (data: Buffer | string) => void) {
  let bytes = Buffer.alloc(0)
  let authenticated = false
  write(`\0AUTH EXTERNAL ${Buffer.from(String(uid)).toString('hex')}\r\n`)
  return (chunk: Buffer): boolean | undefined => {
    bytes = Buffer.concat([bytes, chunk])
    if (!authenticated) {
      const end = bytes.indexOf('\r\n')
      if (end === -1) return undefined
      if (!bytes.toString('latin1', 0, end).startsWith('OK')) return false
      bytes = bytes.subarray(end + 2)
      authenticated = true
      write('BEGIN\r\n')
      write(busCall(1, 'Hello'))
      write(busCall(ASK, 'NameHasOwner', name))
    }
    for (let message = readMessage(bytes); message !== undefined; message = readMessage(bytes)) {
      bytes = bytes.subarray(message.size)
      if (message.replyTo === ASK) return message.kind === METHOD_RETURN && message.body.readUInt32LE(0) === 1
    }
    return undefined
  }
}

/** False also when there is no bus, or none that answers in time. */
export function nameHasOwner(address: string | undefined, name: string, uid: number): Promise<boolean> {
  const socket = address === undefined ? undefined : socketOf(address)
  if (socket === undefined) return Promise.resolve(false)
  return new Promise((resolve) => {
    const connection = net.connect(socket)
    const end = (result: boolean): void => {
      clearTimeout(timer)
      connection.destroy()
      resolve(result)
    }
    const timer = setTimeout(() => end(false), ANSWER_MS)
    let read: ((chunk: Buffer) => boolean | undefined) | undefined
    connection.on('connect', () => {
      read = dialogue(name, uid, (data) => connection.write(data))
    })
    connection.on('data', (chunk) => {
      try {
        const result = read?.(chunk)
        if (result !== undefined) end(result)
      } catch {
        end(false)
      }
    })
    connection.on('error', () => end(false))
    connection.on('close', () => end(false))
  })
}
