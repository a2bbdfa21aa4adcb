// The subject of a forward by the user's template. behaviour.md 3.9
import { composeField, readableBody, unstructuredWords } from './compose-field.ts'
import type { ForwardFacts } from './facts.ts'
import type { HeaderField } from './header-block.ts'

/** `{subject}`, `{alias}`, `{tag}`; a template without `{subject}` stands before it. Unknown braces stay as they are. */
export function withSubjectTemplate(field: HeaderField | undefined, facts: ForwardFacts): HeaderField | undefined {
  const template = facts.subjectTemplate ?? ''
  if (template === '') return field
  const subject = field === undefined ? '' : readableBody(field)
  const whole = template.includes('{subject}') ? template : `${template} {subject}`
  // One pass over the template: a subject that has braces of its own is not filled in again.
  const values: ReadonlyMap<string, string> = new Map([
    ['subject', subject],
    ['alias', facts.alias],
    ['tag', facts.tag],
  ])
  const text = whole
    .split('{')
    .map((piece, index) => {
      const close = index === 0 ? -1 : piece.indexOf('}')
      const value = close < 0 ? undefined : values.get(piece.slice(0, close))
      return value === undefined ? (index === 0 ? piece : `{${piece}`) : value + piece.slice(close + 1)
    })
    .join('')
  return composeField(field?.name ?? 'Subject', unstructuredWords(text))
}
