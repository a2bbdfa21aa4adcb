import { useQuery } from '@tanstack/react-query'
import { topAliases } from '../api/aliases.ts'
import { useClient } from '../api/client-context.ts'
import { numberText } from '../format/number.ts'
import { addyTime } from '../format/time.ts'
import { LinkButton } from '../parts/button/Button.tsx'
import { Card } from '../parts/card/Card.tsx'
import { Loaded } from '../parts/state/Loaded.tsx'
import { Time } from '../parts/time/Time.tsx'
import { hrefTo } from '../router/place.ts'
import { useTexts } from '../texts/texts.ts'
import classes from './Dashboard.module.css'

const aliasHref = (id: string): string => hrefTo(`/aliases/${encodeURIComponent(id)}`)

export function TopAliases() {
  const { dashboard: t } = useTexts()
  const query = useQuery(topAliases(useClient(), '-emails_forwarded'))
  return (
    <Card title={t.topAliases} flush actions={<LinkButton href={hrefTo('/aliases')}>{t.allAliases}</LinkButton>}>
      <Loaded query={query}>
        {(aliases) => {
          const used = aliases.filter((alias) => alias.emails_forwarded > 0)
          if (used.length === 0) return <p className={classes['nobody']}>{t.nobody}</p>
          return (
            <ul className={classes['rows']}>
              {used.map((alias) => (
                <li key={alias.id}>
                  <a className={classes['line']} href={aliasHref(alias.id)}>
                    <span className={classes['what']}>{alias.email}</span>
                    <span className={classes['count']}>{numberText(alias.emails_forwarded)}</span>
                  </a>
                </li>
              ))}
            </ul>
          )
        }}
      </Loaded>
    </Card>
  )
}

export function NewestAliases() {
  const { dashboard: t } = useTexts()
  const query = useQuery(topAliases(useClient(), '-created_at'))
  return (
    <Card title={t.newest} flush>
      <Loaded query={query}>
        {(aliases) =>
          aliases.length === 0 ? (
            <p className={classes['nobody']}>{t.nobody}</p>
          ) : (
            <ul className={classes['rows']}>
              {aliases.map((alias) => (
                <li key={alias.id}>
                  <a className={classes['line']} href={aliasHref(alias.id)}>
                    <span className={classes['what']}>{alias.email}</span>
                    <Time at={addyTime(alias.created_at) ?? 0} relative />
                  </a>
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
    </Card>
  )
}

interface SendersProps {
  readonly title: string
  readonly senders: readonly { readonly sender: string; readonly count: number }[]
  readonly outcome: string
}

export function Senders({ title, senders, outcome }: SendersProps) {
  const { dashboard: t } = useTexts()
  return (
    <Card title={title} flush>
      {senders.length === 0 ? (
        <p className={classes['nobody']}>{t.nobody}</p>
      ) : (
        <ul className={classes['rows']}>
          {senders.map(({ sender, count }) => (
            <li key={sender}>
              <a className={classes['line']} href={hrefTo('/activity', { q: sender, outcome })}>
                <span className={classes['what']}>{sender}</span>
                <span className={classes['count']}>{numberText(count)}</span>
              </a>
            </li>
          ))}
        </ul>
      )}
    </Card>
  )
}
