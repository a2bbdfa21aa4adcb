import type { MailboxItem } from '../../main/api/shapes.ts'
import { useRelay, useView } from '../app/relay-context.ts'
import type { Part } from '../api/calls.ts'
import { nameOf } from '../format/sender.ts'
import { trialLine } from '../format/server.ts'
import { Button } from '../parts/button/Button.tsx'
import { CopyButton } from '../parts/copy/CopyButton.tsx'
import { Empty } from '../parts/empty/Empty.tsx'
import { Loaded, Panel } from '../parts/panel/Panel.tsx'
import { Time } from '../parts/time/Time.tsx'
import { dataOf } from '../store/view.ts'
import { Reader } from './Reader.tsx'
import classes from './Mailbox.module.css'

/** The built-in test mailbox: what arrived, and one message to read. */
export function Mailbox() {
  const { mailbox } = useView()
  const { actions } = useRelay()
  const items = dataOf(mailbox)?.data
  const unread = items?.filter((item) => !item.read).length ?? 0
  return (
    <Panel title="Test mailbox" count={items === undefined || items.length === 0 ? '' : `${unread} unread`}>
      <Loaded value={mailbox} onRetry={() => void actions.refresh()}>
        {(part) => (part.data.length === 0 ? <NoMail /> : <Split part={part} />)}
      </Loaded>
    </Panel>
  )
}

function NoMail() {
  const state = dataOf(useView().state)
  const line = state === undefined ? undefined : trialLine(state)
  return (
    <Empty icon="mail" title="No mail yet.">
      {line !== undefined && (
        <>
          <p className={classes['hint']}>Send one:</p>
          <div className={classes['trial']}>
            <code>{line}</code>
            <CopyButton text={line} label="Copy the command" />
          </div>
        </>
      )}
    </Empty>
  )
}

function Split({ part }: { readonly part: Part<MailboxItem> }) {
  const { open } = useView()
  return (
    <div className={classes['split']} data-open={open !== undefined}>
      <List part={part} openId={open?.id} />
      <Reader />
    </div>
  )
}

function List({ part, openId }: { readonly part: Part<MailboxItem>; readonly openId: number | undefined }) {
  const { actions } = useRelay()
  return (
    <div className={classes['list']}>
      <ul className={classes['items']} aria-label="Messages, newest first">
        {part.data.map((item) => (
          <li key={item.id}>
            <Item item={item} open={item.id === openId} />
          </li>
        ))}
      </ul>
      {part.next !== null && (
        <div className={classes['more']}>
          <Button kind="quiet" onClick={() => void actions.olderMailbox()}>
            Show older
          </Button>
        </div>
      )}
    </div>
  )
}

function Item({ item, open }: { readonly item: MailboxItem; readonly open: boolean }) {
  const { actions } = useRelay()
  return (
    <button
      type="button"
      className={classes['item']}
      data-unread={!item.read}
      aria-current={open || undefined}
      onClick={() => void actions.openMessage(item.id)}
    >
      <span className={classes['from']}>
        {!item.read && <span className="visually-hidden">Unread: </span>}
        {nameOf(item.from)}
      </span>
      <Time at={item.at} />
      <span className={classes['subject']}>{item.subject === '' ? 'No subject' : item.subject}</span>
      <span className={classes['alias']}>{item.alias}</span>
    </button>
  )
}
