import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { z } from 'zod'
import type { LogFilter } from '../../main/api/shapes-log.ts'
import { logExportHref } from '../api/activity.ts'
import { useClient } from '../api/client-context.ts'
import { memoryQuery, remember } from '../api/owner.ts'
import { useAct } from '../data/use-act.ts'
import { Button, LinkButton } from '../parts/button/Button.tsx'
import { Empty } from '../parts/empty/Empty.tsx'
import { Menu } from '../parts/menu/Menu.tsx'
import { Page } from '../parts/page/Page.tsx'
import { Loaded } from '../parts/state/Loaded.tsx'
import { Switch } from '../parts/switch/Switch.tsx'
import { hrefTo, setParams, usePlace } from '../router/place.ts'
import { useTexts } from '../texts/texts.ts'
import { Filters } from './Filters.tsx'
import { LogTable } from './LogTable.tsx'
import { Trace } from './Trace.tsx'
import { clearFilters, FILTERS, useFilter } from './use-filter.ts'
import { useTail, type TailHandle } from './use-tail.ts'
import classes from './LogTable.module.css'

const views = z.object({ standard: z.record(z.enum(FILTERS), z.string().optional()).nullable() })

/** Opens with the filters that were saved, unless the address says otherwise. */
function useStandard(isFiltered: boolean) {
  const client = useClient()
  const { query } = usePlace()
  const { data } = useQuery(memoryQuery(client, 'activity-views', views))
  const standard = data?.standard ?? undefined
  const wanted = !isFiltered && query.get('all') === null && query.get('open') === null
  useEffect(() => {
    if (wanted && standard !== undefined) setParams(standard)
  }, [wanted, standard])
  return standard
}

/** What the relay did, as it does it. */
export function ActivityPage() {
  const { activity: t } = useTexts()
  const { query: params } = usePlace()
  const { filter, isFiltered } = useFilter()
  const [live, setLive] = useState(true)
  const standard = useStandard(isFiltered)
  const open = params.get('open') ?? ''
  const openId = /^\d{1,15}$/.test(open) ? Number(open) : undefined
  const setOpen = (id: number | undefined): void => setParams({ open: id === undefined ? undefined : String(id) })
  return (
    <Page
      title={t.title}
      lead={t.lead}
      fixed
      actions={
        <>
          <span className={classes['live']} title={live ? t.liveOn : t.liveOff}>
            <span aria-hidden="true">{t.follow}</span>
            <Switch on={live} label={t.live} onChange={setLive} bare />
          </span>
          <MoreMenu filter={filter} isFiltered={isFiltered} hasStandard={standard !== undefined} />
        </>
      }
    >
      <Filters filter={filter} />
      <Log {...{ filter, isFiltered, live, openId }} onOpen={setOpen} />
      <Trace id={openId} onClose={() => setOpen(undefined)} />
    </Page>
  )
}

interface LogProps {
  readonly filter: LogFilter
  readonly isFiltered: boolean
  readonly live: boolean
  readonly openId: number | undefined
  readonly onOpen: (id: number) => void
}

/** By itself, so that what comes live renders the list and nothing around it. */
function Log({ filter, isFiltered, live, openId, onOpen }: LogProps) {
  const tail = useTail(filter, live)
  return (
    <div className={classes['frame']}>
      <Loaded query={tail.query}>
        {() =>
          tail.view.rows.length === 0 ? (
            <Nothing filter={filter} isFiltered={isFiltered} tail={tail} />
          ) : (
            <LogTable tail={tail} openId={openId} onOpen={onOpen} />
          )
        }
      </Loaded>
    </div>
  )
}

interface MoreProps {
  readonly filter: LogFilter
  readonly isFiltered: boolean
  readonly hasStandard: boolean
}

function MoreMenu({ filter, isFiltered, hasStandard }: MoreProps) {
  const { activity: t } = useTexts()
  const client = useClient()
  const queries = useQueryClient()
  const act = useAct()
  const keep = (standard: LogFilter | null, done: string): void =>
    void act(
      async () => {
        await remember(client, 'activity-views', { standard })
        await queries.invalidateQueries({ queryKey: ['memory', 'activity-views'] })
      },
      { done },
    )
  return (
    <>
      <LinkButton kind="quiet" icon="download" href={logExportHref(filter, 'csv')} download="activity.csv">
        {t.exportCsv}
      </LinkButton>
      <LinkButton kind="quiet" icon="download" href={logExportHref(filter, 'ndjson')} download="activity.ndjson">
        {t.exportNdjson}
      </LinkButton>
      {(isFiltered || hasStandard) && (
        <Menu
          trigger={<Button icon="more">{t.more}</Button>}
          entries={[
            ...(isFiltered
              ? [{ label: t.saveDefault, icon: 'bookmark', onSelect: () => keep(filter, t.savedDefault) } as const]
              : []),
            ...(hasStandard
              ? [{ label: t.forgetDefault, icon: 'cross', onSelect: () => keep(null, t.forgotDefault) } as const]
              : []),
          ]}
        />
      )}
    </>
  )
}

interface NothingProps {
  readonly filter: LogFilter
  readonly isFiltered: boolean
  readonly tail: TailHandle
}

function Nothing({ filter, isFiltered, tail }: NothingProps) {
  const { activity: t } = useTexts()
  if (tail.view.next !== undefined)
    return (
      <Empty icon="search" title={t.empty.search}>
        <p>{t.empty.searchText}</p>
        <Button busy={tail.isLoadingOlder} onClick={tail.loadOlder}>
          {t.empty.goOn}
        </Button>
      </Empty>
    )
  if (isFiltered)
    return (
      <Empty icon="filter" title={t.empty.nothing}>
        {(filter.from !== undefined || filter.until !== undefined) && <p>{t.empty.nothingTime}</p>}
        <Button icon="cross" onClick={clearFilters}>
          {t.clearFilters}
        </Button>
      </Empty>
    )
  return (
    <Empty icon="activity" title={t.empty.first}>
      <p>{t.empty.firstText}</p>
      <LinkButton href={hrefTo('/mailbox')}>{t.empty.send}</LinkButton>
    </Empty>
  )
}
