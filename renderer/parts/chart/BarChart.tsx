import { useState } from 'react'
import { useTexts } from '../../texts/texts.ts'
import { Button } from '../button/Button.tsx'
import { numberText } from '../../format/number.ts'
import classes from './BarChart.module.css'

export type BarTone = 'good' | 'info' | 'wait' | 'bad' | 'plain'

export interface Layer {
  readonly name: string
  readonly tone: BarTone
}

export interface Bar {
  readonly label: string
  /** One for each layer, from the bottom up. */
  readonly values: readonly number[]
  readonly href?: string
}

interface BarChartProps {
  readonly title: string
  /** The whole of it in a sentence, for who does not see it. */
  readonly summary: string
  readonly layers: readonly Layer[]
  readonly bars: readonly Bar[]
  readonly labelEvery: number
}

const WIDTH = 960
const HEIGHT = 190
const FOOT = 20
const HEAD = 8
const SIDE = 34

/** A round number at or above the highest bar. */
export function niceMax(highest: number): number {
  if (highest <= 4) return 4
  const power = 10 ** Math.floor(Math.log10(highest))
  const step = [1, 2, 4, 5, 8, 10].find((one) => one * power >= highest) ?? 10
  return step * power
}

/** Stacked bars over time, each a link to what is behind it, with the same as a table beside. */
export function BarChart({ title, summary, layers, bars, labelEvery }: BarChartProps) {
  const { common: t } = useTexts()
  const [asTable, setAsTable] = useState(false)
  return (
    <figure className={classes['chart']}>
      <figcaption className={classes['head']}>
        <ul className={classes['legend']}>
          {layers.map((layer) => (
            <li key={layer.name}>
              <span className={`${classes['key']} ${classes[layer.tone]}`} />
              {layer.name}
            </li>
          ))}
        </ul>
        <Button kind="quiet" aria-pressed={asTable} onClick={() => setAsTable(!asTable)}>
          {asTable ? t.asChart : t.asTable}
        </Button>
      </figcaption>
      {asTable ? (
        <ChartTable title={title} layers={layers} bars={bars} />
      ) : (
        <Drawing summary={summary} layers={layers} bars={bars} labelEvery={labelEvery} />
      )}
    </figure>
  )
}

function Drawing({ summary, layers, bars, labelEvery }: Omit<BarChartProps, 'title'>) {
  const totals = bars.map((bar) => bar.values.reduce((sum, value) => sum + value, 0))
  const top = niceMax(Math.max(0, ...totals))
  const room = HEIGHT - FOOT - HEAD
  const step = (WIDTH - SIDE) / Math.max(1, bars.length)
  return (
    <svg className={classes['drawing']} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="group" aria-label={summary}>
      {[0, 0.5, 1].map((part) => (
        <g key={part} aria-hidden="true">
          <line
            className={classes['line']}
            x1={SIDE}
            x2={WIDTH}
            y1={HEAD + room * (1 - part)}
            y2={HEAD + room * (1 - part)}
          />
          <text className={classes['label']} x={SIDE - 6} y={HEAD + room * (1 - part) + 4} textAnchor="end">
            {numberText(top * part)}
          </text>
        </g>
      ))}
      {bars.map((bar, i) => (
        <OneBar
          key={bar.label}
          bar={bar}
          layers={layers}
          x={SIDE + i * step}
          step={step}
          scale={room / top}
          labelled={(bars.length - 1 - i) % labelEvery === 0}
        />
      ))}
    </svg>
  )
}

interface OneBarProps {
  readonly bar: Bar
  readonly layers: readonly Layer[]
  readonly x: number
  readonly step: number
  /** Pixels for one message. */
  readonly scale: number
  readonly labelled: boolean
}

function OneBar({ bar, layers, x, step, scale, labelled }: OneBarProps) {
  const width = Math.max(2, Math.min(28, step * 0.7))
  const left = x + (step - width) / 2
  const room = HEIGHT - FOOT - HEAD
  const told = layers.map((layer, k) => `${layer.name} ${numberText(bar.values[k] ?? 0)}`).join(', ')
  let y = HEAD + room
  const pieces = bar.values.map((value, k) => {
    y -= value * scale
    const tone = layers[k]?.tone ?? 'plain'
    return <rect key={k} className={classes[tone]} x={left} y={y} width={width} height={value * scale} />
  })
  const body = (
    <>
      <title>{`${bar.label}: ${told}`}</title>
      <rect className={classes['ground']} x={x} y={HEAD} width={step} height={room} />
      {pieces}
    </>
  )
  const isEmpty = bar.values.every((value) => value === 0)
  return (
    <g>
      {bar.href === undefined || isEmpty ? (
        <g>{body}</g>
      ) : (
        <a href={bar.href} aria-label={`${bar.label}: ${told}`}>
          {body}
        </a>
      )}
      {labelled && (
        <text className={classes['label']} x={left + width / 2} y={HEIGHT - 5} textAnchor="middle" aria-hidden="true">
          {bar.label}
        </text>
      )}
    </g>
  )
}

function ChartTable({ title, layers, bars }: Pick<BarChartProps, 'title' | 'layers' | 'bars'>) {
  const { common: t } = useTexts()
  return (
    <div className={classes['scroll']} tabIndex={0} role="region" aria-label={title}>
      <table className={classes['table']}>
        <thead>
          <tr>
            <th scope="col">{t.time}</th>
            {layers.map((layer) => (
              <th key={layer.name} scope="col">
                {layer.name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {bars.toReversed().map((bar) => (
            <tr key={bar.label}>
              <th scope="row">{bar.label}</th>
              {bar.values.map((value, k) => (
                <td key={k}>{numberText(value)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

/** A line as small as a word: how something went, without figures. */
export function Sparkline({ values }: { readonly values: readonly number[] }) {
  const top = Math.max(1, ...values)
  const step = 80 / Math.max(1, values.length - 1)
  const points = values.map((value, i) => `${(i * step).toFixed(1)},${(22 - (value / top) * 20).toFixed(1)}`).join(' ')
  return (
    <svg className={classes['spark']} viewBox="0 0 80 24" aria-hidden="true" preserveAspectRatio="none">
      <polyline points={points} />
    </svg>
  )
}
