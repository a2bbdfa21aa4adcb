import { useRef, useState } from 'react'
import type { AliasTable, ImportResultShown } from '../../main/api/shapes-aliases.ts'
import { importStep, readTable } from '../api/aliases.ts'
import { useClient } from '../api/client-context.ts'
import { messageOf } from '../api/failure.ts'
import { useActing } from '../data/use-act.ts'
import { numberText } from '../format/number.ts'
import { Button } from '../parts/button/Button.tsx'
import { Callout } from '../parts/callout/Callout.tsx'
import { Dialog } from '../parts/dialog/Dialog.tsx'
import { AreaField, Field, SelectField } from '../parts/field/Field.tsx'
import { Progress } from '../parts/progress/Progress.tsx'
import { Said, Told } from '../parts/said/Said.tsx'
import { useTexts } from '../texts/texts.ts'
import { ALIAS_CHANGES } from './use-row-actions.ts'
import classes from './Aliases.module.css'

const ROWS = 200
const MAX_TABLE = 8 * 1024 * 1024
const MAX_PROBLEMS = 200

type Existing = 'skip' | 'update'

interface Sum {
  readonly created: number
  readonly updated: number
  readonly skipped: number
  readonly refused: number
  readonly problems: readonly ImportResultShown[]
}

type Stage =
  | { readonly kind: 'choose' }
  | { readonly kind: 'working'; readonly dryRun: boolean; readonly done: number; readonly total: number }
  | { readonly kind: 'tried'; readonly sum: Sum; readonly table: AliasTable }
  | { readonly kind: 'done'; readonly sum: Sum; readonly stopped: boolean }

const NOTHING: Sum = { created: 0, updated: 0, skipped: 0, refused: 0, problems: [] }

function added(sum: Sum, results: readonly ImportResultShown[]): Sum {
  const next = { ...sum, problems: [...sum.problems, ...results.filter((one) => one.why !== '')] }
  for (const one of results) next[one.result]++
  return next
}

/** A list without a head is one of addresses. */
function withHead(text: string): string {
  const [line = ''] = text.trimStart().split(/\r?\n/, 1)
  return /^[^\s,;"]+@[^\s,;"]+$/.test(line.trim()) ? `alias\n${text}` : text
}

function useImport() {
  const client = useClient()
  const { finished } = useActing()
  const [stage, setStage] = useState<Stage>({ kind: 'choose' })
  const [error, setError] = useState<string>()
  const stopped = useRef(false)
  const isStopped = (): boolean => stopped.current
  const walk = async (table: AliasTable, existing: Existing, dryRun: boolean): Promise<Sum> => {
    stopped.current = false
    const { head, rows } = table
    let sum = NOTHING
    for (let at = 0; at < rows.length; at += ROWS) {
      if (isStopped()) break
      setStage({ kind: 'working', dryRun, done: at, total: rows.length })
      const step = { head, rows: rows.slice(at, at + ROWS), line: at + 2, existing, dryRun }
      sum = added(sum, await importStep(client, step))
    }
    return sum
  }
  const guarded = async (work: () => Promise<void>): Promise<void> => {
    setError(undefined)
    try {
      await work()
    } catch (thrown) {
      setError(messageOf(thrown))
      setStage({ kind: 'choose' })
    }
  }
  return {
    ...{ stage, error, setError },
    stop: () => {
      stopped.current = true
    },
    reset: () => setStage({ kind: 'choose' }),
    look: (text: string, existing: Existing) =>
      guarded(async () => {
        const table = await readTable(client, withHead(text))
        const sum = await walk(table, existing, true)
        setStage(stopped.current ? { kind: 'choose' } : { kind: 'tried', sum, table })
      }),
    run: (table: AliasTable, existing: Existing) =>
      guarded(async () => {
        const sum = await walk(table, existing, false)
        setStage({ kind: 'done', sum, stopped: stopped.current })
        finished({ changes: ALIAS_CHANGES })
      }),
  }
}

/** A table of aliases: looked through first, then taken over. */
export function ImportDialog({ open, onClose }: { readonly open: boolean; readonly onClose: () => void }) {
  return open ? <Import onClose={onClose} /> : null
}

function useFile(onText: (text: string) => void, onProblem: (problem: string) => void) {
  const { aliases: t } = useTexts()
  return (chosen: File | undefined): void => {
    if (chosen === undefined) return
    if (chosen.size > MAX_TABLE) onProblem(t.table.tooBig)
    else void chosen.text().then(onText, () => onProblem(t.table.unreadable))
  }
}

