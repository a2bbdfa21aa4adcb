import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query'
import { memo, useCallback, useMemo, useRef, useState } from 'react'
import type { AliasShown, AliasTotal } from '../../main/api/shapes-aliases.ts'
import { ALIAS_SORT, aliasTableQuery, aliasTotalQuery, exportHref } from '../api/aliases.ts'
import { useClient } from '../api/client-context.ts'
import { stateQuery } from '../api/state.ts'
import { useLive } from '../data/live.ts'
import { useKeys } from '../data/use-keys.ts'
import { Button, LinkButton } from '../parts/button/Button.tsx'
import { Callout } from '../parts/callout/Callout.tsx'
import { Menu } from '../parts/menu/Menu.tsx'
import { Page } from '../parts/page/Page.tsx'
import { Said } from '../parts/said/Said.tsx'
import { Loaded } from '../parts/state/Loaded.tsx'
import { hrefTo, setParams, setTyped, usePlace } from '../router/place.ts'
import { useTexts } from '../texts/texts.ts'
import { BulkBar } from './BulkBar.tsx'
import { ImportDialog } from './ImportDialog.tsx'
import { NewAliasDialog } from './NewAlias.tsx'
import { FirstUse, NoDomain, NothingFits } from './Nothing.tsx'
import { SearchBox } from './SearchBox.tsx'
import { Table } from './Table.tsx'
import { emptySelection, type Selection } from './selection.ts'
import { useRowActions } from './use-row-actions.ts'
import { Views } from './Views.tsx'
import classes from './Aliases.module.css'

/** Beyond so many pages an event does not read all of them again. */
const READ_AGAIN = 5

function useTable(q: string, sort: string) {
  const queries = useQueryClient()
  const query = useInfiniteQuery(aliasTableQuery(useClient(), q, sort))
  useLive({
    onAlias: () => {
      if ((query.data?.pages.length ?? 0) > READ_AGAIN) return
      void queries.invalidateQueries({ queryKey: ['alias-table', q, sort] }, { cancelRefetch: false })
      void queries.invalidateQueries({ queryKey: ['alias-total', q] }, { cancelRefetch: false })
    },
  })
  return query
}

/** How many match: as the first page says where it holds all of them, else asked for behind it. */
function useTotal(q: string, { data, isPlaceholderData }: ReturnType<typeof useTable>): AliasTotal | undefined {
  const first = data?.pages[0]
  const own = first?.total ?? undefined
  const enabled = first !== undefined && !isPlaceholderData && own === undefined
  const asked = useQuery({ ...aliasTotalQuery(useClient(), q), enabled })
  return own === undefined ? asked.data : { total: own, totalIsExact: true }
}

/** At once, before anything is drawn: what is looked for is on its way while the letter is painted. */
function usePrefetch(sort: string): (q: string) => void {
  const queries = useQueryClient()
  const client = useClient()
  return (q) => {
    // The page says what went wrong: it asks for the same.
    queries.infiniteQuery(aliasTableQuery(client, q, sort)).catch(() => undefined)
  }
}

const openNew = (): void => setParams({ new: '1' })

/** The addresses that were given to the world: found, sorted, switched, changed by the thousand. */
export function AliasesPage() {
  const { aliases: t } = useTexts()
  const { query: params } = usePlace()
  const q = params.get('q') ?? ''
  const { data: state } = useQuery(stateQuery(useClient()))
  const noDomain = state?.domains.length === 0
  const [importing, setImporting] = useState(false)
  const openImport = useCallback(() => setImporting(true), [])
  useKeys({ n: openNew })
  const query = useTable(q, params.get('sort') ?? ALIAS_SORT)
  const total = useTotal(q, query)
  return (
    <Page
      title={t.title}
      fixed
      lead={total === undefined ? undefined : t.count(total.total, total.totalIsExact)}
      actions={
        <>
          <Export q={q} />
          <Standing onImport={openImport} onNew={openNew} noDomain={noDomain} />
        </>
      }
    >
      <List
        query={query}
        total={total}
        domains={state?.domains.map((one) => one.name) ?? []}
        noDomain={noDomain}
        onNew={openNew}
        onImport={openImport}
      />
      <NewAliasDialog open={params.get('new') === '1'} onClose={() => setParams({ new: undefined })} />
      <ImportDialog open={importing} onClose={() => setImporting(false)} />
    </Page>
  )
}

