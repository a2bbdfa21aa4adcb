// Before anything of dist/ is run in a checkout: install what is missing, build what has changed.
import { existsSync } from 'node:fs'
import path from 'node:path'
import { runNode } from './child.mjs'
import { hashSources, hasSources, isFresh } from './fresh.mjs'
import { prepare } from './install.mjs'
import { dist, fail, root, say } from './paths.mjs'

const SILENT_MS = 1_000

/** Leaves dist/ ready to run, or ends the process with one sentence. Says nothing when it is quick. */
export async function buildFirst() {
  if (hasSources()) {
    await prepare()
    if (!(await isFresh(await hashSources()))) {
      const notice = setTimeout(() => say('Building Postern …'), SILENT_MS)
      const { code } = await runNode([path.join(root, 'main', 'launch', 'build.mjs')], { stdio: ['ignore', 2, 2] })
      clearTimeout(notice)
      if (code !== 0) process.exit(1)
    }
  }
  if (!existsSync(path.join(dist, 'postern.js')))
    fail('This copy of Postern is incomplete: dist/postern.js is missing.')
}
