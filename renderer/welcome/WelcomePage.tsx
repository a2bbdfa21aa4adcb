import { useQuery } from '@tanstack/react-query'
import { useEffect } from 'react'
import { useClient } from '../api/client-context.ts'
import { backupsQuery, domainsQuery, recipientsQuery, securityQuery } from '../api/owner.ts'
import { stateQuery } from '../api/state.ts'
import { Button } from '../parts/button/Button.tsx'
import { Icon } from '../parts/icon/Icon.tsx'
import { Page, Row } from '../parts/page/Page.tsx'
import { useParam } from '../router/place.ts'
import { useTexts, type Texts } from '../texts/texts.ts'
import { AliasStep } from './AliasStep.tsx'
import { DomainStep, DoneStep, ProtectStep, RecipientStep, RouteStep } from './steps.tsx'
import { TryStep } from './TryStep.tsx'
import { isOwnDomain } from './own.ts'
import classes from './Welcome.module.css'

type Step = keyof Texts['welcome']['steps']
const STEPS: readonly Step[] = ['try', 'protect', 'domain', 'recipient', 'route', 'alias', 'done']

/** What is done is seen from how things are, so that nothing has to be remembered and any order is right. */
function useDone(): Readonly<Record<Step, boolean>> & { readonly isKnown: boolean } {
  const client = useClient()
  const { data: state } = useQuery(stateQuery(client))
  const { data: security } = useQuery(securityQuery(client))
  const { data: domains } = useQuery(domainsQuery(client))
  const { data: recipients } = useQuery(recipientsQuery(client))
  const { data: backups } = useQuery(backupsQuery(client))
  const isKnown = [state, security, domains, recipients, backups].every((one) => one !== undefined)
  return {
    isKnown,
    try: state !== undefined && state.lastInboundAt !== null,
    protect: security !== undefined && security.passphrase !== null,
    domain: domains?.some((one) => isOwnDomain(one.domain)) === true,
    recipient: recipients?.some((one) => one.isDefault && !one.isMailbox) === true,
    route: state !== undefined && state.route !== 'mailbox',
    alias: domains?.some((one) => isOwnDomain(one.domain) && one.aliases_count > 0) === true,
    done: backups !== undefined && backups.data.length > 0,
  }
}

/** From the first start to mail that flows. */
export function WelcomePage() {
  const { welcome: t, common } = useTexts()
  const done = useDone()
  const [param, setParam] = useParam('step')
  const open = STEPS.find((one) => one === param) ?? STEPS.find((one) => !done[one]) ?? 'done'
  const at = STEPS.indexOf(open)
  const isUnset = param === '' && done.isKnown
  useEffect(() => {
    // A step that gets done stays before the eye until one goes on.
    if (isUnset) setParam(open)
  }, [isUnset, open, setParam])
  const go = (to: number): void => setParam(STEPS[to])
  return (
    <Page title={t.title} lead={t.lead}>
      <div className={classes['split']}>
        <ol className={classes['steps']}>
          {STEPS.map((one, i) => (
            <li key={one}>
              <button
                type="button"
                className={classes['step']}
                aria-current={one === open ? 'step' : undefined}
                onClick={() => go(i)}
              >
                <span className={classes['mark']} data-done={done[one]}>
                  {done[one] ? <Icon name="check" /> : i + 1}
                </span>
                {t.steps[one]}
                {done[one] && <span className="visually-hidden"> ({t.isDone})</span>}
              </button>
            </li>
          ))}
        </ol>
        <div className={classes['body']}>
          <p className={classes['soft']}>{t.stepOf(at + 1, STEPS.length)}</p>
          <StepBody step={open} />
          <Row>
            {at > 0 && (
              <Button icon="back" onClick={() => go(at - 1)}>
                {common.back}
              </Button>
            )}
            {at < STEPS.length - 1 && (
              <Button kind={done[open] ? 'main' : 'plain'} onClick={() => go(at + 1)}>
                {done[open] ? common.continue : t.skip}
              </Button>
            )}
          </Row>
        </div>
      </div>
    </Page>
  )
}

function StepBody({ step }: { readonly step: Step }) {
  switch (step) {
    case 'try':
      return <TryStep />
    case 'protect':
      return <ProtectStep />
    case 'domain':
      return <DomainStep />
    case 'recipient':
      return <RecipientStep />
    case 'route':
      return <RouteStep />
    case 'alias':
      return <AliasStep />
    case 'done':
      return <DoneStep />
  }
}
