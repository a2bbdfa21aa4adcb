// A real Electron comes up and goes down under its test driver, each within a bound that says by name what did not happen.
import { _electron } from 'playwright-core'
import type { ElectronApplication, Page } from 'playwright-core'

const START_MS = 20_000
const CLOSE_MS = 30_000

interface Launched {
  readonly app: ElectronApplication
  readonly page: Page
}

interface LaunchOptions {
  readonly args: readonly string[]
  /** Beside what this process has. */
  readonly env: Readonly<Record<string, string>>
}

async function launchOnce({ args, env }: LaunchOptions): Promise<Launched> {
  const inherited: Record<string, string> = {}
  for (const [name, value] of Object.entries(process.env)) if (value !== undefined) inherited[name] = value
  const app = await _electron.launch({
    executablePath: process.env['POSTERN_ELECTRON'] ?? '',
    args: [...args],
    // Ours to choose, not the test driver's.
    colorScheme: null,
    env: { ...inherited, ...env },
    timeout: START_MS,
  })
  try {
    return { app, page: await app.firstWindow({ timeout: START_MS }) }
  } catch (error) {
    app.process().kill('SIGKILL')
    throw error
  }
}

/** On a busy machine one launch in some fifty shows its driver no window, and the next one does: that is said, and tried once more. */
export async function launchElectron(options: LaunchOptions): Promise<Launched> {
  try {
    return await launchOnce(options)
  } catch (error) {
    console.warn(
      `Electron did not come up, it is launched again: ${error instanceof Error ? error.message : String(error)}`,
    )
    return launchOnce(options)
  }
}

/** Quits as a person would; one that does not end is killed, and that is an error. */
export async function closeElectron(app: ElectronApplication | undefined): Promise<void> {
  if (app === undefined) return
  const child = app.process()
  let timer: ReturnType<typeof setTimeout> | undefined
  const tooLong = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      child.kill('SIGKILL')
      reject(new Error(`Electron did not quit within ${CLOSE_MS / 1000} s.`))
    }, CLOSE_MS)
  })
  await Promise.race([app.close(), tooLong]).finally(() => clearTimeout(timer))
}
