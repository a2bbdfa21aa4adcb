import { Dialog as Base } from '@base-ui/react/dialog'
import { useCallback, useRef, useState, type ComponentProps, type ReactNode, type RefObject } from 'react'
import { useTexts } from '../../texts/texts.ts'
import { Button, IconButton } from '../button/Button.tsx'
import { TextField } from '../field/Field.tsx'
import classes from './Dialog.module.css'

interface DialogProps {
  readonly open: boolean
  readonly onClose: () => void
  readonly title: string
  readonly lead?: ReactNode
  readonly children?: ReactNode
  /** Buttons, the one that goes on last. */
  readonly footer?: ReactNode
  /** In the middle, or along the end edge with the page still to be seen beside it. */
  readonly place?: 'middle' | 'side' | 'wide'
  readonly focus?: RefObject<HTMLElement | null>
  /** Neither Escape nor a click beside it closes it: only what its own buttons say. */
  readonly keep?: boolean
  /** Above another dialog that is open. */
  readonly above?: boolean
}

type Change = Parameters<NonNullable<ComponentProps<typeof Base.Root>['onOpenChange']>>[1]

/** Whether it is this dialog that is meant, and not one that asks something above it. */
function isMeant(popup: HTMLElement | null, { reason, event }: Change): boolean {
  const all = document.querySelectorAll('[role="dialog"], [role="alertdialog"]')
  if (reason === 'escape-key') return all[all.length - 1] === popup
  const { target } = event
  return !(target instanceof Element) || [...all].every((other) => other === popup || !other.contains(target))
}

/** Whether it scrolls and holds nothing that the keyboard could go to: then it takes the keyboard itself. */
function useScroller(): readonly [boolean, (body: HTMLElement | null) => (() => void) | undefined] {
  const [isScroller, setScroller] = useState(false)
  const ref = useCallback((body: HTMLElement | null) => {
    if (body === null) return undefined
    const look = (): void =>
      setScroller(
        body.scrollHeight > body.clientHeight + 1 &&
          body.querySelector('button, a[href], input, select, textarea, [tabindex="0"]') === null,
      )
    const observer = new ResizeObserver(look)
    for (const one of [body, ...body.children]) observer.observe(one)
    return () => observer.disconnect()
  }, [])
  return [isScroller, ref]
}

/** Takes the keyboard until it is closed, by Escape too, and gives it back to where it was. */
export function Dialog({
  open,
  onClose,
  title,
  lead,
  children,
  footer,
  place = 'middle',
  focus,
  keep = false,
  above = false,
}: DialogProps) {
  const { common: t } = useTexts()
  const popup = useRef<HTMLDivElement>(null)
  const [isScroller, bodyRef] = useScroller()
  return (
    <Base.Root
      open={open}
      onOpenChange={(wanted, change) => {
        if (!wanted && !keep && isMeant(popup.current, change)) onClose()
      }}
      disablePointerDismissal={keep}
    >
      <Base.Portal>
        <Base.Backdrop className={classes['shade']} data-above={above || undefined} />
        <Base.Popup
          data-above={above || undefined}
          ref={popup}
          className={`${classes['popup']} ${classes[place]}`}
          initialFocus={focus ?? true}
        >
          <header className={classes['head']}>
            <Base.Title className={classes['title']}>{title}</Base.Title>
            {!keep && <IconButton icon="cross" label={t.close} onClick={onClose} />}
          </header>
          <div ref={bodyRef} className={classes['body']} tabIndex={isScroller ? 0 : undefined}>
            {lead !== undefined && <Base.Description className={classes['lead']}>{lead}</Base.Description>}
            {children}
          </div>
          {footer !== undefined && <footer className={classes['foot']}>{footer}</footer>}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  )
}

interface ConfirmProps {
  readonly open: boolean
  readonly onClose: () => void
  readonly title: string
  /** What follows from it, also for who sends. */
  readonly lead: ReactNode
  readonly word: string
  readonly danger?: boolean
  /** To be typed first, where there is no way back. */
  readonly typed?: string
  readonly onYes: () => Promise<unknown>
  readonly children?: ReactNode
}

/** Asks before something that cannot be undone, or that is more than it seems. */
export function Confirm({ open, onClose, title, lead, word, danger = false, typed, onYes, children }: ConfirmProps) {
  const { common: t } = useTexts()
  const [busy, setBusy] = useState(false)
  const [text, setText] = useState('')
  const close = (): void => {
    setText('')
    onClose()
  }
  const go = async (): Promise<void> => {
    setBusy(true)
    try {
      await onYes()
      close()
    } finally {
      setBusy(false)
    }
  }
  return (
    <Dialog
      open={open}
      onClose={close}
      title={title}
      lead={lead}
      footer={
        <>
          <Button onClick={close}>{t.cancel}</Button>
          <Button
            kind={danger ? 'danger' : 'main'}
            busy={busy}
            disabled={typed !== undefined && text.trim() !== typed}
            onClick={() => void go().catch(() => undefined)}
          >
            {word}
          </Button>
        </>
      }
    >
      {children}
      {typed !== undefined && <TextField label={t.typeToConfirm(typed)} value={text} onChange={setText} mono />}
    </Dialog>
  )
}
