import { useState, type SubmitEvent } from 'react'
import { useQuery } from '@tanstack/react-query'
import type { SettingShown } from '../../main/api/shapes-owner.ts'
import { useClient } from '../api/client-context.ts'
import { fieldError, formError } from '../api/failure.ts'
import { recipientsQuery } from '../api/owner.ts'
import { useAct } from '../data/use-act.ts'
import { useDoing } from '../data/use-doing.ts'
import { Button } from '../parts/button/Button.tsx'
import { Badge } from '../parts/chip/Chip.tsx'
import { SelectField, TextField } from '../parts/field/Field.tsx'
import { ResolverDialog } from '../resolver/ResolverDialog.tsx'
import { useTexts } from '../texts/texts.ts'
import classes from './Settings.module.css'

const CHANGES = ['settings', 'state', 'recipients', 'domain', 'domain-check', 'security']

/** One setting: its value, what it is when nobody set it, and a way back to that. */
export function SettingRow({ setting }: { readonly setting: SettingShown }) {
  const { settings: t, common } = useTexts()
  const client = useClient()
  const act = useAct()
  const { busy, error, run } = useDoing()
  const isSecret = setting.secret === true
  const stored = isSecret ? '' : (setting.value ?? setting.standard ?? '')
  const [draft, setDraft] = useState(stored)
  const name = t.names[setting.name] ?? setting.name
  const path = `/app/settings/${encodeURIComponent(setting.name)}`
  const isChanged = setting.value !== null && setting.standard !== null && setting.value !== setting.standard
  const save = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault()
    const done = setting.takesEffect === 'now' ? t.saved(name) : t.savedStart(name)
    await run(() => client.tell('PUT', path, { value: draft.trim() }), { done, changes: CHANGES })
  }
  const reset = (): Promise<boolean> =>
    act(() => client.tell('DELETE', path), { done: t.resetDone(name), changes: CHANGES })
  return (
    <li className={classes['row']}>
      <form className={classes['form']} onSubmit={(event) => void save(event)}>
        <div className={classes['field']}>
          <Input
            setting={setting}
            label={name}
            value={draft}
            onChange={setDraft}
            error={fieldError(error, 'value') ?? formError(error)}
          />
        </div>
        <div className={classes['end']}>
          {setting.name === 'resolver' && <ResolverButton />}
          {isChanged && <Badge tone="info">{t.changed}</Badge>}
          {setting.takesEffect === 'start' && <Badge tone="plain">{t.atStart}</Badge>}
          {isChanged && (
            <Button kind="quiet" icon="undo" onClick={() => void reset()} title={t.standard(setting.standard ?? '')}>
              {t.reset}
            </Button>
          )}
          {draft !== stored && (
            <Button kind="main" type="submit" icon="save" busy={busy}>
              {common.save}
            </Button>
          )}
        </div>
      </form>
    </li>
  )
}

function ResolverButton() {
  const { resolver: t } = useTexts()
  const [open, setOpen] = useState(false)
  return (
    <>
      <Button onClick={() => setOpen(true)}>{t.choose}</Button>
      <ResolverDialog open={open} onClose={() => setOpen(false)} />
    </>
  )
}

interface InputProps {
  readonly setting: SettingShown
  readonly label: string
  readonly value: string
  readonly onChange: (value: string) => void
  readonly error: string | undefined
}

function Input({ setting, label, value, onChange, error }: InputProps) {
  const { settings: t } = useTexts()
  const { data: recipients = [] } = useQuery({
    ...recipientsQuery(useClient()),
    enabled: setting.name === 'default-recipient',
  })
  const help = t.helps[setting.name] ?? (t.names[setting.name] === undefined ? setting.help : undefined)
  const standard = setting.standard === null ? '' : t.standard(t.choices[setting.standard] ?? setting.standard)
  const told = [help ?? '', standard].filter((one) => one !== '').join(' · ')
  const common = { label, value, onChange, error, ...(told === '' ? {} : { help: told }) }
  if (setting.name === 'default-recipient')
    return <SelectField {...common} choices={recipients.map(({ email }) => ({ value: email, label: email }))} />
  if (setting.kind === 'choice')
    return (
      <SelectField
        {...common}
        choices={(setting.choices ?? []).map((one) => ({ value: one, label: t.choices[one] ?? one }))}
      />
    )
  if (setting.kind === 'count')
    return (
      <TextField
        {...common}
        type="number"
        {...(setting.min === undefined ? {} : { min: setting.min })}
        {...(setting.max === undefined ? {} : { max: setting.max })}
      />
    )
  const isSecret = setting.secret === true
  return (
    <TextField
      {...common}
      type={isSecret ? 'password' : 'text'}
      mono
      autoComplete={isSecret ? 'new-password' : 'off'}
      {...(isSecret && setting.value !== null ? { placeholder: t.secretSet } : {})}
    />
  )
}
