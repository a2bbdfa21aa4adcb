// The few things that belong to this window and not to the relay: kept in Chromium's own folder, readable, nothing secret.
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { z } from 'zod'
import type { Theme } from '../../preload/powers.ts'

const shape = z.object({
  theme: z.enum(['system', 'light', 'dark']).catch('system'),
  /** What closing the window does was explained once. */
  closeExplained: z.boolean().catch(false),
  /** The window is left out of pictures and recordings of the screen. */
  hidden: z.boolean().catch(false),
})
type Values = z.infer<typeof shape>

export interface Preferences {
  readonly theme: () => Theme
  readonly setTheme: (theme: Theme) => void
  readonly closeExplained: () => boolean
  readonly setCloseExplained: () => void
  readonly hidden: () => boolean
  readonly setHidden: (hidden: boolean) => void
}

function read(file: string): Values {
  try {
    return shape.parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch {
    return { theme: 'system', closeExplained: false, hidden: false }
  }
}

export function openPreferences(folder: string): Preferences {
  const file = path.join(folder, 'window.json')
  let values = read(file)
  const write = (change: Partial<Values>): void => {
    values = { ...values, ...change }
    mkdirSync(folder, { recursive: true })
    writeFileSync(`${file}.new`, JSON.stringify(values))
    renameSync(`${file}.new`, file)
  }
  return {
    theme: () => values.theme,
    setTheme: (theme) => write({ theme }),
    closeExplained: () => values.closeExplained,
    setCloseExplained: () => write({ closeExplained: true }),
    hidden: () => values.hidden,
    setHidden: (hidden) => write({ hidden }),
  }
}
