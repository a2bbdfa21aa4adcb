import { useEffect, useState } from 'react'
import type { Theme } from '../../preload/powers.ts'
import { host } from '../host/host.ts'
import { IconButton } from '../parts/button/Button.tsx'
import type { IconName } from '../parts/icon/Icon.tsx'
import { useTexts } from '../texts/texts.ts'

const NEXT: Readonly<Record<Theme, Theme>> = { system: 'light', light: 'dark', dark: 'system' }
const SIGNS: Readonly<Record<Theme, IconName>> = { system: 'screen', light: 'sun', dark: 'moon' }

/** Light, dark or as the system. In a browser the browser decides, and there is no button. */
export function ThemeButton() {
  const { shell: t } = useTexts()
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
  return <IconButton icon={SIGNS[theme]} label={t.theme.label(t.theme[theme], t.theme[NEXT[theme]])} onClick={change} />
}
