// Doing something for the person: says when it worked, how to undo it, and why it did not.
import { useQueryClient } from '@tanstack/react-query'
import { useCallback } from 'react'
import { messageOf, ApiFailure } from '../api/failure.ts'
import { useRelay } from '../app/relay-context.ts'
import { texts } from '../texts/texts.ts'

export interface ActOptions {
  /** Said when it worked. */
  readonly done?: string
  /** Offered beside that. */
  readonly undo?: () => Promise<unknown>
  /** Names of what is read again, whether it worked or not: `['aliases']`. */
  readonly changes?: readonly string[]
}

/** Runs a change; true where it worked. A failure is told with a way to try again, unless the form of the page tells it. */
export function useAct(): (work: () => Promise<unknown>, options?: ActOptions) => Promise<boolean> {
  const { actions } = useRelay()
  const queries = useQueryClient()
  return useCallback(
    async function act(work: () => Promise<unknown>, options: ActOptions = {}): Promise<boolean> {
      const { done, undo, changes = [] } = options
      const refresh = (): void => {
        for (const name of changes) void queries.invalidateQueries({ queryKey: [name] })
      }
      try {
        await work()
      } catch (error) {
        refresh()
        if (error instanceof ApiFailure && (error.kind === 'signed-out' || error.kind === 'locked')) actions.lost(error)
        else
          actions.tell('bad', messageOf(error), {
            label: texts().common.retry,
            run: () => void act(work, options),
          })
        return false
      }
      refresh()
      if (done !== undefined)
        actions.tell(
          'good',
          done,
          undo === undefined ? undefined : { label: texts().common.undo, run: () => void act(undo, { changes }) },
        )
      return true
    },
    [actions, queries],
  )
}
