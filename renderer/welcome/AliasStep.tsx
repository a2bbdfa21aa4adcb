import { useQuery } from '@tanstack/react-query'
import { useState, type SubmitEvent } from 'react'
import { z } from 'zod'
import type { LogEntry } from '../../main/api/shapes.ts'
import { aliasShape } from '../../main/api/shapes-addy.ts'
import { useClient } from '../api/client-context.ts'
import { fieldError, formError } from '../api/failure.ts'
import { stateQuery } from '../api/state.ts'
import { useDoing } from '../data/use-doing.ts'
import { useLive } from '../data/live.ts'
import { lookOf } from '../format/outcome.ts'
import { Button } from '../parts/button/Button.tsx'
import { Callout } from '../parts/callout/Callout.tsx'
import { Card } from '../parts/card/Card.tsx'
import { Chip } from '../parts/chip/Chip.tsx'
import { CopyButton } from '../parts/copy/CopyButton.tsx'
import { Fields, SelectField, TextField } from '../parts/field/Field.tsx'
import { Row } from '../parts/page/Page.tsx'
import { Said } from '../parts/said/Said.tsx'
import { Time } from '../parts/time/Time.tsx'
import { useTexts } from '../texts/texts.ts'
import { isOwnDomain } from './own.ts'
import classes from './Welcome.module.css'

const made = z.object({ data: aliasShape })
const SHOWN = 5

/** An alias, and the first message to it as it comes in. */
export function AliasStep() {
  const { welcome } = useTexts()
  const t = welcome.alias
  const client = useClient()
  const { data: state } = useQuery(stateQuery(client))
  const names = (state?.domains ?? []).map((one) => one.name)
  const [chosen, setChosen] = useState('')
  const [description, setDescription] = useState('')
  const [email, setEmail] = useState('')
  const { busy, error, run } = useDoing()
  const domain = chosen === '' ? (names.find(isOwnDomain) ?? names[0] ?? '') : chosen
  const make = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault()
    const body = { domain, description: description.trim(), format: 'random_words' }
    await run(async () => setEmail((await client.send('POST', '/api/v1/aliases', body, made)).data.email), {
      changes: ['aliases', 'domains'],
    })
  }
  return (
    <Card title={t.title} lead={t.text}>
      <form className={classes['form']} onSubmit={(event) => void make(event)}>
        <Fields>
          <TextField
            label={t.for}
            error={fieldError(error, 'description') ?? formError(error)}
            value={description}
            onChange={setDescription}
            maxLength={200}
          />
          <SelectField
            label={t.domain}
            value={domain}
            onChange={setChosen}
            choices={names.map((value) => ({ value, label: value }))}
          />
        </Fields>
        <Row>
          <Button kind={email === '' ? 'main' : 'plain'} type="submit" icon="plus" busy={busy}>
            {t.make}
          </Button>
        </Row>
      </form>
      {email !== '' && <Proof key={email} email={email} />}
    </Card>
  )
}

function Proof({ email }: { readonly email: string }) {
  const { welcome, common } = useTexts()
  const t = welcome.alias
  const [entries, setEntries] = useState<readonly LogEntry[]>([])
  useLive({
    onLog: (entry) => {
      if (entry.alias === email)
        setEntries((before) => [entry, ...before.filter((one) => one.id !== entry.id)].slice(0, SHOWN))
    },
  })
  return (
    <>
      <p className={classes['address']}>
        <strong>{email}</strong>
        <CopyButton text={email} label={common.copy} wide />
      </p>
      <div role="status">
        {entries.length === 0 ? (
          <p className={classes['soft']}>{t.waiting}</p>
        ) : (
          <Callout tone="good" title={t.came}>
            {entries.map((entry) => (
              <p key={entry.id} className={classes['came']}>
                <Chip look={lookOf(entry.outcome)} /> <Time at={entry.at} seconds /> {entry.sender}:{' '}
                <Said text={entry.text} />
              </p>
            ))}
          </Callout>
        )}
      </div>
    </>
  )
}
