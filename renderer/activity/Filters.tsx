import { useRef, type ReactNode, type RefObject } from 'react'
import type { LogFilter } from '../../main/api/shapes-log.ts'
import { useKeys } from '../data/use-keys.ts'
import { lookOf, reasonWord } from '../format/outcome.ts'
import { dateTimeText } from '../format/time.ts'
import { Button, IconButton } from '../parts/button/Button.tsx'
import { Menu } from '../parts/menu/Menu.tsx'
import { setParams, setTyped } from '../router/place.ts'
import { Search } from '../parts/search/Search.tsx'
import { texts, useTexts, type Texts } from '../texts/texts.ts'
import { MoreFilters, tlsWord } from './MoreFilters.tsx'
import { BLOCKED, clearFilters, type FilterName } from './use-filter.ts'
import classes from './Activity.module.css'

const OUTCOMES = [
  ...['delivered', 'accepted', 'deferred', 'held', 'refused', 'discarded', 'failed', 'bounced', 'released'],
  'noticed',
] as const
const HOUR = 60 * 60 * 1000
const SPANS = { hour: HOUR, day: 24 * HOUR, week: 7 * 24 * HOUR, month: 30 * 24 * HOUR } as const

const listed = (text: string | undefined): readonly string[] => (text ?? '').split(',').filter((one) => one !== '')

/** Each a step back: filters are places. */
const set = (change: Partial<Record<FilterName, string | undefined>>): void => setParams(change, true)

function SearchField({
  value,
  inputRef,
}: {
  readonly value: string
  readonly inputRef: RefObject<HTMLInputElement | null>
}) {
  const { activity: t } = useTexts()
  return (
    <Search
      inputRef={inputRef}
      label={t.search}
      placeholder={t.searchPlaceholder}
      value={value}
      maxLength={200}
      onClear={() => setParams({ q: undefined })}
      onChange={(event) => setTyped({ q: event.target.value })}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return
        setParams({ q: undefined })
        event.currentTarget.blur()
      }}
    />
  )
}

/** The words for reasons, in their order, each with what it stands for: two may be one to a person. */
function reasonChoices(): readonly (readonly [string, readonly string[]])[] {
  const choices = new Map<string, string[]>()
  for (const [reason, word] of Object.entries(texts().reasons))
    choices.set(word, [...(choices.get(word) ?? []), reason])
  return [...choices].toSorted(([one], [other]) => one.localeCompare(other))
}

function ReasonMenu({ reasons }: { readonly reasons: readonly string[] }) {
  const { activity: t } = useTexts()
  const isChosen = (meant: readonly string[]): boolean => meant.some((one) => reasons.includes(one))
  const toggle = (meant: readonly string[]): void => {
    const others = reasons.filter((one) => !meant.includes(one))
    set({ reason: (isChosen(meant) ? others : [...others, ...meant]).join(',') })
  }
  return (
    <Menu
      trigger={<Button icon="help">{t.reason}</Button>}
      entries={reasonChoices().map(([word, meant]) => ({
        label: word,
        ...(isChosen(meant) ? { icon: 'check' as const } : {}),
        onSelect: () => toggle(meant),
      }))}
    />
  )
}

/** What is looked for, and the ways to narrow it. */
export function Filters({ filter, children }: { readonly filter: LogFilter; readonly children?: ReactNode }) {
  const { activity: t } = useTexts()
  const search = useRef<HTMLInputElement>(null)
  useKeys({ '/': () => search.current?.focus() })
  const outcomes = listed(filter.outcome)
  const isBlockedOnly = filter.outcome === BLOCKED
  const toggle = (outcome: string): void => {
    const next = outcomes.includes(outcome) ? outcomes.filter((one) => one !== outcome) : [...outcomes, outcome]
    set({ outcome: next.join(',') })
  }
  return (
    <>
      <div className={classes['tools']}>
        <SearchField value={filter.q ?? ''} inputRef={search} />
        <Menu
          trigger={<Button icon="filter">{t.outcome}</Button>}
          entries={OUTCOMES.map((one) => ({
            label: lookOf(one).word,
            ...(outcomes.includes(one) ? { icon: 'check' as const } : {}),
            onSelect: () => toggle(one),
          }))}
        />
        <ReasonMenu reasons={listed(filter.reason)} />
        <Menu
          trigger={<Button icon="clock">{t.time}</Button>}
          entries={(Object.keys(SPANS) as (keyof typeof SPANS)[]).map((span) => ({
            label: t.times[span],
            onSelect: () => set({ from: String(Date.now() - SPANS[span]), until: undefined }),
          }))}
        />
        <Menu
          trigger={<Button icon="sort">{t.direction}</Button>}
          entries={(['forward', 'reply', 'none'] as const).map((one) => ({
            label: t.directions[one],
            ...(filter.direction === one ? { icon: 'check' as const } : {}),
            onSelect: () => set({ direction: filter.direction === one ? undefined : one }),
          }))}
        />
        <MoreFilters filter={filter} />
        <Button
          icon="block"
          aria-pressed={isBlockedOnly}
          onClick={() => set({ outcome: isBlockedOnly ? undefined : BLOCKED })}
        >
          {t.blockedOnly}
        </Button>
        {children}
      </div>
      <Chips filter={filter} />
    </>
  )
}

function timeWord(filter: LogFilter, t: Texts['activity']): string {
  const [from, until] = [filter.from, filter.until].map((text) =>
    text === undefined ? undefined : dateTimeText(Number(text)),
  )
  if (from !== undefined && until !== undefined) return t.between(from, until)
  return from === undefined ? t.until(until ?? '') : t.from(from)
}

const PARTIES = ['alias', 'domain', 'recipient', 'contact'] as const

/** Each filter in words, and how to take it away. */
function chipsOf(filter: LogFilter, t: Texts['activity']): readonly (readonly [string, () => void])[] {
  const without = (name: 'outcome' | 'reason', value: string) => () =>
    set({
      [name]: listed(filter[name])
        .filter((one) => one !== value)
        .join(','),
    })
  const { direction, tls, q, from, until } = filter
  return [
    ...listed(filter.outcome).map((one) => [lookOf(one).word, without('outcome', one)] as const),
    ...listed(filter.reason).map((one) => [reasonWord(one) ?? one, without('reason', one)] as const),
    ...(direction === undefined
      ? []
      : [
          [
            (t.directions as Readonly<Record<string, string>>)[direction] ?? direction,
            () => set({ direction: undefined }),
          ] as const,
        ]),
    ...PARTIES.flatMap((name) => {
      const value = filter[name]
      return value === undefined ? [] : [[t.named(t[name], value), () => set({ [name]: undefined })] as const]
    }),
    ...(tls === undefined ? [] : [[tlsWord(tls, t), () => set({ tls: undefined })] as const]),
    ...(q === undefined ? [] : [[`“${q}”`, () => set({ q: undefined })] as const]),
    ...(from === undefined && until === undefined
      ? []
      : [[timeWord(filter, t), () => set({ from: undefined, until: undefined })] as const]),
  ]
}

function Chips({ filter }: { readonly filter: LogFilter }) {
  const { activity: t } = useTexts()
  const chips = chipsOf(filter, t)
  if (chips.length === 0) return null
  return (
    <ul className={classes['chips']} aria-label={t.filters}>
      {chips.map(([word, remove]) => (
        <li key={word} className={classes['chip']}>
          {word}
          <IconButton icon="cross" label={t.removeFilter(word)} onClick={remove} />
        </li>
      ))}
      <li>
        <Button kind="quiet" onClick={clearFilters}>
          {t.clearFilters}
        </Button>
      </li>
    </ul>
  )
}
