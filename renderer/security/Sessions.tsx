import { useState } from 'react'
import type { Security } from '../../main/api/shapes-access.ts'
import { useClient } from '../api/client-context.ts'
import { securityCalls } from '../api/security.ts'
import { useAct } from '../data/use-act.ts'
import { browserNames } from '../format/browser.ts'
import { Button } from '../parts/button/Button.tsx'
import { Card } from '../parts/card/Card.tsx'
import { Badge } from '../parts/chip/Chip.tsx'
import { Confirm } from '../parts/dialog/Dialog.tsx'
import { Icon } from '../parts/icon/Icon.tsx'
import { Time } from '../parts/time/Time.tsx'
import { useTexts, type Texts } from '../texts/texts.ts'
import classes from './Security.module.css'

type Session = Security['sessions'][number]

/** `passphrase and totp`, in words. */
export function factorWords(by: string, t: Texts['security']['sessions']): string {
  return by
    .split(' and ')
    .map((one) => t.byNames[one] ?? one)
    .join(t.and)
}

function browserWords(agent: string, t: Texts['security']['sessions']): string {
  const { browser, system } = browserNames(agent)
  const name = browser ?? t.unknownBrowser
  return system === undefined ? name : t.onSystem(name, system)
}

const LOOPBACK = /^(::1|(::ffff:)?127(\.\d{1,3}){3})$/

/** Whoever comes over loopback sits at this machine, or comes through it. */
export const placeWords = (from: string, t: Texts['security']['sessions']): string =>
  LOOPBACK.test(from) || from === 'this machine' ? t.local : from

/** Every browser that is signed in; this one first. */
export function Sessions({ sessions }: { readonly sessions: readonly Session[] }) {
  const { security } = useTexts()
  const t = security.sessions
  const calls = securityCalls(useClient())
  const act = useAct()
  const [asking, setAsking] = useState(false)
  const sorted = sessions.toSorted((a, b) => Number(b.current) - Number(a.current) || b.lastSeen - a.lastSeen)
  return (
    <Card
      title={t.title}
      lead={t.lead}
      flush
      actions={
        sessions.some((one) => !one.current) && (
          <Button icon="cross" onClick={() => setAsking(true)}>
            {t.endOthers}
          </Button>
        )
      }
    >
      {sorted.length === 0 ? (
        <p className={classes['empty']}>{t.none}</p>
      ) : (
        <ul className={classes['list']}>
          {sorted.map((one) => (
            <SessionLine key={one.id} session={one} />
          ))}
        </ul>
      )}
      <Confirm
        open={asking}
        onClose={() => setAsking(false)}
        title={t.endOthersTitle}
        lead={t.endOthersLead}
        word={t.endOthers}
        danger
        onYes={() => act(calls.endOthers, { done: t.othersEnded, changes: ['security'] })}
      />
    </Card>
  )
}

function SessionLine({ session }: { readonly session: Session }) {
  const { security } = useTexts()
  const t = security.sessions
  const calls = securityCalls(useClient())
  const act = useAct()
  const { id, agent, from, by, since, lastSeen, current } = session
  const name = browserWords(agent, t)
  return (
    <li className={classes['item']}>
      <div className={classes['what']}>
        <span className={classes['name']}>
          <span title={agent}>
            <Icon name={/Android|iPhone|Mobile/.test(agent) ? 'phone' : 'screen'} /> {name}
          </span>
          {current && (
            <Badge tone="info" icon="check">
              {t.here}
            </Badge>
          )}
        </span>
        <span className={classes['more']}>
          <span>
            {t.from}: {placeWords(from, t)}
          </span>
          <span>
            {t.by}: {factorWords(by, t)}
          </span>
          <span>
            {t.since}: <Time at={since} relative />
          </span>
          <span>
            {t.lastSeen}: <Time at={lastSeen} relative />
          </span>
        </span>
      </div>
      {!current && (
        <Button
          aria-label={t.endOne(name)}
          onClick={() => void act(() => calls.endSession(id), { done: t.ended, changes: ['security'] })}
        >
          {t.end}
        </Button>
      )}
    </li>
  )
}
