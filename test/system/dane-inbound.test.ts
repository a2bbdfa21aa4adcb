// The other way round: a Postfix that holds to DANE delivers to us, and notices a TLSA record that is not ours.
import path from 'node:path'
import { expect, it } from 'vitest'
import { postfixMissing } from '../world/postfix.ts'
import { findProgram, runProgram } from '../world/programs.ts'
import { worldMissing } from '../world/zones.ts'

it('Postfix with smtp_tls_security_level=dane proves us by TLSA, and sends nothing where that is wrong', async (context) => {
  const missing = worldMissing() ?? postfixMissing()
  if (missing !== undefined) return context.skip(missing)
  if (findProgram('ip') === undefined) return context.skip('ip (Debian: iproute2) is not installed')
  const unshare = findProgram('unshare')
  if (unshare === undefined || (await runProgram(unshare, ['--net', '--mount', 'true'])).code !== 0)
    return context.skip('no namespaces can be made here')
  const script = path.join(import.meta.dirname, '..', 'world', 'dane-inbound.ts')
  const { out } = await runProgram(unshare, ['--net', '--mount', process.execPath, script])
  const line = out.split('\n').find((one) => one.startsWith('{"lines"'))
  if (line === undefined) throw new Error(out.slice(-3000))
  const { lines, log } = JSON.parse(line) as { lines: string[]; log: { alias: string; tls: string }[] }
  const text = lines.join('\n')
  expect(text).toMatch(/Verified TLS connection established to mx\.right\.test\[127\.0\.2\.2\]:25: TLSv1\.3/)
  expect(text).toMatch(/to=<shop@right\.test>.*status=sent \(250 2\.6\.0/)
  expect(text).toMatch(/to=<shop@wrong\.test>.*status=deferred \(.*(certificate|TLS)/i)
  expect(log.map(({ alias }) => alias)).toEqual(['shop@right.test'])
  expect(log[0]?.tls).toMatch(/^TLSv1\.3/)
}, 90_000)
