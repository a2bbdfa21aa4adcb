import { useState, type SubmitEvent } from 'react'
import type { LogFilter } from '../api/activity.ts'
import { localInput, timeOfInput } from '../format/time.ts'
import { Button } from '../parts/button/Button.tsx'
import { Fields, TextField } from '../parts/field/Field.tsx'
import { Row } from '../parts/page/Page.tsx'
import { Popover } from '../parts/popover/Popover.tsx'
import { setParams } from '../router/place.ts'
import { useTexts } from '../texts/texts.ts'
import classes from './Activity.module.css'

/** One alias, and a time with a beginning and an end of one's own. */
export function MoreFilters({ filter }: { readonly filter: LogFilter }) {
  const { activity: t } = useTexts()
  const [open, setOpen] = useState(false)
  return (
    <Popover
      title={t.moreFilters}
      align="end"
      open={open}
      onOpenChange={setOpen}
      trigger={<Button icon="filter">{t.aliasAndTime}</Button>}
    >
      <Form key={`${filter.alias} ${filter.from} ${filter.until}`} filter={filter} onDone={() => setOpen(false)} />
    </Popover>
  )
}

const inputOf = (text: string | undefined): string => (text === undefined ? '' : localInput(Number(text)))

function Form({ filter, onDone }: { readonly filter: LogFilter; readonly onDone: () => void }) {
  const { activity: t } = useTexts()
  const [alias, setAlias] = useState(filter.alias ?? '')
  const [from, setFrom] = useState(inputOf(filter.from))
  const [until, setUntil] = useState(inputOf(filter.until))
  const [first, last] = [timeOfInput(from), timeOfInput(until)]
  const isTurned = first !== undefined && last !== undefined && first >= last
  const apply = (event: SubmitEvent): void => {
    event.preventDefault()
    if (isTurned) return
    setParams({ alias: alias.trim(), from: first?.toString(), until: last?.toString() }, true)
    onDone()
  }
  return (
    <form className={classes['form']} onSubmit={apply}>
      <TextField label={t.alias} help={t.aliasHelp} value={alias} onChange={setAlias} maxLength={320} mono />
      <Fields>
        <TextField label={t.fromLabel} type="datetime-local" value={from} onChange={setFrom} />
        <TextField
          label={t.untilLabel}
          type="datetime-local"
          value={until}
          onChange={setUntil}
          error={isTurned ? t.turned : undefined}
        />
      </Fields>
      <Row end>
        <Button kind="main" type="submit" icon="check" disabled={isTurned}>
          {t.apply}
        </Button>
      </Row>
    </form>
  )
}
