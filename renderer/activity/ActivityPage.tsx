import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { logList } from '../api/activity.ts'
import { useClient } from '../api/client-context.ts'
import { useLive } from '../data/live.ts'
import { Button } from '../parts/button/Button.tsx'
import { Card } from '../parts/card/Card.tsx'
import { Empty } from '../parts/empty/Empty.tsx'
import { Page } from '../parts/page/Page.tsx'
import { Loaded } from '../parts/state/Loaded.tsx'
import { useTexts } from '../texts/texts.ts'
import { LogRow } from './LogRow.tsx'

/** What the relay did, as it does it. */
export function ActivityPage() {
  const { activity: t, common } = useTexts()
  const queries = useQueryClient()
  const query = useInfiniteQuery(logList(useClient()))
  useLive({ onLog: () => void queries.invalidateQueries({ queryKey: ['log'] }) })
  return (
    <Page title={t.title} lead={t.lead}>
      <Card flush>
        <Loaded query={query}>
          {({ pages }) =>
            pages[0]?.data.length === 0 ? (
              <Empty icon="activity" title={t.empty}>
                {t.emptyText}
              </Empty>
            ) : (
              <ul aria-label={t.list}>
                {pages
                  .flatMap((page) => page.data)
                  .map((entry) => (
                    <LogRow key={entry.id} entry={entry} />
                  ))}
              </ul>
            )
          }
        </Loaded>
        {query.hasNextPage && <Button onClick={() => void query.fetchNextPage()}>{common.showOlder}</Button>}
      </Card>
    </Page>
  )
}
