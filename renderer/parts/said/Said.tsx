// A text of the relay's. Where there is no phrase for it, it is English on a page that is not: screen readers are told.
import { langOf, said } from '../../texts/phrases/said.ts'

export function Said({ text }: { readonly text: string }) {
  const shown = said(text)
  const lang = langOf(text)
  return lang === undefined ? shown : <span lang={lang}>{shown}</span>
}

/** The same for a text that was said before: a message of a form, a notice. */
export function Told({ text }: { readonly text: string }) {
  const lang = langOf(text)
  return lang === undefined ? text : <span lang={lang}>{text}</span>
}
