// The fields of an ARC chain as they stand in a header: three a hop, told apart by their instance. Pure. RFC 8617 §4.1
import type { HeaderField } from '../mail/index.ts'

export const MAX_INSTANCE = 50

export interface ArcSet {
  results?: HeaderField
  message?: HeaderField
  seal?: HeaderField
}

/** The value of one tag. */
export function tagOf(text: string, tag: string): string | undefined {
  for (const part of text.split(';')) {
    const equals = part.indexOf('=')
    if (equals > 0 && part.slice(0, equals).trim() === tag) return part.slice(equals + 1).replaceAll(/\s+/g, '')
  }
  return undefined
}

export function valueOf({ key, raw }: HeaderField): string {
  return raw.toString('latin1').slice(key.length + 1)
}

const PLACES: Readonly<Record<string, keyof ArcSet>> = {
  'arc-authentication-results': 'results',
  'arc-message-signature': 'message',
  'arc-seal': 'seal',
}

/** By instance; undefined where a field has none, or two hops claim the same one. */
export function arcSets(fields: readonly HeaderField[]): ReadonlyMap<number, ArcSet> | undefined {
  const sets = new Map<number, ArcSet>()
  for (const field of fields) {
    const place = PLACES[field.key]
    if (place === undefined) continue
    const instance = Number(tagOf(valueOf(field), 'i'))
    if (!Number.isInteger(instance) || instance < 1 || instance > MAX_INSTANCE) return undefined
    const set = sets.get(instance) ?? {}
    if (set[place] !== undefined) return undefined
    set[place] = field
    sets.set(instance, set)
  }
  return sets
}
