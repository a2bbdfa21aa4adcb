import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import type { LogEntry } from '../../main/api/shapes.ts'
import type { LogTrace } from '../../main/api/shapes-log.ts'
import { traceQuery } from '../api/activity.ts'
import { useClient } from '../api/client-context.ts'
import { ApiFailure } from '../api/failure.ts'
import { lookOf, reasonWord, type Tone } from '../format/outcome.ts'
import { sizeText } from '../format/size.ts'
import { dateTimeText, fullTime, isParked, relativeTime } from '../format/time.ts'
import { Callout } from '../parts/callout/Callout.tsx'
import { Badge, Chip } from '../parts/chip/Chip.tsx'
import { CopyButton } from '../parts/copy/CopyButton.tsx'
import { Dialog } from '../parts/dialog/Dialog.tsx'
import { Facts } from '../parts/facts/Facts.tsx'
import { Said } from '../parts/said/Said.tsx'
import { Loaded } from '../parts/state/Loaded.tsx'
import { Time } from '../parts/time/Time.tsx'
import { useTexts, type Texts } from '../texts/texts.ts'
import { TraceActions } from './TraceActions.tsx'
import { partiesOf } from './trace-links.tsx'
import { traceText } from './trace-text.ts'
import classes from './Activity.module.css'

/** One entry, from the door to the last answer. */
export function Trace({ id, onClose }: { readonly id: number | undefined; readonly onClose: () => void }) {
  const { activity: t } = useTexts()
  return (
    <Dialog open={id !== undefined} onClose={onClose} title={t.trace.title} place="side">
      {id !== undefined && <Story id={id} />}
    </Dialog>
  )
}

function Story({ id }: { readonly id: number }) {
  const { activity: t } = useTexts()
  const query = useQuery({ ...traceQuery(useClient(), id), refetchInterval: 5_000 })
  if (query.data === undefined && query.error instanceof ApiFailure && query.error.status === 404)
    return <Callout>{t.trace.gone}</Callout>
  return <Loaded query={query}>{(trace) => <Shown trace={trace} />}</Loaded>
}

function Shown({ trace }: { readonly trace: LogTrace }) {
  const { activity } = useTexts()
  const t = activity.trace
  const { entry } = trace
  const sentence = t.sentence[entry.outcome]
  return (
    <>
      <div className={classes['stephead']}>
        <Chip look={lookOf(entry.outcome)} />
        <Time at={entry.at} seconds />
      </div>
      <p className={classes['sentence']}>{sentence ?? <Said text={entry.text} />}</p>
      {sentence !== undefined && entry.text !== '' && (
        <p>
          <Said text={entry.text} />
        </p>
      )}
      <TraceActions trace={trace} />
      <h3 className={classes['title']}>{t.way}</h3>
      <ol className={classes['way']}>
        <Door entry={entry} />
        <Checks entry={entry} />
        <Step tone={lookOf(entry.outcome).tone} title={t.decided}>
          <p className={classes['soft']}>
            {reasonWord(entry.reason) ?? entry.reason}
            {entry.text !== '' && (
              <>
                {' · '}
                <Said text={entry.text} />
              </>
            )}
          </p>
        </Step>
        <Attempts trace={trace} />
      </ol>
      <h3 className={classes['title']}>{t.facts}</h3>
      <Facts
        facts={[
          [t.subject, entry.subject],
          ...partiesOf(entry, t),
          [t.reason, entry.reason],
          [activity.time, fullTime(entry.at)],
          [t.size, entry.size === 0 ? '' : sizeText(entry.size)],
          [t.messageId, entry.messageId],
          [t.entry, String(entry.id)],
        ]}
      />
      <div>
        <CopyButton wide text={traceText(trace, sentence ?? entry.text)} label={t.copy} />
        <p className={classes['soft']}>{t.copyHelp}</p>
      </div>
    </>
  )
}

