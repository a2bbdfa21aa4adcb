import { useRef, useState } from 'react'
import { z } from 'zod'
import type { Client } from '../api/client.ts'
import { useClient } from '../api/client-context.ts'
import { messageOf } from '../api/failure.ts'
import { useRelay } from '../app/relay-context.ts'
import { Button } from '../parts/button/Button.tsx'
import { Card } from '../parts/card/Card.tsx'
import { Progress } from '../parts/progress/Progress.tsx'
import { useTexts } from '../texts/texts.ts'

const PAGE = 5000
const tables = z.object({ data: z.array(z.object({ name: z.string(), rows: z.number() })) })
const rows = z.object({ data: z.array(z.record(z.string(), z.unknown())) })

interface State {
  readonly table: string
  readonly done: number
  readonly total: number
}

/** All tables as pieces of one JSON text; undefined where it was stopped. */
async function collect(client: Client, signal: AbortSignal, onStep: (state: State) => void) {
  const { data: list } = await client.read('/app/export', tables, signal)
  const total = list.reduce((sum, table) => sum + table.rows, 0)
  const pieces: string[] = ['{']
  let done = 0
  for (const [i, { name }] of list.entries()) {
    pieces.push(`${i === 0 ? '' : ','}\n${JSON.stringify(name)}: [`)
    for (let offset = 0; ; offset += PAGE) {
      if (signal.aborted) return undefined
      onStep({ table: name, done, total })
      const { data } = await client.read(`/app/export/${encodeURIComponent(name)}?offset=${offset}`, rows, signal)
      pieces.push(data.map((row, k) => `${offset + k === 0 ? '' : ',\n'}${JSON.stringify(row)}`).join(''))
      done += data.length
      if (data.length < PAGE) break
    }
    pieces.push(']')
  }
  pieces.push('\n}\n')
  return { blob: new Blob(pieces, { type: 'application/json' }), rows: done }
}

function saveAs(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob)
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}

/** Everything in plain form, as a file on this device. */
export function ExportCard() {
  const { backup: t } = useTexts()
  const client = useClient()
  const { actions } = useRelay()
  const [state, setState] = useState<State>()
  const stop = useRef<AbortController>(undefined)
  const run = async (): Promise<void> => {
    const controller = new AbortController()
    stop.current = controller
    try {
      const found = await collect(client, controller.signal, setState)
      if (found === undefined) actions.tell('bad', t.exportStopped)
      else {
        saveAs(found.blob, `postern-${new Date().toISOString().slice(0, 10)}.json`)
        actions.tell('good', t.exported(found.rows))
      }
    } catch (error) {
      actions.tell('bad', controller.signal.aborted ? t.exportStopped : messageOf(error))
    } finally {
      setState(undefined)
    }
  }
  return (
    <Card title={t.export} lead={t.exportLead}>
      {state === undefined ? (
        <div>
          <Button icon="download" onClick={() => void run()}>
            {t.exportNow}
          </Button>
        </div>
      ) : (
        <Progress
          label={t.exporting(state.table)}
          value={state.done}
          max={state.total}
          onCancel={() => stop.current?.abort()}
        />
      )}
    </Card>
  )
}
