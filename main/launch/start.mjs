// npm start: opens Postern's window where there is a screen and an Electron, and runs the same relay headless where there is not,
// saying why in one line. `--headless` asks for that directly.
import path from 'node:path'
import { buildFirst } from './build-first.mjs'
import { endLike, RELAY_FLAGS, runChild, runNode } from './child.mjs'
import { findElectron, hasDisplay } from './electron.mjs'
import { dist, root, say } from './paths.mjs'

/** An Electron that ends like this so soon has not opened a window: a library is missing, or the screen does not answer. */
const SOON_MS = 10_000
const CRASHES = new Set(['SIGTRAP', 'SIGABRT', 'SIGSEGV', 'SIGILL', 'SIGBUS'])

const args = process.argv.slice(2)
const rest = args.filter((arg) => arg !== '--headless')

async function headless() {
  endLike(await runNode([...RELAY_FLAGS, path.join(dist, 'postern.js'), 'serve', ...rest]))
}

/** Chromium's sandbox refuses to run as root. */
function sandboxArguments() {
  if (process.platform !== 'linux') return []
  if (process.env['POSTERN_ELECTRON_NO_SANDBOX'] === '1') return ['--no-sandbox']
  if (process.getuid?.() !== 0) return []
  say("Running as root, so without Chromium's sandbox: better start Postern as an ordinary user.")
  return ['--no-sandbox']
}

/**
 * @param {string} file
 * @returns {Promise<string | undefined>} why no window opened
 */
async function desktop(file) {
  const env = { ...process.env }
  // Set in the terminals of some editors: it would turn Electron into a plain Node.
  delete env['ELECTRON_RUN_AS_NODE']
  const started = Date.now()
  try {
    const end = await runChild(file, [...sandboxArguments(), root, ...rest], { env, cwd: process.cwd() })
    const soon = Date.now() - started < SOON_MS
    if (soon && (end.code === 127 || CRASHES.has(end.signal ?? '')))
      return `Electron did not start (${end.signal ?? end.code})`
    endLike(end)
    return undefined
  } catch (error) {
    return `Electron did not start (${error.code ?? error.message})`
  }
}

/** @returns {Promise<string | undefined>} why there is no window */
async function openWindow() {
  if (!hasDisplay()) return 'No display: neither DISPLAY nor WAYLAND_DISPLAY is set'
  const found = await findElectron()
  return 'why' in found ? found.why : desktop(found.file)
}

await buildFirst()
if (args.includes('--headless')) await headless()
else {
  const why = await openWindow()
  if (why !== undefined) {
    say(`${why}; running without a window.`)
    await headless()
  }
}
