// Labels of an alias, as one column that the search index can look through: `|work|shops|`.
import { invalid } from '../parts.ts'

const MAX_LABELS = 20
/** What separates labels in their column cannot be in one; what moves a cursor must not be in one either. */
const LABEL = /^[^|\s\p{C}][^|\p{C}]{0,39}$/u

/** `|work|shops|`, each once. */
export function packLabels(labels: readonly string[]): string {
  const clean = [...new Set(labels.map((one) => one.trim().toLowerCase().normalize('NFC')))]
  for (const one of clean) if (!LABEL.test(one)) throw invalid('labels', `"${one.slice(0, 40)}" cannot be a label.`)
  if (clean.length > MAX_LABELS) throw invalid('labels', `An alias has at most ${MAX_LABELS} labels.`)
  return clean.length === 0 ? '' : `|${clean.join('|')}|`
}

export function unpackLabels(packed: string): readonly string[] {
  return packed.split('|').filter((one) => one !== '')
}
