// The audit log: every login, tried or done, and every change that was made, by whomever. Never what was given: paths and names only,
// and of settings that are no secret what they were and are.
import type { Context, Next } from 'hono'
import { isRead, placeOf, type Env } from './caller.ts'
import type { ApiParts } from './parts.ts'

const MAX_TEXT = 200

/** Kept of each of two values. */
const MAX_VALUE = 200

/** What a change comes to, for the log: quoted, on one line, cut short. */
export function changeOf(before: string | null, after: string | null): string {
  const shown = (value: string | null): string =>
    value === null ? 'nothing set' : JSON.stringify(value.slice(0, MAX_VALUE))
  return before === after ? `still ${shown(after)}` : `${shown(before)} -> ${shown(after)}`
}

export async function audit(parts: ApiParts, c: Context<Env>, what: string, outcome: string, who = ''): Promise<void> {
  await parts.store.writer.run('audit', {
    at: parts.clock.now(),
    who: (who === '' ? c.get('who') : who).slice(0, MAX_TEXT),
    what: what.slice(0, MAX_TEXT),
    outcome: outcome.slice(0, MAX_TEXT),
    place: placeOf(c),
    // Of what was refused nothing was changed.
    detail: outcome === 'done' ? (c.get('detail') ?? '') : '',
  })
}

/** Questions that are asked by POST and change nothing, and what writes an entry of its own. */
const NO_CHANGE =
  /^\/app\/(security\/(strength|generate|step-up|window|keys\/options|key-options)|preview|why|backups\/verify|resolvers\/(look|try))/
/** Reading these is told, too: it takes everything out. */
const TOLD = /^\/app\/export$/

/** Whether a call stands in the log. */
export const isTold = (method: string, path: string): boolean =>
  isRead(method) ? TOLD.test(path) : !NO_CHANGE.test(path)

/** Writes down each change after it was made; one that was refused for want of a proof as well. */
export function auditChanges(parts: ApiParts) {
  return async (c: Context<Env>, next: Next): Promise<void> => {
    await next()
    const { method, path } = c.req
    if (!isTold(method, path)) return
    const { status } = c.res
    if (status < 400) await audit(parts, c, `${method} ${path}`, 'done')
    else if (status === 403) await audit(parts, c, `${method} ${path}`, 'refused')
  }
}
