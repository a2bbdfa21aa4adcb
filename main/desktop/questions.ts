// A new sender writes to an alias that asks first: the notification is the question, and where the system draws buttons on notifications it
// takes the answer too. Unlike the sums of blocked mail it has to name the sender, or nobody could answer; the subject stays out of it.
import { z } from 'zod'
import type { LogEntry } from '../api/shapes.ts'
import type { RelayFetch } from './door.ts'
import { words } from './words.ts'

export type Answer = 'allow' | 'block'

/** What the buttons say, in their order. */
export const answerButtons = (): readonly { readonly answer: Answer; readonly text: string }[] => [
  { answer: 'allow', text: words().allow },
  { answer: 'block', text: words().block },
]

export interface Question {
  readonly title: string
  readonly body: string
  /** undefined where there are several: those are answered in the window. */
  readonly logId: number | undefined
}

export interface QuestionsOptions {
  readonly now: () => number
  readonly later: (work: () => void, millis: number) => void
  readonly show: (question: Question) => void
}

/** Whoever sends from a hundred addresses must not fill the screen: one a minute, and in between they are counted. */
const EVERY_MS = 60_000
const LONGEST = 100

const short = (text: string): string => (text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text)

/** Returns what takes each log entry. */
export function makeQuestions({ now, later, show }: QuestionsOptions): (entry: LogEntry) => void {
  let waiting = new Map<number, LogEntry>()
  let isPlanned = false
  let lastShown = Number.NEGATIVE_INFINITY
  const tell = (): void => {
    isPlanned = false
    lastShown = now()
    const entries = [...waiting.values()]
    waiting = new Map()
    const [only, ...others] = entries
    if (only === undefined) return
    const t = words()
    if (others.length > 0) {
      show({ title: t.waiting(entries.length), body: t.waitingText, logId: undefined })
      return
    }
    const title = t.mayWrite(short(only.sender === '' ? t.nobody : only.sender))
    show({ title, body: t.mayWriteText(short(only.alias)), logId: only.id })
  }
  return (entry) => {
    if (entry.reason !== 'ask-sender' || entry.outcome !== 'held' || entry.muted === true) {
      // Answered in the meantime, by the command line or in the window.
      waiting.delete(entry.id)
      return
    }
    waiting.set(entry.id, entry)
    if (isPlanned) return
    isPlanned = true
    later(tell, Math.max(0, lastShown + EVERY_MS - now()))
  }
}

const questions = z.object({ data: z.array(z.object({ id: z.number(), logId: z.number() })) })

/** Gives the answer to the relay; false where the question is no longer open. */
export async function answerQuestion(relay: RelayFetch, logId: number, answer: Answer): Promise<boolean> {
  const listed = await relay(new Request('http://localhost/app/questions'))
  if (!listed.ok) return false
  const { data } = questions.parse(await listed.json())
  const open = data.find((one) => one.logId === logId)
  if (open === undefined) return false
  const said = await relay(
    new Request(`http://localhost/app/questions/${open.id}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ answer }),
    }),
  )
  return said.ok
}
