import { useEffect } from 'react'
import type { Damage } from '../../main/api/shapes.ts'
import { dateTimeText } from '../format/time.ts'
import icon from '../icon.svg'
import { CopyButton } from '../parts/copy/CopyButton.tsx'
import { useTexts } from '../texts/texts.ts'
import { useRelay } from './relay-context.ts'
import classes from './Damaged.module.css'

const LOOK_MS = 2000

/** As a shell takes it, whatever is in it. */
const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`

/** What goes on with what is before the damage works on the log of the database, and on nothing else. */
const SALVAGED: readonly string[] = ['log-damaged', 'log-missing']

/** The data cannot be opened: what is wrong, what becomes of mail, and what helps. Goes on by itself when the relay is there again. */
export function Damaged({ damage: { id, here } }: { readonly damage: Damage }) {
  const { actions } = useRelay()
  const { session } = useTexts()
  const t = session.damaged
  useEffect(() => {
    const timer = setInterval(() => void actions.look(), LOOK_MS)
    return () => clearInterval(timer)
  }, [actions])
  const inFolder = here === undefined ? '' : ` --data ${quoted(here.folder)}`
  const backup = here?.backup ?? null
  return (
    <main className={classes['page']}>
      <div className={classes['card']}>
        <img src={icon} alt="" width="44" height="44" />
        <h1 className={classes['title']}>{t.title}</h1>
        <p role="alert">{t.what[id] ?? t.what['database-damaged']}</p>
        <p className={classes['soft']}>{t.mail}</p>
        <h2 className={classes['head']}>{t.helps}</h2>
        <p className={classes['soft']}>{t.terminal}</p>
        <ol className={classes['ways']}>
          <li>
            <h3 className={classes['name']}>{t.restore}</h3>
            <p className={classes['soft']}>
              {backup === null ? t.restoreOther : t.restoreNewest(dateTimeText(backup.createdAt))}
            </p>
            <Command line={`postern backup restore ${backup === null ? 'FILE' : quoted(backup.file)}${inFolder}`} />
          </li>
          {SALVAGED.includes(id) && (
            <li>
              <h3 className={classes['name']}>{t.salvage}</h3>
              <p className={classes['soft']}>{t.salvageText}</p>
              <Command line={`postern backup salvage${inFolder}`} />
            </li>
          )}
        </ol>
        <p role="status" className={classes['soft']}>
          {t.waits}
        </p>
      </div>
    </main>
  )
}

function Command({ line }: { readonly line: string }) {
  const { common } = useTexts()
  return (
    <div className={classes['line']}>
      <code data-relay>{line}</code>
      <CopyButton text={line} label={common.copy} />
    </div>
  )
}
