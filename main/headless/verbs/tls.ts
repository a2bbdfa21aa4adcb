// `postern tls import | test | policy`: our certificate, and what is asked of other people's servers.
import { readFileSync } from 'node:fs'
import type { TlsTest } from '../../delivery/test-tls.ts'
import type { TlsOverrideRow } from '../../store/queries/trust.ts'
import { Failure } from '../../terms/failure.ts'
import { UsageError, type Input, type Verb } from '../arguments.ts'
import { CLIENT_FLAGS, withClient } from '../client.ts'
import { DNS_FLAGS } from '../dns-options.ts'
import { localTime, printJson, printLine, printTable, safe } from '../print.ts'

const USAGE = 'tls import --cert FILE --key FILE | test DOMAIN | policy [list|set DOMAIN LEVEL|remove DOMAIN]'

function readPem(flag: string, file: string | undefined): string {
  if (file === undefined) throw new UsageError('postern tls import --cert FILE --key FILE')
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    throw new Failure('tls', 'pem-file', `The file of --${flag} cannot be read.`, {
      remedy: 'Check its path and its mode.',
      cause,
    })
  }
}

async function importCertificate(input: Input): Promise<void> {
  const body = { certificate: readPem('cert', input.text('cert')), privateKey: readPem('key', input.text('key')) }
  // Here --key is the certificate's key; the folder's own key is found where it always is.
  const bare: Input = { ...input, text: (flag) => (flag === 'key' ? undefined : input.text(flag)) }
  await withClient(bare, async (client) => {
    const { data } = await client.call<{ data: { names: string[]; notAfter: number } }>(
      'POST',
      '/app/certificates',
      body,
    )
    if (input.json) printJson(data)
    else printLine(`The certificate for ${data.names.join(', ')} is in use, good until ${localTime(data.notAfter)}.`)
  })
}

async function test(input: Input): Promise<void> {
  const [, domain] = input.words
  if (domain === undefined) throw new UsageError('postern tls test DOMAIN')
  await withClient(input, async (client) => {
    const path = `/app/tls/test?domain=${encodeURIComponent(domain)}`
    const { data } = await client.call<{ data: TlsTest }>('GET', path)
    if (input.json) printJson(data)
    else {
      for (const step of data.steps) printLine(safe(step))
      printLine(
        data.ok ? `A message would be delivered: ${data.level ?? ''}.` : 'A message would NOT be delivered now.',
      )
    }
    if (!data.ok) process.exitCode = 1
  })
}

async function policy(input: Input): Promise<void> {
  const [, action = 'list', domain, level] = input.words
  await withClient(input, async (client) => {
    if (action === 'set' && domain !== undefined && level !== undefined)
      await client.call('PUT', `/app/tls/policies/${encodeURIComponent(domain)}`, { level })
    else if (action === 'remove' && domain !== undefined)
      await client.call('DELETE', `/app/tls/policies/${encodeURIComponent(domain)}`)
    else if (action !== 'list') throw new UsageError(`postern ${USAGE}`)
    const { data } = await client.call<{ data: TlsOverrideRow[] }>('GET', '/app/tls/policies')
    if (input.json) printJson(data)
    else if (data.length === 0) printLine('No domain has a word of yours: each gets what it asks for.')
    else
      printTable(
        ['domain', 'level', 'since'],
        data.map((row) => [row.domain, row.level, localTime(row.at)]),
      )
  })
}

export const tlsVerb: Verb = {
  name: 'tls',
  summary: 'Puts a certificate in use; shows what a delivery to a domain requires and gets; sets what you require.',
  usage: USAGE,
  flags: {
    ...CLIENT_FLAGS,
    ...DNS_FLAGS,
    cert: { type: 'string', value: 'FILE', help: 'the chain, PEM, the leaf first' },
    key: { type: 'string', value: 'FILE', help: 'its private key, PEM' },
  },
  run(input) {
    const [action] = input.words
    if (action === 'import') return importCertificate(input)
    if (action === 'test') return test(input)
    if (action === 'policy') return policy(input)
    throw new UsageError(`postern ${USAGE}`)
  },
}
