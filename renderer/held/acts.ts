// What can be done with a message that waits, each said when it is done.
import type { HeldItem } from '../../main/api/shapes-owner.ts'
import { heldBulk } from '../../main/api/shapes-owner.ts'
import { useClient } from '../api/client-context.ts'
import { useRelay } from '../app/relay-context.ts'
import { useAct } from '../data/use-act.ts'
import { said } from '../texts/phrases/said.ts'
import { useTexts } from '../texts/texts.ts'

const CHANGES = ['held', 'questions', 'queue', 'stats', 'state', 'blocks']

interface ReleaseOptions {
  readonly allow?: boolean
  readonly to?: string
  readonly asIs?: boolean
  readonly realAddress?: boolean
  readonly attachments?: 'remove' | 'always'
}

export function useHeldActs() {
  const { held: t } = useTexts()
  const client = useClient()
  const { actions } = useRelay()
  const act = useAct()
  const path = (item: HeldItem): string => `/app/held/${item.id}`
  return {
    release: (item: HeldItem, options: ReleaseOptions = {}) =>
      act(() => client.tell('POST', `${path(item)}/release`, options), {
        done: options.attachments === 'always' ? t.alwaysSent(item.to) : t.released,
        changes: [...CHANGES, 'contacts'],
      }),
    answer: (item: HeldItem, answer: 'allow' | 'block') =>
      act(() => client.tell('POST', `/app/questions/${item.id}`, { answer }), {
        done: answer === 'allow' ? t.allowed(item.sender) : t.refused(item.sender),
        changes: [...CHANGES, 'contacts'],
      }),
    keep: (item: HeldItem, keep: boolean) =>
      act(() => client.tell('POST', `${path(item)}/keep`, { keep }), {
        done: keep ? t.keptDone : t.unkeptDone,
        changes: CHANGES,
      }),
    block: (item: HeldItem) =>
      act(() => client.tell('POST', '/app/blocks', { value: item.sender }), {
        done: t.blocked(item.sender),
        changes: CHANGES,
      }),
    remove: (item: HeldItem) => act(() => client.tell('DELETE', path(item)), { done: t.removed, changes: CHANGES }),
    bulk: (ids: readonly number[], action: 'release' | 'drop' | 'keep') =>
      act(
        async () => {
          const { data } = await client.send('POST', '/app/held/bulk', { action, ids }, heldBulk)
          const [first] = data.failed
          if (data.done > 0) actions.tell('good', t.bulkDone(data.done))
          if (first !== undefined) actions.tell('bad', t.bulkFailed(data.failed.length, said(first.message)))
        },
        { changes: CHANGES },
      ),
  }
}
export type HeldActs = ReturnType<typeof useHeldActs>
