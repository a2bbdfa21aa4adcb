import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useRef, useState, type SubmitEvent } from 'react'
import { z } from 'zod'
import { backupInfo, type BackupInfo, type BackupSchedule } from '../../main/api/shapes-owner.ts'
import { useClient } from '../api/client-context.ts'
import { ApiFailure, fieldError, formError } from '../api/failure.ts'
import { backupsQuery } from '../api/owner.ts'
import { useRelay } from '../app/relay-context.ts'
import { useAct } from '../data/use-act.ts'
import { useDoing } from '../data/use-doing.ts'
import { sizeText } from '../format/size.ts'
import { dateTimeText } from '../format/time.ts'
import { Button } from '../parts/button/Button.tsx'
import { Callout } from '../parts/callout/Callout.tsx'
import { Card } from '../parts/card/Card.tsx'
import { CopyButton } from '../parts/copy/CopyButton.tsx'
import { Empty } from '../parts/empty/Empty.tsx'
import { Fields, SelectField, TextField } from '../parts/field/Field.tsx'
import { Columns, Page, Row } from '../parts/page/Page.tsx'
import { Progress } from '../parts/progress/Progress.tsx'
import { Told } from '../parts/said/Said.tsx'
import { Loaded } from '../parts/state/Loaded.tsx'
import { Time } from '../parts/time/Time.tsx'
import { useTexts } from '../texts/texts.ts'
import { ExportCard } from './ExportCard.tsx'
import classes from './Backup.module.css'

const WEEK = 7 * 86_400_000
const LOOK_MS = 400
const made = z.object({ data: backupInfo.loose() })

type Doing =
  { readonly kind: 'nothing' } | { readonly kind: 'making' } | { readonly kind: 'checking'; readonly file: string }

/** One is made or checked at a time, and may be stopped; that it was stopped from here is then no failure. */
function useBackupWork() {
  const { backup: t } = useTexts()
  const client = useClient()
  const queries = useQueryClient()
  const { actions } = useRelay()
  const act = useAct()
  const [doing, setDoing] = useState<Doing>({ kind: 'nothing' })
  const wasStopped = useRef(false)
  const run = async (what: Doing, work: () => Promise<string>): Promise<void> => {
    setDoing(what)
    wasStopped.current = false
    const stoppable = async (): Promise<string> => {
      try {
        return await work()
      } catch (error) {
        if (wasStopped.current && error instanceof ApiFailure && error.kind === 'refused') return t.stopped
        throw error
      }
    }
    await act(async () => actions.tell('good', await stoppable()))
    setDoing({ kind: 'nothing' })
    await queries.invalidateQueries({ queryKey: ['backups'] })
  }
  return {
    doing,
    create: () =>
      run({ kind: 'making' }, async () =>
        t.made(sizeText((await client.send('POST', '/app/backups', {}, made)).data.size)),
      ),
    check: (file: string) =>
      run({ kind: 'checking', file }, async () => {
        await client.tell('POST', '/app/backups/verify', { file })
        return t.verified
      }),
    stop: async () => {
      wasStopped.current = true
      await act(() => client.tell('POST', '/app/backups/stop'), { changes: ['backups'] })
    },
  }
}

/** Copies of everything: made, listed, checked, and how to put one back. */
export function BackupPage() {
  const { backup: t } = useTexts()
  const { doing, create, check, stop } = useBackupWork()
  const isBusy = doing.kind !== 'nothing'
  const query = useQuery({
    ...backupsQuery(useClient()),
    refetchInterval: ({ state }) => (isBusy || (state.data?.progress ?? null) !== null ? LOOK_MS : false),
  })
  return (
    <Page
      title={t.title}
      lead={t.lead}
      actions={
        <Button kind="main" icon="save" busy={isBusy} onClick={() => void create()}>
          {t.now}
        </Button>
      }
    >
      <Loaded query={query}>
        {({ data, schedule, progress }) => (
          <>
            {progress === null ? (
              <Freshness backups={data} />
            ) : (
              <Running progress={progress} onStop={() => void stop()} />
            )}
            <List
              backups={data}
              checking={doing.kind === 'checking' ? doing.file : ''}
              onCheck={(file) => void check(file)}
            />
            <Columns wide>
              <Schedule key={JSON.stringify(schedule)} schedule={schedule} />
              <Restore file={data[0]?.file} />
            </Columns>
          </>
        )}
      </Loaded>
      <ExportCard />
    </Page>
  )
}

