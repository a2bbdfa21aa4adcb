// The signs of the page: strokes on a 16 by 16 grid, in the colour of the text around them. Words stand beside them, so they are
// hidden from screen readers.
import classes from './Icon.module.css'

const PATHS = {
  check: 'm3.5 8.5 3 3 6-7',
  cross: 'm4.5 4.500 7 7m0-7-7 7',
  clock: 'M8 4.800V8l2.200 1.600M14 8A6 6 0 1 1 2 8a6 6 0 0 1 12 0Z',
  pause: 'M6 4.500v7m4-7v7',
  block: 'M14 8A6 6 0 1 1 2 8a6 6 0 0 1 12 0ZM3.800 12.200l8.400-8.400',
  minus: 'M4 8h8',
  dot: 'M8 7.500v1',
  'arrow-in': 'M8 3v8m-3.500-3L8 11.500 11.500 8M3 13.500h10',
  plus: 'M8 3.500v9M3.500 8h9',
  copy: 'M6 5.500h6.500V13H6zM3.500 10.500V3H10',
  mail: 'M2.500 4h11v8.500h-11zm.3.500L8 8.800l5.200-4.300',
  refresh: 'M13 8a5 5 0 1 1-1.500-3.600L13 6m0-3.500V6H9.500',
  chevron: 'm6 4 4 4-4 4',
  back: 'M13 8H3.500m4-4-4 4 4 4',
  warning: 'M8 3 1.800 13.500h12.400zM8 7v3m0 1.800v.2',
  download: 'M8 2.500v7.500m-3-3 3 3 3-3M3 13h10',
  clip: 'm12.500 7.500-4.800 4.800a2.800 2.800 0 0 1-4-4L8.800 3.200a1.900 1.900 0 0 1 2.700 2.700l-4.900 4.900a.9.9 0 0 1-1.300-1.300l4.400-4.400',
  sun: 'M8 5.200a2.800 2.800 0 1 1 0 5.600 2.800 2.800 0 0 1 0-5.600ZM8 1.500v1.300m0 10.400v1.300M1.500 8h1.300m10.400 0h1.300M3.400 3.400l.9.9m7.400 7.400.9.900m0-9.200-.9.900m-7.400 7.400-.9.900',
  moon: 'M13.300 9.600A5.600 5.600 0 0 1 6.400 2.700a5.600 5.600 0 1 0 6.900 6.900Z',
  screen: 'M2 3.500h12v7.500H2zM6 13.500h4',
} as const

export type IconName = keyof typeof PATHS

export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg className={classes['icon']} viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  )
}
