import { useState } from 'react'
import type { AliasShown, ContactShown } from '../../main/api/shapes-aliases.ts'
import { addContact } from '../api/aliases.ts'
import { useClient } from '../api/client-context.ts'
import { fieldError, formError } from '../api/failure.ts'
import { useDoing } from '../data/use-doing.ts'
import { Button, LinkButton } from '../parts/button/Button.tsx'
import { Callout } from '../parts/callout/Callout.tsx'
import { CopyButton } from '../parts/copy/CopyButton.tsx'
import { Dialog } from '../parts/dialog/Dialog.tsx'
import { TextField } from '../parts/field/Field.tsx'
import { Told } from '../parts/said/Said.tsx'
import { useTexts } from '../texts/texts.ts'
import classes from './Alias.module.css'

/** Makes the address to which one writes, so that it comes from the alias. */
export function WriteDialog({ alias, onClose }: { readonly alias: AliasShown; readonly onClose: () => void }) {
  const { alias: t, common } = useTexts()
  const client = useClient()
  const { error, run } = useDoing()
  const [to, setTo] = useState('')
  const [name, setName] = useState('')
  const [made, setMade] = useState<ContactShown>()
  const make = async (): Promise<void> => {
    await run(async () => setMade(await addContact(client, alias.id, to.trim(), name.trim())), {
      changes: ['contacts'],
    })
  }
  return (
    <Dialog
      open
      onClose={onClose}
      title={t.write}
      lead={t.writeLead}
      footer={
        <>
          <Button onClick={onClose}>{made === undefined ? common.cancel : common.close}</Button>
          {made === undefined && (
            <Button kind="main" type="submit" form="write-from">
              {t.writeGo}
            </Button>
          )}
        </>
      }
    >
      {made === undefined ? (
        <form
          id="write-from"
          className={classes['form']}
          onSubmit={(event) => {
            event.preventDefault()
            void make()
          }}
        >
          <Asked {...{ to, setTo, name, setName, error }} />
        </form>
      ) : (
        <Made contact={made} />
      )}
    </Dialog>
  )
}

interface AskedProps {
  readonly to: string
  readonly setTo: (to: string) => void
  readonly name: string
  readonly setName: (name: string) => void
  readonly error: unknown
}

function Asked({ to, setTo, name, setName, error }: AskedProps) {
  const { alias: t } = useTexts()
  const problem = formError(error)
  return (
    <>
      {problem !== undefined && (
        <Callout tone="bad" alert>
          <Told text={problem} />
        </Callout>
      )}
      <TextField
        label={t.writeTo}
        type="email"
        required
        autoFocus
        value={to}
        onChange={setTo}
        error={fieldError(error, 'address')}
        placeholder="somebody@example.org"
      />
      <TextField label={t.writeName} value={name} onChange={setName} maxLength={200} />
    </>
  )
}

function Made({ contact }: { readonly contact: ContactShown }) {
  const { alias: t, common } = useTexts()
  const { address, replyAddress } = contact
  return (
    <Callout
      tone="good"
      title={t.writeDone(address)}
      actions={
        <>
          <CopyButton wide text={replyAddress} label={common.copy} />
          <LinkButton kind="main" icon="mail" href={`mailto:${encodeURIComponent(replyAddress)}`}>
            {t.openMail}
          </LinkButton>
        </>
      }
    >
      <code>{replyAddress}</code>
    </Callout>
  )
}
