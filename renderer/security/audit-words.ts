// The entries of the audit log in words. What has none here is shown as it was written down.
import type { AuditEntry } from '../../main/api/shapes-access.ts'
import type { Texts } from '../texts/texts.ts'
import { callWords } from '../texts/security-calls.ts'
import { factorWords } from './Sessions.tsx'

type Words = Texts['security']

/** `PATCH /app/aliases/UUID` -> `PATCH /app/aliases/*` and what stands there. */
function callOf(what: string, calls: Readonly<Record<string, string>>): readonly [string, string] | undefined {
  const plain = Object.hasOwn(calls, what) ? calls[what] : undefined
  if (plain !== undefined) return [plain, '']
  const [method = '', path = ''] = what.split(' ')
  const parts = path.split('/')
  // A name in the middle (`/app/keys/ID/test`) or at the end (`/app/keys/ID`).
  for (const at of [parts.length - 1, parts.length - 2]) {
    const pattern = `${method} ${parts.map((part, i) => (i === at ? '*' : part)).join('/')}`
    const found = Object.hasOwn(calls, pattern) ? calls[pattern] : undefined
    if (found !== undefined) return [found, parts[at] ?? '']
  }
  return undefined
}

/** Ids say nothing to a person; names of settings, domains and key sources do. */
const ID = /^[0-9a-f-]{32,}$|^(?=.*[A-Z])[\w-]{20,}$/

/** What was done, and to what where that has a name. */
export function whatWords(
  { what, outcome }: AuditEntry,
  words: Words,
): { readonly text: string; readonly name: string } {
  const t = words.log
  const [, start = '', by = ''] = /^(login|second factor|step up|unlock the window) by (.+)$/.exec(what) ?? []
  const factors = factorWords(by, words.sessions)
  switch (start) {
    case 'login':
      return { text: outcome === 'done' ? t.login(factors) : t.loginTried(factors), name: '' }
    case 'second factor':
      return { text: t.second(factors), name: '' }
    case 'step up':
      return { text: t.stepUp(factors), name: '' }
    case 'unlock the window':
      return { text: t.unlockWindow(factors), name: '' }
  }
  const [text, name] = callOf(what, callWords()) ?? [what, '']
  let plain = name
  try {
    plain = decodeURIComponent(name)
  } catch {
    // Shown as it came.
  }
  return { text, name: ID.test(plain) ? '' : plain }
}

export function whoWords(who: string, words: Words): string {
  const t = words.log
  const [, kind = '', rest = ''] = /^(session|token|half way in by) (.*)$/.exec(who) ?? []
  if (kind === 'session') return t.session(rest)
  if (kind === 'token') return t.token(rest)
  if (kind === 'half way in by') return t.halfWay(factorWords(rest, words.sessions))
  return t.whos[who] ?? who
}
