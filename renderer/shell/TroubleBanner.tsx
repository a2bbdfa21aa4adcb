import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useClient } from '../api/client-context.ts'
import { stateQuery } from '../api/state.ts'
import { IconButton } from '../parts/button/Button.tsx'
import { Callout } from '../parts/callout/Callout.tsx'
import { useTexts } from '../texts/texts.ts'
import classes from './Desk.module.css'

/** The worst of what keeps the relay from its work; put away, it comes back when it was gone in between. */
export function TroubleBanner() {
  const { shell, common } = useTexts()
  const { data: state } = useQuery(stateQuery(useClient()))
  const [away, setAway] = useState<ReadonlySet<string>>(new Set())
  const there = state?.troubles ?? []
  const kept = [...away].filter((one) => there.includes(one))
  if (kept.length < away.size) setAway(new Set(kept))
  const worst = there.find((one) => !away.has(one))
  const words = worst === undefined ? undefined : shell.troubles[worst]
  if (worst === undefined || words === undefined) return null
  return (
    <div className={classes['banner']}>
      <Callout
        tone={worst === 'certificate-expires' ? 'wait' : 'bad'}
        alert
        title={words.title}
        actions={<IconButton icon="cross" label={common.dismiss} onClick={() => setAway(new Set([...kept, worst]))} />}
      >
        <p>{words.text}</p>
      </Callout>
    </div>
  )
}
