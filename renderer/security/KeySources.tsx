import { useQuery } from '@tanstack/react-query'
import { useState, type Dispatch, type SetStateAction } from 'react'
import type { KeySourceShown } from '../../main/api/shapes-owner.ts'
import { useClient } from '../api/client-context.ts'
import { keysQuery } from '../api/owner.ts'
import { keyCalls } from '../api/security.ts'
import { useAct } from '../data/use-act.ts'
import { Button, IconButton } from '../parts/button/Button.tsx'
import { Callout } from '../parts/callout/Callout.tsx'
import { Card } from '../parts/card/Card.tsx'
import { Confirm } from '../parts/dialog/Dialog.tsx'
import { Icon, type IconName } from '../parts/icon/Icon.tsx'
import { Menu, type MenuEntry } from '../parts/menu/Menu.tsx'
import { Loaded } from '../parts/state/Loaded.tsx'
import { useTexts } from '../texts/texts.ts'
import { Once, Secret } from './Once.tsx'
import classes from './Security.module.css'
import { SourceDialog, type SourceWork } from './SourceDialog.tsx'

const ICONS: Readonly<Record<string, IconName>> = {
  file: 'file',
  keychain: 'security',
  credential: 'server',
  passphrase: 'lock',
  recovery: 'shield',
}

type Open =
  | SourceWork
  | { readonly kind: 'remove' | 'renew'; readonly source: KeySourceShown }
  | { readonly kind: 'rekey' }
  | { readonly kind: 'made'; readonly key: string }

/** What opens the data: listed, added, tried, renewed, removed; and the database encrypted anew. */
export function KeySources() {
  const { security } = useTexts()
  const t = security.sources
  const query = useQuery(keysQuery(useClient()))
  const [open, setOpen] = useState<Open>()
  const acts = useSourceActs(setOpen)
  const add: MenuEntry[] = [
    { label: t.addRecovery, icon: 'shield', onSelect: () => void acts.add('recovery') },
    { label: t.addPassphrase, icon: 'lock', onSelect: () => setOpen({ kind: 'add' }) },
    { label: t.addKeychain, icon: 'security', onSelect: () => void acts.add('keychain') },
    { label: t.addFile, icon: 'file', onSelect: () => void acts.add('file') },
  ]
  return (
    <Card
      title={t.title}
      lead={t.lead}
      flush
      actions={<Menu trigger={<Button icon="plus">{t.add}</Button>} entries={add} />}
    >
      <Loaded query={query}>
        {({ data, rekeyPlanned }) => (
          <>
            {data.every((one) => one.kind !== 'recovery') && (
              <div className={classes['inset']}>
                <Callout
                  tone="wait"
                  actions={
                    <Button icon="shield" onClick={() => void acts.add('recovery')}>
                      {t.addRecovery}
                    </Button>
                  }
                >
                  {t.noRecovery}
                </Callout>
              </div>
            )}
            <ul className={classes['list']}>
              {data.map((one) => (
                <SourceLine key={one.id} source={one} onOpen={setOpen} onTest={() => void acts.test(one)} />
              ))}
            </ul>
            <div className={classes['foot']}>
              <Rekey isPlanned={rekeyPlanned} acts={acts} onAsk={() => setOpen({ kind: 'rekey' })} />
            </div>
          </>
        )}
      </Loaded>
      <Dialogs open={open} acts={acts} setOpen={setOpen} />
    </Card>
  )
}

interface RekeyProps {
  readonly isPlanned: boolean
  readonly acts: ReturnType<typeof useSourceActs>
  readonly onAsk: () => void
}

function Rekey({ isPlanned, acts, onAsk }: RekeyProps) {
  const { security } = useTexts()
  const t = security.sources
  if (isPlanned)
    return (
      <Callout
        actions={
          <Button icon="cross" onClick={() => void acts.keepKey()}>
            {t.rekeyCallOff}
          </Button>
        }
      >
        {t.rekeyPlanned}
      </Callout>
    )
  return (
    <div className={classes['state']}>
      <Button icon="refresh" onClick={onAsk}>
        {t.rekey}
      </Button>
      <span className={classes['note']}>{t.rekeyHelp}</span>
    </div>
  )
}

/** What the relay calls it stands above already, in words of ours. */
const KIND = /^(key file|keychain item|systemd credential) /

/** What a person holds is asked for; the others are tried where they are. */
const isTyped = (kind: string): kind is 'passphrase' | 'recovery' => kind === 'passphrase' || kind === 'recovery'

