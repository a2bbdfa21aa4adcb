import { useState } from 'react'
import type { Security } from '../../main/api/shapes-access.ts'
import { useClient } from '../api/client-context.ts'
import { securityCalls } from '../api/security.ts'
import { useAct } from '../data/use-act.ts'
import { Button } from '../parts/button/Button.tsx'
import { Card } from '../parts/card/Card.tsx'
import { Confirm } from '../parts/dialog/Dialog.tsx'
import { useTexts } from '../texts/texts.ts'
import { PassphraseDialog } from './PassphraseDialog.tsx'
import classes from './Security.module.css'
import { StateLine } from './StateLine.tsx'

/** What one knows: set, changed, removed. */
export function Passphrase({ security }: { readonly security: Security }) {
  const { security: words } = useTexts()
  const t = words.passphrase
  const calls = securityCalls(useClient())
  const act = useAct()
  const [open, setOpen] = useState<'set' | 'remove'>()
  const { passphrase } = security
  const isSet = passphrase !== null
  return (
    <Card
      title={t.title}
      lead={t.lead}
      actions={
        <>
          {isSet && <Button onClick={() => setOpen('remove')}>{t.remove}</Button>}
          <Button kind={isSet ? 'plain' : 'main'} icon={isSet ? 'edit' : 'lock'} onClick={() => setOpen('set')}>
            {isSet ? t.change : t.setIt}
          </Button>
        </>
      }
    >
      <StateLine at={passphrase?.setAt} />
      <p className={classes['note']}>{isSet ? t.protects : t.none}</p>
      {open === 'set' && <PassphraseDialog onClose={() => setOpen(undefined)} />}
      <Confirm
        open={open === 'remove'}
        onClose={() => setOpen(undefined)}
        title={t.removeTitle}
        lead={t.removeLead}
        word={t.remove}
        danger
        onYes={() => act(calls.removePassphrase, { done: t.removed, changes: ['security'] })}
      />
    </Card>
  )
}
