// Of which time the figures are: the last days, or days of one's own. It stands in the address.
import { useState, type SubmitEvent } from 'react'
import { DAYS, type Period } from '../api/stats.ts'
import { dateText, dayInput, timeOfInput } from '../format/time.ts'
import { Button } from '../parts/button/Button.tsx'
import { Fields, TextField } from '../parts/field/Field.tsx'
import { Row } from '../parts/page/Page.tsx'
import { Popover } from '../parts/popover/Popover.tsx'
import { setParams, usePlace } from '../router/place.ts'
import { useTexts, type Texts } from '../texts/texts.ts'
import classes from './Dashboard.module.css'

export function usePeriod(): Period {
  const { query } = usePlace()
  const [from, until] = [query.get('from'), query.get('until')].map(Number)
  if (from !== undefined && until !== undefined && from > 0 && until > from) return { from, until }
  return { days: DAYS.find((one) => one === query.get('days')) ?? '7' }
}

/** `1 Nov 2026 – 7 Nov 2026`: the last day is one of them. */
export const periodText = (period: Period, t: Texts['dashboard']): string =>
  'days' in period ? t.periods[period.days] : `${dateText(period.from)} – ${dateText(period.until - 1)}`

/** The local midnight behind a day, whatever hours it has. */
function nextDay(at: number): number {
  const day = new Date(at)
  return new Date(day.getFullYear(), day.getMonth(), day.getDate() + 1).getTime()
}

export function OwnPeriod({ period }: { readonly period: Period }) {
  const { dashboard: t } = useTexts()
  const [open, setOpen] = useState(false)
  return (
    <Popover
      title={t.ownPeriod}
      align="end"
      open={open}
      onOpenChange={setOpen}
      trigger={<Button icon="clock">{t.ownDates}</Button>}
    >
      <Form key={String(open)} period={period} onDone={() => setOpen(false)} />
    </Popover>
  )
}

function Form({ period, onDone }: { readonly period: Period; readonly onDone: () => void }) {
  const { dashboard: t } = useTexts()
  const own = 'days' in period ? undefined : period
  const [first, setFirst] = useState(own === undefined ? '' : dayInput(own.from))
  const [last, setLast] = useState(dayInput(own === undefined ? Date.now() : own.until - 1))
  const [from, until] = [timeOfInput(`${first}T00:00`), timeOfInput(`${last}T00:00`)]
  const isTurned = from !== undefined && until !== undefined && from > until
  const show = (event: SubmitEvent): void => {
    event.preventDefault()
    if (from === undefined || until === undefined || isTurned) return
    setParams({ days: undefined, from: String(from), until: String(nextDay(until)) }, true)
    onDone()
  }
  return (
    <form className={classes['form']} onSubmit={show}>
      <Fields>
        <TextField label={t.firstDay} type="date" value={first} onChange={setFirst} required />
        <TextField
          label={t.lastDay}
          type="date"
          value={last}
          onChange={setLast}
          error={isTurned ? t.turned : undefined}
          required
        />
      </Fields>
      <Row end>
        <Button kind="main" type="submit" icon="check" disabled={isTurned}>
          {t.showPeriod}
        </Button>
      </Row>
    </form>
  )
}
