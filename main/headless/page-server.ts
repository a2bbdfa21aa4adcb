// The build's own files, each only if it still is what the build made: its hash is in the manifest.
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'

interface PageFile {
  readonly sha384: string
  readonly type: string
}

export function pageServer(folder: string): (pathname: string) => Response {
  const manifestFile = path.join(folder, 'manifest.json')
  const manifest = new Map<string, PageFile>(
    existsSync(manifestFile)
      ? Object.entries(JSON.parse(readFileSync(manifestFile, 'utf8')) as Record<string, PageFile>)
      : [],
  )
  const notFound = (): Response =>
    new Response('Not found.', { status: 404, headers: { 'content-type': 'text/plain; charset=utf-8' } })
  return (pathname) => {
    // Only names that the build listed are looked up: there is no path to traverse.
    const name = pathname === '/' ? 'index.html' : pathname.slice(1)
    const entry = manifest.get(name)
    if (entry === undefined) return notFound()
    const bytes = readFileSync(path.join(folder, name))
    const hash = createHash('sha384').update(bytes).digest('base64')
    if (hash !== entry.sha384 && `sha384-${hash}` !== entry.sha384)
      return new Response('This file was changed after it was built; it is not served.', { status: 500 })
    const cache = name === 'index.html' ? 'no-store' : 'public, max-age=31536000, immutable'
    return new Response(bytes, { headers: { 'content-type': entry.type, 'cache-control': cache } })
  }
}
