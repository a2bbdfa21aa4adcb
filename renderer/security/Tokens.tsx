import { useQuery } from '@tanstack/react-query'
import { useState, type SubmitEvent } from 'react'
import type { TokenScope, TokenShown } from '../../main/api/shapes-access.ts'
import { useClient } from '../api/client-context.ts'
import { fieldError, formError } from '../api/failure.ts'
import { securityCalls, tokensQuery } from '../api/security.ts'
import { Button } from '../parts/button/Button.tsx'
import { Badge } from '../parts/chip/Chip.tsx'
import { Dialog } from '../parts/dialog/Dialog.tsx'
import { CheckField, SelectField, TextField } from '../parts/field/Field.tsx'
import { Icon } from '../parts/icon/Icon.tsx'
import { Row } from '../parts/page/Page.tsx'
import { Time } from '../parts/time/Time.tsx'
import { useTexts } from '../texts/texts.ts'
import { Credentials } from './Credentials.tsx'
import { Once, Secret } from './Once.tsx'
import classes from './Security.module.css'
import { useDoing } from '../data/use-doing.ts'

const SCOPES = ['read', 'aliases', 'settings', 'admin'] as const satisfies readonly TokenScope[]
const DAY_MS = 24 * 60 * 60 * 1000

/** What programs ask with: made with what they may, shown once, revoked. */
export function Tokens() {
  const { security } = useTexts()
  const client = useClient()
  return (
    <Credentials<TokenShown, string>
      words={security.tokens}
      query={useQuery(tokensQuery(client))}
      changes={['tokens']}
      revoke={({ id }) => securityCalls(client).revokeToken(id)}
      line={(token, onRevoke) => <TokenLine key={token.id} token={token} onRevoke={onRevoke} />}
      making={(onMade, onClose) => <NewToken onMade={onMade} onClose={onClose} />}
      made={(token, onClose) => <MadeToken token={token} onClose={onClose} />}
    />
  )
}

function TokenLine({ token, onRevoke }: { readonly token: TokenShown; readonly onRevoke: () => void }) {
  const { security, common } = useTexts()
  const t = security.tokens
  const { name, scopes, createdAt, expiresAt, lastUsed } = token
  const over = expiresAt !== null && expiresAt <= Date.now()
  return (
    <li className={classes['item']}>
      <div className={classes['what']}>
        <span className={classes['name']}>
          <Icon name="link" /> {name}
          {scopes.split(' ').map((scope) => (
            <Badge key={scope}>{t.scopeNames[scope] ?? scope}</Badge>
          ))}
          {over && (
            <Badge tone="wait" icon="clock">
              {t.expired}
            </Badge>
          )}
        </span>
        <span className={classes['more']}>
          <span>
            {security.created}: <Time at={createdAt} relative />
          </span>
          <span>
            {security.lastUsed}: {lastUsed === null ? common.never : <Time at={lastUsed} relative />}
          </span>
          <span>
            {security.expires}: {expiresAt === null ? common.never : <Time at={expiresAt} relative />}
          </span>
        </span>
      </div>
      <Button aria-label={`${t.revoke}: ${name}`} onClick={onRevoke}>
        {t.revoke}
      </Button>
    </li>
  )
}

interface ScopesProps {
  readonly scopes: readonly TokenScope[]
  readonly onChange: (scopes: readonly TokenScope[]) => void
}

function Scopes({ scopes, onChange }: ScopesProps) {
  const { security } = useTexts()
  const t = security.tokens
  return (
    <fieldset className={classes['fieldset']}>
      <legend>{t.scopes}</legend>
      {SCOPES.map((scope) => (
        <CheckField
          key={scope}
          label={t.scopeNames[scope] ?? scope}
          help={t.scopeHelp[scope]}
          checked={scopes.includes(scope)}
          onChange={(on) => onChange(on ? [...scopes, scope] : scopes.filter((one) => one !== scope))}
        />
      ))}
      {scopes.length === 0 && <p role="alert">{t.needScope}</p>}
    </fieldset>
  )
}

function NewToken({ onMade, onClose }: { readonly onMade: (token: string) => void; readonly onClose: () => void }) {
  const { security, common } = useTexts()
  const t = security.tokens
  const calls = securityCalls(useClient())
  const doing = useDoing()
  const [name, setName] = useState('')
  const [scopes, setScopes] = useState<readonly TokenScope[]>(['read', 'aliases'])
  const [days, setDays] = useState('365')
  const choices = [30, 90, 365].map((n) => ({ value: String(n), label: common.days(n) }))
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault()
    if (scopes.length === 0) return
    let token = ''
    const life = days === '' ? null : Number(days) * DAY_MS
    const done = await doing.run(
      async () => {
        token = await calls.addToken(name.trim(), scopes, life)
      },
      { changes: ['tokens'] },
    )
    if (!done) return
    onClose()
    onMade(token)
  }
  return (
    <Dialog open onClose={onClose} title={t.add}>
      <form className={classes['form']} onSubmit={(event) => void submit(event)}>
        <TextField
          label={security.name}
          help={t.nameHelp}
          error={fieldError(doing.error, 'name') ?? formError(doing.error)}
          value={name}
          onChange={setName}
          required
          autoFocus
          maxLength={100}
        />
        <Scopes scopes={scopes} onChange={setScopes} />
        <SelectField
          label={t.expiresIn}
          value={days}
          onChange={setDays}
          choices={[...choices, { value: '', label: common.never }]}
        />
        <Row end>
          <Button onClick={onClose}>{common.cancel}</Button>
          <Button kind="main" type="submit" icon="plus" busy={doing.busy} disabled={scopes.length === 0}>
            {t.make}
          </Button>
        </Row>
      </form>
    </Dialog>
  )
}

function MadeToken({ token, onClose }: { readonly token: string; readonly onClose: () => void }) {
  const { security } = useTexts()
  const t = security.tokens
  return (
    <Once title={t.madeTitle} lead={t.madeLead} onClose={onClose}>
      <Secret text={token} label={t.copy} />
      <div className={classes['pair']}>
        <span className={classes['soft']}>{t.madeUse}</span>
        <code>Authorization: Bearer …</code>
      </div>
    </Once>
  )
}
