import type { Security } from '../../main/api/shapes-access.ts'
import { useClient } from '../api/client-context.ts'
import { securityCalls } from '../api/security.ts'
import { useRelay } from '../app/relay-context.ts'
import { useAct } from '../data/use-act.ts'
import { host } from '../host/host.ts'
import { Button } from '../parts/button/Button.tsx'
import { Card } from '../parts/card/Card.tsx'
import { Facts } from '../parts/facts/Facts.tsx'
import { Row } from '../parts/page/Page.tsx'
import { useTexts } from '../texts/texts.ts'
import classes from './Security.module.css'

/** Locks now: here, or everywhere. In the window of the desktop both are one. */
export function LockCard({ security }: { readonly security: Security }) {
  const { security: words } = useTexts()
  const t = words.lock
  const { actions } = useRelay()
  const calls = securityCalls(useClient())
  const act = useAct()
  const isWindow = host !== undefined
  const everywhere = async (): Promise<void> => {
    // What this page shows goes with its session.
    if (await act(calls.lock)) await actions.begin(undefined)
  }
  const canLock = security.passphrase !== null || security.totp !== null || security.keys.length > 0
  if (isWindow)
    return (
      <Card
        title={t.title}
        lead={t.lead}
        actions={
          <Button icon="lock" disabled={!canLock} onClick={() => void act(calls.lock)}>
            {t.window}
          </Button>
        }
      >
        <p className={classes['note']}>{canLock ? t.windowHelp : t.windowNone}</p>
      </Card>
    )
  return (
    <Card
      title={t.title}
      lead={t.lead}
      actions={
        <Row>
          <Button icon="lock" onClick={() => void actions.logout()}>
            {t.here}
          </Button>
          <Button icon="lock" onClick={() => void everywhere()}>
            {t.everywhere}
          </Button>
        </Row>
      }
    >
      <Facts
        facts={[
          [t.here, t.hereHelp],
          [t.everywhere, t.everywhereHelp],
        ]}
      />
    </Card>
  )
}
