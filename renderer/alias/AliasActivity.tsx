import { useQuery } from '@tanstack/react-query'
import type { AliasShown } from '../../main/api/shapes-aliases.ts'
import { logOfAlias } from '../api/activity.ts'
import { useClient } from '../api/client-context.ts'
import { LogLine } from '../activity/LogLine.tsx'
import { LinkButton } from '../parts/button/Button.tsx'
import { Card } from '../parts/card/Card.tsx'
import { Loaded } from '../parts/state/Loaded.tsx'
import { hrefTo } from '../router/place.ts'
import { useTexts } from '../texts/texts.ts'
import classes from './Alias.module.css'

const SHOWN = 100

/** The newest of it; the page of the log has all, with filters. */
export function AliasActivity({ alias }: { readonly alias: AliasShown }) {
  const { alias: t } = useTexts()
  const query = useQuery(logOfAlias(useClient(), alias.email, SHOWN))
  return (
    <Card
      title={t.tabs.activity}
      flush
      actions={<LinkButton href={hrefTo('/activity', { alias: alias.email })}>{t.allActivity}</LinkButton>}
    >
      <Loaded query={query}>
        {(rows) =>
          rows.length === 0 ? (
            <p className={classes['pad']}>{t.noActivity}</p>
          ) : (
            <ul className={classes['list']} aria-label={t.tabs.activity}>
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
