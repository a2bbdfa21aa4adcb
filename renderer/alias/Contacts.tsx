import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { AliasShown, ContactShown } from '../../main/api/shapes-aliases.ts'
import { changeContact, contactsQuery, removeContact, type ContactChange } from '../api/aliases.ts'
import { useClient } from '../api/client-context.ts'
import { useAct } from '../data/use-act.ts'
import { Button, IconButton } from '../parts/button/Button.tsx'
import { Card } from '../parts/card/Card.tsx'
import { Badge } from '../parts/chip/Chip.tsx'
import { CopyButton } from '../parts/copy/CopyButton.tsx'
import { Confirm, Dialog } from '../parts/dialog/Dialog.tsx'
import { Empty } from '../parts/empty/Empty.tsx'
import { TextField } from '../parts/field/Field.tsx'
import { Menu, type MenuEntry } from '../parts/menu/Menu.tsx'
import { Loaded } from '../parts/state/Loaded.tsx'
import { Time } from '../parts/time/Time.tsx'
import { hrefTo, navigate } from '../router/place.ts'
import { useTexts, type Texts } from '../texts/texts.ts'
import { WriteDialog } from './WriteDialog.tsx'
import classes from './Alias.module.css'

const CHANGES = ['contacts']

/** Who writes to the alias, each with the address by which one answers. */
export function Contacts({ alias }: { readonly alias: AliasShown }) {
  const { alias: t } = useTexts()
  const query = useQuery(contactsQuery(useClient(), alias.id))
  const [adding, setAdding] = useState(false)
  const add = (
    <Button icon="plus" onClick={() => setAdding(true)}>
      {t.contacts.add}
    </Button>
  )
  return (
    <Card title={t.contacts.title} lead={t.contacts.lead} flush actions={add}>
      <Loaded query={query}>
        {(contacts) =>
          contacts.length === 0 ? (
            <Empty icon="users" title={t.contacts.none}>
              <p>{t.contacts.noneText}</p>
            </Empty>
          ) : (
            <ContactTable contacts={contacts} alias={alias.email} />
          )
        }
      </Loaded>
      {adding && <WriteDialog alias={alias} onClose={() => setAdding(false)} />}
    </Card>
  )
}

interface TableProps {
  readonly contacts: readonly ContactShown[]
  readonly alias: string
}

