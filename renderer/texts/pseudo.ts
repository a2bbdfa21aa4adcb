// A language for tests: every word longer, with accents and in brackets. What shows without brackets is not in the catalogue; what is cut
// off has no room for German.
const ACCENTS: Readonly<Record<string, string>> = {
  ...{ a: 'á', b: 'ƀ', c: 'ç', d: 'ð', e: 'é', f: 'ƒ', g: 'ğ', h: 'ĥ', i: 'í', j: 'ĵ', k: 'ķ', l: 'ļ', m: 'ɱ' },
  ...{ n: 'ñ', o: 'ó', p: 'þ', q: 'ɋ', r: 'ŕ', s: 'š', t: 'ţ', u: 'ú', v: 'ṽ', w: 'ŵ', x: 'ẋ', y: 'ý', z: 'ž' },
}

export function pseudoText(text: string): string {
  let out = ''
  for (const letter of text) out += ACCENTS[letter] ?? letter
  const more = text.length > 3 ? '~'.repeat(Math.min(12, Math.ceil(text.length / 3))) : ''
  return `[${out}${more}]`
}

/** The same catalogue, each text of it so changed. */
export function pseudoOf<T>(texts: T): T {
  if (typeof texts === 'string') return pseudoText(texts) as T
  if (typeof texts === 'function')
    return ((...values: unknown[]) => pseudoOf((texts as unknown as (...all: unknown[]) => unknown)(...values))) as T
  if (typeof texts !== 'object' || texts === null) return texts
  if (Array.isArray(texts)) return texts.map((one: unknown) => pseudoOf(one)) as T
  return Object.fromEntries(Object.entries(texts).map(([key, value]) => [key, pseudoOf<unknown>(value)])) as T
}
