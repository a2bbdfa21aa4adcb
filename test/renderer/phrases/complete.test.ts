// The second language is complete: what the relay says is in the phrase book or stands on a list with the reason why not, and what is in the book
// is said by the relay in these very words. A sentence that changes there fails here.
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { isTold } from '../../../main/api/audit.ts'
import { securityCalls } from '../../../renderer/texts/security-calls.ts'
import { partsOf } from '../../../renderer/texts/phrases/matcher.ts'
import { PACKAGES, ROOMS } from '../../../renderer/texts/phrases/german.ts'
import { FILES, TEXTS } from './left-out.ts'
import { literalsOf, root, type Literal } from './literals.ts'

const files = readdirSync(path.join(root, 'main'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => `main/${name.split(path.sep).join('/')}`)
  .sort()
const literals = files.flatMap((file) => literalsOf(file))
const phrases = Object.values(ROOMS).flatMap((room) => Object.entries(room))

/** The reason why nobody reads the texts of a file on a page; '' where somebody does. */
function reasonOf(file: string): string {
  const places = Object.keys(FILES).filter(
    (place) => file === place || (!place.endsWith('.ts') && file.startsWith(place)),
  )
  const closest = places.toSorted((a, b) => b.length - a.length)[0]
  return closest === undefined ? '' : (FILES[closest] ?? '')
}

/** No sentence is so long; lists of words and programs are. */
const LONGEST = 400

/** Two words beside each other, or a word beside a value: something that is read. */
function isSentence(text: string): boolean {
  if (/^(SELECT|INSERT|UPDATE|DELETE|VACUUM) /.test(text) || text.length > LONGEST) return false
  const bare = text.replaceAll(/\{\d\}/g, '·')
  return (
    /[a-z]{2,}[,;:.]? [(a-z]/i.test(bare) || /· [a-z]{2,}|[a-z]{2,}:? ·/i.test(bare) || /^[A-Z][a-z]+[.!]$/.test(bare)
  )
}

const marksOf = (text: string): (string | number)[] =>
  partsOf(text)
    .filter((one) => typeof one === 'number')
    .toSorted()

describe('the phrase book', () => {
  test('has the very words of the relay', () => {
    const said = new Set(literals.map((one) => one.text.trim()))
    expect(phrases.map(([key]) => key).filter((key) => !said.has(key))).toEqual([])
  })

  test('knows every sentence that reaches a page', () => {
    const known = new Set(phrases.map(([key]) => key))
    const listed = new Set(Object.values(TEXTS).flat())
    const missing = literals.filter(
      ({ file, text }) =>
        isSentence(text) && reasonOf(file) === '' && !known.has(text.trim()) && !listed.has(text.trim()),
    )
    expect(missing.map(({ file, line, text }: Literal) => `${file}:${line} ${text}`)).toEqual([])
  })

  test('leaves out nothing that is not there', () => {
    const said = new Set(literals.map((one) => one.text.trim()))
    expect(
      Object.values(TEXTS)
        .flat()
        .filter((text) => !said.has(text)),
    ).toEqual([])
    const idle = Object.keys(FILES).filter((place) => !files.some((file) => file === place || file.startsWith(place)))
    expect(idle).toEqual([])
  })

  test('has each value in both languages, and says nothing twice in two ways', () => {
    const odd = phrases.filter(([key, said]) => JSON.stringify(marksOf(key)) !== JSON.stringify(marksOf(said)))
    expect(odd.map(([key]) => key)).toEqual([])
    const twice = phrases.filter(([key, said]) => phrases.some(([other, its]) => other === key && its !== said))
    expect(twice).toEqual([])
  })

  test.each(Object.keys(PACKAGES).filter((name) => name !== 'node'))('has the very words of the package %s', (name) => {
    const places: Readonly<Record<string, readonly string[]>> = {
      zod: ['node_modules/zod/v4/locales/en.js'],
      nodemailer: ['node_modules/nodemailer/dist/esm/smtp-connection/index.js'],
      mailauth: ['dkim/dkim-verifier.js', 'spf/index.js', 'tools.js'].map(
        (file) => `node_modules/mailauth/lib/${file}`,
      ),
    }
    const said = new Set((places[name] ?? []).flatMap((file) => literalsOf(file)).map((one) => one.text.trim()))
    expect(Object.keys(PACKAGES[name] ?? {}).filter((key) => !said.has(key))).toEqual([])
  })
})

/** Where the routes of a file hang (api/app.ts). */
const PREFIXES: Readonly<Record<string, string>> = {
  ...{ 'addy.ts': '/api/v1', 'blocklist.ts': '/api/v1', 'security.ts': '/app/security' },
}
/** Of the second half of search.ts. */
const ADDY_BULK = 'function addyBulkRoutes'

/** Each call that changes something, as the log writes it down, with a star for what is named. */
function changes(file: string): readonly string[] {
  const source = readFileSync(path.join(root, 'main/api/routes', file), 'utf8')
  const addy = source.indexOf(ADDY_BULK)
  return [...source.matchAll(/routes\.(post|put|patch|delete)\('([^']+)'/g)].flatMap(
    ({ 1: method = '', 2: place = '', index }) => {
      const prefix = addy >= 0 && index > addy ? '/api/v1' : (PREFIXES[file] ?? '/app')
      const whole = `${prefix}${place.replaceAll(/:\w+/g, '*')}`
      return isTold(method.toUpperCase(), whole) ? [`${method.toUpperCase()} ${whole}`] : []
    },
  )
}

test('the log of changes has words for each call that changes something', () => {
  const routes = readdirSync(path.join(root, 'main/api/routes')).flatMap(changes)
  expect(routes.length).toBeGreaterThan(60)
  // Signing in is told in words of its own.
  const found = routes.filter((call) => !call.startsWith('POST /app/login'))
  expect(found.filter((call) => !Object.hasOwn(securityCalls.de, call))).toEqual([])
})

test('the log of changes says the same in both languages', () => {
  expect(Object.keys(securityCalls.de)).toEqual(Object.keys(securityCalls.en))
})
