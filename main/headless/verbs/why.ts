// `postern why ADDRESS [--from SENDER]`: what would happen to a message now, and by which setting; nothing is sent.
import type { Why } from '../../api/actions/why.ts'
import { UsageError, type Verb } from '../arguments.ts'
import { CLIENT_FLAGS, withClient } from '../client.ts'
import { printFields, printJson } from '../print.ts'

const OUTCOMES: Readonly<Record<string, string>> = {
  forward: 'It would come to you.',
  'make-alias': 'It would make the alias and come to you.',
  'to-user': 'It would come to you.',
  report: 'It would be read as a report and listed: postern report list.',
  refuse: 'It would be refused.',
  discard: 'It would be taken and thrown away.',
  ask: 'It would wait until you allow or block the sender.',
  'hold-reply': 'It would wait for your word, unless it is proven to come from you.',
}

export const whyVerb: Verb = {
  name: 'why',
  summary: 'What would happen to a message now, and by which setting. Nothing is sent.',
  usage: 'why ADDRESS [--from SENDER]',
  flags: { ...CLIENT_FLAGS, from: { type: 'string', value: 'ADDR', help: 'who writes' } },
  run: (input) =>
    withClient(input, async (client) => {
      const [address] = input.words
      if (address === undefined) throw new UsageError('postern why ADDRESS [--from SENDER]')
      const query = new URLSearchParams({ address })
      const sender = input.text('from')
      if (sender !== undefined) query.set('sender', sender)
      const { data } = await client.call<{ data: Why }>('GET', `/app/why?${query.toString()}`)
      if (input.json) {
        printJson(data)
        return
      }
      const { answer, entry } = data
      printFields({
        outcome: OUTCOMES[data.outcome] ?? data.outcome,
        because: data.text,
        setting: data.setting,
        ...(answer === null ? {} : { answer: `${answer.code} ${answer.enhanced} ${answer.text} (${answer.id})` }),
        ...(entry === null ? {} : { [entry.kind]: entry.value }),
        ...(data.alias === null ? {} : { alias: data.alias }),
        ...(data.recipients.length === 0 ? {} : { goes: data.recipients.join(', ') }),
      })
    }),
}
