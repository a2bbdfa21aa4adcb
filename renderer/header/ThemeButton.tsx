import { useEffect, useState } from 'react'
import type { Theme } from '../../preload/powers.ts'
import { host } from '../host/host.ts'
import { Button } from '../parts/button/Button.tsx'
import { Icon } from '../parts/icon/Icon.tsx'
import type { IconName } from '../parts/icon/Icon.tsx'

const NEXT: Readonly<Record<Theme, Theme>> = { system: 'light', light: 'dark', dark: 'system' }
const SIGNS: Readonly<Record<Theme, IconName>> = { system: 'screen', light: 'sun', dark: 'moon' }
const NAMES: Readonly<Record<Theme, string>> = { system: 'as the system', light: 'light', dark: 'dark' }

/** Light, dark or as the system. In a browser the browser decides, and there is no button. */
export function ThemeButton() {
  const [theme, setTheme] = useState<Theme>()
  useEffect(() => {
    host?.theme().then(setTheme, () => undefined)
  }, [])
  if (host === undefined || theme === undefined) return null
  const change = (): void => {
    const next = NEXT[theme]
    setTheme(next)
    host?.setTheme(next).catch(() => setTheme(theme))
  }
  const label = `Colours: ${NAMES[theme]}. Change to ${NAMES[NEXT[theme]]}.`
  return (
    <Button kind="quiet" aria-label={label} title={label} onClick={change}>
      <Icon name={SIGNS[theme]} />
    </Button>
  )
}
