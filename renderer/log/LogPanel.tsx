import type { LogEntry } from '../../main/api/shapes.ts'
import { useRelay, useView } from '../app/relay-context.ts'
import { Button } from '../parts/button/Button.tsx'
import { Empty } from '../parts/empty/Empty.tsx'
import { Loaded, Panel } from '../parts/panel/Panel.tsx'
import type { View } from '../store/view.ts'
import { LogRow } from './LogRow.tsx'
import classes from './LogPanel.module.css'

const LINKS: Readonly<Record<View['link'], string>> = { connecting: 'Connecting', live: 'Live', lost: 'Not live' }

/** What the relay did, as it does it. */
export function LogPanel() {
  const { log, link } = useView()
  const { actions } = useRelay()
  return (
    <Panel
      title="Log"
      count=""
      actions={
        <span className={classes['link']} data-link={link}>
          <span className={classes['lamp']} />
          {LINKS[link]}
        </span>
      }
    >
      <Loaded value={log} onRetry={() => void actions.refresh()}>
        {(part) =>
          part.data.length === 0 ? (
            <Empty icon="clock" title="Nothing has happened yet.">
              Every message and every refusal will be told here.
            </Empty>
          ) : (
            <Rows rows={part.data} more={part.next !== null} />
          )
        }
      </Loaded>
    </Panel>
  )
}

function Rows({ rows, more }: { readonly rows: readonly LogEntry[]; readonly more: boolean }) {
  const { actions } = useRelay()
  return (
    <div className={classes['scroll']}>
      <ul className={classes['rows']} aria-label="Log, newest first">
        {rows.map((entry) => (
          <LogRow key={entry.id} entry={entry} />
        ))}
      </ul>
      {more && (
        <div className={classes['more']}>
          <Button kind="quiet" onClick={() => void actions.olderLog()}>
            Show older
          </Button>
        </div>
      )}
    </div>
  )
}
