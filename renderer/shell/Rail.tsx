import { useQuery } from '@tanstack/react-query'
import { useClient } from '../api/client-context.ts'
import { stateQuery } from '../api/state.ts'
import { numberText } from '../format/number.ts'
import icon from '../icon.svg'
import { Icon } from '../parts/icon/Icon.tsx'
import { hrefTo } from '../router/place.ts'
import { useTexts } from '../texts/texts.ts'
import { PAGES, type PageName } from './pages.tsx'
import classes from './Rail.module.css'

/** The pages, each a link: they open in a new tab too. */
export function Rail({ current, onGo }: { readonly current: PageName | undefined; readonly onGo?: () => void }) {
  const { shell: t } = useTexts()
  const { data: state } = useQuery(stateQuery(useClient()))
  const counts: Partial<Record<PageName, number>> = { held: state?.held ?? 0 }
  return (
    <nav className={classes['rail']} aria-label={t.nav}>
      <a className={classes['name']} href={hrefTo('/')} onClick={onGo}>
        <img src={icon} alt="" width="26" height="26" />
        <span className={classes['word']}>Postern</span>
      </a>
      <ul className={classes['list']}>
        {PAGES.filter((page) => page.hidden !== true).map(({ name, path, icon: sign }) => {
          const count = counts[name] ?? 0
          return (
            <li key={name}>
              <a
                className={classes['link']}
                href={hrefTo(path)}
                aria-current={name === current ? 'page' : undefined}
                title={t.pages[name]}
                onClick={onGo}
              >
                <Icon name={sign} />
                <span className={classes['word']}>{t.pages[name]}</span>
                {count > 0 && <span className={classes['count']}>{numberText(count)}</span>}
              </a>
            </li>
          )
        })}
      </ul>
    </nav>
  )
}
