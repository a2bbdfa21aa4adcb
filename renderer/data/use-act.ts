// Doing something for the person: says when it worked, how to undo it, and why it did not.
import { useQueryClient } from '@tanstack/react-query'
import { useMemo } from 'react'
import { isGone, messageOf } from '../api/failure.ts'
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

export interface Acting {
  /** Runs a change; true where it worked. A failure is told with a way to try again. */
  readonly act: (work: () => Promise<unknown>, options?: ActOptions) => Promise<boolean>
  /** Says that something worked that was run elsewhere, and has read again what it changed. */
  readonly finished: (options: ActOptions) => void
  /** The session is gone or the data locked: the whole page goes there, and there is nothing more to tell. */
  readonly isLost: (error: unknown) => boolean
}

export function useActing(): Acting {
  const { actions } = useRelay()
  const queries = useQueryClient()
  return useMemo(() => {
    const refresh = ({ changes = [] }: ActOptions): void => {
      for (const name of changes) void queries.invalidateQueries({ queryKey: [name] })
    }
    const isLost: Acting['isLost'] = (error) => {
      const gone = isGone(error)
      if (gone) actions.lost(error)
      return gone
    }
    const finished: Acting['finished'] = (options) => {
      const { done, undo, changes = [] } = options
      refresh(options)
      if (done === undefined) return
      const back =
        undo === undefined ? undefined : { label: texts().common.undo, run: () => void act(undo, { changes }) }
      actions.tell('good', done, back)
    }
    const act: Acting['act'] = async (work, options = {}) => {
      try {
        await work()
      } catch (error) {
        refresh(options)
        const again = { label: texts().common.retry, run: () => void act(work, options) }
        if (!isLost(error)) actions.tell('bad', messageOf(error), again)
        return false
      }
      finished(options)
      return true
    }
    return { act, finished, isLost }
  }, [actions, queries])
}

/** The one that most parts of the pages want. */
export const useAct = (): Acting['act'] => useActing().act
