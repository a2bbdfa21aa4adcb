import { useQuery } from '@tanstack/react-query'
import { useState, type SubmitEvent } from 'react'
import { TLS_VERSIONS, type LogFilter } from '../../main/api/shapes-log.ts'
import { useClient } from '../api/client-context.ts'
import { domainsQuery, recipientsQuery } from '../api/owner.ts'
import { localInput, timeOfInput } from '../format/time.ts'
import { Button } from '../parts/button/Button.tsx'
import { Fields, SelectField, TextField, type Choice } from '../parts/field/Field.tsx'
import { Row } from '../parts/page/Page.tsx'
import { Popover } from '../parts/popover/Popover.tsx'
import { setParams } from '../router/place.ts'
import { useTexts, type Texts } from '../texts/texts.ts'
import type { FilterName } from './use-filter.ts'
import classes from './Activity.module.css'

/** Filters of this form, each a field. */
const NAMES = ['alias', 'domain', 'recipient', 'contact', 'tls', 'from', 'until'] as const

export const tlsWord = (tls: string, t: Texts['activity']): string =>
  tls === 'none' ? t.tlsNone : tls.replace(/^TLSv/, 'TLS ')

/** Who, how it came, and a time with a beginning and an end of one's own. */
export function MoreFilters({ filter }: { readonly filter: LogFilter }) {
  const { activity: t } = useTexts()
  const [open, setOpen] = useState(false)
  return (
    <Popover
      title={t.moreFilters}
      align="end"
      wide
      open={open}
      onOpenChange={setOpen}
      trigger={<Button icon="sliders">{t.moreFilters}</Button>}
    >
      <Form key={NAMES.map((name) => filter[name]).join(' ')} filter={filter} onDone={() => setOpen(false)} />
    </Popover>
  )
}

const inputOf = (text: string | undefined): string => (text === undefined ? '' : localInput(Number(text)))

/** The choices, and the one that is chosen though it is none of them. */
const withChosen = (choices: readonly Choice<string>[], chosen: string): readonly Choice<string>[] =>
  chosen === '' || choices.some(({ value }) => value === chosen)
    ? choices
    : [...choices, { value: chosen, label: chosen }]

const isAddress = (text: string): boolean => /^[^\s@]+@[^\s@]+$/.test(text)
const isContact = (text: string): boolean => isAddress(text) || /^@?[^\s@]+$/.test(text)

type Draft = Readonly<Record<(typeof NAMES)[number], string>>

function errorsOf({ recipient, contact, from, until }: Draft, t: Texts['activity']) {
  const [first, last] = [timeOfInput(from), timeOfInput(until)]
  return {
    recipient: recipient === '' || isAddress(recipient) ? undefined : t.notWhole,
    contact: contact === '' || isContact(contact) ? undefined : t.notContact,
    until: first !== undefined && last !== undefined && first >= last ? t.turned : undefined,
  }
}

function useDraft(filter: LogFilter) {
  const [draft, setDraft] = useState<Draft>(() => ({
    ...{ alias: filter.alias ?? '', domain: filter.domain ?? '', recipient: filter.recipient ?? '' },
    ...{ contact: filter.contact ?? '', tls: filter.tls ?? '' },
    ...{ from: inputOf(filter.from), until: inputOf(filter.until) },
  }))
  const set = (name: FilterName) => (value: string) => setDraft({ ...draft, [name]: value })
  return { draft, set }
}

interface PartProps {
  readonly draft: Draft
  readonly errors: ReturnType<typeof errorsOf>
  readonly set: ReturnType<typeof useDraft>['set']
}

function Form({ filter, onDone }: { readonly filter: LogFilter; readonly onDone: () => void }) {
  const { activity: t } = useTexts()
  const { draft, set } = useDraft(filter)
  const errors = errorsOf(draft, t)
  const isWrong = Object.values(errors).some((one) => one !== undefined)
  const apply = (event: SubmitEvent): void => {
    event.preventDefault()
    if (isWrong) return
    const times = { from: timeOfInput(draft.from)?.toString(), until: timeOfInput(draft.until)?.toString() }
    const { alias, domain, recipient, contact, tls } = draft
    const parties = { alias: alias.trim(), recipient: recipient.trim(), contact: contact.trim() }
    setParams({ ...parties, domain, tls, ...times }, true)
    onDone()
  }
  return (
    <form className={classes['form']} onSubmit={apply}>
      <Parties {...{ draft, errors, set }} />
      <Fields>
        <TextField label={t.fromLabel} type="datetime-local" value={draft.from} onChange={set('from')} />
        <TextField
          label={t.untilLabel}
          type="datetime-local"
          value={draft.until}
          onChange={set('until')}
          error={errors.until}
        />
      </Fields>
      <Row end>
        <Button kind="main" type="submit" icon="check" disabled={isWrong}>
          {t.apply}
        </Button>
      </Row>
    </form>
  )
}

function Parties({ draft, errors, set }: PartProps) {
  const { activity: t } = useTexts()
  const client = useClient()
  const domains = useQuery(domainsQuery(client)).data ?? []
  const recipients = useQuery(recipientsQuery(client)).data ?? []
  const ofDomain = domains.map(({ domain }) => ({ value: domain, label: domain }))
  const versions = TLS_VERSIONS.map((value) => ({ value, label: tlsWord(value, t) }))
  const address = { maxLength: 320, mono: true }
  return (
    <>
      <Fields>
        <SelectField
          label={t.domain}
          value={draft.domain}
          onChange={set('domain')}
          choices={[{ value: '', label: t.anyDomain }, ...withChosen(ofDomain, draft.domain)]}
        />
        <SelectField
          label={t.tls}
          value={draft.tls}
          onChange={set('tls')}
          choices={[{ value: '', label: t.anyTls }, ...withChosen(versions, draft.tls)]}
        />
      </Fields>
      <TextField label={t.alias} help={t.aliasHelp} value={draft.alias} onChange={set('alias')} {...address} />
      <TextField
        label={t.contact}
        help={t.contactHelp}
        error={errors.contact}
        value={draft.contact}
        onChange={set('contact')}
        {...address}
      />
      <TextField
        label={t.recipient}
        help={t.recipientHelp}
        error={errors.recipient}
        value={draft.recipient}
        onChange={set('recipient')}
        suggestions={recipients.map(({ email }) => email)}
        {...address}
      />
    </>
  )
}