interface RunningProps {
  readonly progress: { readonly phase: string; readonly done: number; readonly total: number }
  readonly onStop: () => void
}

function Running({ progress: { phase, done, total }, onStop }: RunningProps) {
  const { backup: t } = useTexts()
  const isStopping = phase === 'stopping'
  return (
    <Card>
      <Progress
        label={t.phases[phase] ?? t.working}
        value={total === 0 || isStopping ? undefined : done}
        max={total}
        {...(isStopping ? {} : { onCancel: onStop })}
      />
    </Card>
  )
}

function Freshness({ backups }: { readonly backups: readonly BackupInfo[] }) {
  const { backup: t } = useTexts()
  const newest = Math.max(0, ...backups.map((one) => one.createdAt))
  if (Date.now() - newest > WEEK)
    return (
      <Callout tone="wait" title={t.old}>
        <p>{t.oldWhat}</p>
      </Callout>
    )
  return <Callout tone="good">{t.fresh(dateTimeText(newest))}</Callout>
}

interface ListProps {
  readonly backups: readonly BackupInfo[]
  readonly checking: string
  readonly onCheck: (file: string) => void
}

function List({ backups, checking, onCheck }: ListProps) {
  const { backup: t } = useTexts()
  return (
    <Card title={t.list} flush>
      {backups.length === 0 ? (
        <Empty icon="backup" title={t.listEmpty}>
          {t.listEmptyText}
        </Empty>
      ) : (
        <ul>
          {backups.map((one) => (
            <li key={one.file} className={classes['row']}>
              <div className={classes['what']}>
                <span>
                  <Time at={one.createdAt} relative /> · {t.kinds[one.kind] ?? one.kind} · {sizeText(one.size)}
                </span>
                <code className={classes['file']}>{one.file}</code>
              </div>
              <Button icon="check" busy={checking === one.file} onClick={() => onCheck(one.file)}>
                {t.verify}
              </Button>
            </li>
          ))}
        </ul>
      )}
    </Card>
  )
}

function Schedule({ schedule }: { readonly schedule: BackupSchedule }) {
  const { backup: t, common } = useTexts()
  const client = useClient()
  const { busy, error, run } = useDoing()
  const [draft, setDraft] = useState(schedule)
  const save = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault()
    await run(() => client.tell('PATCH', '/app/backups/schedule', draft), { done: t.saved, changes: ['backups'] })
  }
  return (
    <Card title={t.schedule} lead={t.scheduleLead}>
      <form className={classes['form']} onSubmit={(event) => void save(event)}>
        <TextField
          label={t.folder}
          help={t.folderHelp}
          error={fieldError(error, 'to')}
          value={draft.to}
          onChange={(to) => setDraft({ ...draft, to })}
          mono
          required
        />
        <Fields>
          <SelectField
            label={t.every}
            value={draft.every}
            onChange={(every) => setDraft({ ...draft, every })}
            choices={(['day', 'off'] as const).map((value) => ({ value, label: t.everyChoices[value] }))}
          />
          <TextField
            label={t.keep}
            error={fieldError(error, 'keep')}
            type="number"
            min={1}
            max={1000}
            value={String(draft.keep)}
            onChange={(keep) => setDraft({ ...draft, keep: Number(keep) })}
          />
        </Fields>
        {formError(error) !== undefined && (
          <Callout tone="bad" alert>
            <Told text={formError(error) ?? ''} />
          </Callout>
        )}
        <Row end>
          <Button kind="main" type="submit" icon="save" busy={busy}>
            {common.save}
          </Button>
        </Row>
      </form>
    </Card>
  )
}

function Restore({ file }: { readonly file: string | undefined }) {
  const { backup: t, common } = useTexts()
  const line = `postern backup restore ${file === undefined ? 'FILE' : `'${file.replaceAll("'", `'\\''`)}'`}`
  return (
    <Card title={t.restore} lead={t.restoreLead}>
      <div className={classes['line']}>
        <code>{line}</code>
        <CopyButton text={line} label={common.copy} />
      </div>
      <p className={classes['soft']}>{t.restoreHelp}</p>
    </Card>
  )
}
