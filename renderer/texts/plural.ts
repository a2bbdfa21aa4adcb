// Numbers in sentences. Every text that counts says which word goes with which number by the rules of its language.
const rules = new Map<string, Intl.PluralRules>()

export interface Forms {
  readonly one: string
  readonly other: string
}

/** `counted('en', 3, {one: 'alias', other: 'aliases'})` is `3 aliases`. */
export function counted(language: 'en' | 'de', count: number, forms: Forms): string {
  let rule = rules.get(language)
  if (rule === undefined) {
    rule = new Intl.PluralRules(language)
    rules.set(language, rule)
  }
  return `${count.toLocaleString(language)} ${rule.select(count) === 'one' ? forms.one : forms.other}`
}
