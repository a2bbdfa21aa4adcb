// Where the build's files are: beside this script once built (a shared chunk stands one folder deeper), in dist/ when this
// runs from the sources.
import path from 'node:path'

export function distFolder(): string {
  const here = import.meta.dirname
  if (path.basename(here) === 'main') return path.join(here, '..', 'dist')
  return path.basename(here) === 'chunks' ? path.dirname(here) : here
}
