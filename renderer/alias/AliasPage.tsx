import { useQuery } from '@tanstack/react-query'
import type { AliasShown } from '../../main/api/shapes-aliases.ts'
import { restoreAlias, aliasQuery } from '../api/aliases.ts'
import { useClient } from '../api/client-context.ts'
import { ApiFailure } from '../api/failure.ts'
import { ALIAS_CHANGES } from '../aliases/use-row-actions.ts'
import { useAct } from '../data/use-act.ts'
import { Button, LinkButton } from '../parts/button/Button.tsx'
import { Callout } from '../parts/callout/Callout.tsx'
import { Empty } from '../parts/empty/Empty.tsx'
import { Page } from '../parts/page/Page.tsx'
import { Loaded } from '../parts/state/Loaded.tsx'
import { Tabs } from '../parts/tabs/Tabs.tsx'
import { hrefTo, useParam } from '../router/place.ts'
import { useTexts } from '../texts/texts.ts'
import { AliasActivity } from './AliasActivity.tsx'
import { AliasHead } from './AliasHead.tsx'
import { Contacts } from './Contacts.tsx'
import { Danger } from './Danger.tsx'
import { Leak } from './Leak.tsx'
import { Overview } from './Overview.tsx'
import { AliasSettings } from './AliasSettings.tsx'
import { Who } from './Who.tsx'

/** One alias, by its id or its address. */
export function AliasPage({ id }: { readonly id: string }) {
  const { alias: t } = useTexts()
  const query = useQuery(aliasQuery(useClient(), id))
  const { data, error } = query
  const up = <a href={hrefTo('/aliases')}>{t.up}</a>
  if (data === undefined && error instanceof ApiFailure && error.status === 404)
    return (
      <Page title={t.missing} up={up}>
        <Empty icon="aliases" title={t.missing}>
          <p>{t.missingText}</p>
          <LinkButton href={hrefTo('/aliases')}>{t.up}</LinkButton>
        </Empty>
      </Page>
    )
  return (
    <Page title={data?.email ?? id} up={up} lead={data?.description ?? undefined}>
      <Loaded query={query}>{(alias) => <Shown alias={alias} />}</Loaded>
    </Page>
  )
}

function Shown({ alias }: { readonly alias: AliasShown }) {
  const { alias: t } = useTexts()
  const [tab, setTab] = useParam('tab')
  const content = {
    ...{ overview: <Overview alias={alias} />, contacts: <Contacts alias={alias} /> },
    ...{ activity: <AliasActivity alias={alias} />, settings: <AliasSettings key={alias.updated_at} alias={alias} /> },
    ...{ who: <Who alias={alias} />, leak: <Leak alias={alias} />, danger: <Danger alias={alias} /> },
  } as const
  return (
    <>
      <AliasHead alias={alias} />
      {alias.deleted_at !== null && <InBin alias={alias} />}
      <Tabs
        value={tab}
        onChange={(next) => setTab(next === 'overview' ? undefined : next)}
        tabs={(Object.keys(content) as (keyof typeof content)[]).map((name) => ({
          id: name,
          label: t.tabs[name],
          content: content[name],
          ...(name === 'leak' && alias.leak !== null ? { count: 1 } : {}),
        }))}
      />
    </>
  )
}

function InBin({ alias }: { readonly alias: AliasShown }) {
  const { alias: t, aliases } = useTexts()
  const client = useClient()
  const act = useAct()
  return (
    <Callout
      tone="wait"
      actions={
        <Button
          icon="undo"
          onClick={() =>
            void act(() => restoreAlias(client, alias.id), {
              done: aliases.restored(alias.email),
              changes: ALIAS_CHANGES,
            })
          }
        >
          {aliases.restore}
        </Button>
      }
    >
      {t.inBin}
    </Callout>
  )
}
