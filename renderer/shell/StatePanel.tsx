import { useQuery } from '@tanstack/react-query'
import type { AppState } from '../../main/api/shapes.ts'
import { useClient } from '../api/client-context.ts'
import { stateQuery } from '../api/state.ts'
import { useView } from '../app/relay-context.ts'
import type { Look } from '../format/outcome.ts'
import { smtpDoor } from '../format/server.ts'
import { Chip } from '../parts/chip/Chip.tsx'
import { CopyButton } from '../parts/copy/CopyButton.tsx'
import { Facts } from '../parts/facts/Facts.tsx'
import { Popover } from '../parts/popover/Popover.tsx'
import { Said } from '../parts/said/Said.tsx'
import { Time } from '../parts/time/Time.tsx'
import { Pauses } from './Pauses.tsx'
import { useTexts, type Texts } from '../texts/texts.ts'
import classes from './StatePanel.module.css'

type Shown = keyof Texts['shell']['state']['effects']

const LOOKS: Readonly<Record<Shown | 'connecting', Omit<Look, 'word'>>> = {
  running: { tone: 'good', icon: 'check' },
  paused: { tone: 'wait', icon: 'pause' },
  degraded: { tone: 'wait', icon: 'warning' },
  locked: { tone: 'bad', icon: 'block' },
  stopping: { tone: 'plain', icon: 'minus' },
  lost: { tone: 'bad', icon: 'warning' },
  connecting: { tone: 'plain', icon: 'clock' },
}

/** The state of the relay in a word, and the whole of it when opened. */
export function StatePanel() {
  const { shell: t } = useTexts()
  const link = useView('link')
  const { data: state } = useQuery(stateQuery(useClient()))
  const shown = link === 'lost' ? 'lost' : (state?.state ?? 'connecting')
  const look: Look = { ...LOOKS[shown], word: t.state[shown] }
  return (
    <Popover
      title={t.state.title}
      trigger={
        <button type="button" className={classes['pill']} aria-label={`${t.state.title}: ${look.word}`}>
          <Chip look={look} />
        </button>
      }
    >
      {shown !== 'connecting' && <p>{t.state.effects[shown]}</p>}
      {state !== undefined && <Details state={state} />}
    </Popover>
  )
}

/** Whether what happens shows here by itself. */
export function LinkLamp() {
  const { shell: t } = useTexts()
  const link = useView('link')
  return (
    <span role="status" className={classes['link']} data-link={link}>
      <span className={classes['lamp']} />
      {link === 'live' ? t.state.live : link === 'lost' ? t.state.notLive : t.state.connecting}
    </span>
  )
}

function Details({ state }: { readonly state: AppState }) {
  const { shell, common, resolver } = useTexts()
  const t = shell.state
  const door = smtpDoor(state)
  const route = state.route === 'mailbox' || state.route === 'mx' ? t.routes[state.route] : state.route
  return (
    <>
      <Facts
        facts={[
          door === undefined
            ? undefined
            : [
                t.listeners,
                <span key="door" className={classes['door']}>
                  <code>{door.address}</code>
                  <CopyButton text={door.address} label={common.copy} />
                  {door.note !== '' && (
                    <span className={classes['note']}>
                      <Said text={door.note} />
                    </span>
                  )}
                </span>,
              ],
          [t.queue, t.queueText(state.queue.queued, state.queue.inFlight)],
          [t.held, common.messages(state.held)],
          [t.lastIn, state.lastInboundAt === null ? common.never : <Time key="in" at={state.lastInboundAt} relative />],
          [
            t.lastOut,
            state.lastOutboundAt === null ? common.never : <Time key="out" at={state.lastOutboundAt} relative />,
          ],
          [t.route, route],
          [t.dns, t.dnssec[state.dnssec]],
          [resolver.title, `${state.resolver.servers.join(', ')}: ${resolver.states[state.resolver.kind]}`],
          [t.since, <Time key="since" at={state.startedAt} relative />],
          [t.version, state.version],
        ]}
      />
      <Pauses pauses={state.pauses} />
    </>
  )
}
