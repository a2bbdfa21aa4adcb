import { useEffect } from 'react'
import { listen } from '../api/live.ts'
import type { Calls } from '../api/calls.ts'
import { Aliases } from '../aliases/Aliases.tsx'
import { Header } from '../header/Header.tsx'
import { LogPanel } from '../log/LogPanel.tsx'
import { Login } from '../login/Login.tsx'
import { Mailbox } from '../mailbox/Mailbox.tsx'
import { Unlock } from '../login/Unlock.tsx'
import { Notices } from '../parts/notice/Notices.tsx'
import { follow } from '../store/follow.ts'
import { useRelay, useView } from './relay-context.ts'
import { Unreachable } from './Unreachable.tsx'
import classes from './App.module.css'

export function App({ calls }: { readonly calls: Calls }) {
  const { session, notices } = useView()
  const { actions } = useRelay()
  return (
    <>
      {session.kind === 'checking' && <p className={classes['wait']}>Opening …</p>}
      {session.kind === 'unreachable' && <Unreachable message={session.message} />}
      {session.kind === 'locked' && <Unlock message={session.message} busy={session.busy} />}
      {session.kind === 'out' && <Login message={session.message} busy={session.busy} ask={session.ask} />}
      {session.kind === 'in' && <Desk calls={calls} />}
      <Notices notices={notices} onDismiss={actions.dismiss} />
    </>
  )
}

/** The page itself, for who is signed in. */
function Desk({ calls }: { readonly calls: Calls }) {
  const { store, actions } = useRelay()
  const { announcement } = useView()
  useEffect(() => {
    const following = follow(store, calls, actions)
    const close = listen(following.handlers, (path) => new EventSource(path))
    return () => {
      close()
      following.stop()
    }
  }, [store, calls, actions])
  return (
    <div className={classes['desk']}>
      <Header />
      <main className={classes['panels']}>
        <div className={classes['mailbox']} id="mailbox">
          <Mailbox />
        </div>
        <div className={classes['aliases']} id="aliases">
          <Aliases />
        </div>
        <div className={classes['log']} id="log">
          <LogPanel />
        </div>
      </main>
      <p className="visually-hidden" role="status">
        {announcement}
      </p>
    </div>
  )
}
