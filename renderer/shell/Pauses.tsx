// The two pauses of the relay, each with what it does to mail meanwhile.
import { useState } from 'react'
import type { AppState } from '../../main/api/shapes.ts'
import { useClient } from '../api/client-context.ts'
import { setPause, type Pause, type PauseOf } from '../api/state.ts'
import { useAct } from '../data/use-act.ts'
import { shortTime } from '../format/time.ts'
import { Button } from '../parts/button/Button.tsx'
import { Menu } from '../parts/menu/Menu.tsx'
import { useTexts } from '../texts/texts.ts'
import classes from './StatePanel.module.css'

const MINUTE = 60_000

/** The next midnight, by the clock of this device. */
function tomorrow(now: Date): number {
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() + 1).getTime()
}

export function Pauses({ pauses }: { readonly pauses: AppState['pauses'] }) {
  return (
    <div className={classes['pauses']}>
      <OnePause of="sending" pause={pauses.sending} />
      <OnePause of="receiving" pause={pauses.receiving} />
    </div>
  )
}

function OnePause({ of, pause }: { readonly of: PauseOf; readonly pause: Pause }) {
  const { shell } = useTexts()
  const t = shell.state.pauses[of]
  const { choices } = shell.state.pauses
  const client = useClient()
  const act = useAct()
  const [busy, setBusy] = useState(false)
  const change = async (wanted: Pause): Promise<void> => {
    setBusy(true)
    await act(() => setPause(client, of, wanted), {
      done: wanted === null ? t.resumedNotice : t.pausedNotice,
      undo: () => setPause(client, of, pause),
      changes: ['state'],
    })
    setBusy(false)
  }
  const set = (wanted: Pause): void => void change(wanted)
  if (pause !== null)
    return (
      <div>
        <Button icon="play" busy={busy} onClick={() => set(null)}>
          {t.resume}
        </Button>
        <p className={classes['help']}>
          {pause.until === null ? t.untilResumed : t.until(shortTime(pause.until, Date.now(), false))}
        </p>
      </div>
    )
  return (
    <div>
      <Menu
        trigger={
          <Button icon="pause" busy={busy}>
            {t.pause}
          </Button>
        }
        entries={[
          { label: choices.minutes, onSelect: () => set({ until: Date.now() + 5 * MINUTE }) },
          { label: choices.hour, onSelect: () => set({ until: Date.now() + 60 * MINUTE }) },
          { label: choices.tomorrow, onSelect: () => set({ until: tomorrow(new Date()) }) },
          { label: choices.resumed, onSelect: () => set({ until: null }) },
        ]}
      />
      <p className={classes['help']}>{t.text}</p>
    </div>
  )
}