interface ListProps {
  readonly query: ReturnType<typeof useTable>
  readonly total: AliasTotal | undefined
  readonly domains: readonly string[]
  readonly noDomain: boolean
  readonly onNew: () => void
  readonly onImport: () => void
}

/** Search, views, what is selected, and the rows. */
function List({ query, total, domains, noDomain, onNew, onImport }: ListProps) {
  const { query: params } = usePlace()
  const q = params.get('q') ?? ''
  const sort = params.get('sort') ?? ALIAS_SORT
  const [selection, setSelection] = useState<Selection>(emptySelection)
  const search = useRef<HTMLInputElement>(null)
  const first = query.data?.pages[0]
  const pages = query.data?.pages
  const rows = useMemo(() => pages?.flatMap((page) => page.data) ?? [], [pages])
  const actions = useRowActions()
  const prefetch = usePrefetch(sort)
  useKeys({ '/': () => search.current?.focus() })
  const onSearch = (next: string): void => {
    prefetch(next)
    setSelection(emptySelection)
    setTyped({ q: next })
  }
  const { fetchNextPage, isFetchingNextPage } = query
  const onMore = useCallback(
    () => (isFetchingNextPage ? undefined : void fetchNextPage({ cancelRefetch: false })),
    [fetchNextPage, isFetchingNextPage],
  )
  const labels = useMemo(() => [...new Set(rows.flatMap((row) => row.labels))], [rows])
  return (
    <>
      <div className={classes['tools']}>
        <SearchBox inputRef={search} value={q} onChange={onSearch} domains={domains} labels={labels} />
        <Views q={q} sort={sort} />
      </div>
      <Notes notes={first?.notes ?? []} />
      {(selection.kind === 'all' || selection.ids.size > 0) && (
        <BulkBar q={q} rows={rows} first={first} total={total} selection={selection} onSelect={setSelection} />
      )}
      <div className={classes['frame']}>
        <Loaded query={query}>
          {() =>
            rows.length === 0 && !query.hasNextPage ? (
              <Nothing q={q} noDomain={noDomain} first={first} onNew={onNew} onImport={onImport} />
            ) : (
              <Table
                rows={rows}
                total={total?.totalIsExact === true ? total.total : -1}
                sort={sort}
                hasMore={query.hasNextPage}
                {...{ onMore, selection, actions, onSelect: setSelection }}
              />
            )
          }
        </Loaded>
      </div>
    </>
  )
}

/** What a person should know of how the search was taken. */
function Notes({ notes }: { readonly notes: readonly string[] }) {
  if (notes.length === 0) return null
  return (
    <Callout>
      {notes.map((note) => (
        <p key={note}>
          <Said text={note} />
        </p>
      ))}
    </Callout>
  )
}

function Export({ q }: { readonly q: string }) {
  const { aliases: t } = useTexts()
  return (
    <LinkButton kind="quiet" icon="download" href={exportHref(q)} download="aliases.csv">
      {q === '' ? t.export : t.exportThese}
    </LinkButton>
  )
}

/** What no search changes is not made again with each letter of one. */
const Standing = memo(function Standing({ onImport, onNew, noDomain }: StandingProps) {
  const { aliases: t } = useTexts()
  return (
    <>
      <Menu
        trigger={<Button icon="more">{t.more}</Button>}
        entries={[{ label: t.import, icon: 'upload', onSelect: onImport }]}
      />
      <Button kind="main" icon="plus" onClick={onNew} disabled={noDomain}>
        {t.new}
      </Button>
    </>
  )
})

interface StandingProps {
  readonly onImport: () => void
  readonly onNew: () => void
  readonly noDomain: boolean
}

interface NothingProps {
  readonly q: string
  readonly noDomain: boolean
  readonly first: Parameters<typeof NothingFits>[0]['page'] | undefined
  readonly onNew: () => void
  readonly onImport: () => void
}

function Nothing({ q, noDomain, first, onNew, onImport }: NothingProps) {
  if (q !== '' && first !== undefined) return <NothingFits q={q} page={first} />
  return noDomain ? <NoDomain /> : <FirstUse onNew={onNew} onImport={onImport} />
}

/** Where one alias is. */
export const aliasHref = (alias: Pick<AliasShown, 'id'>): string => hrefTo(`/aliases/${encodeURIComponent(alias.id)}`)
