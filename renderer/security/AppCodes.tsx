import { useState, type SubmitEvent } from 'react'
import type { Security, TotpSetup } from '../../main/api/shapes-access.ts'
import { useClient } from '../api/client-context.ts'
import { fieldError, formError } from '../api/failure.ts'
import { securityCalls } from '../api/security.ts'
import { useRelay } from '../app/relay-context.ts'
import { useAct } from '../data/use-act.ts'
import { Button } from '../parts/button/Button.tsx'
import { Card } from '../parts/card/Card.tsx'
import { Confirm, Dialog } from '../parts/dialog/Dialog.tsx'
import { TextField } from '../parts/field/Field.tsx'
import { Row } from '../parts/page/Page.tsx'
import { QrCode } from '../parts/qr/QrCode.tsx'
import { useTexts } from '../texts/texts.ts'
import { Secret } from './Once.tsx'
import classes from './Security.module.css'
import { StateLine } from './StateLine.tsx'
import { useDoing } from '../data/use-doing.ts'

export interface FactorProps {
  readonly security: Security
  /** Recovery codes that came along: to be shown once. */
  readonly onCodes: (codes: readonly string[] | undefined) => void
}

/** The authenticator app: set up by QR code or text, confirmed by a code, removed. */
export function AppCodes({ security, onCodes }: FactorProps) {
  const { security: words } = useTexts()
  const t = words.totp
  const calls = securityCalls(useClient())
  const act = useAct()
  const [setup, setSetup] = useState<TotpSetup>()
  const [asking, setAsking] = useState(false)
  const begin = (): void => {
    void act(async () => setSetup(await calls.beginTotp()))
  }
  const { totp } = security
  return (
    <Card
      title={t.title}
      lead={t.lead}
      actions={
        <>
          {totp !== null && <Button onClick={() => setAsking(true)}>{t.remove}</Button>}
          <Button icon="phone" onClick={begin}>
            {totp === null ? t.begin : t.replace}
          </Button>
        </>
      }
    >
      <StateLine at={totp?.setAt} />
      {setup !== undefined && <Setup setup={setup} onCodes={onCodes} onClose={() => setSetup(undefined)} />}
      <Confirm
        open={asking}
        onClose={() => setAsking(false)}
        title={t.removeTitle}
        lead={t.removeLead}
        word={t.remove}
        danger
        onYes={() => act(calls.removeTotp, { done: t.removed, changes: ['security'] })}
      />
    </Card>
  )
}

interface SetupProps extends Pick<FactorProps, 'onCodes'> {
  readonly setup: TotpSetup
  readonly onClose: () => void
}

/** In groups of four, as one types it. */
const grouped = (secret: string): string => secret.replace(/(.{4})(?=.)/g, '$1 ')

function Setup({ setup, onCodes, onClose }: SetupProps) {
  const { security, common } = useTexts()
  const t = security.totp
  const { actions } = useRelay()
  const calls = securityCalls(useClient())
  const doing = useDoing()
  const [code, setCode] = useState('')
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault()
    let codes: readonly string[] | undefined
    const done = await doing.run(
      async () => {
        codes = (await calls.confirmTotp(code)).recoveryCodes
      },
      { changes: ['security'] },
    )
    if (!done) return
    actions.tell('good', t.done)
    onClose()
    onCodes(codes)
  }
  return (
    <Dialog open onClose={onClose} title={t.setupTitle} lead={t.scan}>
      <form className={classes['form']} onSubmit={(event) => void submit(event)}>
        <div className={classes['scan']}>
          <QrCode text={setup.uri} label={t.qr} />
          <div>
            <div className={classes['pair']}>
              <span className={classes['label']}>{t.secret}</span>
              <Secret text={grouped(setup.secret)} label={t.copySecret} />
            </div>
            <TextField
              label={t.code}
              error={fieldError(doing.error, 'code') ?? formError(doing.error)}
              value={code}
              onChange={setCode}
              autoComplete="one-time-code"
              inputMode="numeric"
              mono
              required
              autoFocus
              maxLength={20}
            />
          </div>
        </div>
        <Row end>
          <Button onClick={onClose}>{common.cancel}</Button>
          <Button kind="main" type="submit" icon="check" busy={doing.busy}>
            {t.confirm}
          </Button>
        </Row>
      </form>
    </Dialog>
  )
}
