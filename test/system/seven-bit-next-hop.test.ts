// A real Postfix that offers neither SMTPUTF8 nor 8BITMIME and minds what it gets: what can be written in seven bits arrives, what cannot is never
// sent there, and the user is told why. RFC 6531 §3.2, RFC 6152 §3
import { simpleParser } from 'mailparser'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { decodeWords } from '../../main/mail/index.ts'
import { DOMAIN, fieldOf, startExchange, USER, type Exchange } from '../world/exchange.ts'
import { postfixMissing, startPostfix, type TestPostfix } from '../world/postfix.ts'
import { startSink, type Received, type Sink } from '../world/sink.ts'

const missing = postfixMissing()
const MARY = 'märy@xn--exmple-cua.com'
let sink: Sink
let postfix: TestPostfix
let exchange: Exchange

describe.skipIf(missing !== undefined)(
  `a next hop without SMTPUTF8 and 8BITMIME${missing === undefined ? '' : `: ${missing}`}`,
  () => {
    beforeAll(async () => {
      sink = await startSink()
      postfix = await startPostfix([
        `relayhost = [127.0.0.1]:${sink.port}`,
        'smtputf8_enable = no',
        'smtpd_discard_ehlo_keywords = 8bitmime, smtputf8',
        // It passes on what it got, and takes nothing with eight bits in it.
        'disable_mime_output_conversion = yes',
        'strict_8bitmime = yes',
      ])
      exchange = await startExchange(postfix.port)
    }, 60_000)
    afterAll(async () => {
      await exchange.close()
      postfix.stop()
      await sink.close()
    })

    async function arrives(work: () => Promise<unknown>): Promise<Received> {
      const before = sink.mails.length
      await work()
      const mails = await sink.waitFor(before + 1, 30_000)
      const mail = mails[before]
      if (mail === undefined) throw new Error('unreachable')
      expect(mail.raw.every((byte) => byte < 0x80)).toBe(true)
      expect(await exchange.signatures(mail.raw)).toEqual(['pass', 'pass'])
      return mail
    }

    const message = (fields: readonly string[], body: string): Buffer =>
      Buffer.from(['From: P <p@prom.example.com>', `To: a16@${DOMAIN}`, ...fields, '', body].join('\r\n'))

    let id = 0
    const forward = (fields: readonly string[], body: string, parameters = ''): Promise<string> =>
      exchange.deliver(
        'p@prom.example.com',
        `a16@${DOMAIN}`,
        message([`Message-ID: <u${String(++id)}@prom.example.com>`, ...fields], body),
        parameters,
      )

    it('ASCII mail that came with SMTPUTF8 arrives', async () => {
      const mail = await arrives(() => forward(['Subject: alert'], 'hi', 'SMTPUTF8'))
      expect(fieldOf(mail.raw, 'Subject')).toBe('alert')
    })

    it('raw UTF-8 in Subject, a name, a file name and fields that are kept becomes encoded words', async () => {
      const fields = ['Subject: größer ✓', 'X-Reason: größer', 'Cc: Jürgen <j@far.example>']
      const type = 'Content-Type: text/plain; charset=utf-8; name="größe.txt"'
      const mail = await arrives(() => forward([...fields, 'MIME-Version: 1.0', type], 'hi', 'SMTPUTF8'))
      const read = await simpleParser(mail.raw)
      expect(read.subject).toBe('größer ✓')
      expect(decodeWords(fieldOf(mail.raw, 'X-Reason'))).toBe('größer')
      expect(fieldOf(mail.raw, 'Content-Type')).toContain("name*=utf-8''gr%C3%B6%C3%9Fe.txt")
      expect(JSON.stringify(read.cc)).toContain('Jürgen')
    })

    it('mail of a sender with a UTF-8 address arrives; an answer to it fails, tells the user and never leaves', async () => {
      const alias = `a18@${DOMAIN}`
      const text = `From: Märy <${MARY}>\r\nTo: ${alias}\r\nSubject: grüße\r\nMessage-ID: <e18@example.com>\r\n\r\nhi`
      const mail = await arrives(() => exchange.deliver('märy@exämple.com', alias, text, 'SMTPUTF8'))
      expect(mail.to).toEqual([USER])
      const [contact] = await exchange.contacts(alias)
      expect(contact?.address).toBe(MARY)
      const to = contact?.replyAddress ?? ''
      const notice = await arrives(() =>
        exchange.submit([to], `From: ${USER}\r\nTo: ${to}\r\nSubject: Re: x\r\nMessage-ID: <r18@home.test>\r\n\r\nok`),
      )
      expect(notice.to).toEqual([USER])
      expect((await simpleParser(notice.raw)).text).toContain('does not take such addresses (no SMTPUTF8)')
      const entry = (await exchange.log('Re: x')).find(({ recipient }) => recipient === MARY)
      expect(entry).toMatchObject({ outcome: 'failed', recipient: MARY })
      expect(postfix.log()).not.toContain('xn--exmple-cua')
    })

    it('an 8-bit text arrives as quoted-printable, whether it said so or not', async () => {
      const type = ['MIME-Version: 1.0', 'Content-Type: text/plain; charset=utf-8', 'Content-Transfer-Encoding: 8bit']
      const long = `größer = ${'ä'.repeat(3000)} `
      const mail = await arrives(() => forward(['Subject: alert', ...type], `${long}\r\nsecond line \r\n`))
      expect(fieldOf(mail.raw, 'Content-Transfer-Encoding')).toBe('quoted-printable')
      expect((await simpleParser(mail.raw)).text).toBe(`${long}\nsecond line \n`)
      const plain = await arrives(() => forward(['Subject: bare', 'Content-Type: text/plain; charset=utf-8'], 'grün'))
      expect((await simpleParser(plain.raw)).text?.trim()).toBe('grün')
    })

    it('so does every part of a message, and what has seven bits stays as it is', async () => {
      const type = ['MIME-Version: 1.0', 'Content-Type: multipart/mixed; boundary=m', 'Content-Transfer-Encoding: 8bit']
      const body = [
        ...['präambel', '--m', 'Content-Type: text/plain', '', 'plain = stays', '--m'],
        ...['Content-Type: text/html; charset=utf-8', 'Content-Transfer-Encoding: 8bit', '', '<p>grün</p>', '--m'],
        ...[
          'Content-Type: application/octet-stream; name="grün.bin"',
          'Content-Transfer-Encoding: binary',
          '',
          'ä'.repeat(500),
        ],
        ...['--m', 'Content-Type: message/rfc822', '', 'Subject: grün', '', 'inner grün', '--m--', 'epilog ü'],
      ].join('\r\n')
      const mail = await arrives(() => forward(['Subject: parts', ...type], body))
      expect(mail.raw.toString('latin1')).toContain('plain = stays')
      const read = await simpleParser(mail.raw)
      expect(read.html).toContain('<p>grün</p>')
      expect(read.attachments[0]?.content.toString('utf8')).toBe('ä'.repeat(500))
      const inner = await simpleParser(read.attachments[1]?.content ?? '')
      expect([inner.subject, inner.text?.trim()]).toEqual(['grün', 'inner grün'])
    })

    it('a signed part with eight bits is not touched: the message fails and says why', async () => {
      const type = [
        'MIME-Version: 1.0',
        'Content-Type: multipart/signed; boundary=s; protocol="application/pgp-signature"',
      ]
      const body = ['--s', 'Content-Type: text/plain; charset=utf-8', '', 'grün', '--s', '', 'x', '--s--'].join('\r\n')
      await forward(['Subject: signed one', ...type], body)
      await expect
        .poll(async () => (await exchange.log('signed one'))[0], { timeout: 20_000 })
        .toMatchObject({ outcome: 'failed', reason: 'seven-bit-only' })
      expect((await exchange.log('signed one'))[0]?.text).toContain(
        'a signed part of the message would have to be changed',
      )
    })

    it('nor is anything in preserve mode', async () => {
      await exchange.relay.json('recipient', 'set', USER, '--mode', 'preserve')
      await forward(['Subject: kept as it is', 'Content-Type: text/plain; charset=utf-8'], 'grün')
      await expect
        .poll(async () => (await exchange.log('kept as it is'))[0], { timeout: 20_000 })
        .toMatchObject({ outcome: 'failed', reason: 'seven-bit-only' })
      await exchange.relay.json('recipient', 'set', USER, '--mode', 'rewrite')
    })
  },
)
