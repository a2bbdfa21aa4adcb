// The command line: verbs, their flags, and the same flags from the environment (`POSTERN_` + name). contract.md
import { parseArgs } from 'node:util'
import { Failure, messageOf } from '../terms/failure.ts'

export interface Flag {
  readonly type: 'string' | 'boolean'
  readonly multiple?: boolean
  /** What stands behind the flag in help: `HOST:PORT`. */
  readonly value?: string
  readonly help: string
}

export interface Verb {
  readonly name: string
  readonly summary: string
  /** How it is called, without flags: `alias list|add|show|set|remove [NAME]`. */
  readonly usage: string
  readonly flags: Readonly<Record<string, Flag>>
  run(input: Input): Promise<void>
}

export interface Input {
  readonly words: readonly string[]
  readonly json: boolean
  text(flag: string): string | undefined
  list(flag: string): readonly string[]
  has(flag: string): boolean
  /** true, false, or undefined where it was not given. */
  flag(flag: string): boolean | undefined
}

/** Wrong use: exit status 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

export const COMMON: Readonly<Record<string, Flag>> = {
  data: { type: 'string', value: 'DIR', help: 'the data folder' },
  json: { type: 'boolean', help: 'print one JSON document' },
  help: { type: 'boolean', help: 'show this' },
}

function environment(flag: string): string | undefined {
  return process.env[`POSTERN_${flag.toUpperCase().replaceAll('-', '_')}`]
}

type Values = Record<string, string | boolean | (string | boolean)[] | undefined>

function parse(verb: Verb, args: readonly string[]): { values: Values; positionals: string[] } {
  const flags = { ...COMMON, ...verb.flags }
  const options = Object.fromEntries(
    Object.entries(flags).map(([name, flag]) => [name, { type: flag.type, multiple: flag.multiple === true }]),
  )
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true, allowNegative: true })
  } catch (error) {
    throw new UsageError(`${messageOf(error).split('. ')[0] ?? ''}. See: postern ${verb.name} --help`)
  }
}

/** Reads the arguments behind the verb; undefined where help was asked for. Flags win over the environment. */
export function readInput(verb: Verb, args: readonly string[]): Input | undefined {
  const { values, positionals } = parse(verb, args)
  if (values['help'] === true) return undefined
  const one = (flag: string): string | undefined => {
    const value = values[flag]
    if (typeof value === 'string') return value
    return environment(flag)
  }
  return {
    words: positionals,
    json: values['json'] === true || environment('json') === '1',
    text: one,
    list(flag) {
      const value = values[flag]
      if (Array.isArray(value)) return value.map(String)
      return (environment(flag) ?? '').split(',').filter((item) => item !== '')
    },
    has: (flag) => values[flag] === true || ['1', 'true', 'yes'].includes(environment(flag) ?? ''),
    flag(flag) {
      const value = values[flag]
      return typeof value === 'boolean' ? value : undefined
    },
  }
}

/** `true|false|on|off|yes|no` as people type it. */
export function parseSwitch(flag: string, text: string | undefined): boolean | undefined {
  if (text === undefined) return undefined
  if (['true', 'on', 'yes', '1'].includes(text)) return true
  if (['false', 'off', 'no', '0'].includes(text)) return false
  throw new UsageError(`--${flag} takes on or off, not "${text.slice(0, 50)}".`)
}

export function helpOf(verb: Verb): string {
  const flags = { ...verb.flags, ...COMMON }
  const lines = Object.entries(flags).map(([name, flag]) => {
    const left = `--${name}${flag.type === 'string' ? ` ${flag.value ?? 'VALUE'}` : ''}${flag.multiple === true ? ' …' : ''}`
    return `  ${left.padEnd(28)} ${flag.help}`
  })
  return `postern ${verb.usage}\n\n${verb.summary}\n\n${lines.join('\n')}\n`
}

/** What an error of any kind says on stderr: one sentence, and what to do. */
export function sentenceOf(error: unknown): string {
  const end = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`)
  if (error instanceof Failure) return `${end(error.message)}${error.remedy === '' ? '' : ` ${error.remedy}`}`
  return end(messageOf(error))
}
