import { useEffect, useRef, useState } from 'react'
import type { SubmitEvent } from 'react'
import { useRelay, useView } from '../app/relay-context.ts'
import type { ApiFailure } from '../api/failure.ts'
import { Button } from '../parts/button/Button.tsx'
import { Icon } from '../parts/icon/Icon.tsx'
import { dataOf } from '../store/view.ts'
import { firstDraft, FORMATS } from './draft.ts'
import type { Draft } from './draft.ts'
import { Field } from './Field.tsx'
import classes from './NewAlias.module.css'

/** The form for a new alias: what it is for, where it stands, how its name is made. */
export function NewAlias({ onDone }: { readonly onDone: () => void }) {
  const { state, domains: options } = useView()
  const { actions } = useRelay()
  const domains = options?.data ?? dataOf(state)?.domains.map((domain) => domain.name) ?? []
  const [changes, setChanges] = useState<Partial<Draft>>({})
  const [busy, setBusy] = useState(false)
  const [failure, setFailure] = useState<ApiFailure>()
  const draft = { ...firstDraft(options, domains), ...changes }
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault()
    if (busy) return
    setBusy(true)
    const { description, localPart } = draft
    const problem = await actions.createAlias({
      ...draft,
      description: description.trim(),
      localPart: localPart.trim(),
    })
    setBusy(false)
    setFailure(problem)
    if (problem === undefined) onDone()
  }
  const general = failure !== undefined && Object.keys(failure.fields).length === 0 ? failure.message : ''
  return (
    <form
      className={classes['form']}
      aria-label="New alias"
      onSubmit={(event) => void submit(event)}
      onKeyDown={(event) => {
        if (event.key === 'Escape') onDone()
      }}
    >
      <Fields
        draft={draft}
        domains={domains}
        failure={failure}
        onChange={(change) => setChanges({ ...changes, ...change })}
      />
      <div className={classes['end']}>
        <p className={classes['problem']} role="alert">
          {general}
        </p>
        <Button onClick={onDone}>Cancel</Button>
        <Button kind="main" type="submit" busy={busy}>
          <Icon name="plus" />
          {busy ? 'Adding …' : 'Add alias'}
        </Button>
      </div>
    </form>
  )
}

interface FieldsProps {
  readonly draft: Draft
  readonly domains: readonly string[]
  readonly failure: ApiFailure | undefined
  readonly onChange: (change: Partial<Draft>) => void
}

function Fields({ draft, domains, failure, onChange }: FieldsProps) {
  const first = useRef<HTMLInputElement>(null)
  useEffect(() => first.current?.focus(), [])
  return (
    <>
      <Field label="What is it for?" failure={failure} names={['description']} wide>
        {(field) => (
          <input
            {...field}
            ref={first}
            maxLength={200}
            value={draft.description}
            onChange={(event) => onChange({ description: event.target.value })}
          />
        )}
      </Field>
      <Field label="Domain" failure={failure} names={['domain']}>
        {(field) => (
          <select {...field} value={draft.domain} onChange={(event) => onChange({ domain: event.target.value })}>
            {domains.map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        )}
      </Field>
      <Field label="Name" failure={failure} names={['format']}>
        {(field) => (
          <select {...field} value={draft.format} onChange={(event) => onChange({ format: event.target.value })}>
            {FORMATS.map(([value, name]) => (
              <option key={value} value={value}>
                {name}
              </option>
            ))}
          </select>
        )}
      </Field>
      {draft.format === 'custom' && <OwnName draft={draft} failure={failure} onChange={onChange} />}
    </>
  )
}

function OwnName({ draft, failure, onChange }: Omit<FieldsProps, 'domains'>) {
  const names = ['local_part', 'local_part_without_extension']
  return (
    <Field label={`In front of @${draft.domain}`} failure={failure} names={names} wide>
      {(field) => (
        <input
          {...field}
          required
          maxLength={64}
          spellCheck={false}
          value={draft.localPart}
          onChange={(event) => onChange({ localPart: event.target.value })}
        />
      )}
    </Field>
  )
}
