import { useQuery } from '@tanstack/react-query'
import type { AliasShown } from '../../main/api/shapes-aliases.ts'
import { logOfAlias } from '../api/activity.ts'
import { useClient } from '../api/client-context.ts'
import { LogLine } from '../activity/LogLine.tsx'
import { numberText } from '../format/number.ts'
import { addyTime, dateTimeText } from '../format/time.ts'
import { LinkButton } from '../parts/button/Button.tsx'
import { Card } from '../parts/card/Card.tsx'
import { Columns } from '../parts/page/Page.tsx'
import { Facts } from '../parts/facts/Facts.tsx'
import { Loaded } from '../parts/state/Loaded.tsx'
import { Time } from '../parts/time/Time.tsx'
import { hrefTo } from '../router/place.ts'
import { useTexts } from '../texts/texts.ts'
import classes from './Alias.module.css'

const LATELY = 10

export function Overview({ alias }: { readonly alias: AliasShown }) {
  const { alias: t } = useTexts()
  const figures = [
    [t.figures.forwarded, alias.emails_forwarded, alias.last_forwarded],
    [t.figures.blocked, alias.emails_blocked, alias.last_blocked],
    [t.figures.replied, alias.emails_replied, alias.last_replied],
    [t.figures.sent, alias.emails_sent, alias.last_sent],
  ] as const
  return (
    <div className={classes['form']}>
      <dl className={classes['figures']}>
        {figures.map(([name, count, last]) => {
          const at = addyTime(last)
          return (
            <div key={name} className={classes['figure']}>
              <dt>{name}</dt>
              <dd>
                <strong>{numberText(count)}</strong>
                {at === undefined ? t.figures.never : t.figures.last(dateTimeText(at))}
              </dd>
            </div>
          )
        })}
      </dl>
      <Columns>
        <About alias={alias} />
        <Lately alias={alias} />
      </Columns>
    </div>
  )
}

function About({ alias }: { readonly alias: AliasShown }) {
  const { alias: t, aliases, common } = useTexts()
  const { expires_at: at, expires_after: after, expires_idle: idle } = alias
  const ends = [
    ...(at === null ? [] : [dateTimeText(Date.parse(at))]),
    ...(after === null ? [] : [`${t.settings.expiresAfter}: ${numberText(after)}`]),
    ...(idle === null ? [] : [`${t.settings.expiresIdle}: ${numberText(idle)}`]),
  ]
  const names = alias.recipients.map((one) => one.email).join(', ')
  return (
    <Card title={t.facts.title}>
      <Facts
        facts={[
          [t.facts.created, <Time at={addyTime(alias.created_at) ?? 0} />],
          [t.facts.origin, t.facts.origins[alias.origin] ?? alias.origin],
          [t.facts.firstSender, alias.first_sender ?? ''],
          [t.facts.recipients, names === '' ? t.standard : names],
          [t.facts.policy, aliases.policies[alias.policy]],
          [t.facts.expires, ends.length === 0 ? common.never : ends.join(' · ')],
        ]}
      />
    </Card>
  )
}

function Lately({ alias }: { readonly alias: AliasShown }) {
  const { alias: t } = useTexts()
  const query = useQuery(logOfAlias(useClient(), alias.email, LATELY))
  return (
    <Card
      title={t.lately}
      flush
      actions={<LinkButton href={hrefTo('/activity', { alias: alias.email })}>{t.allActivity}</LinkButton>}
    >
      <Loaded query={query}>
        {(rows) =>
          rows.length === 0 ? (
            <p className={classes['pad']}>{t.noActivity}</p>
          ) : (
            <ul className={classes['list']} aria-label={t.lately}>
              {rows.map((entry) => (
                <LogLine key={entry.id} entry={entry} />
              ))}
            </ul>
          )
        }
      </Loaded>
    </Card>
  )
}
