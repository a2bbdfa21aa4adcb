import { memo, useState } from 'react'
import type { LogEntry } from '../../main/api/shapes.ts'
import { lookOf } from '../format/outcome.ts'
import { sizeText } from '../format/size.ts'
import { fullTime } from '../format/time.ts'
import { Chip } from '../parts/chip/Chip.tsx'
import { Icon } from '../parts/icon/Icon.tsx'
import { Time } from '../parts/time/Time.tsx'
import { useTexts } from '../texts/texts.ts'
import classes from './LogRow.module.css'

const FRESH_MS = 10_000

/** One message or refusal: what came of it in a line, and the whole of it when opened. */
export const LogRow = memo(function LogRow({ entry }: { readonly entry: LogEntry }) {
  const { activity: t } = useTexts()
  const [open, setOpen] = useState(false)
  // Lights up what has just come, not everything that is there when the page opens.
  const [fresh] = useState(() => Date.now() - entry.at < FRESH_MS)
  return (
    <li className={classes['row']} data-outcome={entry.outcome} data-fresh={fresh}>
      <details onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary className={classes['summary']}>
          <span className={classes['chevron']}>
            <Icon name="chevron" />
          </span>
          <Chip look={lookOf(entry.outcome)} />
          <span className={classes['who']}>
            {entry.sender === '' ? t.noSender : entry.sender}
            <span className={classes['to']}> {t.arrows[entry.direction]} </span>
            {entry.alias === '' ? entry.recipient : entry.alias}
          </span>
          <Time at={entry.at} seconds />
          <span className={classes['text']}>{entry.text}</span>
        </summary>
        {open && <Details entry={entry} />}
      </details>
    </li>
  )
})

function Details({ entry }: { readonly entry: LogEntry }) {
  const { verdicts } = entry
  const { facts: names } = useTexts().activity
  const facts: readonly (readonly [string, string])[] = [
    [names.subject, entry.subject],
    [names.recipient, entry.recipient],
    [names.reason, entry.reason],
    [names.time, fullTime(entry.at)],
    [names.size, entry.size === 0 ? '' : sizeText(entry.size)],
    [names.peer, entry.peer],
    [names.tls, entry.tls],
    [names.messageId, entry.messageId],
    [
      names.checks,
      verdicts === null
        ? ''
        : `SPF ${verdicts.spf}, DKIM ${verdicts.dkim}, DMARC ${verdicts.dmarc}, ARC ${verdicts.arc}`,
    ],
  ]
  return (
    <div className={classes['details']}>
      <dl className={classes['facts']}>
        {facts
          .filter(([, value]) => value !== '')
          .map(([name, value]) => (
            <div key={name} className={classes['fact']}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
      </dl>
      {entry.attempts.length > 0 && <Attempts entry={entry} />}
    </div>
  )
}

function Attempts({ entry }: { readonly entry: LogEntry }) {
  const { activity: t } = useTexts()
  return (
    <ol className={classes['attempts']} aria-label={t.attempts}>
      {entry.attempts.map((attempt, i) => (
        <li key={i}>
          <Chip look={lookOf(attempt.outcome)} />
          <span className={classes['destination']}>{attempt.destination}</span>
          <Time at={attempt.at} />
          <span className={classes['answer']}>
            {attempt.answer}
            {attempt.tls === '' ? '' : ` (${attempt.tls})`}
            {attempt.level === undefined ? '' : ` · ${t.levels[attempt.level] ?? attempt.level}`}
          </span>
        </li>
      ))}
    </ol>
  )
}
