// E18: `postern://open/log`. A link from anywhere opens a part of our page, and never does anything.
import type { Route } from '../../preload/powers.ts'

const PANELS: ReadonlyMap<string, Route['panel']> = new Map([
  ['postern://open/log', 'log'],
  ['postern://open/mailbox', 'mailbox'],
  ['postern://open/aliases', 'aliases'],
])

/** Exact texts only: there is nothing to parse, so nothing to parse differently from somebody else. */
export function routeIn(text: string): Route | undefined {
  const panel = PANELS.get(text.replace(/\/$/, ''))
  return panel === undefined ? undefined : { panel }
}
