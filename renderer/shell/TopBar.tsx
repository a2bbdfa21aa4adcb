import { useRelay } from '../app/relay-context.ts'
import { IconButton } from '../parts/button/Button.tsx'
import { Icon } from '../parts/icon/Icon.tsx'
import { host } from '../host/host.ts'
import { useTexts } from '../texts/texts.ts'
import { LinkLamp, StatePanel } from './StatePanel.tsx'
import { ThemeButton } from './ThemeButton.tsx'
import classes from './TopBar.module.css'

interface TopBarProps {
  readonly onMenu: () => void
  readonly onPalette: () => void
}

/** How the engine is, the way to everything, and what belongs to who looks. */
export function TopBar({ onMenu, onPalette }: TopBarProps) {
  const { shell: t } = useTexts()
  const { actions } = useRelay()
  return (
    <header className={classes['bar']}>
      <div className={classes['menu']}>
        <IconButton icon="menu" label={t.menu} onClick={onMenu} />
      </div>
      <StatePanel />
      <LinkLamp />
      <button type="button" className={classes['palette']} onClick={onPalette} aria-keyshortcuts="Control+K Meta+K">
        <Icon name="search" />
        <span className={classes['word']}>{t.palette.open}</span>
        <kbd>{navigator.userAgent.includes('Mac') ? '⌘K' : 'Ctrl K'}</kbd>
      </button>
      <div className={classes['end']}>
        <ThemeButton />
        {host === undefined && <IconButton icon="lock" label={t.lock} onClick={() => void actions.logout()} />}
      </div>
    </header>
  )
}
