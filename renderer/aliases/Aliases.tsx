import { useState } from 'react'
import type { AliasShape } from '../../main/api/shapes-addy.ts'
import { useRelay, useView } from '../app/relay-context.ts'
import { Button } from '../parts/button/Button.tsx'
import { CopyButton } from '../parts/copy/CopyButton.tsx'
import { Empty } from '../parts/empty/Empty.tsx'
import { Icon } from '../parts/icon/Icon.tsx'
import { Loaded, Panel } from '../parts/panel/Panel.tsx'
import { Switch } from '../parts/switch/Switch.tsx'
import { dataOf } from '../store/view.ts'
import type { AliasList } from '../store/view.ts'
import { NewAlias } from './NewAlias.tsx'
import classes from './Aliases.module.css'

/** The addresses that were given to the world, each with its switch. */
export function Aliases() {
  const { aliases } = useView()
  const { actions } = useRelay()
  const [adding, setAdding] = useState(false)
  const list = dataOf(aliases)
  return (
    <Panel
      title="Aliases"
      count={list === undefined ? '' : countText(list)}
      actions={
        <Button kind={adding ? 'plain' : 'main'} aria-expanded={adding} onClick={() => setAdding(!adding)}>
          <Icon name={adding ? 'cross' : 'plus'} />
          {adding ? 'Close' : 'New alias'}
        </Button>
      }
    >
      {adding && <NewAlias onDone={() => setAdding(false)} />}
      <Loaded value={aliases} onRetry={() => void actions.refresh()}>
        {({ data }) =>
          data.length === 0 ? (
            <Empty icon="mail" title="No aliases yet.">
              Add one here, or send mail to any address of a domain with catch-all: that makes it.
            </Empty>
          ) : (
            <ul className={classes['list']} aria-label="Aliases, newest first">
              {data.map((alias) => (
                <Row key={alias.id} alias={alias} />
              ))}
            </ul>
          )
        }
      </Loaded>
    </Panel>
  )
}

function countText({ data, total }: AliasList): string {
  if (total === 0) return ''
  return total > data.length ? `${data.length} of ${total.toLocaleString()}` : String(total)
}

function Row({ alias }: { readonly alias: AliasShape }) {
  const { pending } = useView()
  const { actions } = useRelay()
  const { id, email, active, description } = alias
  return (
    <li className={classes['row']} data-active={active}>
      <div className={classes['what']}>
        <span className={classes['email']}>{email}</span>
        <span className={classes['description']}>{description ?? ''}</span>
        <span className={classes['counts']}>
          {alias.emails_forwarded} forwarded, {alias.emails_blocked} blocked, {alias.emails_replied + alias.emails_sent}{' '}
          sent
        </span>
      </div>
      <CopyButton text={email} label={`Copy ${email}`} />
      <Switch on={active} label={email} busy={pending.has(id)} onChange={(on) => void actions.setActive(id, on)} />
    </li>
  )
}
