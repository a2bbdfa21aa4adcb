// What the program was started with. In a packaged app nothing on the command line may open a door for a debugger or take a wall
// away (E2, E15): Chromium and Node would both obey.
import type { Route } from '../../preload/powers.ts'
import { routeIn } from './deep-link.ts'

export interface DesktopArguments {
  readonly data: string | undefined
  /** Start into the tray, as at login. */
  readonly hidden: boolean
  readonly route: Route | undefined
}

const DANGEROUS = [
  ...['--no-sandbox', '--disable-web-security', '--remote-debugging', '--inspect', '--js-flags', '--load-extension'],
  ...['--host-rules', '--host-resolver-rules', '--proxy-server', '--disable-site-isolation', '--allow-file-access'],
  ...[
    '--ignore-certificate-errors',
    '--renderer-cmd-prefix',
    '--gpu-launcher',
    '--utility-cmd-prefix',
    '--enable-logging',
  ],
]

/** The first argument that a packaged app refuses to run with. */
export function refusedArgument(argv: readonly string[]): string | undefined {
  return argv.find((argument) => {
    const name = argument.toLowerCase()
    return DANGEROUS.some((prefix) => name.startsWith(prefix) || name.startsWith(prefix.slice(1)))
  })
}

export function parseArguments(argv: readonly string[]): DesktopArguments {
  const at = argv.indexOf('--data')
  const joined = argv.find((argument) => argument.startsWith('--data='))?.slice('--data='.length)
  const data = joined ?? (at === -1 ? undefined : argv[at + 1])
  return {
    data: data === '' ? undefined : data,
    hidden: argv.includes('--hidden'),
    route: argv.map(routeIn).find((route) => route !== undefined),
  }
}
