import type { Look, Tone } from '../../format/outcome.ts'
import { Icon, type IconName } from '../icon/Icon.tsx'
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

interface BadgeProps {
  readonly tone?: Tone
  readonly icon?: IconName
  readonly children: string
  readonly title?: string
}

/** A word on a ground: a tag, a state. */
export function Badge({ tone = 'plain', icon, children, title }: BadgeProps) {
  return (
    <span className={`${classes['chip']} ${classes[tone]} ${icon === undefined ? classes['bare'] : ''}`} title={title}>
      {icon !== undefined && <Icon name={icon} />}
      {children}
    </span>
  )
}
