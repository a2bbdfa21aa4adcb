// What the verbs about domains, recipients, aliases and contacts share: add, list, show, set, remove.
import { parseSwitch, UsageError, type Flag, type Input, type Verb } from '../arguments.ts'
import { CLIENT_FLAGS, withClient, type Client } from '../client.ts'
import { printFields, printJson, printLine, safe } from '../print.ts'

export interface Actions {
  add(client: Client, input: Input, name: string | undefined): Promise<unknown>
  list(client: Client, input: Input): Promise<unknown>
  show(client: Client, input: Input, name: string): Promise<unknown>
  set(client: Client, input: Input, name: string): Promise<unknown>
  remove(client: Client, input: Input, name: string): Promise<unknown>
  /** What only this verb can do, by the name of the action. */
  readonly more?: Readonly<Record<string, (client: Client, input: Input, name: string | undefined) => Promise<unknown>>>
}

export const text: Flag = { type: 'string', value: 'TEXT', help: '' }
export const onOff: Flag = { type: 'string', value: 'on|off', help: '' }
export const p = encodeURIComponent

/** Runs the action that the first word names; what it returns is printed. */
export function directoryVerb(
  name: string,
  summary: string,
  flags: Readonly<Record<string, Flag>>,
  actions: Actions,
  show: (value: unknown) => void,
): Verb {
  const more = Object.keys(actions.more ?? {}).map((one) => `|${one}`)
  const usage = `${name} add|list|show|set|remove${more.join('')} NAME [--key value]…`
  return {
    name,
    summary,
    usage,
    flags: { ...CLIENT_FLAGS, ...flags },
    run: (input) =>
      withClient(input, async (client) => {
        const [action = 'list', subject] = input.words
        const need = (): string => {
          if (subject === undefined) throw new UsageError(`postern ${name} ${action} needs a name.`)
          return subject
        }
        let value: unknown
        if (action === 'add') value = await actions.add(client, input, subject)
        else if (action === 'list') value = await actions.list(client, input)
        else if (action === 'show') value = await actions.show(client, input, need())
        else if (action === 'set') value = await actions.set(client, input, need())
        else if (action === 'remove') value = await actions.remove(client, input, need())
        else if (actions.more?.[action] !== undefined) value = await actions.more[action](client, input, subject)
        else throw new UsageError(`postern ${usage}`)
        if (value === undefined) return
        if (input.json) printJson(value)
        else show(value)
      }),
  }
}

/** Only what was given: a flag that is not there changes nothing. `--x none` clears a text. */
export function changes(input: Input, texts: readonly string[], switches: readonly string[]): Record<string, unknown> {
  const camel = (flag: string): string => flag.replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())
  const out: Record<string, unknown> = {}
  for (const flag of texts) {
    const value = input.text(flag)
    if (value !== undefined) out[camel(flag)] = value === 'none' && flag !== 'from-template' ? null : value
  }
  for (const flag of switches) {
    const value = parseSwitch(flag, input.text(flag))
    if (value !== undefined) out[camel(flag)] = value
  }
  if (Object.keys(out).length === 0) throw new UsageError('Nothing to set: give at least one --key value.')
  return out
}

export async function data<T>(answer: Promise<{ data: T }>): Promise<T> {
  return (await answer).data
}

export function showOne(value: unknown, fields: (value: unknown) => Record<string, unknown>): void {
  if (typeof value === 'object' && value !== null && 'removed' in value) printLine(`Removed ${safe(value.removed)}.`)
  else printFields(fields(value))
}

export const described = (flag: Flag, help: string): Flag => ({ ...flag, help })
