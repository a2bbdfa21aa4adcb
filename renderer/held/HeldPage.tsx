import { useQuery } from '@tanstack/react-query'
import { useClient } from '../api/client-context.ts'
import { queueQuery, questionsQuery } from '../api/owner.ts'
import { Page } from '../parts/page/Page.tsx'
import { Tabs } from '../parts/tabs/Tabs.tsx'
import { setParams, usePlace } from '../router/place.ts'
import { useTexts } from '../texts/texts.ts'
import { HeldDrawer } from './HeldDrawer.tsx'
import { HeldList } from './HeldList.tsx'
import { Questions } from './Questions.tsx'
import { Queue } from './Queue.tsx'

/** Mail that went nowhere yet: asked about, held, failed, returned, and on its way. */
export function HeldPage() {
  const { held: t } = useTexts()
  const { query } = usePlace()
  const client = useClient()
  const { data: questions } = useQuery(questionsQuery(client))
  const { data: queue } = useQuery(queueQuery(client))
  const open = query.get('open') ?? ''
  return (
    <Page title={t.title} lead={t.lead}>
      <Tabs
        value={query.get('tab') ?? 'held'}
        onChange={(tab) => setParams({ tab, open: undefined })}
        tabs={[
          { id: 'held', label: t.tabs.held, content: <HeldList kind="held" /> },
          { id: 'questions', label: t.tabs.questions, count: questions?.length ?? 0, content: <Questions /> },
          { id: 'failed', label: t.tabs.failed, content: <HeldList kind="failed" /> },
          { id: 'bounce', label: t.tabs.bounce, content: <HeldList kind="bounce" /> },
          { id: 'queue', label: t.tabs.queue, count: queue?.data.length ?? 0, content: <Queue /> },
        ]}
      />
      {/^\d{1,15}$/.test(open) && (
        <HeldDrawer key={open} id={Number(open)} onClose={() => setParams({ open: undefined })} />
      )}
    </Page>
  )
}
