import { useEffect } from 'react'
import type { Notice } from '../../store/view.ts'
import { useTexts } from '../../texts/texts.ts'
import { Button, IconButton } from '../button/Button.tsx'
import { Icon } from '../icon/Icon.tsx'
import { Told } from '../said/Said.tsx'
import classes from './Notices.module.css'

/** Good news goes by itself; bad news stays until it was read. */
const GOOD_MS = 8_000

interface NoticesProps {
  readonly notices: readonly Notice[]
  readonly onDismiss: (id: number) => void
}

export function Notices({ notices, onDismiss }: NoticesProps) {
  // The region is always there: screen readers tell what is put into a live region, not that one came.
  return (
    <div className={classes['notices']} role="status" aria-live="polite">
      {notices.map((notice) => (
        <OneNotice key={notice.id} notice={notice} onDismiss={onDismiss} />
      ))}
    </div>
  )
}

function OneNotice({ notice, onDismiss }: { readonly notice: Notice; readonly onDismiss: (id: number) => void }) {
  const { common: t } = useTexts()
  const { id, tone, action } = notice
  useEffect(() => {
    if (tone === 'bad') return
    const timer = setTimeout(() => onDismiss(id), GOOD_MS)
    return () => clearTimeout(timer)
  }, [id, tone, onDismiss])
  const run = (): void => {
    onDismiss(id)
    action?.run()
  }
  return (
    <div className={`${classes['notice']} ${classes[tone]}`}>
      <Icon name={tone === 'good' ? 'check' : 'warning'} />
      <p className={classes['text']}>
        <Told text={notice.text} />
      </p>
      {action !== undefined && <Button onClick={run}>{action.label}</Button>}
      <IconButton icon="cross" label={t.dismiss} onClick={() => onDismiss(id)} />
    </div>
  )
}
