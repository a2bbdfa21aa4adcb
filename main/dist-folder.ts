// Where the build's files are: beside this script once built (a shared chunk stands one folder deeper), in dist/ when this
// runs from the sources.
import path from 'node:path'
import { pathToFileURL } from 'node:url'

export function distFolder(): string {
  const here = import.meta.dirname
  if (path.basename(here) === 'main') return path.join(here, '..', 'dist')
  return path.basename(here) === 'chunks' ? path.dirname(here) : here
}

export interface Scripts {
  readonly writer: URL
  readonly verify: URL
  readonly display: URL
  readonly backup: URL
}

/** The scripts of the worker threads, as the build leaves them. */
export function scriptsIn(folder: string): Scripts {
  const script = (name: string): URL => pathToFileURL(path.join(folder, name))
  return {
    writer: script('writer.worker.js'),
    verify: script('verify.worker.js'),
    display: script('display.worker.js'),
    backup: script('backup.worker.js'),
  }
}
