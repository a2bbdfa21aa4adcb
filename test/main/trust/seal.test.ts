// Our ARC seal, as mailauth reads it: alone, on top of other people's, after our own, and never where there must be none.
import { generateKeyPairSync } from 'node:crypto'
import { authenticate, sealMessage } from 'mailauth'
import { expect, it } from 'vitest'
import { RelaxedBodyHash } from '../../../main/trust/canonical.ts'
import { sealHeader } from '../../../main/trust/seal.ts'
import { loadSigningKey } from '../../../main/trust/sign.ts'

const pair = generateKeyPairSync('rsa', { modulusLength: 2048 })
const pem = pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
const record = `v=DKIM1; k=rsa; p=${pair.publicKey.export({ type: 'spki', format: 'der' }).toString('base64')}`
const key = loadSigningKey('r1', 'rsa', pem)
const resolver = async (name: string): Promise<string[]> => {
  if (!name.endsWith('_domainkey.ours.test') && !name.endsWith('_domainkey.list.test'))
    throw Object.assign(new Error('ENOTFOUND'), { code: 'ENOTFOUND' })
  return [[record]] as unknown as string[]
}

const HEADER =
  'From: "Bob at far.test" <r4nd0m@ours.test>\r\nTo: shop@ours.test\r\nSubject: hello\r\n there\r\nDate: Sun, 22 Nov 2026 00:00:00 +0000\r\nMessage-ID: <1@far.test>\r\n'
const BODY = 'one\r\ntwo  \r\n\r\n'
const RESULTS =
  'mail.ours.test;\r\n dkim=pass header.d=far.test;\r\n spf=pass smtp.mailfrom=far.test; dmarc=pass header.from=far.test'

async function arcOf(message: string): Promise<{ result: string; i: number | false }> {
  const about = { ip: '192.0.2.1', helo: 'x.test', mta: 'r.test', sender: 'a@x.test', strict: true, resolver }
  const { arc } = await authenticate(Buffer.from(message, 'latin1'), {
    ...about,
    disableBimi: true,
    disableDmarc: true,
  })
  return arc === false ? { result: 'none', i: false } : { result: arc.status.result, i: arc.i }
}

async function sealed(header: string, arc: string, body = BODY): Promise<string> {
  const hash = new RelaxedBodyHash()
  hash.update(Buffer.from(body))
  const input = {
    header: Buffer.from(`${header}\r\n`),
    bodyHash: hash.digest(),
    domain: 'ours.test',
    key,
    at: 1_790_000_000,
  }
  return (await sealHeader({ ...input, results: RESULTS, arc })).toString() + header
}

it('a message without a chain gets one that holds, and breaks with the message', async () => {
  const header = await sealed(HEADER, 'none')
  expect(await arcOf(`${header}\r\n${BODY}`)).toEqual({ result: 'pass', i: 1 })
  expect(await arcOf(`${header}\r\n${BODY.replace('two', 'too')}`)).toMatchObject({ result: 'fail' })
  expect(await arcOf(`${header.replace('Subject: hello', 'Subject: jello')}\r\n${BODY}`)).toMatchObject({
    result: 'fail',
  })
  expect(await arcOf(`${header.replace('spf=pass', 'spf=fail')}\r\n${BODY}`)).toMatchObject({ result: 'fail' })
})

it('a chain that holds is gone on with, however long, up to fifty', async () => {
  const about = { signingDomain: 'list.test', selector: 's1', privateKey: pem }
  const first = (
    await sealMessage(`${HEADER}\r\n${BODY}`, { ...about, authResults: 'list.test; dmarc=pass', cv: 'none' })
  ).toString()
  let header = first + HEADER
  for (let i = 2; i <= 5; i++) {
    header = await sealed(header, 'pass')
    expect(await arcOf(`${header}\r\n${BODY}`)).toEqual({ result: 'pass', i })
  }
  for (let i = 6; i <= 50; i++) header = await sealed(header, 'pass')
  expect(await arcOf(`${header}\r\n${BODY}`)).toEqual({ result: 'pass', i: 50 })
  expect(await sealed(header, 'pass')).toBe(header)
})

it('a chain that is broken is sealed as broken, once', async () => {
  const header = await sealed(await sealed(HEADER, 'none'), 'fail')
  expect(header).toContain('cv=fail')
  expect(await arcOf(`${header}\r\n${BODY}`)).toMatchObject({ result: 'fail' })
  expect(await sealed(header, 'fail')).toBe(header)
})

it('nothing is sealed where the chain could not be read or checked', async () => {
  const whole = await sealed(HEADER, 'none')
  for (const [header, arc] of [
    [whole, 'temperror'],
    [whole, 'none'],
    [HEADER, 'temperror'],
    [`ARC-Seal: i=0; cv=none\r\n${HEADER}`, 'fail'],
    [`ARC-Seal: i=99999999999; cv=none\r\n${HEADER}`, 'fail'],
    [`ARC-Seal: i=1; cv=none\r\nARC-Seal: i=1; cv=none\r\n${HEADER}`, 'fail'],
    [`ARC-Message-Signature: i=1\r\n${HEADER}`, 'fail'],
  ] as const)
    expect(await sealed(header, arc)).toBe(header)
})
