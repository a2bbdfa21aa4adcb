import { useInfiniteQuery } from '@tanstack/react-query'
import type { AuditEntry } from '../../main/api/shapes-access.ts'
import { useClient } from '../api/client-context.ts'
import { auditQuery } from '../api/security.ts'
import { Button } from '../parts/button/Button.tsx'
import { Card } from '../parts/card/Card.tsx'
import { Badge } from '../parts/chip/Chip.tsx'
import { Loaded } from '../parts/state/Loaded.tsx'
import { Time } from '../parts/time/Time.tsx'
import { said } from '../texts/phrases/said.ts'
import { useTexts } from '../texts/texts.ts'
import { whatWords, whoWords } from './audit-words.ts'
import classes from './Security.module.css'
import { placeWords } from './Sessions.tsx'

/** Who did what, when, from where; page by page. */
export function AuditLog() {
  const { security, common } = useTexts()
  const t = security.log
  const query = useInfiniteQuery({ ...auditQuery(useClient()), refetchOnMount: 'always' })
  return (
    <Card title={t.title} lead={t.lead} flush>
      <Loaded query={query}>
        {({ pages }) => {
          const entries = pages.flatMap((page) => page.data)
          if (entries.length === 0) return <p className={classes['empty']}>{t.none}</p>
          return (
            <table className={classes['table']}>
              <thead>
                <tr>
                  <th scope="col">{t.when}</th>
                  <th scope="col">{t.what}</th>
                  <th scope="col">{t.who}</th>
                  <th scope="col">{t.where}</th>
                </tr>
              </thead>
              <tbody>
                {entries.map((entry) => (
                  <AuditLine key={entry.id} entry={entry} />
                ))}
              </tbody>
            </table>
          )
        }}
      </Loaded>
      {query.hasNextPage && (
        <div className={classes['foot']}>
          <Button icon="down" busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            {common.showOlder}
          </Button>
        </div>
      )}
    </Card>
  )
}

function AuditLine({ entry }: { readonly entry: AuditEntry }) {
  const { security, settings } = useTexts()
  const t = security.log
  const { text, name } = whatWords(entry, security)
  const setting = / \/app\/settings\//.test(entry.what) ? settings.names[name] : undefined
  return (
    <tr>
      <td>
        <Time at={entry.at} />
        {entry.lastAt !== null && (
          <span className={classes['name']}>
            {t.lastTry} <Time at={entry.lastAt} />
          </span>
        )}
      </td>
      <td>
        <span className={classes['name']} title={entry.what}>
          {text}
          {setting === undefined ? name !== '' && <code>{name}</code> : <span>{setting}</span>}
          {entry.outcome !== 'done' && (
            <Badge tone="bad" icon="block">
              {entry.outcome === 'refused' ? t.refused(entry.count) : entry.outcome}
            </Badge>
          )}
        </span>
        {entry.detail !== '' && <code>{said(entry.detail)}</code>}
      </td>
      <td>{whoWords(entry.who, security)}</td>
      <td title={entry.place}>{placeWords(entry.place, security.sessions)}</td>
    </tr>
  )
}
