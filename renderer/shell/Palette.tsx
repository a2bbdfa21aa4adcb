import { Dialog as Base } from '@base-ui/react/dialog'
import { useQuery } from '@tanstack/react-query'
import { useId, useMemo, useState, type KeyboardEvent } from 'react'
import { aliasNames } from '../api/palette.ts'
import { useClient } from '../api/client-context.ts'
import { setPause, stateQuery } from '../api/state.ts'
import { useAct } from '../data/use-act.ts'
import { useLater } from '../data/use-later.ts'
import { Icon, type IconName } from '../parts/icon/Icon.tsx'
import { hrefTo, navigate } from '../router/place.ts'
import { useTexts } from '../texts/texts.ts'
import { score } from './fuzzy.ts'
import { PAGES } from './pages.tsx'
import classes from './Palette.module.css'

interface Item {
  readonly id: string
  readonly group: string
  readonly label: string
  readonly icon: IconName
  readonly run: () => void
}

const MAX_SHOWN = 30
const TYPING_MS = 120

interface PaletteProps {
  readonly open: boolean
  readonly onClose: () => void
  readonly onKeys: () => void
}

/** The way to everything: pages, aliases by name, domains, and what can be done. `>` only what can be done, `@` only aliases. */
export function Palette({ open, onClose, onKeys }: PaletteProps) {
  const { shell: t } = useTexts()
  return (
    <Base.Root open={open} onOpenChange={(wanted) => (wanted ? undefined : onClose())}>
      <Base.Portal>
        <Base.Backdrop className={classes['shade']} />
        <Base.Popup className={classes['popup']}>
          <Base.Title className="visually-hidden">{t.palette.title}</Base.Title>
          <Search onClose={onClose} onKeys={onKeys} />
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  )
}

function useItems(text: string, onKeys: () => void): readonly Item[] {
  const { shell: t } = useTexts()
  const client = useClient()
  const act = useAct()
  const { data: state } = useQuery(stateQuery(client))
  const wanted = text.replace(/^[>@]/, '').trim()
  const later = useLater(wanted, TYPING_MS)
  const { data: found } = useQuery({ ...aliasNames(client, later), enabled: later.length > 1 && !text.startsWith('>') })
  return useMemo(() => {
    const pause = state?.pauses.sending ?? null
    const items: Item[] = PAGES.filter((page) => page.hidden !== true).map((page) => ({
      ...{ id: `page-${page.name}`, group: t.palette.pages, label: t.pages[page.name], icon: page.icon },
      run: () => navigate(hrefTo(page.path)),
    }))
    const action = (id: string, label: string, icon: IconName, run: () => void): number =>
      items.push({ id, group: t.palette.actions, label, icon, run })
    action('new-alias', t.palette.newAlias, 'plus', () => navigate(hrefTo('/aliases', { new: '1' })))
    const { sending } = t.state.pauses
    action('pause', pause === null ? sending.pause : sending.resume, pause === null ? 'pause' : 'play', () => {
      void act(() => setPause(client, 'sending', pause === null ? { until: null } : null), {
        done: pause === null ? sending.pausedNotice : sending.resumedNotice,
        undo: () => setPause(client, 'sending', pause),
        changes: ['state'],
      })
    })
    action('keys', t.palette.help, 'keyboard', onKeys)
    for (const { name } of state?.domains ?? [])
      items.push({
        ...{ id: `domain-${name}`, group: t.palette.domains, label: name, icon: 'domains' },
        run: () => navigate(hrefTo(`/domains/${encodeURIComponent(name)}`)),
      })
    const shown = text.startsWith('>')
      ? items.filter((item) => item.group === t.palette.actions)
      : text.startsWith('@')
        ? []
        : items
    const fitting = shown
      .map((item) => ({ item, score: score(item.label, wanted) }))
      .filter((one) => one.score > 0)
      .sort((a, b) => b.score - a.score)
      .map((one) => one.item)
    const aliases: Item[] = (wanted.length > 1 ? (found ?? []) : []).map(({ id, email }) => ({
      ...{ id: `alias-${id}`, group: t.palette.aliases, label: email, icon: 'aliases' },
      run: () => navigate(hrefTo(`/aliases/${encodeURIComponent(id)}`)),
    }))
    return [...fitting, ...aliases].slice(0, MAX_SHOWN)
  }, [t, state, text, wanted, found, client, act, onKeys])
}

function Search({ onClose, onKeys }: Omit<PaletteProps, 'open'>) {
  const { shell: t } = useTexts()
  const id = useId()
  const [text, setText] = useState('')
  const [chosen, setChosen] = useState(0)
  const items = useItems(text, onKeys)
  const at = Math.min(chosen, Math.max(0, items.length - 1))
  const run = (item: Item | undefined): void => {
    if (item === undefined) return
    onClose()
    item.run()
  }
  const onKey = (event: KeyboardEvent): void => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    if (step !== 0 && items.length > 0) setChosen((at + step + items.length) % items.length)
    else if (event.key === 'Enter') run(items[at])
    else return
    event.preventDefault()
  }
  return (
    <>
      <div className={classes['search']}>
        <Icon name="search" />
        <input
          className={classes['input']}
          role="combobox"
          aria-expanded="true"
          aria-controls={`${id}-list`}
          aria-activedescendant={items[at] === undefined ? undefined : `${id}-${items[at].id}`}
          aria-label={t.palette.title}
          placeholder={t.palette.placeholder}
          value={text}
          onChange={(event) => {
            setText(event.target.value)
            setChosen(0)
          }}
          onKeyDown={onKey}
          autoComplete="off"
          spellCheck={false}
          autoFocus
        />
      </div>
      <Results id={id} items={items} at={at} onChoose={setChosen} onRun={run} />
      {items.length === 0 && <p className={classes['nothing']}>{t.palette.nothing}</p>}
    </>
  )
}

interface ResultsProps {
  readonly id: string
  readonly items: readonly Item[]
  readonly at: number
  readonly onChoose: (at: number) => void
  readonly onRun: (item: Item) => void
}

function Results({ id, items, at, onChoose, onRun }: ResultsProps) {
  const { shell: t } = useTexts()
  return (
    <div id={`${id}-list`} className={classes['list']} role="listbox" aria-label={t.palette.title}>
      {items.map((item, i) => (
        <div
          key={item.id}
          id={`${id}-${item.id}`}
          className={classes['item']}
          role="option"
          aria-selected={i === at}
          onPointerMove={() => onChoose(i)}
          onClick={() => onRun(item)}
        >
          <Icon name={item.icon} />
          <span className={classes['label']}>{item.label}</span>
          <span className={classes['group']}>{item.group}</span>
        </div>
      ))}
    </div>
  )
}
