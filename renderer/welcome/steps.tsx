import { useQuery } from '@tanstack/react-query'
import { useState, type SubmitEvent } from 'react'
import { useClient } from '../api/client-context.ts'
import { fieldError, formError } from '../api/failure.ts'
import { domainsQuery, keysQuery, recipientsQuery, securityQuery, settingsQuery } from '../api/owner.ts'
import { useDoing } from '../data/use-doing.ts'
import { AddDomain } from '../domains/DomainsPage.tsx'
import { Button, LinkButton } from '../parts/button/Button.tsx'
import { Card } from '../parts/card/Card.tsx'
import { Badge } from '../parts/chip/Chip.tsx'
import { Facts } from '../parts/facts/Facts.tsx'
import { TextField } from '../parts/field/Field.tsx'
import { Row } from '../parts/page/Page.tsx'
import { Loaded } from '../parts/state/Loaded.tsx'
import { hrefTo } from '../router/place.ts'
import { SettingRow } from '../settings/SettingRow.tsx'
import { useTexts } from '../texts/texts.ts'
import { isOwnDomain } from './own.ts'
import classes from './Welcome.module.css'

export function ProtectStep() {
  const { welcome, security: words } = useTexts()
  const t = welcome.protect
  const client = useClient()
  const { data: security } = useQuery(securityQuery(client))
  const keys = useQuery(keysQuery(client))
  const mark = (isSet: boolean) => (
    <Badge tone={isSet ? 'good' : 'wait'} icon={isSet ? 'check' : 'minus'}>
      {isSet ? t.set : t.notSet}
    </Badge>
  )
  const hasSecond = security !== undefined && (security.totp !== null || security.keys.length > 0)
  return (
    <Card title={t.title} lead={t.text}>
      <Loaded query={keys}>
        {({ data }) => (
          <Facts
            facts={[
              [t.passphrase, mark(security !== undefined && security.passphrase !== null)],
              [t.second, mark(hasSecond)],
              [t.recovery, mark(data.some((one) => one.kind === 'recovery'))],
              [t.keys, data.map((one) => words.sources.kinds[one.kind] ?? one.kind).join(', ')],
            ]}
          />
        )}
      </Loaded>
      <Row>
        <LinkButton kind="main" icon="security" href={hrefTo('/security')}>
          {t.go}
        </LinkButton>
      </Row>
    </Card>
  )
}

export function DomainStep() {
  const { welcome } = useTexts()
  const t = welcome.domain
  const query = useQuery(domainsQuery(useClient()))
  const [adding, setAdding] = useState(false)
  return (
    <Card title={t.title} lead={t.text}>
      <Loaded query={query}>
        {(domains) => (
          <ul className={classes['form']}>
            {domains
              .filter((one) => isOwnDomain(one.domain))
              .map((one) => (
                <li key={one.id}>
                  <Row>
                    <strong>{one.domain}</strong>
                    <LinkButton href={hrefTo(`/domains/${encodeURIComponent(one.domain)}`)}>{t.records}</LinkButton>
                  </Row>
                </li>
              ))}
          </ul>
        )}
      </Loaded>
      <Row>
        <Button kind="main" icon="plus" onClick={() => setAdding(true)}>
          {t.add}
        </Button>
      </Row>
      <AddDomain open={adding} onClose={() => setAdding(false)} />
    </Card>
  )
}

export function RecipientStep() {
  const { welcome } = useTexts()
  const t = welcome.recipient
  const client = useClient()
  const { busy, error, run } = useDoing()
  const { data: recipients } = useQuery(recipientsQuery(client))
  const now = recipients?.find((one) => one.isDefault)
  const [email, setEmail] = useState('')
  const save = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault()
    const wanted = email.trim()
    const set = async (): Promise<void> => {
      if (recipients?.every((one) => one.email !== wanted) !== false)
        await client.tell('POST', '/api/v1/recipients', { email: wanted })
      await client.tell('PUT', '/app/settings/default-recipient', { value: wanted })
    }
    await run(set, { done: t.saved(wanted), changes: ['recipients', 'settings'] })
  }
  return (
    <Card title={t.title} lead={t.text}>
      {now !== undefined && <p>{t.is(now.email)}</p>}
      <form className={classes['form']} onSubmit={(event) => void save(event)}>
        <TextField
          label={t.email}
          error={fieldError(error, 'email') ?? formError(error)}
          type="email"
          value={email}
          onChange={setEmail}
          mono
          required
          autoComplete="email"
        />
        <Row>
          <Button kind="main" type="submit" icon="check" busy={busy}>
            {t.save}
          </Button>
        </Row>
      </form>
    </Card>
  )
}

const ROUTE = ['route', 'route-user', 'route-password']

export function RouteStep() {
  const { welcome } = useTexts()
  const t = welcome.route
  const query = useQuery(settingsQuery(useClient()))
  return (
    <Card title={t.title} lead={t.text} flush>
      <Loaded query={query}>
        {(all) => (
          <ul>
            {all
              .filter((one) => ROUTE.includes(one.name))
              .map((one) => (
                <SettingRow key={`${one.name} ${one.value ?? ''}`} setting={one} />
              ))}
          </ul>
        )}
      </Loaded>
    </Card>
  )
}

export function DoneStep() {
  const { welcome } = useTexts()
  const t = welcome.done
  return (
    <Card title={t.title} lead={t.text}>
      <Row>
        <LinkButton kind="main" icon="backup" href={hrefTo('/backup')}>
          {t.backup}
        </LinkButton>
        <LinkButton icon="home" href={hrefTo('/dashboard')}>
          {t.dashboard}
        </LinkButton>
      </Row>
    </Card>
  )
}
