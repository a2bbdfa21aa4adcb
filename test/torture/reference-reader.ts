// RFC 5321 §4.1.1.4 and §4.5.2 in thirty lines, for comparison: looks at all bytes at once and knows nothing of chunks. Bare CR, bare LF and NUL
// end the reading, since what is behind them may be read differently elsewhere.
export interface Reference {
  readonly message: Buffer | undefined
  readonly fault: boolean
  /** What stands behind the end: commands. */
  readonly rest: Buffer
}

export function referenceRead(bytes: Buffer): Reference {
  const lines: Buffer[] = []
  let start = 0
  for (let i = 0; i < bytes.length; i++) {
    if (bytes[i] === 0) return { message: undefined, fault: true, rest: Buffer.alloc(0) }
    if (bytes[i] === 0x0a && bytes[i - 1] !== 0x0d) return { message: undefined, fault: true, rest: Buffer.alloc(0) }
    if (bytes[i] === 0x0d && i + 1 < bytes.length && bytes[i + 1] !== 0x0a)
      return { message: undefined, fault: true, rest: Buffer.alloc(0) }
    if (bytes[i] !== 0x0a) continue
    const line = bytes.subarray(start, i + 1)
    start = i + 1
    if (line.equals(Buffer.from('.\r\n')))
      return { message: Buffer.concat(lines), fault: false, rest: bytes.subarray(start) }
    lines.push(line[0] === 0x2e ? line.subarray(1) : line)
  }
  return { message: undefined, fault: false, rest: Buffer.alloc(0) }
}
