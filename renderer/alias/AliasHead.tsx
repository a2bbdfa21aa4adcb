import { useState } from 'react'
import type { AliasShown } from '../../main/api/shapes-aliases.ts'
import { Button, IconButton } from '../parts/button/Button.tsx'
import { CopyButton } from '../parts/copy/CopyButton.tsx'
import { Switch } from '../parts/switch/Switch.tsx'
import { useTexts } from '../texts/texts.ts'
import { QrDialog } from './QrDialog.tsx'
import { useChange } from './use-change.ts'
import { WriteDialog } from './WriteDialog.tsx'
import classes from './Alias.module.css'

/** What one does most: copy, switch, pin, tag, write. */
export function AliasHead({ alias }: { readonly alias: AliasShown }) {
  const { alias: t, aliases } = useTexts()
  const change = useChange(alias)
  const [open, setOpen] = useState<'qr' | 'write'>()
  const { email, active, pinned } = alias
  return (
    <div className={classes['head']}>
      <CopyButton wide text={email} label={aliases.copy(email)} />
      <Button icon="qr" onClick={() => setOpen('qr')}>
        {t.qr}
      </Button>
      <Button icon="send" onClick={() => setOpen('write')}>
        {t.write}
      </Button>
      <Button icon="pin" aria-pressed={pinned} onClick={() => void change({ pinned: !pinned })}>
        {pinned ? aliases.unpin : aliases.pin}
      </Button>
      {alias.deleted_at === null && (
        <Switch
          on={active}
          label={email}
          onChange={(on) =>
            void change(
              { active: on },
              { active },
              on ? aliases.onNotice(email) : aliases.offNotice[alias.when_disabled](email),
            )
          }
        />
      )}
      <Tags alias={alias} />
      <QrDialog open={open === 'qr'} email={email} onClose={() => setOpen(undefined)} />
      {open === 'write' && <WriteDialog alias={alias} onClose={() => setOpen(undefined)} />}
    </div>
  )
}

function Tags({ alias }: { readonly alias: AliasShown }) {
  const { alias: t } = useTexts()
  const change = useChange(alias)
  const [text, setText] = useState('')
  const { labels } = alias
  const add = (): void => {
    const label = text.trim()
    if (label === '') return
    setText('')
    void change({ labels: [...labels, label] })
  }
  return (
    <div className={classes['tags']} role="group" aria-label={t.tags}>
      {labels.map((label) => (
        <span key={label} data-relay className={classes['tag']}>
          {label}
          <IconButton
            icon="cross"
            label={t.removeTag(label)}
            onClick={() => void change({ labels: labels.filter((one) => one !== label) }, { labels })}
          />
        </span>
      ))}
      <form
        onSubmit={(event) => {
          event.preventDefault()
          add()
        }}
      >
        <input
          className={classes['newtag']}
          value={text}
          onChange={(event) => setText(event.target.value)}
          onBlur={add}
          placeholder={t.addTag}
          aria-label={t.addTag}
          maxLength={40}
        />
      </form>
    </div>
  )
}
