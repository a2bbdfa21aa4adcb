// A first message, for who has no other program at hand that sends one: by SMTP to our own door, the way every stranger's comes. Only to the
// domain that every relay begins with, so that nothing real can be meant.
import { Hono } from 'hono'
import { z } from 'zod'
import { domainOf, parseAddress } from '../../terms/address.ts'
import { TRY_OUT_DOMAIN } from '../../terms/try-out.ts'
import { readBody } from '../body.ts'
import { ApiError, invalid, type ApiParts } from '../parts.ts'

const request = z.strictObject({ to: z.string().max(320) })
const TIMEOUT = 10_000
const EVERYWHERE = new Set(['0.0.0.0', '::', '[::]'])

function messageFor(to: string, now: number): string {
  return [
    'From: "The Corner Shop" <orders@shop.example>',
    `To: ${to}`,
    'Subject: Your first order has shipped',
    `Date: ${new Date(now).toUTCString().replace('GMT', '+0000')}`,
    `Message-ID: <try-${now}@shop.example>`,
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=utf-8',
    '',
    'Hello,',
    '',
    'this is how mail of a shop comes to you: to an address that only this shop has.',
    'Answer it, and the shop sees that address and never yours.',
    '',
    'The Corner Shop',
    '',
  ].join('\r\n')
}

/** The server's answer to the message; its refusal is an answer too. */
async function sendTo(host: string, port: number, to: string, now: number): Promise<string> {
  // Wanted once in the life of a relay: not at every start.
  const { default: nodemailer } = await import('nodemailer')
  const transport = nodemailer.createTransport({
    ...{ host, port, name: 'mail.shop.example', ignoreTLS: true },
    ...{ connectionTimeout: TIMEOUT, greetingTimeout: TIMEOUT, socketTimeout: TIMEOUT },
  })
  try {
    const sent: unknown = await transport.sendMail({
      envelope: { from: 'orders@shop.example', to: [to] },
      raw: messageFor(to, now),
    })
    return typeof sent === 'object' && sent !== null && 'response' in sent ? String(sent.response) : ''
  } catch (error) {
    const answer = error instanceof Error && 'response' in error ? String(error.response) : ''
    if (answer === '') throw new ApiError(503, 'The SMTP door does not answer; see the state of the relay.')
    return answer
  } finally {
    transport.close()
  }
}

export function tryMailRoutes(parts: ApiParts): Hono {
  const routes = new Hono()
  routes.post('/try-mail', async (c) => {
    const { to } = await readBody(c.req.raw, request)
    const address = parseAddress(to)
    if (address === undefined || domainOf(address) !== TRY_OUT_DOMAIN)
      throw invalid('to', `A message to try goes to an address at ${TRY_OUT_DOMAIN} only.`)
    const door = parts.state().listeners.find((one) => one.kind === 'smtp')
    if (door === undefined) throw new ApiError(503, 'The SMTP door is closed; see the state of the relay.')
    const host = EVERYWHERE.has(door.host) ? '127.0.0.1' : door.host
    return c.json({ answer: await sendTo(host, door.port, address, parts.clock.now()) })
  })
  return routes
}
