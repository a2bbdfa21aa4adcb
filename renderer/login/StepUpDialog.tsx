import { useState } from 'react'
import { startAuthentication } from '@simplewebauthn/browser'
import { useRelay, useView } from '../app/relay-context.ts'
import { Dialog } from '../parts/dialog/Dialog.tsx'
import { useTexts } from '../texts/texts.ts'
import { ProofForm } from './ProofForm.tsx'

/** Asks again who one is, while a call waits for the answer. */
export function StepUpDialog() {
  const stepUp = useView('stepUp')
  const { actions } = useRelay()
  const { session: t } = useTexts()
  const [trouble, setTrouble] = useState('')
  const useKey = async (): Promise<void> => {
    setTrouble('')
    try {
      const optionsJSON = await actions.keyOptions('/app/security/key-options')
      await actions.stepUp({ key: await startAuthentication({ optionsJSON }) })
    } catch {
      setTrouble(t.keyFailed)
    }
  }
  const methods = stepUp?.methods ?? []
  return (
    <Dialog
      open={stepUp !== undefined}
      onClose={actions.cancelStepUp}
      title={t.stepUp.title}
      lead={t.stepUp.text}
      above
    >
      {stepUp !== undefined && (
        <ProofForm
          key={methods.join(' ')}
          methods={methods}
          message={trouble === '' ? stepUp.message : trouble}
          busy={stepUp.busy}
          word={t.stepUp.word}
          onProof={(proof) => void actions.stepUp(proof)}
          onKey={() => void useKey()}
        />
      )}
    </Dialog>
  )
}
