// What of a mail's HTML may stay: elements, and attributes with what may stand in them. Everything else goes, whatever it is called.

/** Kept as they are, or under another name. */
export const KEPT: ReadonlyMap<string, string> = new Map([
  ...[
    'abbr b bdi bdo big blockquote br caption center cite code col colgroup dd del dfn div dl dt em figcaption figure font',
    'h1 h2 h3 h4 h5 h6 hr i ins kbd li mark ol p pre q s samp small span strike strong sub sup table tbody td tfoot th',
    'thead tr tt u ul var wbr',
  ]
    .join(' ')
    .split(' ')
    .map((name): [string, string] => [name, name]),
  ...'address article aside details fieldset footer form header hgroup legend main nav section summary dialog'
    .split(' ')
    .map((name): [string, string] => [name, 'div']),
])

/** Gone with all that is in them: never text for a reader, or text that another parser may read otherwise. */
export const DROPPED: ReadonlySet<string> = new Set(
  [
    'applet audio base basefont bgsound canvas datalist embed frame frameset iframe link map math meta noembed noframes noscript',
    'object param plaintext portal script select style svg template textarea title video xmp listing fencedframe',
  ]
    .join(' ')
    .split(' '),
)

export const VOID: ReadonlySet<string> = new Set(['br', 'col', 'hr', 'wbr'])

const NUMBER = /^\d{1,4}%?$/
const SMALL = /^\d{1,3}$/
const COLOUR = /^(#[0-9a-f]{3,8}|[a-z]{3,30})$/i
const WORD = /^[a-z]{1,20}$/i

/** By name; what does not fit its pattern is left out. */
export const ATTRIBUTES: ReadonlyMap<string, RegExp> = new Map([
  ['align', WORD],
  ['valign', WORD],
  ['bgcolor', COLOUR],
  ['color', COLOUR],
  ['border', SMALL],
  ['cellpadding', SMALL],
  ['cellspacing', SMALL],
  ['colspan', SMALL],
  ['rowspan', SMALL],
  ['span', SMALL],
  ['start', /^-?\d{1,6}$/],
  ['type', /^[1aAiI]$/],
  ['width', NUMBER],
  ['height', NUMBER],
  ['size', /^[+-]?\d$/],
  ['face', /^[a-z0-9 ,'-]{1,100}$/i],
  ['dir', /^(ltr|rtl|auto)$/i],
  ['lang', /^[a-z0-9-]{1,35}$/i],
])

/** Attributes by which an element asks for something when it is shown. */
export const FETCHING: readonly string[] = [
  'src',
  'srcset',
  'background',
  'poster',
  'data',
  'lowsrc',
  'dynsrc',
  'longdesc',
]