interface StepProps {
  readonly title: string
  readonly tone?: Tone
  readonly beside?: ReactNode
  readonly children?: ReactNode
}

function Step({ title, tone = 'plain', beside, children }: StepProps) {
  return (
    <li className={classes['step']} data-tone={tone}>
      <div className={classes['stephead']}>
        <strong>{title}</strong>
        {beside}
      </div>
      {children}
    </li>
  )
}

function Door({ entry }: { readonly entry: LogEntry }) {
  const { activity } = useTexts()
  const t = activity.trace
  const sender = entry.sender === '' ? activity.noSender : entry.sender
  return (
    <>
      <Step title={t.came} beside={<Time at={entry.at} seconds />}>
        <p className={classes['soft']}>
          {entry.peer === '' ? t.cameSubmitted : t.cameFrom(entry.peer)},{' '}
          {entry.tls === '' ? t.noTls : t.tls(entry.tls)}
        </p>
      </Step>
      <Step title={t.envelope}>
        <p className={classes['soft']}>{t.envelopeText(sender, entry.alias === '' ? entry.recipient : entry.alias)}</p>
      </Step>
    </>
  )
}

const toneOf = (verdict: string): Tone =>
  verdict === 'pass'
    ? 'good'
    : verdict === 'fail'
      ? 'bad'
      : verdict === 'none' || verdict === 'neutral'
        ? 'plain'
        : 'wait'

function Checks({ entry }: { readonly entry: LogEntry }) {
  const { activity } = useTexts()
  const t = activity.trace
  const { verdicts } = entry
  if (verdicts === null)
    return (
      <Step title={t.checked}>
        <p className={classes['soft']}>{t.unchecked}</p>
      </Step>
    )
  const { reasons = [] } = verdicts
  return (
    <Step title={t.checked} tone={toneOf(verdicts.dmarc)}>
      <p data-relay className={classes['checks']}>
        {(['spf', 'dkim', 'dmarc', 'arc'] as const).map((method) => (
          <Badge key={method} tone={toneOf(verdicts[method])}>
            {`${method.toUpperCase()} ${verdicts[method]}`}
          </Badge>
        ))}
      </p>
      {reasons.map((reason) => (
        <p key={reason} className={classes['soft']}>
          <Said text={reason} />
        </p>
      ))}
    </Step>
  )
}

function dueWords(dueAt: number, t: Texts['activity']['trace']): string {
  const now = Date.now()
  return isParked(dueAt, now) ? t.parked : t.nextTry(relativeTime(dueAt, now))
}

function Attempts({ trace }: { readonly trace: LogTrace }) {
  const { activity } = useTexts()
  const t = activity.trace
  const { entry, deliveries } = trace
  return (
    <>
      {entry.attempts.map((attempt, i) => (
        <Step
          key={`${attempt.at}-${i}`}
          title={t.attempt(i + 1)}
          tone={lookOf(attempt.outcome).tone}
          beside={
            <>
              <Chip look={lookOf(attempt.outcome)} />
              <Time at={attempt.at} seconds />
            </>
          }
        >
          <p className={classes['soft']}>
            {attempt.destination}
            {attempt.tls === '' ? '' : ` · ${attempt.tls}`}
            {attempt.level === undefined ? '' : ` · ${t.levels[attempt.level] ?? attempt.level}`}
          </p>
          <p className={classes['soft']}>
            <Said text={attempt.answer} />
          </p>
        </Step>
      ))}
      {deliveries
        .filter((one) => one.state === 'queued' || one.state === 'in-flight')
        .map((one) => (
          <Step key={one.id} title={t.goes(one.forwardPath)} tone="wait">
            <p className={classes['soft']} title={dateTimeText(one.dueAt)}>
              {t.states[one.state]}
              {one.state === 'queued' ? ` · ${dueWords(one.dueAt, t)}` : ''} · {one.destination}
            </p>
          </Step>
        ))}
    </>
  )
}
