// Whom an entry is about, each leading to what else the log has of them.
import type { LogEntry } from '../../main/api/shapes.ts'
import { otherSideOf, type LogFilter } from '../../main/api/shapes-log.ts'
import type { Fact } from '../parts/facts/Facts.tsx'
import { hrefTo } from '../router/place.ts'
import type { Texts } from '../texts/texts.ts'

const domainOf = (address: string): string => address.slice(address.lastIndexOf('@') + 1)

function ToLog({ filter, children }: { readonly filter: LogFilter; readonly children: string }) {
  return <a href={hrefTo('/activity', { ...filter })}>{children}</a>
}

export function partiesOf(entry: LogEntry, t: Texts['activity']['trace']): readonly (Fact | undefined)[] {
  const other = otherSideOf(entry)
  const { alias, to } = entry
  return [
    other.includes('@')
      ? [
          t.contact,
          <>
            <ToLog filter={{ contact: other }}>{other}</ToLog> (
            <ToLog filter={{ contact: domainOf(other) }}>{t.allOf(domainOf(other))}</ToLog>)
          </>,
        ]
      : undefined,
    to.length === 0
      ? undefined
      : [
          t.recipient,
          to.map((one, i) => (
            <span key={one}>
              {i > 0 && ', '}
              {one.includes('@') ? <ToLog filter={{ recipient: one }}>{one}</ToLog> : one}
            </span>
          )),
        ],
    alias.includes('@')
      ? [
          t.domain,
          <ToLog key="domain" filter={{ domain: domainOf(alias) }}>
            {domainOf(alias)}
          </ToLog>,
        ]
      : undefined,
  ]
}
