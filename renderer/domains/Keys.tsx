import type { DomainShown } from '../../main/api/shapes-owner.ts'
import { useState } from 'react'
import { z } from 'zod'
import { useClient } from '../api/client-context.ts'
import { useRelay } from '../app/relay-context.ts'
import { useAct } from '../data/use-act.ts'
import { Button } from '../parts/button/Button.tsx'
import { Card } from '../parts/card/Card.tsx'
import { Time } from '../parts/time/Time.tsx'
import { said } from '../texts/phrases/said.ts'
import { useTexts } from '../texts/texts.ts'
import classes from './Domains.module.css'

const rotated = z.object({ data: z.object({ waitsFor: z.string().nullable() }) })

/** The keys that sign this domain's mail, and new ones in their place. */
export function Keys({ domain }: { readonly domain: DomainShown }) {
  const { domains } = useTexts()
  const t = domains.keys
  const client = useClient()
  const act = useAct()
  const { actions } = useRelay()
  const [busy, setBusy] = useState(false)
  const rotate = async (): Promise<void> => {
    setBusy(true)
    const path = `/app/domains/${encodeURIComponent(domain.domain)}/rotate-keys`
    await act(
      async () => {
        const { data } = await client.send('POST', path, {}, rotated)
        actions.tell('good', data.waitsFor === null ? t.rotated : t.rotatedWaiting(said(data.waitsFor)))
      },
      { changes: ['domain', 'domain-check'] },
    )
    setBusy(false)
  }
  return (
    <Card
      title={domains.tabs.keys}
      lead={t.lead}
      actions={
        <Button icon="refresh" busy={busy} onClick={() => void rotate()}>
          {t.rotate}
        </Button>
      }
    >
      <div className={classes['scroll']} tabIndex={0} role="region" aria-label={domains.tabs.keys}>
        <table className={classes['table']}>
          <thead>
            <tr>
              <th scope="col">{t.selector}</th>
              <th scope="col">{t.algorithm}</th>
              <th scope="col">{t.state}</th>
              <th scope="col">{t.since}</th>
              <th scope="col">{t.goes}</th>
            </tr>
          </thead>
          <tbody>
            {domain.keys.map((key) => (
              <tr key={key.selector}>
                <td>
                  <code>{key.selector}</code>
                </td>
                <td>{key.algorithm}</td>
                <td>{t.states[key.state] ?? key.state}</td>
                <td>{key.since === 0 ? '' : <Time at={key.since} relative />}</td>
                <td>{key.goesAt === null ? '' : <Time at={key.goesAt} relative />}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Card>
  )
}
