// Writes down what the pages are made of: a hash of each file in manifest.json, which the servers of the pages compare before they
// send one, and the same hash as `integrity` on every script and style sheet of a page, which the browser compares.
import { createHash } from 'node:crypto'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'

const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
}

/** @param {Buffer} bytes */
const sha384 = (bytes) => createHash('sha384').update(bytes).digest('base64')

/** @param {string} folder */
async function filesOf(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) =>
      path
        .relative(folder, path.join(entry.parentPath ?? entry.path, entry.name))
        .split(path.sep)
        .join('/'),
    )
    .sort()
}

/**
 * @param {string} html
 * @param {(file: string) => string | undefined} hashOf
 */
function withIntegrity(html, hashOf) {
  const sealed = html.replace(/<(script|link)\b([^>]*)>/g, (tag, name, attributes) => {
    const reference = /\b(?:src|href)="\/([^"]+)"/.exec(attributes)?.[1]
    const kind = /\brel="([^"]+)"/.exec(attributes)?.[1]
    if (name === 'link' && kind !== 'stylesheet' && kind !== 'modulepreload') return tag
    const hash = reference === undefined ? undefined : hashOf(reference)
    if (hash === undefined) throw new Error(`A page refers to something that is not in the build: ${tag}`)
    const plain = attributes.replace(/\s+crossorigin(="[^"]*")?/, '')
    return `<${name}${plain} integrity="sha384-${hash}">`
  })
  const inline = /<style\b|<script(?![^>]*\bsrc=)|\sstyle=|\son[a-z]+=/i.exec(sealed)
  if (inline !== null) throw new Error(`A page has inline code, which its policy refuses: ${inline[0]}`)
  return sealed
}

/**
 * @param {string} folder the built pages
 */
export async function seal(folder) {
  const files = await filesOf(folder)
  /** @type {Map<string, string>} */
  const hashes = new Map()
  for (const file of files) hashes.set(file, sha384(await readFile(path.join(folder, file))))
  for (const file of files.filter((name) => name.endsWith('.html'))) {
    const place = path.join(folder, file)
    const html = withIntegrity(await readFile(place, 'utf8'), (name) => hashes.get(name))
    await writeFile(place, html)
    hashes.set(file, sha384(Buffer.from(html)))
  }
  /** @type {Record<string, { sha384: string, type: string }>} */
  const manifest = {}
  for (const file of files) {
    const type = TYPES[path.extname(file)]
    if (type === undefined) throw new Error(`The pages hold a file of a kind that is never served: ${file}`)
    manifest[file] = { sha384: hashes.get(file) ?? '', type }
  }
  await writeFile(path.join(folder, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`)
}
