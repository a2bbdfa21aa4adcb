// Every word that the pages say, by area. English comes first and has the shape; the other languages have the same or do not compile.
// What the relay itself says (reasons in the log, refusals) comes in its own words where `reasons` has none for it.
import { activity } from './activity.ts'
import { alias } from './alias.ts'
import { aliases } from './aliases.ts'
import { common } from './common.ts'
import { dashboard } from './dashboard.ts'
import { domains } from './domains.ts'
import { backup } from './backup.ts'
import { blocks } from './blocks.ts'
import { held } from './held.ts'
import { language, useLanguage, type Language } from './language.ts'
import { mailbox } from './mailbox.ts'
import { pseudoOf } from './pseudo.ts'
import { reasons } from './reasons.ts'
import { recipients } from './recipients.ts'
import { resolver } from './resolver.ts'
import { security } from './security.ts'
import { session } from './session.ts'
import { settings } from './settings.ts'
import { shell } from './shell.ts'
import { viewer } from './viewer.ts'
import { welcome } from './welcome.ts'

const AREAS = {
  common,
  shell,
  session,
  security,
  reasons,
  mailbox,
  alias,
  aliases,
  activity,
  dashboard,
  domains,
  recipients,
  resolver,
  viewer,
  held,
  blocks,
  backup,
  settings,
  welcome,
}

type Areas = typeof AREAS
export type Texts = { readonly [Area in keyof Areas]: Areas[Area]['en'] }

function build(pick: 'en' | 'de'): Texts {
  return Object.fromEntries(Object.entries(AREAS).map(([area, words]) => [area, words[pick]])) as unknown as Texts
}

const made = new Map<Language, Texts>()

export function textsIn(wanted: Language): Texts {
  const before = made.get(wanted)
  if (before !== undefined) return before
  const texts = wanted === 'pseudo' ? pseudoOf(build('en')) : build(wanted)
  made.set(wanted, texts)
  return texts
}

/** Outside of React. */
export const texts = (): Texts => textsIn(language())

export function useTexts(): Texts {
  return textsIn(useLanguage())
}
