// Some calls are answered with "prove first that it is you". They wait here while a dialog asks, and are sent again once it is proven.
import type { Method } from '../../main/api/shapes-access.ts'
import type { Calls } from '../api/calls.ts'
import { messageOf } from '../api/failure.ts'
import type { Actions } from './actions.ts'
import type { Store } from './store.ts'

/** Between the client, which meets the question, and the dialog, which has the answer. */
export interface Gate {
  /** True where it was proven. */
  ask: (methods: readonly Method[]) => Promise<boolean>
  answer: (proven: boolean) => void
}

export function makeGate(store: Store): Gate {
  let waiting: ((proven: boolean) => void)[] = []
  return {
    ask: (methods) =>
      new Promise((resolve) => {
        waiting.push(resolve)
        store.update(({ stepUp }) => ({ stepUp: stepUp ?? { methods, message: '', busy: false } }))
      }),
    answer: (proven) => {
      const all = waiting
      waiting = []
      store.update(() => ({ stepUp: undefined }))
      for (const resolve of all) resolve(proven)
    },
  }
}

export function proving(store: Store, calls: Calls, gate: Gate): Pick<Actions, 'stepUp' | 'cancelStepUp'> {
  return {
    cancelStepUp: () => gate.answer(false),
    stepUp: async (proof) => {
      const before = store.get().stepUp
      if (before === undefined || before.busy) return
      store.update(() => ({ stepUp: { ...before, message: '', busy: true } }))
      try {
        await calls.stepUp(proof)
        gate.answer(true)
      } catch (error) {
        store.update(({ stepUp }) =>
          stepUp === undefined ? {} : { stepUp: { ...stepUp, message: messageOf(error), busy: false } },
        )
      }
    },
  }
}
