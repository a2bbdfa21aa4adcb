// build.mjs [--force]: makes dist/ from the sources when they have changed since the last time.
//
// The new files are made aside, in a folder inside dist/, and put into place by renames at the end; a lock lets one process build
// while others wait. The stamp goes first and comes back last, so whoever finds it right finds a whole dist/.
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { hashSources, isFresh, stampFile } from './fresh.mjs'
import { withLock } from './lock.mjs'
import { dist, fail } from './paths.mjs'

/** Chunks of earlier builds stay this long: a relay that still runs from them may load one late. */
const KEEP_CHUNKS_MS = 24 * 60 * 60 * 1000
const ASIDE = /^\.(new|old)-/

/** @param {string} made */
async function moveChunks(made) {
  const from = path.join(made, 'chunks')
  const to = path.join(dist, 'chunks')
  await mkdir(to, { recursive: true })
  const fresh = new Set(existsSync(from) ? await readdir(from) : [])
  for (const name of fresh) await rename(path.join(from, name), path.join(to, name))
  for (const name of await readdir(to)) {
    const place = path.join(to, name)
    if (!fresh.has(name) && Date.now() - (await stat(place)).mtimeMs > KEEP_CHUNKS_MS) await rm(place, { force: true })
  }
  await rm(from, { recursive: true, force: true })
}

/** @param {string} made the folder that holds the new build */
async function putInPlace(made) {
  await rm(stampFile, { force: true })
  await moveChunks(made)
  const names = await readdir(made)
  const old = await mkdtemp(path.join(dist, '.old-'))
  for (const name of names) {
    const place = path.join(dist, name)
    if (existsSync(place) && (await stat(place)).isDirectory()) await rename(place, path.join(old, name))
    await rename(path.join(made, name), place)
  }
  for (const name of await readdir(dist)) {
    if (name.startsWith('.') || name === 'chunks' || names.includes(name)) continue
    await rm(path.join(dist, name), { recursive: true, force: true })
  }
  await rm(old, { recursive: true, force: true })
}

async function buildAside() {
  // Vite obeys this above its own mode: a shell that has it set otherwise would get pages for development, which do not run.
  const before = process.env['NODE_ENV']
  process.env['NODE_ENV'] = 'production'
  // Loaded here: the launcher asks whether a build is needed long before Vite is needed.
  const [{ build }, { targets }, { seal }] = await Promise.all([
    import('vite'),
    import('./targets.mjs'),
    import('./seal.mjs'),
  ])
  const made = await mkdtemp(path.join(dist, '.new-'))
  try {
    for (const target of targets(made)) await build(target)
    const pages = path.join(made, 'renderer')
    if (existsSync(pages)) await seal(pages)
    await putInPlace(made)
  } finally {
    if (before === undefined) delete process.env['NODE_ENV']
    else process.env['NODE_ENV'] = before
    await rm(made, { recursive: true, force: true })
  }
}

/** Builds when needed; says whether it did. */
export async function buildIfStale(force = false) {
  if (!force && (await isFresh(await hashSources()))) return false
  return withLock(path.join(dist, '.build-lock'), async () => {
    // Taken before the build: a source that changes while we build makes the result stale again.
    const hash = await hashSources()
    if (!force && (await isFresh(hash))) return false
    for (const name of await readdir(dist)) {
      if (ASIDE.test(name)) await rm(path.join(dist, name), { recursive: true, force: true })
    }
    await buildAside()
    await writeFile(stampFile, hash)
    return true
  })
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  try {
    await buildIfStale(process.argv.includes('--force'))
  } catch (error) {
    fail(`The build failed: ${error instanceof Error ? error.message : String(error)}`)
  }
}
