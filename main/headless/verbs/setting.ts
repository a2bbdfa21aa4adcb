// `postern setting list|show|set|reset`: what may be changed about the relay as a whole.
import type { SettingShown } from '../../api/shapes-owner.ts'
import { readFileSync } from 'node:fs'
import { UsageError, type Input, type Verb } from '../arguments.ts'
import { CLIENT_FLAGS, withClient } from '../client.ts'
import { printFields, printJson, printLine, printTable } from '../print.ts'

const STARTS = 'It takes effect when the relay is started the next time.'

function show(one: SettingShown): void {
  printFields({ setting: one.name, value: one.value ?? one.standard, standard: one.standard, what: one.help })
}

/** Arguments can be read by every process of the machine: a secret comes from a file. */
function secretOrValue(input: Input, name: string, value: string | undefined): string | undefined {
  const file = input.text('value-file')
  if (name === 'route-password' && file === undefined)
    throw new UsageError('A password is given with --value-file FILE.')
  return file === undefined ? value : readFileSync(file, 'utf8').replace(/\r?\n$/, '')
}

async function setting(input: Input): Promise<void> {
  const [action = 'list', name, value] = input.words
  await withClient(input, async (client) => {
    if (action === 'list') {
      const { data } = await client.call<{ data: SettingShown[] }>('GET', '/app/settings')
      if (input.json) printJson(data)
      else
        printTable(
          ['setting', 'value', 'standard', ''],
          data.map((one) => [one.name, one.value ?? one.standard, one.value === null ? '' : one.standard, one.help]),
        )
      return
    }
    if (name === undefined) throw new UsageError(`postern setting ${action} needs a name; see: postern setting list`)
    const path = `/app/settings/${encodeURIComponent(name)}`
    const ask = (): Promise<{ data: SettingShown }> => {
      if (action === 'show') return client.call('GET', path)
      if (action === 'reset') return client.call('DELETE', path)
      const given = secretOrValue(input, name, value)
      if (action !== 'set' || given === undefined)
        throw new UsageError('postern setting list | show NAME | set NAME VALUE | reset NAME')
      return client.call('PUT', path, { value: given })
    }
    const { data } = await ask()
    if (input.json) printJson(data)
    else {
      show(data)
      if (action !== 'show' && data.takesEffect === 'start') printLine(STARTS)
    }
  })
}

export const settingVerb: Verb = {
  name: 'setting',
  summary: 'The settings of the relay: limits, host name, route, how long the log is kept.',
  usage: 'setting list | show NAME | set NAME VALUE | reset NAME',
  flags: { ...CLIENT_FLAGS, 'value-file': { type: 'string', value: 'FILE', help: 'the value stands in a file' } },
  run: setting,
}