function Import({ onClose }: { readonly onClose: () => void }) {
  const { aliases: t } = useTexts()
  const [text, setText] = useState('')
  const [existing, setExisting] = useState<Existing>('skip')
  const work = useImport()
  const { stage, error } = work
  const onFile = useFile(setText, work.setError)
  const close = (): void => {
    work.stop()
    onClose()
  }
  const changes = stage.kind === 'tried' ? stage.sum.created + stage.sum.updated : 0
  const go = (): void => {
    if (stage.kind === 'tried') void work.run(stage.table, existing)
    else void work.look(text, existing)
  }
  return (
    <Dialog
      open
      onClose={close}
      place="wide"
      title={t.table.title}
      lead={t.table.lead}
      footer={
        <Buttons stage={stage} changes={changes} isEmpty={text.trim() === ''} onReset={work.reset} {...{ close, go }} />
      }
    >
      {error !== undefined && (
        <Callout tone="bad" alert>
          <Told text={error} />
        </Callout>
      )}
      {stage.kind === 'choose' && <Choose {...{ text, setText, existing, setExisting, onFile }} />}
      {stage.kind === 'working' && (
        <Progress
          label={stage.dryRun ? t.table.trying : t.table.working}
          value={stage.done}
          max={Math.max(1, stage.total)}
          onCancel={work.stop}
        />
      )}
      {stage.kind === 'tried' && <Result title={t.table.would} sum={stage.sum} empty={changes === 0} />}
      {stage.kind === 'done' && stage.stopped && <Callout tone="wait">{t.table.stopped}</Callout>}
      {stage.kind === 'done' && <Result title={t.table.did} sum={stage.sum} empty={false} />}
    </Dialog>
  )
}

interface ButtonsProps {
  readonly stage: Stage
  readonly changes: number
  readonly isEmpty: boolean
  readonly close: () => void
  readonly onReset: () => void
  readonly go: () => void
}

function Buttons({ stage, changes, isEmpty, close, onReset, go }: ButtonsProps) {
  const { aliases: t, common } = useTexts()
  return (
    <>
      <Button onClick={close}>{stage.kind === 'done' ? common.close : common.cancel}</Button>
      {(stage.kind === 'tried' || stage.kind === 'done') && <Button onClick={onReset}>{t.table.again}</Button>}
      {stage.kind === 'choose' && (
        <Button kind="main" disabled={isEmpty} onClick={go}>
          {t.table.look}
        </Button>
      )}
      {stage.kind === 'tried' && changes > 0 && (
        <Button kind="main" onClick={go}>
          {t.table.go(changes)}
        </Button>
      )}
    </>
  )
}

interface ChooseProps {
  readonly text: string
  readonly setText: (text: string) => void
  readonly existing: Existing
  readonly setExisting: (existing: Existing) => void
  readonly onFile: (file: File | undefined) => void
}

function Choose({ text, setText, existing, setExisting, onFile }: ChooseProps) {
  const { aliases: t } = useTexts()
  return (
    <>
      <Field label={t.table.file}>
        {(ids) => (
          <input
            {...ids}
            type="file"
            accept=".csv,.txt,text/csv,text/plain"
            onChange={(event) => onFile(event.target.files?.[0])}
          />
        )}
      </Field>
      <AreaField label={t.table.paste} value={text} onChange={setText} rows={8} mono />
      <SelectField
        label={t.table.existing}
        value={existing}
        onChange={setExisting}
        choices={[
          { value: 'skip', label: t.table.skip },
          { value: 'update', label: t.table.update },
        ]}
      />
    </>
  )
}

function Result({ title, sum, empty }: { readonly title: string; readonly sum: Sum; readonly empty: boolean }) {
  const { aliases: t } = useTexts()
  const { problems } = sum
  return (
    <>
      <h3>{title}</h3>
      <p className={classes['sums']}>
        {(['created', 'updated', 'skipped', 'refused'] as const).map((kind) => (
          <span key={kind}>
            <strong>{numberText(sum[kind])}</strong> {t.table[kind]}
          </span>
        ))}
      </p>
      {empty && <Callout>{t.table.nothing}</Callout>}
      {problems.length > 0 && (
        <div className={classes['problems']} tabIndex={0} role="region" aria-label={t.table.problems}>
          <table>
            <thead>
              <tr>
                <th scope="col">{t.table.line}</th>
                <th scope="col">{t.table.alias}</th>
                <th scope="col">{t.table.why}</th>
              </tr>
            </thead>
            <tbody>
              {problems.slice(0, MAX_PROBLEMS).map((one) => (
                <tr key={one.line}>
                  <td>{numberText(one.line)}</td>
                  <td>{one.alias}</td>
                  <td>
                    <Said text={one.why} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
          {problems.length > MAX_PROBLEMS && <p>{t.table.moreProblems(problems.length - MAX_PROBLEMS)}</p>}
        </div>
      )}
    </>
  )
}
