import { Dialog } from '../parts/dialog/Dialog.tsx'
import { useTexts } from '../texts/texts.ts'
import { PAGES } from './pages.tsx'
import classes from './KeysHelp.module.css'

/** Every shortcut there is. */
export function KeysHelp({ open, onClose }: { readonly open: boolean; readonly onClose: () => void }) {
  const { shell } = useTexts()
  const t = shell.keys
  const rows: readonly (readonly [string, string])[] = [
    ['Ctrl K', t.palette],
    ['/', t.search],
    ['n', t.newAlias],
    ['j', t.down],
    ['k', t.up],
    ['Enter', t.open],
    ['x', t.select],
    ['Space', t.toggle],
    ['c', t.copy],
    ['e', t.edit],
    ['#', t.bin],
    ['?', t.help],
    ...PAGES.filter((page) => page.key !== undefined).map(
      (page) => [`g ${page.key ?? ''}`, t.go(shell.pages[page.name])] as const,
    ),
  ]
  return (
    <Dialog open={open} onClose={onClose} title={t.title}>
      <dl className={classes['keys']}>
        {rows.map(([key, what]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  )
}
