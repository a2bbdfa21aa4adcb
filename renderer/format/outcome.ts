// How an outcome looks: never by colour alone, always with a sign and a word.
import type { IconName } from '../parts/icon/Icon.tsx'
import { texts } from '../texts/texts.ts'

export type Tone = 'good' | 'info' | 'wait' | 'bad' | 'plain'

export interface Look {
  readonly tone: Tone
  readonly icon: IconName
  readonly word: string
}

const LOOKS: Readonly<Record<string, readonly [Tone, IconName]>> = {
  accepted: ['info', 'arrow-in'],
  delivered: ['good', 'check'],
  queued: ['info', 'clock'],
  deferred: ['wait', 'clock'],
  held: ['wait', 'pause'],
  released: ['info', 'arrow-in'],
  refused: ['bad', 'block'],
  blocked: ['bad', 'block'],
  failed: ['bad', 'cross'],
  bounced: ['bad', 'cross'],
  discarded: ['plain', 'minus'],
  dropped: ['plain', 'minus'],
  noticed: ['plain', 'info'],
}

/** An outcome that this page does not know yet is shown by its own name. */
export function lookOf(outcome: string): Look {
  const [tone, icon] = (Object.hasOwn(LOOKS, outcome) ? LOOKS[outcome] : undefined) ?? (['plain', 'dot'] as const)
  const words: Readonly<Record<string, string>> = texts().common.outcomes
  const known = Object.hasOwn(words, outcome) ? words[outcome] : undefined
  const plain = outcome.replaceAll('-', ' ').trim()
  return { tone, icon, word: known ?? (plain === '' ? '·' : plain.charAt(0).toUpperCase() + plain.slice(1)) }
}

/** Why, in few words; undefined where only the relay's own sentence says it. */
export function reasonWord(reason: string): string | undefined {
  const words = texts().reasons
  return Object.hasOwn(words, reason) ? words[reason] : undefined
}
