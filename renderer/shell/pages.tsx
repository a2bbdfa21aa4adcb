// Every page: its address, its place in the rail, what shows there. The palette and the shortcuts are made from the same list.
import type { ReactNode } from 'react'
import { matchPath } from '../router/place.ts'
import type { IconName } from '../parts/icon/Icon.tsx'
import type { Texts } from '../texts/texts.ts'
import { lazyPage } from './lazy-page.tsx'

const ActivityPage = lazyPage(async () => (await import('../activity/ActivityPage.tsx')).ActivityPage)
const AliasPage = lazyPage(async () => (await import('../alias/AliasPage.tsx')).AliasPage)
const AliasesPage = lazyPage(async () => (await import('../aliases/AliasesPage.tsx')).AliasesPage)
const DashboardPage = lazyPage(async () => (await import('../dashboard/DashboardPage.tsx')).DashboardPage)
const DomainPage = lazyPage(async () => (await import('../domains/DomainPage.tsx')).DomainPage)
const DomainsPage = lazyPage(async () => (await import('../domains/DomainsPage.tsx')).DomainsPage)
const BlocksPage = lazyPage(async () => (await import('../blocks/BlocksPage.tsx')).BlocksPage)
const HeldPage = lazyPage(async () => (await import('../held/HeldPage.tsx')).HeldPage)
const MailboxPage = lazyPage(async () => (await import('../mailbox/MailboxPage.tsx')).MailboxPage)
const BackupPage = lazyPage(async () => (await import('../backup/BackupPage.tsx')).BackupPage)
const SettingsPage = lazyPage(async () => (await import('../settings/SettingsPage.tsx')).SettingsPage)
const WelcomePage = lazyPage(async () => (await import('../welcome/WelcomePage.tsx')).WelcomePage)
const RecipientsPage = lazyPage(async () => (await import('../recipients/RecipientsPage.tsx')).RecipientsPage)
const SecurityPage = lazyPage(async () => (await import('../security/SecurityPage.tsx')).SecurityPage)

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
  {
    ...{ name: 'aliases', path: '/aliases/:id', icon: 'aliases', hidden: true },
    show: ({ id = '' }) => <AliasPage id={id} />,
  },
  { name: 'activity', path: '/activity', icon: 'activity', key: 'l', show: () => <ActivityPage /> },
  { name: 'held', path: '/held', icon: 'held', key: 'q', show: () => <HeldPage /> },
  { name: 'blocks', path: '/blocks', icon: 'block', key: 'b', show: () => <BlocksPage /> },
  { name: 'recipients', path: '/recipients', icon: 'recipients', key: 'r', show: () => <RecipientsPage /> },
  { name: 'domains', path: '/domains', icon: 'domains', key: 'o', show: () => <DomainsPage /> },
  {
    name: 'domains',
    path: '/domains/:name',
    icon: 'domains',
    hidden: true,
    show: ({ name = '' }) => <DomainPage name={name} />,
  },
  { name: 'mailbox', path: '/mailbox', icon: 'mailbox', key: 'm', show: () => <MailboxPage /> },
  { name: 'security', path: '/security', icon: 'security', key: 's', show: () => <SecurityPage /> },
  { name: 'backup', path: '/backup', icon: 'backup', key: 'u', show: () => <BackupPage /> },
  { name: 'settings', path: '/settings', icon: 'settings', key: 'e', show: () => <SettingsPage /> },
  { name: 'welcome', path: '/welcome', icon: 'sparkle', key: 'w', show: () => <WelcomePage /> },
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
