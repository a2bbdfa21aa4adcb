// Run in network and mount namespaces of its own (`unshare --net --mount`): a Postfix that demands DANE sends to a relay of ours, once
// with the right TLSA record and once with a wrong one. Prints what came of it as JSON.
import { spawnSync } from 'node:child_process'
import { createHash, X509Certificate } from 'node:crypto'
import { mkdtempSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { publicKeyInfo } from '../../main/delivery/tlsa.ts'
import { send } from '../../main/headless/demo/world.ts'
import { makeCa } from './certificates.ts'
import { startPostfix } from './postfix.ts'
import { startRelay } from './relay.ts'
import { startWorld } from './zones.ts'

const MX = '127.0.2.2'

function must(program: string, ...args: string[]): void {
  const { status, stderr } = spawnSync(program, args, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${stderr}`)
}

must('ip', 'link', 'set', 'lo', 'up')
const folder = mkdtempSync(path.join(os.tmpdir(), 'postern-dane-'))
const resolv = path.join(folder, 'resolv.conf')
writeFileSync(resolv, 'nameserver 127.0.0.1\noptions trust-ad edns0\n')
must('mount', '--make-rprivate', '/')
must('mount', '--bind', resolv, '/etc/resolv.conf')

const ca = makeCa()
const leaf = ca.issue(['mx.right.test', 'mx.wrong.test'])
const info = publicKeyInfo(new X509Certificate(leaf.cert).raw) ?? Buffer.alloc(0)
const right = createHash('sha256').update(info).digest('hex')
const zone = (name: string, digest: string) => ({
  ...{ name, algorithm: 'ECDSAP256SHA256' },
  records: `@ IN MX 10 mx\nmx IN A ${MX}\n_25._tcp.mx IN TLSA 3 1 1 ${digest}`,
})
const world = await startWorld(
  [
    { name: '.', algorithm: 'ECDSAP256SHA256', records: '' },
    { name: 'test', algorithm: 'ECDSAP256SHA256', records: '' },
    zone('right.test', right),
    zone('wrong.test', 'ab'.repeat(32)),
  ],
  ['interface: 127.0.0.1@53'],
)
const relay = await startRelay({
  init: ['--domain', 'right.test', '--domain', 'wrong.test', '--catch-all', '--key', 'file'],
  serve: ['--smtp', `${MX}:25`],
})
const { code, err } = await relay.run('tls', 'import', '--cert', leaf.chainFile, '--key', leaf.keyFile)
if (code !== 0) throw new Error(err)
const postfix = await startPostfix([
  ...['disable_dns_lookups = no', 'smtp_dns_support_level = dnssec', 'smtp_host_lookup = dns'],
  ...['smtp_tls_security_level = dane', 'smtp_tls_loglevel = 1', 'default_transport = smtp'],
])
try {
  for (const domain of ['right.test', 'wrong.test'])
    await send({
      port: postfix.port,
      envelope: { from: 'a@far.test', to: [`shop@${domain}`] },
      message: `From: a@far.test\r\nTo: shop@${domain}\r\nSubject: to ${domain}\r\n\r\nhello\r\n`,
    })
  const done = (): boolean => (postfix.log().match(/to=<shop@(right|wrong)\.test>.*status=/g) ?? []).length >= 2
  for (let i = 0; i < 200 && !done(); i++) await new Promise((resolve) => setTimeout(resolve, 100))
  const lines = postfix
    .log()
    .split('\n')
    .filter((one) => /postfix\/smtp\[/.test(one))
  const log = await relay.json<{ alias: string; tls: string }[]>('log')
  process.stdout.write(`${JSON.stringify({ lines, log: log.map(({ alias, tls }) => ({ alias, tls })) })}\n`)
} finally {
  postfix.stop()
  await relay.destroy()
  await world.close()
  ca.remove()
}
process.exit(0)
