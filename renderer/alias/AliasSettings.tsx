import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { AliasShown } from '../../main/api/shapes-aliases.ts'
import { RecipientChoice } from '../aliases/RecipientChoice.tsx'
import { ALIAS_CHANGES } from '../aliases/use-row-actions.ts'
import { changeAlias } from '../api/aliases.ts'
import { useClient } from '../api/client-context.ts'
import { fieldError, formError } from '../api/failure.ts'
import { recipientsQuery } from '../api/owner.ts'
import { useDoing } from '../data/use-doing.ts'
import { Button } from '../parts/button/Button.tsx'
import { Callout } from '../parts/callout/Callout.tsx'
import { Card } from '../parts/card/Card.tsx'
import { CheckField, SelectField, TextField } from '../parts/field/Field.tsx'
import { Columns } from '../parts/page/Page.tsx'
import { Told } from '../parts/said/Said.tsx'
import { useTexts } from '../texts/texts.ts'
import { changeBetween, formOf, type SettingsForm } from './settings-form.ts'
import classes from './Alias.module.css'

interface PartProps {
  readonly form: SettingsForm
  readonly set: (change: Partial<SettingsForm>) => void
  readonly error: unknown
}

function useSettings(alias: AliasShown) {
  const { alias: t } = useTexts()
  const client = useClient()
  const { busy, error, run } = useDoing()
  const before = formOf(alias)
  const [form, setForm] = useState(before)
  const change = changeBetween(before, form)
  const save = async (): Promise<void> => {
    await run(() => changeAlias(client, alias.id, change), {
      ...{ done: t.settings.saved(alias.email), changes: ALIAS_CHANGES },
      undo: () => changeAlias(client, alias.id, changeBetween(form, before)),
    })
  }
  const set = (some: Partial<SettingsForm>): void => setForm({ ...form, ...some })
  return { form, set, error, busy, save, isChanged: Object.keys(change).length > 0, reset: () => setForm(before) }
}

/** How the alias takes mail and answers; only what was changed is sent. */
export function AliasSettings({ alias }: { readonly alias: AliasShown }) {
  const { alias: t, common } = useTexts()
  const { form, set, error, busy, save, isChanged, reset } = useSettings(alias)
  const problem = formError(error)
  const part = { form, set, error }
  return (
    <form
      className={classes['form']}
      onSubmit={(event) => {
        event.preventDefault()
        if (isChanged && !busy) void save()
      }}
    >
      {problem !== undefined && (
        <Callout tone="bad" alert>
          <Told text={problem} />
        </Callout>
      )}
      <Columns>
        <About {...part} />
        <Goes {...part} />
        <WhoMay {...part} />
        <Ends {...part} />
        <WhenOff {...part} />
      </Columns>
      {isChanged && (
        <div className={classes['save']}>
          <p role="status">{t.settings.unsaved}</p>
          <Button onClick={reset}>{t.settings.reset}</Button>
          <Button kind="main" type="submit" busy={busy}>
            {common.save}
          </Button>
        </div>
      )}
    </form>
  )
}

function About({ form, set, error }: PartProps) {
  const t = useTexts().alias.settings
  return (
    <Card title={t.about}>
      <TextField
        label={t.description}
        help={t.descriptionHelp}
        error={fieldError(error, 'description')}
        value={form.description}
        onChange={(description) => set({ description })}
        maxLength={200}
      />
      <TextField
        label={t.labels}
        help={t.labelsHelp}
        error={fieldError(error, 'labels')}
        value={form.labels}
        onChange={(labels) => set({ labels })}
      />
      <TextField
        label={t.fromName}
        help={t.fromNameHelp}
        error={fieldError(error, 'fromName')}
        value={form.fromName}
        onChange={(fromName) => set({ fromName })}
        maxLength={200}
      />
    </Card>
  )
}

function Goes({ form, set, error }: PartProps) {
  const t = useTexts().alias.settings
  const { data } = useQuery(recipientsQuery(useClient()))
  const emails = (data ?? []).map((one) => one.email)
  const known =
    form.fallbackRecipient === '' || emails.includes(form.fallbackRecipient)
      ? emails
      : [...emails, form.fallbackRecipient]
  return (
    <Card title={t.goes}>
      <RecipientChoice value={form.recipients} onChange={(recipients) => set({ recipients })} />
      <SelectField
        label={t.fallback}
        help={t.fallbackHelp}
        error={fieldError(error, 'fallbackRecipient')}
        value={form.fallbackRecipient}
        onChange={(fallbackRecipient) => set({ fallbackRecipient })}
        choices={[{ value: '', label: t.none }, ...known.map((value) => ({ value, label: value }))]}
      />
    </Card>
  )
}

function WhoMay({ form, set, error }: PartProps) {
  const { alias, aliases } = useTexts()
  const t = alias.settings
  return (
    <Card title={t.who}>
      <SelectField
        label={t.policy}
        help={t.policyHelps[form.policy]}
        value={form.policy}
        onChange={(policy) => set({ policy })}
        choices={(['all', 'known', 'ask'] as const).map((value) => ({ value, label: aliases.policies[value] }))}
      />
      <TextField
        label={t.hourly}
        help={t.hourlyHelp}
        error={fieldError(error, 'hourlyLimit')}
        type="number"
        min={1}
        value={form.hourlyLimit}
        onChange={(hourlyLimit) => set({ hourlyLimit })}
      />
      <CheckField label={t.sealed} checked={form.allowSealed} onChange={(allowSealed) => set({ allowSealed })} />
    </Card>
  )
}

function Ends({ form, set, error }: PartProps) {
  const t = useTexts().alias.settings
  return (
    <Card title={t.ends}>
      <TextField
        label={t.expiresAt}
        help={t.expiresAtHelp}
        error={fieldError(error, 'expiresAt')}
        type="datetime-local"
        value={form.expiresAt}
        onChange={(expiresAt) => set({ expiresAt })}
      />
      <TextField
        label={t.expiresAfter}
        error={fieldError(error, 'expiresAfter')}
        type="number"
        min={1}
        value={form.expiresAfter}
        onChange={(expiresAfter) => set({ expiresAfter })}
      />
      <TextField
        label={t.expiresIdle}
        error={fieldError(error, 'expiresIdle')}
        type="number"
        min={1}
        value={form.expiresIdle}
        onChange={(expiresIdle) => set({ expiresIdle })}
      />
    </Card>
  )
}

function WhenOff({ form, set, error }: PartProps) {
  const t = useTexts().alias.settings
  return (
    <Card title={t.off}>
      <SelectField
        label={t.whenDisabled}
        value={form.whenDisabled}
        onChange={(whenDisabled) => set({ whenDisabled })}
        choices={(['reject', 'discard', 'defer'] as const).map((value) => ({
          value,
          label: t.whenDisabledChoices[value],
        }))}
      />
      {form.whenDisabled === 'reject' && (
        <TextField
          label={t.rejectText}
          help={t.rejectTextHelp}
          error={fieldError(error, 'rejectText')}
          value={form.rejectText}
          onChange={(rejectText) => set({ rejectText })}
          maxLength={200}
        />
      )}
      <SelectField
        label={t.unsubscribe}
        value={form.unsubscribe}
        onChange={(unsubscribe) => set({ unsubscribe })}
        choices={(['keep', 'disable', 'block', 'both'] as const).map((value) => ({
          value,
          label: t.unsubscribeChoices[value],
        }))}
      />
    </Card>
  )
}
