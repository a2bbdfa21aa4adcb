import { memo, useState } from 'react'
import type { AliasShown } from '../../main/api/shapes-aliases.ts'
import { numberText, shortNumber } from '../format/number.ts'
import { addyTime } from '../format/time.ts'
import { IconButton } from '../parts/button/Button.tsx'
import { Badge } from '../parts/chip/Chip.tsx'
import { Icon } from '../parts/icon/Icon.tsx'
import { Menu } from '../parts/menu/Menu.tsx'
import { Switch } from '../parts/switch/Switch.tsx'
import { Time } from '../parts/time/Time.tsx'
import { hrefTo } from '../router/place.ts'
import { useTexts } from '../texts/texts.ts'
import type { RowActions } from './use-row-actions.ts'
import classes from './Table.module.css'

interface RowProps {
  readonly alias: AliasShown
  readonly index: number
  /** Pixels from the top of the list. */
  readonly start: number
  readonly isCurrent: boolean
  readonly isSelected: boolean
  readonly onFocus: (index: number) => void
  readonly onSelect: (id: string) => void
  readonly actions: RowActions
}

export function lastUsed(alias: AliasShown): number | undefined {
  const times = [alias.last_forwarded, alias.last_replied, alias.last_sent].map((text) => addyTime(text) ?? 0)
  const last = Math.max(...times)
  return last === 0 ? undefined : last
}

/** The local part may be cut; the domain never is. */
export function AddressText({ email }: { readonly email: string }) {
  const at = email.lastIndexOf('@')
  return (
    <span data-relay className={classes['address']} title={email}>
      <span className={classes['local']}>{email.slice(0, at)}</span>
      <span className={classes['domain']}>{email.slice(at)}</span>
    </span>
  )
}

export const Row = memo(function Row(props: RowProps) {
  const { alias, index, start, isCurrent, onFocus, onSelect, actions } = props
  const { aliases: t } = useTexts()
  const { email } = alias
  return (
    <div
      className={`${classes['row']} ${classes['line']}`}
      style={{ transform: `translateY(${start}px)` }}
      role="row"
      aria-rowindex={index + 2}
      aria-selected={props.isSelected}
      tabIndex={isCurrent ? 0 : -1}
      data-index={index}
      data-off={!alias.active || undefined}
      onFocus={() => (isCurrent ? undefined : onFocus(index))}
    >
      <span role="gridcell" className={classes['select']}>
        <input
          type="checkbox"
          tabIndex={isCurrent ? 0 : -1}
          aria-label={t.selectRow(email)}
          checked={props.isSelected}
          onChange={() => onSelect(alias.id)}
        />
      </span>
      <span role="gridcell" className={classes['active']}>
        {alias.deleted_at === null ? (
          <Switch bare on={alias.active} label={email} onChange={() => actions.toggle(alias)} quiet={!isCurrent} />
        ) : (
          <Icon name="bin" />
        )}
      </span>
      <Names alias={alias} isCurrent={isCurrent} />
      <Figures alias={alias} />
      <span role="gridcell" className={classes['actions']}>
        <RowMenu key={alias.id} alias={alias} isCurrent={isCurrent} actions={actions} />
      </span>
    </div>
  )
})

