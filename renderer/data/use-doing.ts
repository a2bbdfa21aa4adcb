// What a form does when it is sent: at work once at a time, and what went wrong stays with it.
import { useState } from 'react'
import { useActing, type ActOptions } from './use-act.ts'

export interface Doing {
  readonly busy: boolean
  readonly error: unknown
  /** Runs it; true where it worked. What is said and read again then is as for any change. */
  readonly run: (work: () => Promise<unknown>, options?: ActOptions) => Promise<boolean>
  readonly clear: () => void
}

export function useDoing(): Doing {
  const { finished, isLost } = useActing()
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>()
  return {
    busy,
    error,
    clear: () => setError(undefined),
    run: async (work, options = {}) => {
      if (busy) return false
      setBusy(true)
      setError(undefined)
      try {
        await work()
        finished(options)
        return true
      } catch (failure) {
        if (!isLost(failure)) setError(failure)
        return false
      } finally {
        setBusy(false)
      }
    },
  }
}
