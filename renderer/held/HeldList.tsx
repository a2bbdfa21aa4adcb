import { useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { HeldItem, HeldKind } from '../../main/api/shapes-owner.ts'
import { useClient } from '../api/client-context.ts'
import { heldQuery } from '../api/owner.ts'
import { Button } from '../parts/button/Button.tsx'
import { Card } from '../parts/card/Card.tsx'
import { Confirm } from '../parts/dialog/Dialog.tsx'
import { Empty } from '../parts/empty/Empty.tsx'
import { Row } from '../parts/page/Page.tsx'
import { Loaded } from '../parts/state/Loaded.tsx'
import { useTexts } from '../texts/texts.ts'
import { useHeldActs, type HeldActs } from './acts.ts'
import { HeldRow } from './HeldRow.tsx'
import classes from './Held.module.css'

const isQuestion = (item: HeldItem): boolean => item.reason === 'ask-sender'

/** What waits of one kind, with something to do to each and to many. */
export function HeldList({ kind }: { readonly kind: HeldKind }) {
  const { held: t, common } = useTexts()
  const query = useInfiniteQuery(heldQuery(useClient(), kind))
  const [chosen, setChosen] = useState<ReadonlySet<number>>(new Set())
  const acts = useHeldActs()
  // New senders have a page of their own.
  const items = query.data?.pages.flatMap((page) => page.data).filter((item) => !isQuestion(item)) ?? []
  const shown = items.filter((item) => chosen.has(item.id)).map((item) => item.id)
  const toggle = (id: number): void => {
    const next = new Set(chosen)
    if (!next.delete(id)) next.add(id)
    setChosen(next)
  }
  return (
    <Card flush>
      <Loaded query={query}>
        {() =>
          items.length === 0 ? (
            <Empty icon={kind === 'held' ? 'held' : 'check'} title={t.empty[kind]}>
              {t.emptyText[kind]}
            </Empty>
          ) : (
            <>
              <div className={classes['bar']}>
                <label className={classes['all']}>
                  <input
                    type="checkbox"
                    checked={shown.length === items.length}
                    onChange={() =>
                      setChosen(shown.length === items.length ? new Set() : new Set(items.map((one) => one.id)))
                    }
                  />
                  {shown.length === 0 ? t.selectAll : t.chosen(shown.length)}
                </label>
                {shown.length > 0 && <BulkButtons ids={shown} acts={acts} onDone={() => setChosen(new Set())} />}
              </div>
              <ul className={classes['list']}>
                {items.map((item) => (
                  <HeldRow
                    key={item.id}
                    item={item}
                    acts={acts}
                    chosen={chosen.has(item.id)}
                    onChoose={() => toggle(item.id)}
                  />
                ))}
              </ul>
              {query.hasNextPage && (
                <div className={classes['more']}>
                  <Button kind="quiet" busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
                    {common.showOlder}
                  </Button>
                </div>
              )}
            </>
          )
        }
      </Loaded>
    </Card>
  )
}

interface BulkProps {
  readonly ids: readonly number[]
  readonly acts: HeldActs
  readonly onDone: () => void
}

function BulkButtons({ ids, acts, onDone }: BulkProps) {
  const { held: t } = useTexts()
  const [asking, setAsking] = useState(false)
  const run = async (action: 'release' | 'drop' | 'keep'): Promise<void> => {
    await acts.bulk(ids, action)
    onDone()
  }
  return (
    <Row>
      <Button icon="send" onClick={() => void run('release')}>
        {t.release}
      </Button>
      <Button icon="bookmark" onClick={() => void run('keep')}>
        {t.keep}
      </Button>
      <Button icon="bin" onClick={() => setAsking(true)}>
        {t.remove}
      </Button>
      <Confirm
        open={asking}
        onClose={() => setAsking(false)}
        title={t.removeTitle(ids.length)}
        lead={t.removeLead}
        word={t.remove}
        danger
        onYes={() => run('drop')}
      />
    </Row>
  )
}
