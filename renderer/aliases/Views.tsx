import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { z } from 'zod'
import { ALIAS_SORT } from '../api/aliases.ts'
import { useClient } from '../api/client-context.ts'
import { memoryQuery, remember } from '../api/owner.ts'
import { useAct } from '../data/use-act.ts'
import { Button, IconButton } from '../parts/button/Button.tsx'
import { Dialog } from '../parts/dialog/Dialog.tsx'
import { TextField } from '../parts/field/Field.tsx'
import { hrefTo } from '../router/place.ts'
import { useTexts } from '../texts/texts.ts'
import classes from './Aliases.module.css'

const view = z.object({ name: z.string().max(60), q: z.string().max(400), sort: z.string().max(40) })
const viewList = z.array(view).max(50)
type View = z.infer<typeof view>

const hrefOf = ({ q, sort }: Pick<View, 'q' | 'sort'>): string =>
  hrefTo('/aliases', { q, sort: sort === ALIAS_SORT ? undefined : sort })

/** Searches that are there from the start, and those that were saved. */
export function Views({ q, sort }: { readonly q: string; readonly sort: string }) {
  const { aliases: t } = useTexts()
  const client = useClient()
  const queries = useQueryClient()
  const act = useAct()
  const { data } = useQuery(memoryQuery(client, 'alias-views', viewList))
  const saved = data ?? []
  const [naming, setNaming] = useState(false)
  const keep = (next: readonly View[]): Promise<void> =>
    remember(client, 'alias-views', next).then(() => queries.invalidateQueries({ queryKey: ['memory', 'alias-views'] }))
  const fixed = [
    ...[['', t.views.all] as const, ['is:off', t.views.off] as const, ['is:pinned', t.views.pinned] as const],
    ...[['is:unused', t.views.unused] as const, ['is:leaked', t.views.leaked] as const],
    ['is:deleted', t.views.bin] as const,
  ]
  const isNew = q.trim() !== '' && !fixed.some(([one]) => one === q.trim()) && !saved.some((one) => one.q === q.trim())
  return (
    <nav className={classes['views']} aria-label={t.views.label}>
      {fixed.map(([one, name]) => (
        <a
          key={one}
          className={classes['view']}
          href={hrefOf({ q: one, sort })}
          aria-current={q.trim() === one || undefined}
        >
          {name}
        </a>
      ))}
      {saved.map((one) => (
        <SavedView
          key={one.name}
          view={one}
          isCurrent={q.trim() === one.q}
          onRemove={() =>
            void act(() => keep(saved.filter((other) => other !== one)), {
              done: t.views.removed(one.name),
              undo: () => keep(saved),
            })
          }
        />
      ))}
      {isNew && (
        <Button kind="quiet" icon="bookmark" onClick={() => setNaming(true)}>
          {t.views.save}
        </Button>
      )}
      <NameDialog
        open={naming}
        onClose={() => setNaming(false)}
        onName={(name) =>
          void act(() => keep([...saved.filter((one) => one.name !== name), { name, q: q.trim(), sort }]), {
            done: t.views.saved(name),
            undo: () => keep(saved),
          })
        }
      />
    </nav>
  )
}

interface SavedProps {
  readonly view: View
  readonly isCurrent: boolean
  readonly onRemove: () => void
}

function SavedView({ view: one, isCurrent, onRemove }: SavedProps) {
  const { aliases: t } = useTexts()
  return (
    <span className={classes['saved']}>
      <a className={classes['view']} href={hrefOf(one)} aria-current={isCurrent || undefined}>
        {one.name}
      </a>
      {isCurrent && <IconButton icon="cross" label={t.views.remove(one.name)} onClick={onRemove} />}
    </span>
  )
}

interface NameProps {
  readonly open: boolean
  readonly onClose: () => void
  readonly onName: (name: string) => void
}

function NameDialog({ open, onClose, onName }: NameProps) {
  const { aliases: t, common } = useTexts()
  const [name, setName] = useState('')
  const save = (): void => {
    if (name.trim() === '') return
    onName(name.trim())
    setName('')
    onClose()
  }
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title={t.views.save}
      lead={t.views.saveLead}
      footer={
        <>
          <Button onClick={onClose}>{common.cancel}</Button>
          <Button kind="main" onClick={save} disabled={name.trim() === ''}>
            {common.save}
          </Button>
        </>
      }
    >
      <form
        onSubmit={(event) => {
          event.preventDefault()
          save()
        }}
      >
        <TextField label={t.views.name} value={name} onChange={setName} maxLength={40} autoFocus />
      </form>
    </Dialog>
  )
}
