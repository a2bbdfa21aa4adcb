import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useClient } from '../api/client-context.ts'
import { recipientsQuery } from '../api/owner.ts'
import { Button } from '../parts/button/Button.tsx'
import { Dialog } from '../parts/dialog/Dialog.tsx'
import { SelectField } from '../parts/field/Field.tsx'
import { useTexts } from '../texts/texts.ts'

interface RecipientDialogProps {
  readonly open: boolean
  readonly onClose: () => void
  readonly onChoose: (email: string) => Promise<unknown>
}

/** Asks which of one's own mailboxes a message goes to. */
export function RecipientDialog({ open, onClose, onChoose }: RecipientDialogProps) {
  const { held: t, common } = useTexts()
  const { data: recipients = [] } = useQuery(recipientsQuery(useClient()))
  const [chosen, setChosen] = useState('')
  const value = chosen === '' ? (recipients[0]?.email ?? '') : chosen
  const go = async (): Promise<void> => {
    await onChoose(value)
    onClose()
  }
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title={t.chooseRecipient}
      footer={
        <>
          <Button onClick={onClose}>{common.cancel}</Button>
          <Button kind="main" icon="send" onClick={() => void go()}>
            {t.release}
          </Button>
        </>
      }
    >
      <SelectField
        label={t.recipient}
        value={value}
        onChange={setChosen}
        choices={recipients.map(({ email }) => ({ value: email, label: email }))}
      />
    </Dialog>
  )
}
