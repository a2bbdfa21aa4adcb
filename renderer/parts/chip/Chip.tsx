import type { Look } from '../../format/outcome.ts'
import { Icon } from '../icon/Icon.tsx'
import classes from './Chip.module.css'

/** An outcome in colour, sign and word. */
export function Chip({ look }: { readonly look: Look }) {
  return (
    <span className={`${classes['chip']} ${classes[look.tone]}`}>
      <Icon name={look.icon} />
      {look.word}
    </span>
  )
}
