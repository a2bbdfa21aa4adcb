// What could come next in the search box, by the word that is being typed.
export interface Completion {
  readonly text: string
  readonly hint: string
  /** A key that still wants its value: no blank behind it. */
  readonly goesOn: boolean
}

export interface Known {
  readonly keys: Readonly<Record<string, string>>
  readonly states: Readonly<Record<string, string>>
  readonly domains: readonly string[]
  readonly labels: readonly string[]
}

const MAX = 8

export function complete(query: string, { keys, states, domains, labels }: Known): readonly Completion[] {
  const word = query.slice(query.lastIndexOf(' ') + 1).toLowerCase()
  const done = (text: string, hint: string): Completion => ({ text, hint, goesOn: false })
  const values = [
    ...Object.entries(states).map(([text, hint]) => done(text, hint)),
    ...domains.map((name) => done(`domain:${name}`, '')),
    ...labels.filter((name) => !name.includes(' ')).map((name) => done(`tag:${name}`, '')),
  ]
  if (word === '') return Object.entries(keys).map(([text, hint]) => ({ text, hint, goesOn: true }))
  const begun = Object.entries(keys)
    .filter(([key]) => key.startsWith(word) && key !== word)
    .map(([text, hint]) => ({ text, hint, goesOn: true }))
  return [...begun, ...values.filter(({ text }) => text.startsWith(word) && text !== word)].slice(0, MAX)
}
