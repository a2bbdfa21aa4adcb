import { useEffect, useRef, type ReactNode } from 'react'
import classes from './Page.module.css'

interface PageProps {
  readonly title: string
  readonly lead?: ReactNode
  readonly actions?: ReactNode
  readonly children: ReactNode
  /** Where the page itself does not scroll, but a list in it. */
  readonly fixed?: boolean
  /** The way up, above the title. */
  readonly up?: ReactNode
}

/** One page: its title is the window's, and where the keyboard and screen readers begin. */
export function Page({ title, lead, actions, children, fixed = false, up }: PageProps) {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    document.title = `${title} · Postern`
  }, [title])
  useEffect(() => {
    // Only where nothing in the page has taken it already.
    if (document.activeElement === document.body) heading.current?.focus({ preventScroll: true })
  }, [])
  return (
    <div className={classes['page']} data-fixed={fixed || undefined}>
      <header className={classes['head']}>
        <div className={classes['names']}>
          {up}
          <h1 ref={heading} tabIndex={-1} className={classes['title']}>
            <Breakable text={title} />
          </h1>
          {lead !== undefined && <p className={classes['lead']}>{lead}</p>}
        </div>
        {actions !== undefined && <div className={classes['actions']}>{actions}</div>}
      </header>
      {children}
    </div>
  )
}

/** An address in a title goes on behind its @ where there is no room, not in the middle of its domain. */
function Breakable({ text }: { readonly text: string }) {
  const at = text.lastIndexOf('@')
  if (at < 1) return text
  return (
    <span data-relay>
      {text.slice(0, at)}
      <wbr />
      {text.slice(at)}
    </span>
  )
}

/** Cards beside each other where there is room, below each other where there is not. */
export function Columns({ children, wide = false }: { readonly children: ReactNode; readonly wide?: boolean }) {
  return (
    <div className={classes['columns']} data-wide={wide || undefined}>
      {children}
    </div>
  )
}

export function Stack({ children }: { readonly children: ReactNode }) {
  return <div className={classes['stack']}>{children}</div>
}

export function Row({ children, end = false }: { readonly children: ReactNode; readonly end?: boolean }) {
  return (
    <div className={classes['row']} data-end={end || undefined}>
      {children}
    </div>
  )
}
