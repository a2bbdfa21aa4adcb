import { lazy, type ComponentType } from 'react'

/** What is still to be fetched, so that it can be while nobody waits for it. */
const waiting: (() => Promise<unknown>)[] = []

/** A page that comes in a file of its own, so that the first one does not wait for all the others. */
export function lazyPage<Props extends object>(load: () => Promise<ComponentType<Props>>): ComponentType<Props> {
  waiting.push(load)
  return lazy(async () => ({ default: await load() }))
}

/** Fetches the other pages, one after another, once the first one shows: going to one then takes no time. */
export async function fetchPages(): Promise<void> {
  for (const load of waiting.splice(0)) await load().catch(() => undefined)
}
