import { useQuery } from '@tanstack/react-query'
import { useState, type SubmitEvent } from 'react'
import type { RecipientShown } from '../../main/api/shapes-owner.ts'
import { useClient } from '../api/client-context.ts'
import { fieldError, formError } from '../api/failure.ts'
import { recipientsQuery } from '../api/owner.ts'
import { useAct } from '../data/use-act.ts'
import { useDoing } from '../data/use-doing.ts'
import { Button, IconButton } from '../parts/button/Button.tsx'
import { Callout } from '../parts/callout/Callout.tsx'
import { Card } from '../parts/card/Card.tsx'
import { Badge } from '../parts/chip/Chip.tsx'
import { Confirm, Dialog } from '../parts/dialog/Dialog.tsx'
import { TextField } from '../parts/field/Field.tsx'
import { Menu } from '../parts/menu/Menu.tsx'
import { Page, Row } from '../parts/page/Page.tsx'
import { Loaded } from '../parts/state/Loaded.tsx'
import { Time } from '../parts/time/Time.tsx'
import { hrefTo, navigate, useParam } from '../router/place.ts'
import { said } from '../texts/phrases/said.ts'
import { useTexts } from '../texts/texts.ts'
import { RecipientForm } from './RecipientForm.tsx'
import classes from './Recipients.module.css'

/** The real mailboxes behind the aliases. */
export function RecipientsPage() {
  const { recipients: t } = useTexts()
  const query = useQuery(recipientsQuery(useClient()))
  const [adding, setAdding] = useParam('new')
  const [open, setOpen] = useParam('edit')
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
      <Loaded query={query}>
        {(recipients) => (
          <>
            {recipients.map((one) => (
              <RecipientCard key={one.id} recipient={one} onEdit={() => setOpen(one.id)} />
            ))}
            {recipients
              .filter((one) => one.id === open)
              .map((one) => (
                <RecipientForm key={one.id} recipient={one} onClose={() => setOpen(undefined)} />
              ))}
          </>
        )}
      </Loaded>
      <AddRecipient open={adding !== ''} onClose={() => setAdding(undefined)} />
    </Page>
  )
}

const pathOf = ({ id }: RecipientShown): string => `/app/recipients/${encodeURIComponent(id)}`
const CHANGES = ['recipients', 'domains', 'domain', 'settings']

function useRecipientActs(recipient: RecipientShown) {
  const { recipients: t } = useTexts()
  const client = useClient()
  const act = useAct()
  const { email } = recipient
  return {
    setPaused: (paused: boolean) =>
      act(() => client.tell('PATCH', pathOf(recipient), { paused }), {
        ...(paused ? {} : { done: t.resumed(email) }),
        changes: CHANGES,
      }),
    makeDefault: () =>
      act(() => client.tell('PUT', '/app/settings/default-recipient', { value: email }), {
        done: t.madeDefault(email),
        changes: CHANGES,
      }),
    remove: () =>
      act(() => client.tell('DELETE', `/api/v1/recipients/${encodeURIComponent(recipient.id)}`), {
        done: t.removed(email),
        changes: CHANGES,
      }),
  }
}

function RecipientCard({ recipient, onEdit }: { readonly recipient: RecipientShown; readonly onEdit: () => void }) {
  const { recipients: t, common, activity } = useTexts()
  const acts = useRecipientActs(recipient)
  const [asking, setAsking] = useState(false)
  const { email, paused, isDefault } = recipient
  return (
    <Card
      title={email}
      actions={
        <>
          <Button icon="sliders" onClick={onEdit}>
            {t.edit}
          </Button>
          <Menu
            trigger={<IconButton icon="more" label={common.more} />}
            entries={[
              {
                label: activity.title,
                icon: 'activity',
                onSelect: () => navigate(hrefTo('/activity', { recipient: email })),
              },
              { label: t.makeDefault, icon: 'star', disabled: isDefault, onSelect: () => void acts.makeDefault() },
              paused
                ? { label: t.resume, icon: 'play', onSelect: () => void acts.setPaused(false) }
                : { label: t.pause, icon: 'pause', onSelect: () => void acts.setPaused(true) },
              '-',
              { label: t.remove, icon: 'bin', danger: true, onSelect: () => setAsking(true) },
            ]}
          />
        </>
      }
    >
      <Badges recipient={recipient} />
      {paused && <PausedNote recipient={recipient} onResume={() => void acts.setPaused(false)} />}
      <Confirm
        open={asking}
        onClose={() => setAsking(false)}
        title={t.removeTitle(email)}
        lead={t.removeLead(common.aliases(recipient.aliases_count))}
        word={t.remove}
        danger
        onYes={acts.remove}
      />
    </Card>
  )
}

function Badges({ recipient }: { readonly recipient: RecipientShown }) {
  const { recipients: t, common } = useTexts()
  const { paused, isDefault, isMailbox } = recipient
  return (
    <Row>
      {isDefault && (
        <Badge tone="info" icon="star">
          {t.isDefault}
        </Badge>
      )}
      {isMailbox && <Badge icon="mailbox">{t.builtIn}</Badge>}
      {paused ? (
        <Badge tone="wait" icon="pause">
          {t.paused}
        </Badge>
      ) : (
        <Badge tone="good" icon="check">
          {t.takes}
        </Badge>
      )}
      <span className={classes['soft']}>
        {common.aliases(recipient.aliases_count)}
        {recipient.waiting > 0 && ` · ${t.waiting(common.messages(recipient.waiting))}`}
        {recipient.bounces > 0 && ` · ${t.bounces(recipient.bounces)}`}
      </span>
    </Row>
  )
}

function PausedNote({ recipient, onResume }: { readonly recipient: RecipientShown; readonly onResume: () => void }) {
  const { recipients: t } = useTexts()
  return (
    <Callout
      tone="wait"
      actions={
        <Button icon="play" onClick={onResume}>
          {t.resume}
        </Button>
      }
    >
      <p>{t.pausedWhy(said(recipient.pausedReason ?? ''), recipient.probeAt !== null)}</p>
      {recipient.probeAt !== null && (
        <p>
          {t.probe}: <Time at={recipient.probeAt} relative />
        </p>
      )}
    </Callout>
  )
}

function AddRecipient({ open, onClose }: { readonly open: boolean; readonly onClose: () => void }) {
  const { recipients: t, common } = useTexts()
  const client = useClient()
  const { busy, error, run } = useDoing()
  const [email, setEmail] = useState('')
  const add = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault()
    const address = email.trim()
    const added = await run(() => client.tell('POST', '/api/v1/recipients', { email: address }), {
      done: t.added(address),
      changes: CHANGES,
    })
    if (!added) return
    setEmail('')
    onClose()
  }
  return (
    <Dialog open={open} onClose={onClose} title={t.add}>
      <form className={classes['form']} onSubmit={(event) => void add(event)}>
        <TextField
          label={t.email}
          help={t.emailHelp}
          error={fieldError(error, 'email') ?? formError(error)}
          type="email"
          value={email}
          onChange={setEmail}
          mono
          required
          autoFocus
          maxLength={320}
        />
        <Row end>
          <Button onClick={onClose}>{common.cancel}</Button>
          <Button kind="main" type="submit" icon="plus" busy={busy}>
            {common.add}
          </Button>
        </Row>
      </form>
    </Dialog>
  )
}
