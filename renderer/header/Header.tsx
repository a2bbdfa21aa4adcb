import type { AppState } from '../../main/api/shapes.ts'
import { useView } from '../app/relay-context.ts'
import { smtpDoor } from '../format/server.ts'
import type { Look } from '../format/outcome.ts'
import icon from '../icon.svg'
import { Chip } from '../parts/chip/Chip.tsx'
import { CopyButton } from '../parts/copy/CopyButton.tsx'
import { dataOf } from '../store/view.ts'
import { ThemeButton } from './ThemeButton.tsx'
import classes from './Header.module.css'

const LOOKS: Readonly<Record<AppState['state'], Look>> = {
  running: { tone: 'good', icon: 'check', word: 'Running' },
  paused: { tone: 'wait', icon: 'pause', word: 'Paused' },
  degraded: { tone: 'wait', icon: 'warning', word: 'Degraded' },
  locked: { tone: 'bad', icon: 'block', word: 'Locked' },
  stopping: { tone: 'plain', icon: 'minus', word: 'Stopping' },
}
const OPENING: Look = { tone: 'plain', icon: 'clock', word: 'Connecting' }
const LOST: Look = { tone: 'bad', icon: 'warning', word: 'No answer' }

/** Who we are, how the engine is, where mail is to be sent. */
export function Header() {
  const { state, link } = useView()
  const data = dataOf(state)
  return (
    <header className={classes['header']}>
      <h1 className={classes['name']}>
        <img src={icon} alt="" width="26" height="26" />
        Postern
      </h1>
      <div role="status" aria-label="State of the relay">
        <Chip look={link === 'lost' ? LOST : data === undefined ? OPENING : LOOKS[data.state]} />
      </div>
      {data !== undefined && <Facts state={data} />}
      <div className={classes['end']}>
        {data !== undefined && <span className={classes['version']}>Version {data.version}</span>}
        <ThemeButton />
      </div>
    </header>
  )
}

function Facts({ state }: { readonly state: AppState }) {
  const door = smtpDoor(state)
  const { queued, inFlight, failed } = state.queue
  return (
    <dl className={classes['facts']}>
      {door !== undefined && (
        <div className={classes['fact']}>
          <dt>SMTP</dt>
          <dd>
            <code>{door.address}</code>
            <CopyButton text={door.address} label="Copy the SMTP address" />
            {door.note !== '' && <span className={classes['note']}>{door.note}</span>}
          </dd>
        </div>
      )}
      <Fact name="Queue" value={queued + inFlight} />
      <Fact name="Held" value={state.held} />
      {failed > 0 && <Fact name="Failed" value={failed} />}
    </dl>
  )
}

function Fact({ name, value }: { readonly name: string; readonly value: number }) {
  return (
    <div className={classes['fact']}>
      <dt>{name}</dt>
      <dd>{value.toLocaleString()}</dd>
    </div>
  )
}
