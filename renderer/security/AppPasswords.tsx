import { useQuery } from '@tanstack/react-query'
import { useState, type SubmitEvent } from 'react'
import type { AppPasswordShown, MadeAppPassword } from '../../main/api/shapes-access.ts'
import { useClient } from '../api/client-context.ts'
import { fieldError, formError } from '../api/failure.ts'
import { appPasswordsQuery, securityCalls } from '../api/security.ts'
import { Button } from '../parts/button/Button.tsx'
import { Dialog } from '../parts/dialog/Dialog.tsx'
import { Icon } from '../parts/icon/Icon.tsx'
import { Time } from '../parts/time/Time.tsx'
import { useTexts } from '../texts/texts.ts'
import { Credentials } from './Credentials.tsx'
import { Once, Secret } from './Once.tsx'
import classes from './Security.module.css'
import { NameForm } from './SecurityKeys.tsx'
import { useDoing } from '../data/use-doing.ts'

/** What mail programs send with: one for each, shown once, revoked by itself. */
export function AppPasswords() {
  const { security } = useTexts()
  const client = useClient()
  return (
    <Credentials<AppPasswordShown, MadeAppPassword>
      words={security.appPasswords}
      query={useQuery(appPasswordsQuery(client))}
      changes={['app-passwords', 'state']}
      revoke={({ id }) => securityCalls(client).revokeAppPassword(id)}
      line={(row, onRevoke) => <PasswordLine key={row.id} row={row} onRevoke={onRevoke} />}
      making={(onMade, onClose) => <NewPassword onMade={onMade} onClose={onClose} />}
      made={(made, onClose) => <MadePassword made={made} onClose={onClose} />}
    />
  )
}

function PasswordLine({ row, onRevoke }: { readonly row: AppPasswordShown; readonly onRevoke: () => void }) {
  const { security, common } = useTexts()
  const { name, username, createdAt, lastUsed } = row
  const { revoke } = security.tokens
  return (
    <li className={classes['item']}>
      <div className={classes['what']}>
        <span className={classes['name']}>
          <Icon name="send" /> {name}
        </span>
        <span className={classes['more']}>
          <code>{username}</code>
          <span>
            {security.created}: <Time at={createdAt} relative />
          </span>
          <span>
            {security.lastUsed}: {lastUsed === null ? common.never : <Time at={lastUsed} relative />}
          </span>
        </span>
      </div>
      <Button aria-label={`${revoke}: ${name}`} onClick={onRevoke}>
        {revoke}
      </Button>
    </li>
  )
}

interface NewProps {
  readonly onMade: (made: MadeAppPassword) => void
  readonly onClose: () => void
}

function NewPassword({ onMade, onClose }: NewProps) {
  const { security } = useTexts()
  const t = security.appPasswords
  const calls = securityCalls(useClient())
  const doing = useDoing()
  const [name, setName] = useState('')
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault()
    let made: MadeAppPassword | undefined
    await doing.run(
      async () => {
        made = await calls.addAppPassword(name.trim())
      },
      { changes: ['app-passwords', 'state'] },
    )
    if (made === undefined) return
    onClose()
    onMade(made)
  }
  return (
    <Dialog open onClose={onClose} title={t.add}>
      <NameForm
        label={security.name}
        help={t.nameHelp}
        word={security.tokens.make}
        name={name}
        error={fieldError(doing.error, 'name') ?? formError(doing.error)}
        busy={doing.busy}
        onName={setName}
        onSubmit={(event) => void submit(event)}
        onClose={onClose}
      />
    </Dialog>
  )
}

function MadePassword({ made, onClose }: { readonly made: MadeAppPassword; readonly onClose: () => void }) {
  const { security } = useTexts()
  const t = security.appPasswords
  return (
    <Once title={t.madeTitle} lead={t.madeLead} onClose={onClose}>
      <div className={classes['pair']}>
        <span className={classes['label']}>{t.username}</span>
        <Secret text={made.username} label={t.copyName} />
      </div>
      <div className={classes['pair']}>
        <span className={classes['label']}>{t.password}</span>
        <Secret text={made.password} label={t.copyPassword} />
      </div>
    </Once>
  )
}
