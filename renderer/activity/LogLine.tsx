import { memo, type ReactNode } from 'react'
import type { LogEntry } from '../../main/api/shapes.ts'
import { lookOf, reasonWord } from '../format/outcome.ts'
import { sizeText } from '../format/size.ts'
import { Chip } from '../parts/chip/Chip.tsx'
import { Icon, type IconName } from '../parts/icon/Icon.tsx'
import { Said } from '../parts/said/Said.tsx'
import { Time } from '../parts/time/Time.tsx'
import { hrefTo } from '../router/place.ts'
import { said } from '../texts/phrases/said.ts'
import { useTexts } from '../texts/texts.ts'
import classes from './LogLine.module.css'

const WAYS: Readonly<Record<LogEntry['direction'], IconName>> = { forward: 'arrow-in', reply: 'reply', none: 'minus' }

/** Why, in few words; where there is no word for it, nothing: the sentence stands in the trace. */
function Why({ entry }: { readonly entry: LogEntry }): ReactNode {
  if (entry.reason === entry.outcome || entry.reason === 'accepted') return ''
  return reasonWord(entry.reason) ?? <Said text={entry.text} />
}

const verdictText = ({ spf, dkim, dmarc, arc }: NonNullable<LogEntry['verdicts']>): string =>
  `SPF ${spf}, DKIM ${dkim}, DMARC ${dmarc}, ARC ${arc}`

/** One entry in one line. */
export function LineCells({ entry }: { readonly entry: LogEntry }): ReactNode {
  const { activity: t } = useTexts()
  const { direction, verdicts } = entry
  return (
    <>
      <span role="gridcell" className={classes['time']}>
        <Time at={entry.at} seconds />
      </span>
      <span role="gridcell" className={classes['way']} title={t.directions[direction]}>
        <Icon name={WAYS[direction]} />
        <span className="visually-hidden">{t.directions[direction]}</span>
      </span>
      <span role="gridcell" className={classes['outcome']}>
        <Chip look={lookOf(entry.outcome)} />
      </span>
      <span role="gridcell" className={classes['alias']} title={entry.alias}>
        {entry.alias === '' ? entry.recipient : entry.alias}
      </span>
      <span role="gridcell" className={classes['sender']} title={entry.sender}>
        {entry.sender === '' ? t.noSender : entry.sender}
      </span>
      <span role="gridcell" className={classes['subject']} title={said(entry.text)}>
        {entry.subject !== '' && <span>{entry.subject}</span>}
        <span className={classes['why']}>
          <Why entry={entry} />
        </span>
      </span>
      <span role="gridcell" className={classes['size']}>
        {entry.size === 0 ? '' : sizeText(entry.size)}
      </span>
      <span role="gridcell" className={classes['safe']}>
        {entry.tls !== '' && (
          <span title={entry.tls}>
            <Icon name="lock" />
            <span className="visually-hidden">{entry.tls}</span>
          </span>
        )}
        {verdicts !== null && (
          <span data-relay className={classes['dmarc']} title={verdictText(verdicts)}>
            DMARC {verdicts.dmarc}
          </span>
        )}
      </span>
    </>
  )
}

/** For short lists: leads to the trace. */
export const LogLine = memo(function LogLine({ entry }: { readonly entry: LogEntry }) {
  const { activity: t } = useTexts()
  return (
    <li className={classes['item']}>
      <a className={classes['link']} href={hrefTo('/activity', { alias: entry.alias, open: String(entry.id) })}>
        <Chip look={lookOf(entry.outcome)} />
        <span className={classes['what']}>
          {entry.sender === '' ? t.noSender : entry.sender}
          {entry.subject !== '' && <span className={classes['why']}> · {entry.subject}</span>}
        </span>
        <Time at={entry.at} />
      </a>
    </li>
  )
})
