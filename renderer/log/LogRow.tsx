import { memo, useState } from 'react'
import type { LogEntry } from '../../main/api/shapes.ts'
import { lookOf } from '../format/outcome.ts'
import { sizeText } from '../format/size.ts'
import { fullTime } from '../format/time.ts'
import { Chip } from '../parts/chip/Chip.tsx'
import { Icon } from '../parts/icon/Icon.tsx'
import { Time } from '../parts/time/Time.tsx'
import classes from './LogRow.module.css'

const FRESH_MS = 10_000

const ARROWS: Readonly<Record<LogEntry['direction'], string>> = { forward: 'to', reply: 'reply from', none: 'for' }

/** One message or refusal: what came of it in a line, and the whole of it when opened. */
export const LogRow = memo(function LogRow({ entry }: { readonly entry: LogEntry }) {
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
            {entry.sender === '' ? 'No sender' : entry.sender}
            <span className={classes['to']}> {ARROWS[entry.direction]} </span>
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

/** What was proved of the far server. */
const LEVELS: Readonly<Record<string, string>> = {
  dane: 'proved by DANE',
  'mta-sts': 'proved by MTA-STS',
  verified: 'certificate holds',
  encrypted: 'encrypted to whoever answered',
  clear: 'in clear',
}

function Details({ entry }: { readonly entry: LogEntry }) {
  const { verdicts } = entry
  const facts: readonly (readonly [string, string])[] = [
    ['Subject', entry.subject],
    ['Recipient', entry.recipient],
    ['Reason', entry.reason],
    ['Time', fullTime(entry.at)],
    ['Size', entry.size === 0 ? '' : sizeText(entry.size)],
    ['From host', entry.peer],
    ['TLS', entry.tls === '' ? 'none' : entry.tls],
    ['Message-ID', entry.messageId],
    [
      'Checks',
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
  return (
    <ol className={classes['attempts']} aria-label="Attempts to deliver">
      {entry.attempts.map((attempt, i) => (
        <li key={i}>
          <Chip look={lookOf(attempt.outcome)} />
          <span className={classes['destination']}>{attempt.destination}</span>
          <Time at={attempt.at} />
          <span className={classes['answer']}>
            {attempt.answer}
            {attempt.tls === '' ? '' : ` (${attempt.tls})`}
            {attempt.level === undefined ? '' : ` · ${LEVELS[attempt.level] ?? attempt.level}`}
          </span>
        </li>
      ))}
    </ol>
  )
}
