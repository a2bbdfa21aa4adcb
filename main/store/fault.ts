// Places where a test ends the process, as a power cut would: `POSTERN_FAULT=after-commit:3` kills it the third time it gets there.
// Without that variable, and outside a run that says POSTERN_TEST=1, this is nothing.

export const FAULT_POINTS = [
  /** A message is written, not committed: its sender was not answered. */
  'before-commit',
  /** Committed, and its sender was not answered yet. */
  'after-commit',
  /** Leased, and nobody was dialled yet. */
  'before-dial',
  /** The far end has answered, and that is not written down yet. */
  'before-settle',
  'in-checkpoint',
  /** The mark says that the log is empty, which still is there. */
  'checkpoint-marked',
  'in-migration',
  'in-backup',
] as const
export type FaultPoint = (typeof FAULT_POINTS)[number]

const armed = new Map<string, number>()
if (process.env['POSTERN_TEST'] === '1')
  for (const one of (process.env['POSTERN_FAULT'] ?? '').split(',')) {
    const [name = '', count] = one.split(':')
    if (name !== '') armed.set(name, Math.max(1, Number(count ?? 1)))
  }

export function faultPoint(name: FaultPoint): void {
  const left = armed.get(name)
  if (left === undefined) return
  armed.set(name, left - 1)
  // SIGKILL: no handler runs, nothing is flushed, in whichever thread this is.
  if (left <= 1) process.kill(process.pid, 'SIGKILL')
}
