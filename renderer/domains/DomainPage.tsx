import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { DomainShown } from '../../main/api/shapes-owner.ts'
import { useClient } from '../api/client-context.ts'
import { domainQuery } from '../api/owner.ts'
import { useAct } from '../data/use-act.ts'
import { Button, LinkButton } from '../parts/button/Button.tsx'
import { Card } from '../parts/card/Card.tsx'
import { Confirm } from '../parts/dialog/Dialog.tsx'
import { Icon } from '../parts/icon/Icon.tsx'
import { Page } from '../parts/page/Page.tsx'
import { Loaded } from '../parts/state/Loaded.tsx'
import { Tabs } from '../parts/tabs/Tabs.tsx'
import { hrefTo, navigate, useParam } from '../router/place.ts'
import { useTexts } from '../texts/texts.ts'
import { Keys } from './Keys.tsx'
import { Policy } from './Policy.tsx'
import { Records } from './Records.tsx'

/** One domain: what the DNS needs, what happens to its mail, its keys, its end. */
export function DomainPage({ name }: { readonly name: string }) {
  const { domains: t, activity } = useTexts()
  const query = useQuery(domainQuery(useClient(), name))
  const [tab, setTab] = useParam('tab')
  return (
    <Page
      title={name}
      up={
        <a href={hrefTo('/domains')}>
          <Icon name="back" /> {t.title}
        </a>
      }
      actions={
        <LinkButton icon="activity" href={hrefTo('/activity', { domain: name })}>
          {activity.title}
        </LinkButton>
      }
    >
      <Loaded query={query}>
        {(domain) => (
          <Tabs
            value={tab}
            onChange={setTab}
            tabs={[
              { id: 'records', label: t.tabs.records, content: <Records domain={domain} /> },
              { id: 'policy', label: t.tabs.policy, content: <Policy key={domain.id} domain={domain} /> },
              { id: 'keys', label: t.tabs.keys, content: <Keys domain={domain} /> },
              { id: 'danger', label: t.tabs.danger, content: <Danger domain={domain} /> },
            ]}
          />
        )}
      </Loaded>
    </Page>
  )
}

function Danger({ domain }: { readonly domain: DomainShown }) {
  const { domains, common } = useTexts()
  const t = domains.danger
  const client = useClient()
  const act = useAct()
  const [asking, setAsking] = useState(false)
  const { domain: name } = domain
  const remove = async (): Promise<void> => {
    const path = `/app/domains/${encodeURIComponent(name)}?force=true`
    const done = await act(() => client.tell('DELETE', path), {
      done: t.removed(name),
      changes: ['domains', 'domain', 'aliases', 'state'],
    })
    if (done) navigate(hrefTo('/domains'))
  }
  const lead = t.lead(common.aliases(domain.aliases_count))
  return (
    <Card title={t.title} lead={lead}>
      <div>
        <Button kind="danger" icon="bin" onClick={() => setAsking(true)}>
          {t.word}
        </Button>
      </div>
      <Confirm
        open={asking}
        onClose={() => setAsking(false)}
        title={t.title}
        lead={lead}
        word={t.word}
        danger
        typed={name}
        onYes={remove}
      />
    </Card>
  )
}
