import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useMemo } from 'react'
import { listen } from '../api/live.ts'
import { LiveContext, makeLiveHub } from '../data/live.ts'
import { Login } from '../login/Login.tsx'
import { StepUpDialog } from '../login/StepUpDialog.tsx'
import { Unlock } from '../login/Unlock.tsx'
import { Notices } from '../parts/notice/Notices.tsx'
import { Desk } from '../shell/Desk.tsx'
import { useTexts } from '../texts/texts.ts'
import { useRelay, useView } from './relay-context.ts'
import { Damaged } from './Damaged.tsx'
import { Unreachable } from './Unreachable.tsx'
import classes from './App.module.css'

/** Who is not signed in signs in; who is has the pages. */
export function App() {
  const session = useView('session')
  const notices = useView('notices')
  const { actions } = useRelay()
  const { session: t } = useTexts()
  return (
    <>
      {session.kind === 'checking' && <p className={classes['wait']}>{t.opening}</p>}
      {session.kind === 'unreachable' && <Unreachable message={session.message} />}
      {session.kind === 'damaged' && <Damaged damage={session.damage} />}
      {session.kind === 'locked' && <Unlock message={session.message} busy={session.busy} />}
      {session.kind === 'out' && <Login message={session.message} busy={session.busy} ask={session.ask} />}
      {session.kind === 'in' && <Inside />}
      <StepUpDialog />
      <Notices notices={notices} onDismiss={actions.dismiss} />
    </>
  )
}

function Inside() {
  const { store } = useRelay()
  const queries = useQueryClient()
  const hub = useMemo(() => makeLiveHub(store, queries), [store, queries])
  useEffect(() => {
    const close = listen(hub.handlers, (path) => new EventSource(path))
    return () => {
      close()
      hub.stop()
      // Whoever signs in next sees nothing of what this one saw.
      queries.clear()
    }
  }, [hub, queries])
  return (
    <LiveContext value={hub}>
      <Desk />
    </LiveContext>
  )
}
