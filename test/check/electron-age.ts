// electron-age.ts: whether the Electron that package.json names may still be released with. Asked when a release is made, not on every
// run: it asks the registry. E14: a major of the three that are supported, and no more than a month behind its newest release.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'

const root = path.resolve(import.meta.dirname, '..', '..')
const DAY = 24 * 3_600_000
const MAJORS = 3
const MAX_DAYS = 30

const majorOf = (version: string): number => Number(version.split('.')[0])

export interface Registry {
  readonly latest: string
  readonly times: Readonly<Record<string, string>>
}

/** What speaks against a release with `version`; empty where nothing does. */
export function findings(version: string, { latest, times }: Registry, now: number): readonly string[] {
  const found: string[] = []
  if (times[version] === undefined) return [`Electron ${version} is not in the registry.`]
  const oldest = majorOf(latest) - MAJORS + 1
  if (majorOf(version) < oldest)
    found.push(`Electron ${version} is not supported any more; the oldest that is: ${oldest}.`)
  const newer = Object.entries(times).filter(
    ([name, at]) =>
      /^\d+\.\d+\.\d+$/.test(name) &&
      majorOf(name) === majorOf(version) &&
      Date.parse(at) > Date.parse(times[version] ?? ''),
  )
  // The first one that was missed: from then on we are behind.
  const [missed] = newer.toSorted(([, a], [, b]) => Date.parse(a) - Date.parse(b))
  const days = missed === undefined ? 0 : Math.floor((now - Date.parse(missed[1])) / DAY)
  if (days > MAX_DAYS) found.push(`Electron ${version} has been behind ${missed?.[0] ?? ''} for ${days} days.`)
  return found
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { devDependencies } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {
    devDependencies: { electron: string }
  }
  const view = execFileSync('npm', ['view', 'electron', 'dist-tags', 'time', '--json'], { encoding: 'utf8' })
  const { 'dist-tags': tags, time: times } = JSON.parse(view) as {
    'dist-tags': { latest: string }
    time: Readonly<Record<string, string>>
  }
  const found = findings(devDependencies.electron, { latest: tags.latest, times }, Date.now())
  for (const one of found) console.error(one)
  if (found.length === 0) console.log(`Electron ${devDependencies.electron} may be released with.`)
  process.exitCode = found.length === 0 ? 0 : 1
}
