// The command line. contract.md: exit 0 done, 1 failure, 2 wrong use; errors are one plain sentence with what to do.
import { VERSION } from '../version.ts'
import { helpOf, readInput, sentenceOf, UsageError, type Verb } from './arguments.ts'
import { blockVerb, questionVerb } from './verbs/block.ts'
import { directoryVerbs } from './verbs/directory.ts'
import { backupVerb } from './verbs/backup.ts'
import { dnsVerb } from './verbs/dns.ts'
import { exportVerb } from './verbs/export.ts'
import { keyVerb } from './verbs/keys.ts'
import { initVerb } from './verbs/init.ts'
import { auditVerb, loginVerb } from './verbs/login.ts'
import { patternVerb } from './verbs/pattern.ts'
import { previewVerb } from './verbs/preview.ts'
import { reportVerb } from './verbs/report.ts'
import { secretVerbs } from './verbs/secrets.ts'
import { serveVerb } from './verbs/serve.ts'
import { settingVerb } from './verbs/setting.ts'
import { tlsVerb } from './verbs/tls.ts'
import { watchVerbs } from './verbs/watch.ts'
import { waitingVerbs } from './verbs/waiting.ts'
import { whyVerb } from './verbs/why.ts'

/** Loaded only when it is wanted: the demo brings a world of its own. */
const demoVerb: Verb = {
  name: 'demo',
  summary: 'Shows the whole way of a message and its answer on this machine, and leaves nothing behind.',
  usage: 'demo',
  flags: {},
  run: async () => (await import('./verbs/demo.ts')).demo(),
}

const VERBS: readonly Verb[] = [
  initVerb,
  serveVerb,
  demoVerb,
  ...watchVerbs,
  ...waitingVerbs,
  previewVerb,
  ...directoryVerbs,
  patternVerb,
  blockVerb,
  questionVerb,
  whyVerb,
  dnsVerb,
  reportVerb,
  settingVerb,
  ...secretVerbs,
  loginVerb,
  auditVerb,
  tlsVerb,
  keyVerb,
  backupVerb,
  exportVerb,
]

function help(): string {
  const lines = VERBS.map((verb) => `  ${verb.name.padEnd(14)} ${verb.summary}`)
  return `Postern ${VERSION}: a private door for your mail.\n\npostern VERB …\n\n${lines.join('\n')}\n\npostern VERB --help says more. Every flag has an environment variable: POSTERN_ and its name.\n`
}

async function main(args: readonly string[]): Promise<number> {
  const [name, ...rest] = args
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    process.stdout.write(help())
    return name === undefined ? 2 : 0
  }
  if (name === '--version') {
    process.stdout.write(`${VERSION}\n`)
    return 0
  }
  const verb = VERBS.find((one) => one.name === name)
  if (verb === undefined) throw new UsageError(`There is no verb "${name.slice(0, 40)}". See: postern --help`)
  const input = readInput(verb, rest)
  if (input === undefined) process.stdout.write(helpOf(verb))
  else await verb.run(input)
  return 0
}

// Every file that is made from here on is the owner's alone.
process.umask(0o077)
process.stdout.on('error', () => {
  process.exit(0) // the reader of a pipe went away
})
main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code
  },
  (error: unknown) => {
    process.stderr.write(`postern: ${sentenceOf(error)}\n`)
    process.exitCode = error instanceof UsageError ? 2 : 1
  },
)
