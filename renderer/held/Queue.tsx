import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { QueueEntryShown } from '../../main/api/shapes-owner.ts'
import { useClient } from '../api/client-context.ts'
import { queueQuery } from '../api/owner.ts'
import { stateQuery } from '../api/state.ts'
import { useAct } from '../data/use-act.ts'
import { isParked } from '../format/time.ts'
import { Button } from '../parts/button/Button.tsx'
import { Callout } from '../parts/callout/Callout.tsx'
import { Card } from '../parts/card/Card.tsx'
import { Confirm } from '../parts/dialog/Dialog.tsx'
import { Empty } from '../parts/empty/Empty.tsx'
import { Said } from '../parts/said/Said.tsx'
import { Loaded } from '../parts/state/Loaded.tsx'
import { Time } from '../parts/time/Time.tsx'
import { useTexts } from '../texts/texts.ts'
import classes from './Held.module.css'

const CHANGES = ['queue', 'state', 'held']

/** What waits to be sent, and why it waits. */
export function Queue() {
  const { held } = useTexts()
  const t = held.queue
  const client = useClient()
  const act = useAct()
  const query = useQuery(queueQuery(client))
  const { data: state } = useQuery(stateQuery(client))
  const waiting = query.data?.data.length ?? 0
  return (
    <Card
      flush
      actions={
        waiting === 0 ? undefined : (
          <Button
            icon="refresh"
            onClick={() =>
              void act(() => client.tell('POST', '/app/queue/retry'), { done: t.retried(waiting), changes: CHANGES })
            }
          >
            {t.retryAll}
          </Button>
        )
      }
    >
      {state !== undefined && state.pauses.sending !== null && <Callout tone="wait">{t.paused}</Callout>}
      <Loaded query={query}>
        {({ data }) =>
          data.length === 0 ? (
            <Empty icon="send" title={held.empty.queue}>
              {held.emptyText.queue}
            </Empty>
          ) : (
            <ul className={classes['list']}>
              {data.map((entry) => (
                <QueueRow key={entry.id} entry={entry} />
              ))}
            </ul>
          )
        }
      </Loaded>
    </Card>
  )
}

function Due({ at }: { readonly at: number }) {
  const { held } = useTexts()
  const now = Date.now()
  if (isParked(at, now)) return held.queue.parked
  return at <= now ? held.queue.now : <Time at={at} relative />
}

function QueueRow({ entry }: { readonly entry: QueueEntryShown }) {
  const { held } = useTexts()
  const t = held.queue
  const client = useClient()
  const act = useAct()
  const [asking, setAsking] = useState(false)
  const path = `/app/queue/${entry.id}`
  return (
    <li className={classes['row']}>
      <div className={classes['what']}>
        <strong className={classes['sender']}>{entry.subject === '' ? held.noSubject : entry.subject}</strong>
        <span className={classes['who']}>
          {entry.sender === '' ? held.noSender : entry.sender} → {entry.forwardPath}
        </span>
        {entry.lastAnswer !== '' && (
          <p className={classes['why']}>
            {t.last}: <Said text={entry.lastAnswer} />
          </p>
        )}
        <span className={classes['facts']}>
          <span>{entry.destination}</span>
          <span>{t.attempts(entry.attempts)}</span>
          <span>
            {t.next}: <Due at={entry.dueAt} />
          </span>
        </span>
      </div>
      <div className={classes['buttons']}>
        <Button
          icon="refresh"
          onClick={() => void act(() => client.tell('POST', `${path}/retry`), { done: t.retried(1), changes: CHANGES })}
        >
          {t.retry}
        </Button>
        <Button icon="cross" onClick={() => setAsking(true)}>
          {t.drop}
        </Button>
      </div>
      <Confirm
        open={asking}
        onClose={() => setAsking(false)}
        title={t.dropTitle}
        lead={t.dropLead}
        word={t.drop}
        danger
        onYes={() => act(() => client.tell('DELETE', path), { done: t.dropped, changes: CHANGES })}
      />
    </li>
  )
}
