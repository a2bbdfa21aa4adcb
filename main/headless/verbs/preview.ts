// `postern preview`: what the other side would get, and what of you would be left in it.
import { readFileSync } from 'node:fs'
import type { Preview } from '../../queue/preview.ts'
import { Failure } from '../../terms/failure.ts'
import { UsageError, type Input, type Verb } from '../arguments.ts'
import { CLIENT_FLAGS, withClient } from '../client.ts'
import { printJson, printLine, safe } from '../print.ts'

function readMessage(file: string | undefined): Buffer {
  if (file === undefined)
    throw new UsageError('postern preview FILE.eml --as forward|reply, or: postern preview --held ID')
  try {
    const text = readFileSync(file)
    // A file from an editor has bare line feeds; mail has CRLF (RFC 5321 §2.3.8).
    return text.includes('\r\n') ? text : Buffer.from(text.toString('latin1').replaceAll('\n', '\r\n'), 'latin1')
  } catch (cause) {
    throw new Failure('headless', 'no-file', `${file} cannot be read.`, { remedy: 'Check its path.', cause })
  }
}

function placeOf({ place }: Preview['traces'][number]): string {
  const part = place.path === '' ? '' : ` of part ${place.path}`
  return place.at === 'field' ? `field ${place.field}${part}` : `text${part} (${place.type}), at ${place.offset}`
}

function show(preview: Preview): void {
  for (const line of Buffer.from(preview.message, 'base64').toString('utf8').split('\r\n')) printLine(safe(line))
  printLine('--')
  for (const note of preview.notes) printLine(`note: ${safe(note)}`)
  for (const { name, type, trace, fate } of preview.flagged)
    printLine(safe(`attachment ${name || type} ${fate === 'stays' ? 'carries' : `was ${fate}: it had`} ${trace}`))
  for (const trace of preview.traces) printLine(safe(`trace of you: ${trace.text} in ${placeOf(trace)}`))
  for (const why of preview.held) printLine(`would be held: ${safe(why)}`)
  if (preview.traces.length + preview.held.length + preview.flagged.length === 0)
    printLine('No trace of you is left in it.')
}

async function preview(input: Input): Promise<void> {
  const held = input.text('held')
  const as = input.text('as')
  if (held === undefined && as !== 'forward' && as !== 'reply') throw new UsageError('--as is forward or reply.')
  await withClient(input, async (client) => {
    const { data } =
      held === undefined
        ? await client.call<{ data: Preview }>('POST', '/app/preview', {
            message: readMessage(input.words[0]).toString('base64'),
            as,
            ...(input.text('alias') === undefined ? {} : { alias: input.text('alias') }),
          })
        : await client.call<{ data: Preview }>('GET', `/app/held/${encodeURIComponent(held)}/preview`)
    if (input.json) printJson(data)
    else show(data)
  })
}

export const previewVerb: Verb = {
  name: 'preview',
  summary: 'Shows what the other side would get of a message, and every trace of you left in it. Sends nothing.',
  usage: 'preview FILE.eml --as forward|reply [--alias ADDRESS] | --held ID',
  flags: {
    ...CLIENT_FLAGS,
    as: { type: 'string', value: 'HOW', help: 'forward or reply' },
    alias: { type: 'string', value: 'ADDRESS', help: 'which alias it is about, where To and Cc do not say' },
    held: { type: 'string', value: 'ID', help: 'a held reply instead of a file' },
  },
  run: preview,
}