function ContactTable({ contacts, alias }: TableProps) {
  const { alias: t } = useTexts()
  return (
    <div className={classes['scroll']} tabIndex={0} role="region" aria-label={t.contacts.title}>
      <table className={classes['table']}>
        <thead>
          <tr>
            <th scope="col">{t.contacts.who}</th>
            <th scope="col">{t.contacts.reply}</th>
            <th scope="col">{t.contacts.messages}</th>
            <th scope="col">{t.contacts.first}</th>
            <th scope="col">{t.contacts.last}</th>
            <th scope="col">
              <span className="visually-hidden">{t.contacts.actions}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {contacts.map((contact) => (
            <ContactRow key={contact.id} contact={contact} alias={alias} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

interface RowProps {
  readonly contact: ContactShown
  /** Its address. */
  readonly alias: string
}

function ContactRow({ contact, alias }: RowProps) {
  const { alias: t } = useTexts()
  const { address, displayName, replyAddress } = contact
  return (
    <tr>
      <td>
        <span className={classes['name']}>
          {displayName !== '' && <strong>{displayName}</strong>}
          <span>{address}</span>
          {contact.blocked && (
            <Badge tone="bad" icon="block">
              {t.contacts.blocked}
            </Badge>
          )}
          {contact.muted && <Badge icon="mute">{t.contacts.muted}</Badge>}
          {contact.standing === 'allowed' && (
            <Badge tone="good" icon="check">
              {t.contacts.allowed}
            </Badge>
          )}
          {contact.allowUnproven && (
            <Badge tone="wait" icon="warning">
              {t.contacts.unproven}
            </Badge>
          )}
          {contact.allowFlagged && (
            <Badge tone="wait" icon="clip">
              {t.contacts.flagged}
            </Badge>
          )}
        </span>
      </td>
      <td>
        <span className={classes['reply']}>
          <code title={replyAddress}>{replyAddress}</code>
          <CopyButton text={replyAddress} label={t.contacts.copyReply(address)} />
        </span>
      </td>
      <td>
        {t.contacts.forwarded(contact.forwarded)}
        <br />
        <span className={classes['soft']}>{t.contacts.replied(contact.replied)}</span>
      </td>
      <td>
        <Time at={contact.createdAt} />
      </td>
      <td>{contact.lastSeen !== null && <Time at={contact.lastSeen} relative />}</td>
      <td className={classes['end']}>
        <ContactMenu contact={contact} alias={alias} />
      </td>
    </tr>
  )
}

type SetContact = (change: ContactChange, back: ContactChange, done: string) => void

/** What of a contact is switched, each with the way back. */
function switchEntries(contact: ContactShown, c: Texts['alias']['contacts'], set: SetContact): readonly MenuEntry[] {
  const { address, blocked, muted, allowUnproven, allowFlagged } = contact
  const block: MenuEntry = {
    label: blocked ? c.unblock : c.block,
    icon: 'block',
    onSelect: () =>
      set({ blocked: !blocked }, { blocked }, blocked ? c.unblockedNotice(address) : c.blockedNotice(address)),
  }
  const mute: MenuEntry = {
    label: muted ? c.unmute : c.mute,
    icon: 'mute',
    onSelect: () => set({ muted: !muted }, { muted }, muted ? c.unmutedNotice(address) : c.mutedNotice(address)),
  }
  const check: MenuEntry = {
    label: c.checkAgain,
    icon: 'shield',
    onSelect: () => set({ allowUnproven: false }, { allowUnproven }, c.checkedNotice(address)),
  }
  const attachments: MenuEntry = {
    label: c.holdFlagged,
    icon: 'clip',
    onSelect: () => set({ allowFlagged: false }, { allowFlagged }, c.flaggedNotice(address)),
  }
  return [block, mute, ...(allowUnproven ? [check] : []), ...(allowFlagged ? [attachments] : [])]
}

function ContactMenu({ contact, alias }: RowProps) {
  const { alias: t, activity } = useTexts()
  const client = useClient()
  const act = useAct()
  const [open, setOpen] = useState<'rename' | 'remove'>()
  const { id, address } = contact
  const set: SetContact = (change, back, done) =>
    void act(() => changeContact(client, id, change), {
      ...{ done, changes: CHANGES },
      undo: () => changeContact(client, id, back),
    })
  const c = t.contacts
  return (
    <>
      <Menu
        trigger={<IconButton icon="more" label={c.menu(address)} />}
        entries={[
          {
            label: activity.title,
            icon: 'activity',
            onSelect: () => navigate(hrefTo('/activity', { alias, contact: address })),
          },
          ...switchEntries(contact, c, set),
          { label: c.rename, icon: 'edit', onSelect: () => setOpen('rename') },
          '-',
          { label: c.remove, icon: 'bin', danger: true, onSelect: () => setOpen('remove') },
        ]}
      />
      <Confirm
        open={open === 'remove'}
        onClose={() => setOpen(undefined)}
        danger
        title={c.removeTitle(address)}
        lead={c.removeText}
        word={c.remove}
        onYes={() => act(() => removeContact(client, id), { done: c.removedNotice(address), changes: CHANGES })}
      />
      {open === 'rename' && (
        <Rename
          contact={contact}
          onClose={() => setOpen(undefined)}
          onName={(displayName) => set({ displayName }, { displayName: contact.displayName }, c.renamedNotice)}
        />
      )}
    </>
  )
}

interface RenameProps {
  readonly contact: ContactShown
  readonly onClose: () => void
  readonly onName: (name: string) => void
}

function Rename({ contact, onClose, onName }: RenameProps) {
  const { alias: t, common } = useTexts()
  const [name, setName] = useState(contact.displayName)
  const save = (): void => {
    onName(name.trim())
    onClose()
  }
  return (
    <Dialog
      open
      onClose={onClose}
      title={t.contacts.rename}
      lead={contact.address}
      footer={
        <>
          <Button onClick={onClose}>{common.cancel}</Button>
          <Button kind="main" onClick={save}>
            {common.save}
          </Button>
        </>
      }
    >
      <form
        onSubmit={(event) => {
          event.preventDefault()
          save()
        }}
      >
        <TextField label={t.contacts.name} value={name} onChange={setName} maxLength={200} autoFocus />
      </form>
    </Dialog>
  )
}
