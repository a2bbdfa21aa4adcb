// How an outcome looks: never by colour alone, always with a sign and a word.
import type { IconName } from '../parts/icon/Icon.tsx'

export type Tone = 'good' | 'info' | 'wait' | 'bad' | 'plain'

export interface Look {
  readonly tone: Tone
  readonly icon: IconName
  readonly word: string
}

const LOOKS: ReadonlyMap<string, Look> = new Map([
  ['accepted', { tone: 'info', icon: 'arrow-in', word: 'Accepted' }],
  ['delivered', { tone: 'good', icon: 'check', word: 'Delivered' }],
  ['queued', { tone: 'info', icon: 'clock', word: 'Queued' }],
  ['deferred', { tone: 'wait', icon: 'clock', word: 'Deferred' }],
  ['held', { tone: 'wait', icon: 'pause', word: 'Held' }],
  ['released', { tone: 'info', icon: 'arrow-in', word: 'Released' }],
  ['refused', { tone: 'bad', icon: 'block', word: 'Refused' }],
  ['blocked', { tone: 'bad', icon: 'block', word: 'Blocked' }],
  ['failed', { tone: 'bad', icon: 'cross', word: 'Failed' }],
  ['bounced', { tone: 'bad', icon: 'cross', word: 'Bounced' }],
  ['discarded', { tone: 'plain', icon: 'minus', word: 'Discarded' }],
  ['dropped', { tone: 'plain', icon: 'minus', word: 'Dropped' }],
] as const)

/** An outcome that this page does not know yet is shown by its own name. */
export function lookOf(outcome: string): Look {
  const known = LOOKS.get(outcome)
  if (known !== undefined) return known
  const words = outcome.replaceAll('-', ' ').trim()
  return { tone: 'plain', icon: 'dot', word: words === '' ? 'Noted' : words.charAt(0).toUpperCase() + words.slice(1) }
}
