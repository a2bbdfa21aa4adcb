// The build's own files, each only if it still is what the build made: its hash is in the manifest.
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'

interface PageFile {
  readonly sha384: string
  readonly type: string
}

const PIECE = 64 * 1024

/**
 * Streams a file in pieces, as fast as the client reads. All clients share the same bytes; `new Response(bytes)` would copy them for each.
 */
function inPieces(bytes: Buffer): ReadableStream<Uint8Array> {
  let at = 0
  return new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        const piece = bytes.subarray(at, at + PIECE)
        at += piece.length
        if (piece.length > 0) controller.enqueue(piece)
        if (at >= bytes.length) controller.close()
      },
    },
    { highWaterMark: 0 },
  )
}

export function pageServer(folder: string): (pathname: string) => Response {
  const manifestFile = path.join(folder, 'manifest.json')
  const manifest = new Map<string, PageFile>(
    existsSync(manifestFile)
      ? Object.entries(JSON.parse(readFileSync(manifestFile, 'utf8')) as Record<string, PageFile>)
      : [],
  )
  const kept = new Map<string, Buffer>()
  /** Reads the file anew, and returns the earlier Buffer if the content is the same. */
  const read = (name: string): Buffer => {
    const bytes = readFileSync(path.join(folder, name))
    const before = kept.get(name)
    if (before?.equals(bytes) === true) return before
    kept.set(name, bytes)
    return bytes
  }
  const notFound = (): Response =>
    new Response('Not found.', { status: 404, headers: { 'content-type': 'text/plain; charset=utf-8' } })
  return (pathname) => {
    // Only names that the build listed are looked up: there is no path to traverse.
    const name = pathname === '/' ? 'index.html' : pathname.slice(1)
    const entry = manifest.get(name)
    if (entry === undefined) return notFound()
    const bytes = read(name)
    const hash = createHash('sha384').update(bytes).digest('base64')
    if (hash !== entry.sha384 && `sha384-${hash}` !== entry.sha384)
      return new Response('This file was changed after it was built; it is not served.', { status: 500 })
    const cache = name === 'index.html' ? 'no-store' : 'public, max-age=31536000, immutable'
    const headers = { 'content-type': entry.type, 'content-length': String(bytes.length), 'cache-control': cache }
    return new Response(inPieces(bytes), { headers })
  }
}
