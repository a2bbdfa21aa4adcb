import { useQuery } from '@tanstack/react-query'
import { useRef, useState, type ReactNode } from 'react'
import type { AliasShown, BulkChange } from '../../main/api/shapes-aliases.ts'
import { previewBulk } from '../api/aliases.ts'
import { useClient } from '../api/client-context.ts'
import { formError, messageOf } from '../api/failure.ts'
import { useActing } from '../data/use-act.ts'
import { Button } from '../parts/button/Button.tsx'
import { Callout } from '../parts/callout/Callout.tsx'
import { Dialog } from '../parts/dialog/Dialog.tsx'
import { SelectField, TextField } from '../parts/field/Field.tsx'
import { Progress } from '../parts/progress/Progress.tsx'
import { Told } from '../parts/said/Said.tsx'
import { said } from '../texts/phrases/said.ts'
import { useTexts } from '../texts/texts.ts'
import { runAll, runChosen, type BulkProgress } from './bulk-work.ts'
import { RecipientChoice } from './RecipientChoice.tsx'
import { ALIAS_CHANGES } from './use-row-actions.ts'
import classes from './Aliases.module.css'

interface BulkDialogProps {
  readonly action: BulkChange
  readonly q: string
  /** Undefined: everything that the search finds. */
  readonly chosen: readonly AliasShown[] | undefined
  readonly onClose: () => void
  readonly onDone: () => void
}

/** What the action needs before it can be looked at. */
const FIRST_ARGUMENT: Readonly<Partial<Record<BulkChange, string>>> = { policy: 'all' }

/** How many it would change, and some of them. */
function usePreview(action: BulkChange, q: string, chosen: BulkDialogProps['chosen']) {
  const client = useClient()
  const shown = (one: AliasShown) => ({ id: one.id, email: one.email })
  const query = useQuery({
    queryKey: ['bulk-preview', action, q],
    // The argument does not change what is found.
    queryFn: () => previewBulk(client, { q, action, ...previewArgument(action) }),
    enabled: chosen === undefined,
    staleTime: 0,
    gcTime: 0,
  })
  if (chosen !== undefined) return { count: chosen.length, sample: chosen.slice(0, 20).map(shown), error: null }
  return { count: query.data?.count, sample: query.data?.sample ?? [], error: query.error }
}

const previewArgument = (action: BulkChange): { argument?: string } =>
  action === 'policy' ? { argument: 'all' } : action.endsWith('-label') ? { argument: 'x' } : { argument: '' }

function useWork({ action, q, chosen, onClose, onDone }: BulkDialogProps) {
  const { aliases: t } = useTexts()
  const client = useClient()
  const { finished } = useActing()
  const [progress, setProgress] = useState<BulkProgress>()
  const [error, setError] = useState<unknown>(null)
  const stop = useRef<AbortController>(undefined)
  const start = async (argument: string, count: number): Promise<void> => {
    setError(null)
    setProgress({ done: 0, total: count })
    const { signal } = (stop.current = new AbortController())
    try {
      const outcome =
        chosen === undefined
          ? await runAll(client, { q, action, argument }, count, setProgress, signal)
          : await runChosen(client, chosen, action, argument, setProgress, signal)
      onDone()
      onClose()
      const done = outcome.stopped
        ? t.bulk.stopped(outcome.done, outcome.total)
        : outcome.failed
          ? t.bulk.failed(said(outcome.failure ?? ''))
          : t.bulk.done(t.bulk[action], outcome.done)
      finished({
        ...{ done, changes: ALIAS_CHANGES },
        ...(outcome.undo === undefined ? {} : { undo: outcome.undo }),
      })
    } catch (thrown) {
      setError(thrown)
      setProgress(undefined)
    }
  }
  return { progress, error, start, onCancel: () => stop.current?.abort() }
}

/** Shows what would change before it does, then how far it is. */
export function BulkDialog(props: BulkDialogProps) {
  const { action, q, chosen, onClose } = props
  const { aliases: t, common } = useTexts()
  const [argument, setArgument] = useState(FIRST_ARGUMENT[action] ?? '')
  const preview = usePreview(action, q, chosen)
  const { progress, error, start, onCancel } = useWork(props)
  const { count } = preview
  const what = t.bulk[action]
  const problem = formError(error) ?? (error === null ? undefined : messageOf(error))
  const isReady = count !== undefined && count > 0 && (argument.trim() !== '' || !action.endsWith('-label'))
  return (
    <Dialog
      open
      onClose={onClose}
      title={count === undefined ? what : t.bulk.title(what, count)}
      lead={t.bulk.effects[action]}
      footer={
        <>
          <Button onClick={onClose}>{progress === undefined ? common.cancel : common.close}</Button>
          <Button
            kind={action === 'forget' || action === 'delete' ? 'danger' : 'main'}
            disabled={!isReady}
            busy={progress !== undefined}
            onClick={() => (count === undefined ? undefined : void start(argument, count))}
          >
            {count === undefined ? t.bulk.counting : t.bulk.go(what, count)}
          </Button>
        </>
      }
    >
      {preview.error !== null && (
        <Callout tone="bad">
          <Told text={messageOf(preview.error)} />
        </Callout>
      )}
      {problem !== undefined && (
        <Callout tone="bad" alert>
          <Told text={problem} />
        </Callout>
      )}
      <Argument action={action} value={argument} onChange={setArgument} />
      {progress === undefined ? (
        <Sample sample={preview.sample} count={count} />
      ) : (
        <>
          <Progress
            label={t.bulk.running(what)}
            value={progress.done}
            max={Math.max(1, progress.total)}
            onCancel={onCancel}
          />
          {chosen === undefined && <p className={classes['soft']}>{t.bulk.background}</p>}
        </>
      )}
    </Dialog>
  )
}

interface ArgumentProps {
  readonly action: BulkChange
  readonly value: string
  readonly onChange: (value: string) => void
}

function Argument({ action, value, onChange }: ArgumentProps): ReactNode {
  const { alias, aliases: t } = useTexts()
  if (action === 'add-label' || action === 'remove-label')
    return <TextField label={t.bulk.label} value={value} onChange={onChange} maxLength={40} autoFocus />
  if (action === 'policy')
    return (
      <SelectField
        label={alias.settings.policy}
        value={value}
        onChange={onChange}
        choices={(['all', 'known', 'ask'] as const).map((one) => ({ value: one, label: t.policies[one] }))}
      />
    )
  if (action === 'recipients')
    return (
      <RecipientChoice
        value={value.split(',').filter((one) => one !== '')}
        onChange={(ids) => onChange(ids.join(','))}
      />
    )
  return null
}

interface SampleProps {
  readonly sample: readonly { readonly id: string; readonly email: string }[]
  readonly count: number | undefined
}

function Sample({ sample, count }: SampleProps) {
  const { aliases: t } = useTexts()
  if (count === undefined) return null
  if (count === 0) return <p>{t.bulk.nobody}</p>
  return (
    <div>
      <p>{t.bulk.sample}</p>
      <ul className={classes['sample']} tabIndex={0} aria-label={t.bulk.sample}>
        {sample.map((one) => (
          <li key={one.id}>{one.email}</li>
        ))}
        {count > sample.length && <li>{t.bulk.rest(count - sample.length)}</li>}
      </ul>
    </div>
  )
}