function Names({ alias, isCurrent }: { readonly alias: AliasShown; readonly isCurrent: boolean }) {
  const { aliases: t } = useTexts()
  const { email, description, labels, recipients } = alias
  return (
    <>
      <span role="gridcell" className={classes['email']}>
        <a
          className={classes['link']}
          href={hrefTo(`/aliases/${encodeURIComponent(alias.id)}`)}
          tabIndex={isCurrent ? 0 : -1}
        >
          <AddressText email={email} />
        </a>
        {alias.pinned && (
          <span className={classes['pin']} title={t.pinned}>
            <Icon name="pin" />
            <span className="visually-hidden">{t.pinned}</span>
          </span>
        )}
        {alias.leak !== null && (
          <Badge tone="bad" icon="leak">
            {t.leaked}
          </Badge>
        )}
        {alias.origin !== 'made' && (
          <span className={classes['auto']} title={t.autoTitle(alias.first_sender ?? '')}>
            <Icon name="sparkle" />
            <span className="visually-hidden">{t.auto}</span>
          </span>
        )}
      </span>
      <span role="gridcell" className={classes['description']} title={description ?? ''}>
        {description}
      </span>
      <span role="gridcell" data-relay className={classes['labels']}>
        {labels.map((label) => (
          <Badge key={label}>{label}</Badge>
        ))}
      </span>
      <span
        role="gridcell"
        className={classes['recipients']}
        title={recipients.map((one) => one.email).join(', ')}
        data-soft={recipients.length === 0 || undefined}
      >
        {recipients.length === 0 ? t.standard : recipients.map((one) => one.email).join(', ')}
      </span>
    </>
  )
}

function Figures({ alias }: { readonly alias: AliasShown }) {
  const { aliases: t } = useTexts()
  const used = lastUsed(alias)
  const created = addyTime(alias.created_at)
  return (
    <>
      {(['emails_forwarded', 'emails_blocked', 'emails_replied'] as const).map((name) => (
        <span
          key={name}
          role="gridcell"
          className={classes[name]}
          title={numberText(alias[name])}
          data-soft={alias[name] === 0 || undefined}
        >
          {shortNumber(alias[name])}
        </span>
      ))}
      <span role="gridcell" className={classes['last_used']}>
        {used === undefined ? <span data-soft>{t.neverUsed}</span> : <Time at={used} />}
      </span>
      <span role="gridcell" className={classes['created_at']}>
        {created !== undefined && <Time at={created} />}
      </span>
      <span role="gridcell" className={classes['of_domain']} title={alias.domain}>
        {alias.domain}
      </span>
    </>
  )
}

interface RowMenuProps {
  readonly alias: AliasShown
  readonly isCurrent: boolean
  readonly actions: RowActions
}

function RowMenu({ alias, isCurrent, actions }: RowMenuProps) {
  const { aliases: t, common } = useTexts()
  const [isMade, setMade] = useState(false)
  const isBinned = alias.deleted_at !== null
  return (
    <>
      <span className={classes['quick']}>
        <IconButton
          icon="copy"
          label={t.copy(alias.email)}
          tabIndex={isCurrent ? 0 : -1}
          onClick={() => actions.copy(alias)}
        />
      </span>
      {!isMade && (
        <IconButton
          icon="more"
          label={t.rowMenu(alias.email)}
          aria-haspopup="menu"
          tabIndex={isCurrent ? 0 : -1}
          onClick={() => setMade(true)}
        />
      )}
      {isMade && (
        <Menu
          openAtOnce
          trigger={<IconButton icon="more" label={t.rowMenu(alias.email)} tabIndex={isCurrent ? 0 : -1} />}
          entries={[
            { label: t.open, icon: 'aliases', onSelect: () => actions.open(alias) },
            { label: t.edit, icon: 'edit', onSelect: () => actions.open(alias, 'settings') },
            { label: common.copy, icon: 'copy', onSelect: () => actions.copy(alias) },
            { label: alias.pinned ? t.unpin : t.pin, icon: 'pin', onSelect: () => actions.pin(alias) },
            '-',
            isBinned
              ? { label: t.restore, icon: 'undo', onSelect: () => actions.restore(alias) }
              : { label: t.toBin, icon: 'bin', danger: true, onSelect: () => actions.bin(alias) },
            ...(isBinned
              ? [
                  {
                    label: t.forget,
                    icon: 'cross',
                    danger: true,
                    onSelect: () => actions.open(alias, 'danger'),
                  } as const,
                ]
              : []),
          ]}
        />
      )}
    </>
  )
}
