import { useQuery } from '@tanstack/react-query'
import { useState, type ReactNode } from 'react'
import { makeAlias, nameFree } from '../api/aliases.ts'
import { useClient } from '../api/client-context.ts'
import { fieldError, formError } from '../api/failure.ts'
import { stateQuery } from '../api/state.ts'
import { useRelay } from '../app/relay-context.ts'
import { useDoing } from '../data/use-doing.ts'
import { useLater } from '../data/use-later.ts'
import { Button } from '../parts/button/Button.tsx'
import { Callout } from '../parts/callout/Callout.tsx'
import { Dialog } from '../parts/dialog/Dialog.tsx'
import { Fields, SelectField, TextField } from '../parts/field/Field.tsx'
import { Told } from '../parts/said/Said.tsx'
import { said } from '../texts/phrases/said.ts'
import { useTexts } from '../texts/texts.ts'
import { RecipientChoice } from './RecipientChoice.tsx'
import { ALIAS_CHANGES } from './use-row-actions.ts'
import classes from './Aliases.module.css'

const FORMATS = [
  ...['random_characters', 'random_words', 'site', 'custom', 'uuid', 'random_noun', 'random_female_name'],
  ...['random_male_name', 'dated'],
] as const
const CHECK_MS = 200

interface Wish {
  readonly domain: string
  readonly format: string
  readonly words: string
  readonly site: string
  readonly local: string
  readonly description: string
  readonly recipients: readonly string[]
}

const EMPTY: Wish = {
  ...{ domain: '', format: 'random_characters', words: '3', site: '', local: '', description: '' },
  recipients: [],
}

/** Makes an alias; its address goes to the clipboard. */
export function NewAliasDialog({ open, onClose }: { readonly open: boolean; readonly onClose: () => void }) {
  return open ? <NewAlias onClose={onClose} /> : null
}

function useMake(onClose: () => void) {
  const { aliases: t } = useTexts()
  const client = useClient()
  const { actions } = useRelay()
  const { busy, error, run } = useDoing()
  const submit = async (wish: Wish): Promise<void> => {
    const make = async (): Promise<void> => {
      const { email } = await makeAlias(client, {
        ...{ domain: wish.domain, format: wish.format, recipient_ids: wish.recipients },
        description: wish.description.trim() === '' ? null : wish.description.trim(),
        ...(wish.format === 'custom' ? { local_part: wish.local.trim() } : {}),
        ...(wish.format === 'random_words' ? { words: Number(wish.words) } : {}),
        ...(wish.format === 'site' ? { site: wish.site.trim() } : {}),
      })
      const copied = await navigator.clipboard.writeText(email).then(
        () => true,
        () => false,
      )
      actions.tell('good', copied ? t.create.made(email) : t.create.madeOnly(email))
    }
    if (await run(make, { changes: ALIAS_CHANGES })) onClose()
  }
  return { make: submit, error, busy }
}

function NewAlias({ onClose }: { readonly onClose: () => void }) {
  const { aliases: t, common } = useTexts()
  const { data: state } = useQuery(stateQuery(useClient()))
  const domains = (state?.domains ?? []).filter((one) => one.active).map((one) => one.name)
  const [given, setGiven] = useState<Wish>(EMPTY)
  const wish = given.domain === '' ? { ...given, domain: domains[0] ?? '' } : given
  const set = (change: Partial<Wish>): void => setGiven({ ...wish, ...change })
  const { make, error, busy } = useMake(onClose)
  const problem = formError(error)
  return (
    <Dialog
      open
      onClose={onClose}
      title={t.create.title}
      footer={
        <>
          <Button onClick={onClose}>{common.cancel}</Button>
          <Button kind="main" type="submit" form="new-alias" busy={busy}>
            {t.create.go}
          </Button>
        </>
      }
    >
      <form
        id="new-alias"
        className={classes['choices']}
        onSubmit={(event) => {
          event.preventDefault()
          if (!busy) void make(wish)
        }}
      >
        {problem !== undefined && (
          <Callout tone="bad" alert>
            <Told text={problem} />
          </Callout>
        )}
        <TextField
          label={t.create.description}
          help={t.create.descriptionHelp}
          error={fieldError(error, 'description')}
          value={wish.description}
          onChange={(description) => set({ description })}
          maxLength={200}
          autoFocus
        />
        <Kind wish={wish} set={set} domains={domains} />
        <Particular wish={wish} set={set} error={error} />
        <RecipientChoice value={wish.recipients} onChange={(recipients) => set({ recipients })} />
      </form>
    </Dialog>
  )
}

interface KindProps {
  readonly wish: Wish
  readonly set: (change: Partial<Wish>) => void
  readonly domains: readonly string[]
}

function Kind({ wish, set, domains }: KindProps) {
  const { aliases: t } = useTexts()
  return (
    <Fields>
      <SelectField
        label={t.create.format}
        value={wish.format}
        onChange={(format) => set({ format, site: wish.site === '' ? wish.description : wish.site })}
        choices={FORMATS.map((value) => ({ value, label: t.create.formats[value] ?? value }))}
      />
      <SelectField
        label={t.create.domain}
        value={wish.domain}
        onChange={(domain) => set({ domain })}
        choices={domains.map((value) => ({ value, label: value }))}
      />
    </Fields>
  )
}

interface ParticularProps {
  readonly wish: Wish
  readonly set: (change: Partial<Wish>) => void
  readonly error: unknown
}

/** What only one kind of name needs. */
function Particular({ wish, set, error }: ParticularProps): ReactNode {
  const { aliases: t } = useTexts()
  switch (wish.format) {
    case 'random_words':
      return (
        <SelectField
          label={t.create.words}
          value={wish.words}
          onChange={(words) => set({ words })}
          choices={['2', '3', '4', '5', '6'].map((value) => ({ value, label: value }))}
        />
      )
    case 'site':
      return (
        <TextField
          label={t.create.site}
          help={t.create.siteHelp}
          error={fieldError(error, 'site')}
          value={wish.site}
          onChange={(site) => set({ site })}
          placeholder="shop.example"
          maxLength={300}
        />
      )
    case 'custom':
      return <OwnName wish={wish} set={set} error={error} />
    default:
      return null
  }
}

/** Looked up while it is typed. */
function OwnName({ wish, set, error }: ParticularProps) {
  const { aliases: t } = useTexts()
  const local = useLater(wish.local.trim(), CHECK_MS)
  const { data } = useQuery({ ...nameFree(useClient(), wish.domain, local), enabled: local !== '' })
  const isNew = local === wish.local.trim() && local !== '' && data !== undefined
  return (
    <TextField
      label={t.create.name}
      mono
      value={wish.local}
      onChange={(text) => set({ local: text })}
      error={fieldError(error, 'local_part_without_extension') ?? (isNew && !data.free ? said(data.why) : undefined)}
      help={isNew && data.free ? t.create.free(`${local.toLowerCase()}@${wish.domain}`) : `@${wish.domain}`}
      maxLength={64}
      required
    />
  )
}
