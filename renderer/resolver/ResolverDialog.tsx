import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { z } from 'zod'
import { resolverCheckShown, type ResolverCheckShown, type ResolversShown } from '../../main/api/shapes-owner.ts'
import { useClient } from '../api/client-context.ts'
import { formError } from '../api/failure.ts'
import { resolversQuery } from '../api/owner.ts'
import { useDoing } from '../data/use-doing.ts'
import { Button } from '../parts/button/Button.tsx'
import { Callout } from '../parts/callout/Callout.tsx'
import { Badge } from '../parts/chip/Chip.tsx'
import { Confirm, Dialog } from '../parts/dialog/Dialog.tsx'
import { Said, Told } from '../parts/said/Said.tsx'
import { Loaded } from '../parts/state/Loaded.tsx'
import { locale } from '../texts/language.ts'
import { useTexts } from '../texts/texts.ts'
import classes from './Resolver.module.css'

const CHANGES = ['resolvers', 'settings', 'state', 'domain-check']
const checked = z.object({ data: resolverCheckShown })

interface ResolverDialogProps {
  readonly open: boolean
  readonly onClose: () => void
}

/** The two ways out where the resolver cannot be worked with: another one by one click, or no DNSSEC. */
export function ResolverDialog({ open, onClose }: ResolverDialogProps) {
  const { resolver: t } = useTexts()
  const query = useQuery({ ...resolversQuery(useClient()), enabled: open })
  return (
    <Dialog open={open} onClose={onClose} title={t.title} lead={t.lead}>
      <Loaded query={query}>{(shown) => <Choices shown={shown} onDone={onClose} />}</Loaded>
    </Dialog>
  )
}

interface Choice {
  /** As the setting takes it; null for the system's. */
  readonly value: string | null
  readonly name: string
  readonly text: string
  readonly inUse: boolean
}

function useChoices(shown: ResolversShown): readonly Choice[] {
  const { resolver: t } = useTexts()
  const countries = new Intl.DisplayNames([locale()], { type: 'region' })
  const servers = shown.servers.join(',')
  return [
    { value: null, name: t.system, text: t.systemText, inUse: shown.isSystem },
    ...shown.choices.map((one) => ({
      ...{ value: one.id, name: one.name, inUse: !shown.isSystem && one.servers === servers },
      text: t.runBy(one.by, countries.of(one.country) ?? one.country),
    })),
  ]
}

interface Trying {
  readonly busy: boolean
  readonly tried: Choice | undefined
  /** Why the one that was tried is not used. */
  readonly found: ResolverCheckShown | undefined
  readonly failure: string | undefined
  readonly use: (choice: Choice) => Promise<void>
}

/** Changes to another one, where it can be worked with: nothing is changed to one that cannot. */
function useTrying(onDone: () => void): Trying {
  const { resolver: t } = useTexts()
  const client = useClient()
  const { busy, error, run } = useDoing()
  const [tried, setTried] = useState<Choice>()
  const [found, setFound] = useState<ResolverCheckShown>()
  const use = async (choice: Choice): Promise<void> => {
    if (busy) return
    setTried(choice)
    setFound(undefined)
    const { value } = choice
    const seen: ResolverCheckShown[] = []
    await run(async () => {
      seen.push((await client.send('POST', '/app/resolvers/try', { value }, checked)).data)
    })
    const [check] = seen
    if (check?.kind !== 'good') return setFound(check)
    const change = (): Promise<void> =>
      value === null
        ? client.tell('DELETE', '/app/settings/resolver')
        : client.tell('PUT', '/app/settings/resolver', { value })
    if (await run(change, { done: t.changed(choice.name), changes: CHANGES })) onDone()
  }
  return { busy, tried, found, use, failure: formError(error) }
}

function Choices({ shown, onDone }: { readonly shown: ResolversShown; readonly onDone: () => void }) {
  const { resolver: t } = useTexts()
  const trying = useTrying(onDone)
  const { busy, tried, use } = trying
  const choices = useChoices(shown)
  return (
    <div className={classes['all']}>
      {shown.fixed.resolver && (
        <Callout tone="wait">
          <p>{t.fixed}</p>
        </Callout>
      )}
      <ul className={classes['list']}>
        {choices.map((choice) => (
          <li key={choice.name} className={classes['choice']}>
            <div>
              <p className={classes['name']}>
                {choice.value === null ? choice.name : <span data-relay>{choice.name}</span>}{' '}
                {choice.inUse && <Badge tone={toneOf(shown)}>{`${t.inUse}: ${t.states[shown.kind]}`}</Badge>}
              </p>
              <p className={classes['by']}>{choice.text}</p>
            </div>
            {!choice.inUse && !shown.fixed.resolver && (
              <Button
                busy={busy && tried?.name === choice.name}
                aria-label={t.useThis(choice.name)}
                onClick={() => void use(choice)}
              >
                {t.use}
              </Button>
            )}
          </li>
        ))}
      </ul>
      <Failed trying={trying} />
      <p className={classes['by']}>{t.privacy}</p>
      {shown.dnssec === 'on' && <NoDnssec isFixed={shown.fixed.dnssec} onDone={onDone} />}
    </div>
  )
}

function Failed({ trying: { tried, found, failure } }: { readonly trying: Trying }) {
  const { resolver: t } = useTexts()
  return (
    <>
      {tried !== undefined && found !== undefined && (
        <Callout tone="bad" alert title={t.failed(tried.name)}>
          <p>
            {t.states[found.kind]}: <Said text={found.reason} />
          </p>
        </Callout>
      )}
      {failure !== undefined && (
        <Callout tone="bad" alert>
          <p>
            <Told text={failure} />
          </p>
        </Callout>
      )}
    </>
  )
}

const toneOf = ({ kind }: ResolversShown): 'good' | 'bad' | 'plain' =>
  kind === 'good' ? 'good' : kind === 'unknown' ? 'plain' : 'bad'

function NoDnssec({ isFixed, onDone }: { readonly isFixed: boolean; readonly onDone: () => void }) {
  const { resolver: t } = useTexts()
  const client = useClient()
  const { run } = useDoing()
  const [asking, setAsking] = useState(false)
  if (isFixed) return <p className={classes['by']}>{t.fixedDnssec}</p>
  const off = async (): Promise<void> => {
    const change = (): Promise<void> => client.tell('PUT', '/app/settings/dnssec', { value: 'off' })
    if (await run(change, { done: t.offDone, changes: CHANGES })) onDone()
  }
  return (
    <>
      <div>
        <Button kind="quiet" onClick={() => setAsking(true)}>
          {t.off}
        </Button>
      </div>
      <Confirm
        open={asking}
        onClose={() => setAsking(false)}
        title={t.offTitle}
        lead={t.offLead}
        word={t.off}
        danger
        onYes={off}
      />
    </>
  )
}
