import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useClient } from '../api/client-context.ts'
import { stateQuery } from '../api/state.ts'
import { Button, IconButton } from '../parts/button/Button.tsx'
import { Callout } from '../parts/callout/Callout.tsx'
import { Said } from '../parts/said/Said.tsx'
import { ResolverDialog } from '../resolver/ResolverDialog.tsx'
import { useTexts } from '../texts/texts.ts'
import classes from './Desk.module.css'

/** Those that another resolver ends. */
const RESOLVER_TROUBLES: ReadonlySet<string> = new Set(['dns-strips', 'dns-silent'])

/** The worst of what keeps the relay from its work; put away, it comes back when it was gone in between. */
export function TroubleBanner() {
  const { shell, common, resolver } = useTexts()
  const { data: state } = useQuery(stateQuery(useClient()))
  const [away, setAway] = useState<ReadonlySet<string>>(new Set())
  const [choosing, setChoosing] = useState(false)
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
        actions={
          <>
            {RESOLVER_TROUBLES.has(worst) && (
              <Button kind="main" onClick={() => setChoosing(true)}>
                {resolver.choose}
              </Button>
            )}
            <IconButton icon="cross" label={common.dismiss} onClick={() => setAway(new Set([...kept, worst]))} />
          </>
        }
      >
        <p>{words.text}</p>
        {RESOLVER_TROUBLES.has(worst) && state !== undefined && state.resolver.reason !== '' && (
          <p className={classes['because']} data-relay>
            {state.resolver.servers.join(', ')}: <Said text={state.resolver.reason} />
          </p>
        )}
      </Callout>
      <ResolverDialog open={choosing} onClose={() => setChoosing(false)} />
    </div>
  )
}
