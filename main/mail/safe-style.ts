// Styles of a mail that may stay: an allow-list of properties, and of values without a function that could fetch, overlay or hide.
// What does not fit is left out, never mended.

const DECLARATIONS_MAX = 100
const VALUE_MAX = 200

const PROPERTIES = new Set(
  [
    'color background-color font font-family font-size font-style font-variant font-weight line-height',
    'text-align text-decoration text-indent text-transform vertical-align white-space word-break overflow-wrap',
    'margin margin-top margin-right margin-bottom margin-left padding padding-top padding-right padding-bottom padding-left',
    'border border-top border-right border-bottom border-left border-color border-style border-width border-radius',
    'border-collapse border-spacing width max-width height list-style-type direction caption-side table-layout',
  ]
    .join(' ')
    .split(' '),
)

/** Words, numbers, colours, lists; no backslash, no quote that could stay open, no comment, no `@`, no bracket but of a colour. */
const PLAIN = /^[a-z0-9#.,%\s'"!-]*$/i
const COLOUR_FUNCTION = /\b(rgb|rgba|hsl|hsla)\([0-9.,%\s/]{1,40}\)/gi

/** No length below nothing (it would lay one thing over another), none that makes a page of a line. */
function hasOddLength(value: string): boolean {
  return /(^|[\s,])-\s*\.?\d/.test(value) || /\d{5}/.test(value.replace(/#[0-9a-f]{3,8}/gi, ''))
}

function isReadableSize(property: string, value: string): boolean {
  if (property !== 'font-size' && property !== 'line-height') return true
  const size = Number.parseFloat(value)
  return Number.isNaN(size) || (value.includes('px') || value.includes('pt') ? size >= 6 : size >= 0.5)
}

function isSafeValue(property: string, value: string): boolean {
  if (value === '' || value.length > VALUE_MAX) return false
  if (!PLAIN.test(value.replace(COLOUR_FUNCTION, '')) || hasOddLength(value)) return false
  const quotes = value.replace(/[^'"]/g, '')
  const isPaired = /^(''|"")*$/.test(quotes)
  return isPaired && isReadableSize(property, value)
}

export interface SafeStyle {
  /** Empty where nothing may stay. */
  readonly text: string
  /** How often something outside was asked for. */
  readonly remote: number
}

/** How often a style asks for something: `url(…)`, `image-set(…)`, `@import`. */
export function countRemote(style: string): number {
  let count = 0
  const text = style.toLowerCase()
  for (const mark of ['url(', 'image-set(', '@import']) {
    for (let at = text.indexOf(mark); at >= 0; at = text.indexOf(mark, at + mark.length)) count++
  }
  return count
}

/** The declarations of a `style` attribute that may stay. */
export function safeStyle(style: string): SafeStyle {
  const kept: string[] = []
  for (const declaration of style.split(';', DECLARATIONS_MAX)) {
    const colon = declaration.indexOf(':')
    if (colon < 0) continue
    const name = declaration.slice(0, colon).trim().toLowerCase()
    const value = declaration
      .slice(colon + 1)
      .replace(/\s+/g, ' ')
      .trim()
    // The short form may carry a picture; of it, only a colour stays.
    const property = name === 'background' ? 'background-color' : name
    if (property === 'background-color' && /\s/.test(value.replace(COLOUR_FUNCTION, 'x'))) continue
    if (PROPERTIES.has(property) && isSafeValue(property, value))
      kept.push(`${property}: ${value.replace(/\s*!\s*important$/i, '')}`)
  }
  return { text: kept.join('; '), remote: countRemote(style) }
}
