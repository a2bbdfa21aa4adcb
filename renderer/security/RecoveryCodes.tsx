import { useState } from 'react'
import { useClient } from '../api/client-context.ts'
import { securityCalls } from '../api/security.ts'
import { useAct } from '../data/use-act.ts'
import { Button } from '../parts/button/Button.tsx'
import { Callout } from '../parts/callout/Callout.tsx'
import { Card } from '../parts/card/Card.tsx'
import { Badge } from '../parts/chip/Chip.tsx'
import { Confirm } from '../parts/dialog/Dialog.tsx'
import { useTexts } from '../texts/texts.ts'
import type { FactorProps } from './AppCodes.tsx'
import classes from './Security.module.css'

const FEW = 3

/** How many are left, and new ones in their place. */
export function RecoveryCodes({ security, onCodes }: FactorProps) {
  const { security: words } = useTexts()
  const t = words.codes
  const calls = securityCalls(useClient())
  const act = useAct()
  const [asking, setAsking] = useState(false)
  const left = security.recoveryCodesLeft
  const hasSecond = security.totp !== null || security.keys.length > 0
  return (
    <Card
      title={t.title}
      lead={t.lead}
      actions={
        hasSecond && (
          <Button icon="refresh" onClick={() => setAsking(true)}>
            {t.renew}
          </Button>
        )
      }
    >
      {hasSecond ? (
        <div>
          <Badge tone={left > FEW ? 'good' : 'wait'} icon={left > FEW ? 'check' : 'warning'}>
            {t.left(left)}
          </Badge>
        </div>
      ) : (
        <p className={classes['soft']}>{t.none}</p>
      )}
      {hasSecond && left <= FEW && <Callout tone="wait">{t.few}</Callout>}
      <Confirm
        open={asking}
        onClose={() => setAsking(false)}
        title={t.renewTitle}
        lead={t.renewLead}
        word={t.renew}
        onYes={() => act(async () => onCodes((await calls.newCodes()).recoveryCodes), { changes: ['security'] })}
      />
    </Card>
  )
}
