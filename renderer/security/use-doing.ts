// What a form does when it is sent: at work once at a time, and what went wrong stays with it.
import { useState } from 'react'
import { useQueryClient } from '@tanstack/react-query'
import { ApiFailure } from '../api/failure.ts'
import { useRelay } from '../app/relay-context.ts'

export interface Doing {
  readonly busy: boolean
  readonly error: unknown
  /** Runs it; true where it worked. These names are read again then. */
  readonly run: (work: () => Promise<unknown>, changes?: readonly string[]) => Promise<boolean>
  readonly clear: () => void
}

export function useDoing(): Doing {
  const queries = useQueryClient()
  const { actions } = useRelay()
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>()
  return {
    busy,
    error,
    clear: () => setError(undefined),
    run: async (work, changes = []) => {
      if (busy) return false
      setBusy(true)
      setError(undefined)
      try {
        await work()
        for (const name of changes) void queries.invalidateQueries({ queryKey: [name] })
        return true
      } catch (failure) {
        if (failure instanceof ApiFailure && failure.kind === 'signed-out') actions.lost(failure)
        setError(failure)
        return false
      } finally {
        setBusy(false)
      }
    },
  }
}
