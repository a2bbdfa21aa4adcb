import { useState, type SubmitEvent } from 'react'
import { z } from 'zod'
import { useClient } from '../api/client-context.ts'
import { fieldError, formError } from '../api/failure.ts'
import { useDoing } from '../data/use-doing.ts'
import { Button, LinkButton } from '../parts/button/Button.tsx'
import { Callout } from '../parts/callout/Callout.tsx'
import { Card } from '../parts/card/Card.tsx'
import { TextField } from '../parts/field/Field.tsx'
import { Row } from '../parts/page/Page.tsx'
import { hrefTo } from '../router/place.ts'
import { useTexts } from '../texts/texts.ts'
import { TRY_OUT } from './own.ts'
import classes from './Welcome.module.css'

const answerShape = z.object({ answer: z.string() })

/** A message as a shop would send it, to this machine's own door. */
export function TryStep() {
  const { welcome } = useTexts()
  const t = welcome.try
  const client = useClient()
  const [to, setTo] = useState(`corner-shop@${TRY_OUT}`)
  const [answer, setAnswer] = useState('')
  const { busy, error, run } = useDoing()
  const send = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault()
    setAnswer('')
    await run(async () =>
      setAnswer((await client.send('POST', '/app/try-mail', { to: to.trim() }, answerShape)).answer),
    )
  }
  const isTaken = answer.startsWith('2')
  return (
    <>
      <Card title={t.title} lead={t.text}>
        <form className={classes['form']} onSubmit={(event) => void send(event)}>
          <TextField
            label={t.to}
            error={fieldError(error, 'to') ?? formError(error)}
            value={to}
            onChange={setTo}
            mono
          />
          <Row>
            <Button kind="main" type="submit" icon="send" busy={busy}>
              {t.send}
            </Button>
          </Row>
        </form>
        {answer !== '' && (
          <Callout
            alert
            tone={isTaken ? 'good' : 'wait'}
            actions={isTaken ? <LinkButton href={hrefTo('/mailbox')}>{t.see}</LinkButton> : undefined}
          >
            {t.sent} <span lang="en">{answer}</span>
          </Callout>
        )}
      </Card>
      <Card title={t.leaves} lead={t.leavesText} />
    </>
  )
}
