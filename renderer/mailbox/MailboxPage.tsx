import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import type { MailboxItem } from '../../main/api/shapes.ts'
import { useClient } from '../api/client-context.ts'
import { mailboxList } from '../api/mailbox.ts'
import { stateQuery } from '../api/state.ts'
import { nameOf } from '../format/sender.ts'
import { trialLine } from '../format/server.ts'
import { Button } from '../parts/button/Button.tsx'
import { CopyButton } from '../parts/copy/CopyButton.tsx'
import { Empty } from '../parts/empty/Empty.tsx'
import { Page } from '../parts/page/Page.tsx'
import { Loaded } from '../parts/state/Loaded.tsx'
import { Time } from '../parts/time/Time.tsx'
import { useParam } from '../router/place.ts'
import { useTexts } from '../texts/texts.ts'
import { Reader } from './Reader.tsx'
import classes from './Mailbox.module.css'

/** The built-in test mailbox: what arrived, and one message to read. */
export function MailboxPage() {
  const { mailbox: t, common } = useTexts()
  const query = useInfiniteQuery(mailboxList(useClient()))
  const [open, setOpen] = useParam('open')
  const openId = /^\d{1,15}$/.test(open) ? Number(open) : undefined
  const items = query.data?.pages.flatMap((page) => page.data) ?? []
  const choose = (id: number | undefined): void => setOpen(id === undefined ? undefined : String(id))
  return (
    <Page title={t.title} lead={t.lead} fixed>
      <div className={classes['frame']}>
        <Loaded query={query}>
          {() =>
            items.length === 0 ? (
              <NoMail />
            ) : (
              <div className={classes['split']} data-open={openId !== undefined}>
                <div className={classes['list']}>
                  <ul className={classes['items']} aria-label={t.list}>
                    {items.map((item) => (
                      <li key={item.id}>
                        <Item item={item} open={item.id === openId} onOpen={() => choose(item.id)} />
                      </li>
                    ))}
                  </ul>
                  {query.hasNextPage && (
                    <div className={classes['more']}>
                      <Button kind="quiet" busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
                        {common.showOlder}
                      </Button>
                    </div>
                  )}
                </div>
                <Reader id={openId} onClose={() => choose(undefined)} />
              </div>
            )
          }
        </Loaded>
      </div>
    </Page>
  )
}

function NoMail() {
  const { mailbox: t } = useTexts()
  const { data: state } = useQuery(stateQuery(useClient()))
  const line = state === undefined ? undefined : trialLine(state)
  return (
    <Empty icon="mail" title={t.empty}>
      {line !== undefined && (
        <>
          <p>{t.send}</p>
          <div className={classes['trial']}>
            <code>{line}</code>
            <CopyButton text={line} label={t.copyCommand} />
          </div>
        </>
      )}
    </Empty>
  )
}

interface ItemProps {
  readonly item: MailboxItem
  readonly open: boolean
  readonly onOpen: () => void
}

function Item({ item, open, onOpen }: ItemProps) {
  const { mailbox: t } = useTexts()
  return (
    <button
      type="button"
      className={classes['item']}
      data-unread={!item.read}
      aria-current={open || undefined}
      onClick={onOpen}
    >
      <span className={classes['from']}>
        {!item.read && <span className="visually-hidden">{t.unreadWord} </span>}
        {nameOf(item.from) || t.noSender}
      </span>
      <Time at={item.at} />
      <span className={classes['subject']}>{item.subject === '' ? t.noSubject : item.subject}</span>
      <span className={classes['alias']}>{item.alias}</span>
    </button>
  )
}
