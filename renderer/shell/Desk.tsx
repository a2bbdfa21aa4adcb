import { Dialog as Base } from '@base-ui/react/dialog'
import { Component, Suspense, useEffect, useState, type ReactNode } from 'react'
import { useView } from '../app/relay-context.ts'
import { useChord, useKeys } from '../data/use-keys.ts'
import { Button, LinkButton } from '../parts/button/Button.tsx'
import { Empty } from '../parts/empty/Empty.tsx'
import { Page } from '../parts/page/Page.tsx'
import { Skeleton } from '../parts/state/Loaded.tsx'
import { hrefTo, navigate, usePath } from '../router/place.ts'
import { texts, useTexts } from '../texts/texts.ts'
import { KeysHelp } from './KeysHelp.tsx'
import { fetchPages } from './lazy-page.tsx'
import { findPage, PAGES } from './pages.tsx'
import { Palette } from './Palette.tsx'
import { Rail } from './Rail.tsx'
import { TopBar } from './TopBar.tsx'
import { TroubleBanner } from './TroubleBanner.tsx'
import classes from './Desk.module.css'

const LETTERS = Object.fromEntries(
  PAGES.filter((page) => page.key !== undefined).map(({ key = '', path }) => [key, () => navigate(hrefTo(path))]),
)
/** The first page has what it needs by then. */
const LATER_MS = 400

/** The frame and the page in it, for who is signed in. */
export function Desk() {
  const { shell: t } = useTexts()
  const path = usePath()
  const found = findPage(path)
  const [open, setOpen] = useState<'menu' | 'palette' | 'keys'>()
  const close = (): void => setOpen(undefined)
  useShortcuts(setOpen)
  useEffect(() => {
    const timer = setTimeout(() => void fetchPages(), LATER_MS)
    return () => clearTimeout(timer)
  }, [])
  return (
    <div className={classes['desk']}>
      <a className={classes['skip']} href="#main" onClick={skipToMain}>
        {t.skip}
      </a>
      <div className={classes['rail']}>
        <Rail current={found?.entry.name} />
      </div>
      <TopBar onMenu={() => setOpen('menu')} onPalette={() => setOpen('palette')} />
      <main id="main" className={classes['main']} tabIndex={-1}>
        <TroubleBanner />
        <Fence key={path}>
          <Suspense fallback={<Skeleton rows={8} />}>
            {found === undefined ? <NotFound /> : found.entry.show(found.params)}
          </Suspense>
        </Fence>
      </main>
      <Base.Root open={open === 'menu'} onOpenChange={(wanted) => (wanted ? undefined : close())}>
        <Base.Portal>
          <Base.Backdrop className={classes['shade']} />
          <Base.Popup className={classes['drawer']} aria-label={t.menu}>
            <Rail current={found?.entry.name} onGo={close} />
          </Base.Popup>
        </Base.Portal>
      </Base.Root>
      <Palette open={open === 'palette'} onClose={close} onKeys={() => setOpen('keys')} />
      <KeysHelp open={open === 'keys'} onClose={close} />
      <Announcement />
    </div>
  )
}

/** What came in by itself, for who hears the page. */
function Announcement() {
  const text = useView('announcement')
  return (
    <p className="visually-hidden" role="status">
      {text}
    </p>
  )
}

function skipToMain(event: { preventDefault: () => void }): void {
  // The fragment is where the pages keep their place: the focus moves, the address does not.
  event.preventDefault()
  document.getElementById('main')?.focus()
}

/** `g` and a letter goes to a page. */
function useShortcuts(setOpen: (what: 'palette' | 'keys') => void): void {
  useKeys({ 'mod+k': () => setOpen('palette'), '?': () => setOpen('keys') })
  useChord('g', LETTERS)
}

function NotFound() {
  const { shell: t } = useTexts()
  return (
    <Page title={t.notFound.title}>
      <Empty icon="search" title={t.notFound.title}>
        <p>{t.notFound.text}</p>
        <LinkButton href={hrefTo('/')}>{t.notFound.home}</LinkButton>
      </Empty>
    </Page>
  )
}

interface FenceState {
  readonly message: string | undefined
}

/** A page that breaks takes nothing else with it, and says what is to be reported. */
class Fence extends Component<{ readonly children: ReactNode }, FenceState> {
  override state: FenceState = { message: undefined }
  static getDerivedStateFromError(error: unknown): FenceState {
    return { message: error instanceof Error ? error.message : String(error) }
  }
  override render(): ReactNode {
    const { message } = this.state
    if (message === undefined) return this.props.children
    const t = texts().shell.broke
    return (
      <Page title={t.title}>
        <Empty icon="warning" title={t.title}>
          <p>{t.text}</p>
          <code>{message.slice(0, 300)}</code>
          <Button icon="refresh" onClick={() => window.location.reload()}>
            {t.reload}
          </Button>
        </Empty>
      </Page>
    )
  }
}
