// Every page: its address, its place in the rail, what shows there. The palette and the shortcuts are made from the same list.
import type { ReactNode } from 'react'
import { ActivityPage } from '../activity/ActivityPage.tsx'
import { AliasesPage } from '../aliases/AliasesPage.tsx'
import { DashboardPage } from '../dashboard/DashboardPage.tsx'
import { MailboxPage } from '../mailbox/MailboxPage.tsx'
import { matchPath } from '../router/place.ts'
import type { IconName } from '../parts/icon/Icon.tsx'
import type { Texts } from '../texts/texts.ts'

export type PageName = keyof Texts['shell']['pages']

export interface PageEntry {
  readonly name: PageName
  readonly path: string
  readonly icon: IconName
  /** `g` and then this key goes there. */
  readonly key?: string
  /** Not in the rail. */
  readonly hidden?: boolean
  readonly show: (params: Readonly<Record<string, string>>) => ReactNode
}

export const PAGES: readonly PageEntry[] = [
  { name: 'dashboard', path: '/dashboard', icon: 'home', key: 'd', show: () => <DashboardPage /> },
  { name: 'aliases', path: '/aliases', icon: 'aliases', key: 'a', show: () => <AliasesPage /> },
  { name: 'activity', path: '/activity', icon: 'activity', key: 'l', show: () => <ActivityPage /> },
  { name: 'mailbox', path: '/mailbox', icon: 'mailbox', key: 'm', show: () => <MailboxPage /> },
]

/** Where `/` leads. */
export const HOME = '/dashboard'

export interface Found {
  readonly entry: PageEntry
  readonly params: Readonly<Record<string, string>>
}

export function findPage(path: string): Found | undefined {
  const wanted = path === '/' ? HOME : path
  for (const entry of PAGES) {
    const params = matchPath(entry.path, wanted)
    if (params !== undefined) return { entry, params }
  }
  return undefined
}
