import { useState } from 'react'
import type { HeldItem } from '../../main/api/shapes-owner.ts'
import { reasonWord } from '../format/outcome.ts'
import { Button, IconButton } from '../parts/button/Button.tsx'
import { Badge } from '../parts/chip/Chip.tsx'
import { Confirm } from '../parts/dialog/Dialog.tsx'
import { Menu, type MenuEntry } from '../parts/menu/Menu.tsx'
import { Said } from '../parts/said/Said.tsx'
import { Time } from '../parts/time/Time.tsx'
import { setParams } from '../router/place.ts'
import { useTexts } from '../texts/texts.ts'
import type { HeldActs } from './acts.ts'
import { isHeldForAttachments } from './AttachmentChoice.tsx'
import { RecipientDialog } from './RecipientDialog.tsx'
import classes from './Held.module.css'

interface HeldRowProps {
  readonly item: HeldItem
  readonly acts: HeldActs
  readonly chosen: boolean
  readonly onChoose: () => void
}

/** One message that waits: who, for whom, why, until when, and what can be done. */
export function HeldRow({ item, acts, chosen, onChoose }: HeldRowProps) {
  const { held: t } = useTexts()
  const subject = item.subject === '' ? t.noSubject : item.subject
  return (
    <li className={classes['row']}>
      <input type="checkbox" checked={chosen} onChange={onChoose} aria-label={t.select(subject)} />
      <div className={classes['what']}>
        <button type="button" className={classes['open']} onClick={() => setParams({ open: String(item.id) }, true)}>
          {subject}
        </button>
        <span className={classes['who']}>
          {item.sender === '' ? t.noSender : item.sender} <ForWhom item={item} />
        </span>
        <p className={classes['why']}>
          <Said text={item.text} />
        </p>
        <span className={classes['facts']}>
          <Badge tone={item.kind === 'held' ? 'wait' : 'bad'}>{reasonWord(item.reason) ?? item.reason}</Badge>
          <Time at={item.heldAt} />
          {item.expiresAt === null ? (
            <span>{t.kept}</span>
          ) : (
            <span>
              {t.expires} <Time at={item.expiresAt} relative />
            </span>
          )}
        </span>
      </div>
      <HeldButtons item={item} acts={acts} />
    </li>
  )
}

export function ForWhom({ item }: { readonly item: HeldItem }) {
  const { held: t } = useTexts()
  if (item.direction === 'reply') return <>{t.replyTo(item.to)}</>
  return <>{item.alias === '' ? (item.to === '' ? '' : t.to(item.to)) : t.for(item.alias)}</>
}

export function HeldButtons({ item, acts }: { readonly item: HeldItem; readonly acts: HeldActs }) {
  const { held: t, common } = useTexts()
  const [dialog, setDialog] = useState<'to' | 'remove'>()
  const isReply = item.direction === 'reply'
  const asIs = isHeldForAttachments(item)
  const word = asIs ? t.sendAsIs : isReply ? t.sendAnyway : item.kind === 'held' ? t.release : t.sendAgain
  const entries: (MenuEntry | '-')[] = []
  if (item.direction === 'forward' && item.sender !== '' && item.kind === 'held')
    entries.push({ label: t.releaseAllow, icon: 'user', onSelect: () => void acts.release(item, { allow: true }) })
  if (!isReply) entries.push({ label: t.releaseTo, icon: 'send', onSelect: () => setDialog('to') })
  if (asIs)
    entries.push(
      { label: t.sendWithout, icon: 'send', onSelect: () => void acts.release(item, { attachments: 'remove' }) },
      {
        label: t.sendAlways(item.to),
        icon: 'send',
        onSelect: () => void acts.release(item, { attachments: 'always' }),
      },
    )
  else if (isReply && item.kind === 'held')
    entries.push({ label: t.sendAsIs, icon: 'send', onSelect: () => void acts.release(item, { asIs: true }) })
  if (isReply && item.kind === 'held')
    entries.push({ label: t.sendReal, icon: 'send', onSelect: () => void acts.release(item, { realAddress: true }) })
  entries.push(
    item.expiresAt === null
      ? { label: t.unkeep, icon: 'bookmark', onSelect: () => void acts.keep(item, false) }
      : { label: t.keep, icon: 'bookmark', onSelect: () => void acts.keep(item, true) },
  )
  if (!isReply && item.sender !== '')
    entries.push({ label: t.block, icon: 'block', onSelect: () => void acts.block(item) })
  entries.push('-', { label: t.remove, icon: 'bin', danger: true, onSelect: () => setDialog('remove') })
  return (
    <div className={classes['buttons']}>
      {item.direction !== 'none' && (
        <Button icon="send" onClick={() => void acts.release(item)}>
          {word}
        </Button>
      )}
      <Menu trigger={<IconButton icon="more" label={common.more} />} entries={entries} />
      <RecipientDialog
        open={dialog === 'to'}
        onClose={() => setDialog(undefined)}
        onChoose={(to) => acts.release(item, { to })}
      />
      <Confirm
        open={dialog === 'remove'}
        onClose={() => setDialog(undefined)}
        title={t.removeTitle(1)}
        lead={t.removeLead}
        word={t.remove}
        danger
        onYes={() => acts.remove(item)}
      />
    </div>
  )
}
