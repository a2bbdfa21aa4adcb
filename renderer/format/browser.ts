// What a browser calls itself, as a person would: `Firefox on Linux`. Only ever shown; nothing rests on it.

const BROWSERS: readonly (readonly [RegExp, string])[] = [
  [/\bEdg(e|A|iOS)?\//, 'Edge'],
  [/\bOPR\//, 'Opera'],
  [/\bVivaldi\//, 'Vivaldi'],
  [/\b(Firefox|FxiOS)\//, 'Firefox'],
  [/\bElectron\//, 'Electron'],
  [/\b(HeadlessChrome|Chrome|CriOS)\//, 'Chrome'],
  [/\bSafari\//, 'Safari'],
]
const SYSTEMS: readonly (readonly [RegExp, string])[] = [
  [/Android/, 'Android'],
  [/iPhone|iPad/, 'iOS'],
  [/Windows/, 'Windows'],
  [/Mac OS X|Macintosh/, 'macOS'],
  [/CrOS/, 'ChromeOS'],
  [/Linux/, 'Linux'],
]

export interface BrowserNames {
  readonly browser: string | undefined
  readonly system: string | undefined
}

export function browserNames(agent: string): BrowserNames {
  const first = (table: typeof BROWSERS): string | undefined => table.find(([sign]) => sign.test(agent))?.[1]
  const product = /^[\w.-]{1,30}(?=\/)/.exec(agent)?.[0]
  return {
    browser: first(BROWSERS) ?? (product === 'Mozilla' ? undefined : product),
    system: first(SYSTEMS),
  }
}
