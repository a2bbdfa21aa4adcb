import { useQuery } from '@tanstack/react-query'
import { useClient } from '../api/client-context.ts'
import { recipientsQuery } from '../api/owner.ts'
import { CheckField } from '../parts/field/Field.tsx'
import { useTexts } from '../texts/texts.ts'
import classes from './Aliases.module.css'

interface RecipientChoiceProps {
  /** Ids. */
  readonly value: readonly string[]
  readonly onChange: (ids: readonly string[]) => void
}

/** Which of the user's own mailboxes, several at once. */
export function RecipientChoice({ value, onChange }: RecipientChoiceProps) {
  const { aliases: t } = useTexts()
  const { data } = useQuery(recipientsQuery(useClient()))
  return (
    <fieldset className={classes['choices']}>
      <legend>{t.create.recipients}</legend>
      {(data ?? []).map((one) => (
        <CheckField
          key={one.id}
          label={one.email}
          checked={value.includes(one.id)}
          onChange={(on) => onChange(on ? [...value, one.id] : value.filter((id) => id !== one.id))}
        />
      ))}
      <p className={classes['soft']}>{t.create.recipientsHelp}</p>
    </fieldset>
  )
}
