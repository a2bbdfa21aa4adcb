import { encode } from 'uqr'
import classes from './QrCode.module.css'

/** Four modules of quiet around it, as the standard has it. */
const QUIET = 4

/** A QR code, dark on light also where the page is dark: not every camera reads it the other way round. */
export function QrCode({ text, label }: { readonly text: string; readonly label: string }) {
  const { data, size } = encode(text, { ecc: 'M', border: QUIET })
  const path = data
    .flatMap((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : '')))
    .filter((one) => one !== '')
    .join('')
  return (
    <svg className={classes['code']} viewBox={`0 0 ${size} ${size}`} role="img" aria-label={label}>
      <rect className={classes['light']} width={size} height={size} />
      <path className={classes['dark']} d={path} shapeRendering="crispEdges" />
    </svg>
  )
}
