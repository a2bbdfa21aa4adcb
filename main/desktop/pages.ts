// Serves the built pages to our own window. A file is sent only if the build wrote it down, and only if its bytes are still those.
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { SECURITY_HEADERS } from '../api/security-headers.ts'

interface Entry {
  readonly sha384: string
  readonly type: string
}
type Manifest = ReadonlyMap<string, Entry>

/** Answers with a page's file; 404 for whatever is not one, whichever way it is spelled. */
export type Pages = (pathname: string) => Promise<Response>

function parseManifest(text: string): Manifest {
  const entries = Object.entries(JSON.parse(text) as Record<string, unknown>)
  const manifest = new Map<string, Entry>()
  for (const [file, value] of entries) {
    if (typeof value !== 'object' || value === null || !('sha384' in value) || !('type' in value)) continue
    const { sha384, type } = value
    if (typeof sha384 === 'string' && typeof type === 'string') manifest.set(file, { sha384, type })
  }
  return manifest
}

export function answer(status: number, body: BodyInit, type: string): Response {
  return new Response(body, {
    status,
    headers: { ...SECURITY_HEADERS, 'content-type': type, 'cache-control': 'no-store' },
  })
}

export const notFound = (): Response => answer(404, 'Not found.\n', 'text/plain; charset=utf-8')

/**
 * E3: a look-up in the manifest by the exact name. Nothing is decoded, joined or normalised on the way, so no spelling of `..`, no
 * encoded slash, NUL or backslash leads anywhere; what a symbolic link would bring in fails the hash.
 */
export function makePages(folder: string): Pages {
  let manifest: Promise<Manifest> | undefined
  return async (pathname) => {
    manifest ??= readFile(path.join(folder, 'manifest.json'), 'utf8').then(parseManifest)
    const name = pathname === '/' ? 'index.html' : pathname.slice(1)
    const entry = (await manifest).get(name)
    if (entry === undefined) return notFound()
    const bytes = await readFile(path.join(folder, name)).catch(() => undefined)
    if (bytes === undefined) return notFound()
    if (createHash('sha384').update(bytes).digest('base64') !== entry.sha384) return notFound()
    return answer(200, bytes, entry.type)
  }
}
