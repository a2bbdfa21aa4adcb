import { encode } from 'uqr'
import { Dialog } from '../parts/dialog/Dialog.tsx'
import { useTexts } from '../texts/texts.ts'
import classes from './Alias.module.css'

interface QrProps {
  readonly open: boolean
  readonly email: string
  readonly onClose: () => void
}

/** For a phone or a form across the table. */
export function QrDialog({ open, email, onClose }: QrProps) {
  const { alias: t } = useTexts()
  return (
    <Dialog open={open} onClose={onClose} title={t.qrTitle}>
      {open && <Code email={email} />}
    </Dialog>
  )
}

function Code({ email }: { readonly email: string }) {
  const { alias: t } = useTexts()
  const { data, size } = encode(email, { border: 0 })
  const path = data
    .flatMap((row, y) => row.map((isDark, x) => (isDark ? `M${x} ${y}h1v1h-1z` : '')))
    .filter((piece) => piece !== '')
    .join('')
  return (
    <div className={classes['qr']}>
      <svg viewBox={`0 0 ${size} ${size}`} role="img" aria-label={t.qrAlt(email)} shapeRendering="crispEdges">
        <path d={path} fill="#000" />
      </svg>
      <code>{email}</code>
    </div>
  )
}