function useSourceActs(setOpen: (open: Open | undefined) => void) {
  const { security } = useTexts()
  const t = security.sources
  const calls = keyCalls(useClient())
  const act = useAct()
  const changes = ['keys', 'audit']
  const show = (key: string | undefined): void => {
    if (key !== undefined) setOpen({ kind: 'made', key })
  }
  return {
    show,
    add: (source: string) =>
      act(
        async () => {
          show((await calls.add(source)).recoveryKey)
        },
        { done: t.added, changes },
      ),
    test: (source: KeySourceShown): unknown =>
      isTyped(source.kind)
        ? setOpen({ kind: 'test', source })
        : act(() => calls.test(source.id), { done: t.opens, changes: ['audit'] }),
    renew: (source: KeySourceShown) =>
      act(
        async () => {
          show((await calls.rotate(source.id)).recoveryKey)
        },
        { done: t.rotated, changes },
      ),
    remove: (source: KeySourceShown) => act(() => calls.remove(source.id), { done: t.removed, changes }),
    rekey: () => act(calls.rekey, { changes }),
    keepKey: () => act(calls.keepKey, { changes, done: t.rekeyCalledOff, undo: calls.rekey }),
  }
}

interface DialogsProps {
  readonly open: Open | undefined
  readonly acts: ReturnType<typeof useSourceActs>
  readonly setOpen: Dispatch<SetStateAction<Open | undefined>>
}

function Dialogs({ open, acts, setOpen }: DialogsProps) {
  const { security } = useTexts()
  const t = security.sources
  // What was made meanwhile (a recovery key) shows in its place.
  const close = (): void => setOpen((now) => (now === open ? undefined : now))
  switch (open?.kind) {
    case undefined:
      return null
    case 'made':
      return (
        <Once title={t.recoveryTitle} lead={t.recoveryLead} onClose={close}>
          <Secret text={open.key} label={t.copyRecovery} />
        </Once>
      )
    case 'add':
    case 'test':
    case 'rotate':
      return <SourceDialog work={open} onClose={close} />
    case 'rekey':
      return <Confirm open onClose={close} title={t.rekeyTitle} lead={t.rekeyLead} word={t.rekey} onYes={acts.rekey} />
    case 'renew':
    case 'remove': {
      const renews = open.kind === 'renew'
      return <SourceConfirm source={open.source} renews={renews} acts={acts} onClose={close} />
    }
  }
}

interface SourceConfirmProps extends Pick<DialogsProps, 'acts'> {
  readonly source: KeySourceShown
  readonly renews: boolean
  readonly onClose: () => void
}

function SourceConfirm({ source, renews, acts, onClose }: SourceConfirmProps) {
  const { security } = useTexts()
  const t = security.sources
  const name = t.kinds[source.kind] ?? source.kind
  return (
    <Confirm
      open
      onClose={onClose}
      title={renews ? t.rotateTitle(name) : t.removeTitle(name)}
      lead={renews ? t.rotateLead : t.removeLead}
      word={renews ? t.rotate : t.remove}
      danger={!renews}
      onYes={() => (renews ? acts.renew(source) : acts.remove(source))}
    />
  )
}

interface SourceLineProps {
  readonly source: KeySourceShown
  readonly onOpen: (open: Open) => void
  readonly onTest: () => void
}

function SourceLine({ source, onOpen, onTest }: SourceLineProps) {
  const { security, common } = useTexts()
  const t = security.sources
  const { kind, description } = source
  const name = t.kinds[kind] ?? kind
  const renew: MenuEntry = {
    label: t.rotate,
    icon: 'refresh',
    disabled: kind === 'credential',
    onSelect: () => onOpen({ kind: kind === 'passphrase' ? 'rotate' : 'renew', source }),
  }
  return (
    <li className={classes['item']}>
      <div className={classes['what']}>
        <span className={classes['name']}>
          <Icon name={ICONS[kind] ?? 'security'} /> {name}
        </span>
        <span className={classes['more']}>
          {!isTyped(kind) && <code>{description.replace(KIND, '')}</code>}
          <span>{t.notes[kind]}</span>
        </span>
      </div>
      <div className={classes['acts']}>
        <Button icon="check" onClick={onTest} aria-label={`${t.test}: ${name}`}>
          {t.test}
        </Button>
        <Menu
          trigger={<IconButton icon="more" label={`${common.more}: ${name}`} />}
          entries={[
            renew,
            { label: t.remove, icon: 'bin', danger: true, onSelect: () => onOpen({ kind: 'remove', source }) },
          ]}
        />
      </div>
    </li>
  )
}
