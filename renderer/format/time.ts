// Times as a person reads them: the clock for today, the date before that. The full time is always in the title.

const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' })
const fineClock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit' })
const day = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' })
const full = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'long' })

const DAY_MS = 24 * 60 * 60 * 1000

export function shortTime(at: number, now: number, seconds: boolean): string {
  const then = new Date(at)
  const sameDay = then.toDateString() === new Date(now).toDateString()
  if (sameDay) return (seconds ? fineClock : clock).format(then)
  const years = Math.abs(now - at) > 300 * DAY_MS ? ` ${then.getFullYear()}` : ''
  return `${day.format(then)}${years}`
}

export const fullTime = (at: number): string => full.format(new Date(at))
