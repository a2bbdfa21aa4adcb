import { useQuery } from '@tanstack/react-query'
import { useState, type SubmitEvent } from 'react'
import type { DomainShape } from '../../main/api/shapes-addy.ts'
import { useClient } from '../api/client-context.ts'
import { fieldError, formError } from '../api/failure.ts'
import { domainsQuery } from '../api/owner.ts'
import { useDoing } from '../data/use-doing.ts'
import { Button } from '../parts/button/Button.tsx'
import { Callout } from '../parts/callout/Callout.tsx'
import { Card } from '../parts/card/Card.tsx'
import { Badge } from '../parts/chip/Chip.tsx'
import { Dialog } from '../parts/dialog/Dialog.tsx'
import { Empty } from '../parts/empty/Empty.tsx'
import { CheckField, TextField } from '../parts/field/Field.tsx'
import { Page, Row } from '../parts/page/Page.tsx'
import { Told } from '../parts/said/Said.tsx'
import { Loaded } from '../parts/state/Loaded.tsx'
import { hrefTo, navigate, useParam } from '../router/place.ts'
import { useTexts } from '../texts/texts.ts'
import classes from './Domains.module.css'

/** The user's domains, each a way in. */
export function DomainsPage() {
  const { domains: t } = useTexts()
  const query = useQuery(domainsQuery(useClient()))
  const [adding, setAdding] = useParam('new')
  return (
    <Page
      title={t.title}
      lead={t.lead}
      actions={
        <Button kind="main" icon="plus" onClick={() => setAdding('1')}>
          {t.add}
        </Button>
      }
    >
      <Card flush>
        <Loaded query={query}>
          {(domains) =>
            domains.length === 0 ? (
              <Empty icon="domains" title={t.empty}>
                {t.emptyText}
              </Empty>
            ) : (
              <ul className={classes['list']}>
                {domains.map((domain) => (
                  <li key={domain.id}>
                    <Line domain={domain} />
                  </li>
                ))}
              </ul>
            )
          }
        </Loaded>
      </Card>
      <AddDomain open={adding !== ''} onClose={() => setAdding(undefined)} />
    </Page>
  )
}

function Line({ domain }: { readonly domain: DomainShape }) {
  const { domains: t, common } = useTexts()
  return (
    <a className={classes['line']} href={hrefTo(`/domains/${encodeURIComponent(domain.domain)}`)}>
      <span className={classes['name']}>{domain.domain}</span>
      <span className={classes['description']}>{domain.description ?? ''}</span>
      <Row>
        <span className={classes['count']}>{common.aliases(domain.aliases_count)}</span>
        {domain.catch_all && <Badge>{t.catchAllWord}</Badge>}
        {domain.active ? (
          <Badge tone="good" icon="check">
            {t.active}
          </Badge>
        ) : (
          <Badge tone="wait" icon="pause">
            {t.activeOff}
          </Badge>
        )}
      </Row>
    </a>
  )
}

/** The form for one more domain; its keys are made on the way. */
export function AddDomain({ open, onClose }: { readonly open: boolean; readonly onClose: () => void }) {
  const { domains: t, common } = useTexts()
  const client = useClient()
  const { busy, error, run } = useDoing()
  const [name, setName] = useState('')
  const [catchAll, setCatchAll] = useState(true)
  const add = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault()
    const domain = name.trim().toLowerCase()
    const added = await run(() => client.tell('POST', '/app/domains', { domain, catchAll }), {
      done: t.added(domain),
      changes: ['domains', 'state'],
    })
    if (!added) return
    setName('')
    navigate(hrefTo(`/domains/${encodeURIComponent(domain)}`), { replace: true })
  }
  return (
    <Dialog open={open} onClose={onClose} title={t.add}>
      <form className={classes['form']} onSubmit={(event) => void add(event)}>
        <TextField
          label={t.name}
          help={t.nameHelp}
          error={fieldError(error, 'domain')}
          value={name}
          onChange={setName}
          mono
          required
          autoFocus
          maxLength={255}
          placeholder="mail.example.org"
        />
        <CheckField label={t.catchAll} help={t.catchAllHelp} checked={catchAll} onChange={setCatchAll} />
        {formError(error) !== undefined && (
          <Callout tone="bad" alert>
            <Told text={formError(error) ?? ''} />
          </Callout>
        )}
        <Row end>
          <Button onClick={onClose}>{common.cancel}</Button>
          <Button kind="main" type="submit" icon="plus" busy={busy}>
            {busy ? common.oneMoment : common.add}
          </Button>
        </Row>
      </form>
    </Dialog>
  )
}
