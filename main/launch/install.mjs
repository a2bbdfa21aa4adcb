// Makes node_modules agree with package-lock.json: `npm ci`, when it does not.
import { createHash } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { runChild } from './child.mjs'
import { withLock } from './lock.mjs'
import { dist, fail, modules, root, say } from './paths.mjs'

/** Holds the hash of the lockfile that node_modules was made from. */
const stamp = path.join(modules, '.postern-lock')

/** @param {string} file */
const read = (file) => readFile(file, 'utf8').catch(() => undefined)

/**
 * Somebody ran npm by hand: its own record says what was installed. Optional packages may be missing (another platform).
 * @param {string} lockText
 */
async function installedByHand(lockText) {
  const recordText = await read(path.join(modules, '.package-lock.json'))
  if (recordText === undefined) return false
  try {
    const wanted = JSON.parse(lockText).packages
    const present = JSON.parse(recordText).packages
    return Object.entries(wanted).every(([name, entry]) => {
      if (name === '') return true
      const there = present[name]
      return there === undefined ? entry.optional === true : there.integrity === entry.integrity
    })
  } catch {
    return false
  }
}

/** npm as it was started for us, else the one on the PATH. */
function npmCommand() {
  const script = process.env['npm_execpath']
  // Not process.execPath: in an npm script that may be the Node inside node_modules, which npm ci takes away first.
  const node = process.env['npm_node_execpath'] ?? process.execPath
  if (script !== undefined && /npm-cli\.[cm]?js$/.test(script)) return { file: node, args: [script], options: {} }
  // Windows has npm as a batch file, which only a shell can start; none of the arguments comes from outside.
  return { file: 'npm', args: [], options: { shell: process.platform === 'win32' } }
}

async function install() {
  const { file, args, options } = npmCommand()
  say('Installing what Postern needs (npm ci); this takes a minute …')
  try {
    const { code } = await runChild(file, [...args, 'ci', '--no-audit', '--no-fund', '--loglevel=error'], {
      cwd: root,
      // npm's report goes to stderr: stdout belongs to the command that we were started for.
      stdio: ['ignore', 2, 2],
      ...options,
    })
    if (code !== 0) fail('npm ci failed: Postern cannot run without its packages. Is the npm registry reachable?')
  } catch (error) {
    fail(
      `npm could not be started (${error.code ?? error.message}): install npm, which comes with Node, and try again.`,
    )
  }
}

/** Installs what is missing. Safe when several run at once: the first installs, the others wait. */
export async function prepare() {
  const lockText = await read(path.join(root, 'package-lock.json'))
  if (lockText === undefined) return // an installed package: npm has put everything in place
  const hash = createHash('sha256').update(lockText).digest('hex')
  const ready = async () => (await read(stamp))?.trim() === hash
  if (await ready()) return
  await withLock(path.join(dist, '.install-lock'), async () => {
    if (await ready()) return
    if (!(await installedByHand(lockText))) await install()
    await writeFile(stamp, `${hash}\n`)
  })
}
