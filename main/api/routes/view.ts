// The safe view of a stored message. behaviour: the text first; HTML as a document of its own for a frame that can do nothing; what is
// attached by its real type and digest, and only ever as a download.
//
// How a page shows it (hardening.md E16): `<iframe sandbox="" src="/app/view/held/3/html">` in a box of the page's own size, that cuts off
// what is beyond it. `sandbox` without a single `allow-`: no script, no form, no window, no navigation of ours, an origin of its own.
// The route and not `srcdoc`, which would inherit the page's policy. The document brings its own policy, which says `sandbox` once more,
// so that it is as harmless in a tab of its own. Three walls: nothing dangerous is in the document (mail/safe-html.ts), nothing may be
// loaded by it (policy), nothing could run in it (sandbox).
import { Hono, type Context } from 'hono'
import { parseHeaderBlock, readSummary } from '../../mail/index.ts'
import type { StoredMessage, Viewed } from '../display.ts'
import { notFound, type ApiParts } from '../parts.ts'
import { VIEWER_HEADERS } from '../security-headers.ts'
import type { MessageView } from '../shapes-view.ts'

const MAX_HEADERS = 64 * 1024

interface Kept extends StoredMessage {
  readonly kind: MessageView['kind']
  readonly id: number
  readonly at: number
  readonly size: number
  /** Of the mailbox: nobody looked at it yet. */
  readonly isNew: boolean
}

function find({ store: { mail } }: ApiParts, c: Context): Kept {
  const id = Number(c.req.param('id'))
  const isId = Number.isSafeInteger(id) && id > 0
  if (isId && c.req.param('kind') === 'mailbox') {
    const item = mail.mailboxItem(id)
    if (item !== undefined) {
      const { header, messageId, at, size } = item
      return { kind: 'mailbox', id, header, messageId, at, size, isNew: !item.read }
    }
  }
  if (isId && c.req.param('kind') === 'held') {
    const row = mail.held(id)
    const message = row === undefined ? undefined : mail.message(row.messageId)
    if (row !== undefined && message !== undefined)
      return {
        kind: 'held',
        id,
        header: message.header,
        messageId: message.id,
        at: row.heldAt,
        size: message.size,
        isNew: false,
      }
  }
  throw notFound('The message')
}

function viewOut(kept: Kept, { html, attachments, ...rest }: Viewed): MessageView {
  const { kind, id, at, size, header } = kept
  const { subject, from, to } = readSummary(parseHeaderBlock(header))
  const place = `/app/view/${kind}/${id}`
  return {
    ...{ kind, id, subject, from, to, at, size },
    headers: header.subarray(0, MAX_HEADERS).toString('utf8'),
    ...rest,
    html: html === null ? null : { url: `${place}/html`, ...html },
    attachments: attachments.map((one) => ({ ...one, url: `${place}/attachments/${one.index}` })),
  }
}

/** RFC 6266 §4.3: the name for everybody, and the name as it is. Nothing of it can end the field or name a folder. */
export function dispositionOf(name: string, index: number): string {
  const plain = name.replace(/[/\\]/g, '_').replace(/^\.+/, '') || `attachment-${index + 1}`
  const ascii = plain.replace(/[^A-Za-z0-9 ._-]/g, '_')
  const encoded = encodeURIComponent(plain.toWellFormed()).replace(
    /['()*]/g,
    (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  return `attachment; filename="${ascii}"; filename*=UTF-8''${encoded}`
}

export function viewRoutes(parts: ApiParts): Hono {
  const routes = new Hono()
  routes.get('/view/:kind/:id', async (c) => {
    const kept = find(parts, c)
    const viewed = await parts.display.view(kept)
    if (kept.isNew) await parts.store.writer.run('markRead', kept.id)
    return c.json(viewOut(kept, viewed))
  })
  routes.get('/view/:kind/:id/html', async (c) => {
    const document = await parts.display.document(find(parts, c), c.req.query('lang') === 'de' ? 'de' : 'en')
    if (document === undefined) throw notFound('HTML of this message')
    return c.body(document, 200, { ...VIEWER_HEADERS, 'Content-Type': 'text/html; charset=utf-8' })
  })
  routes.get('/view/:kind/:id/attachments/:index', async (c) => {
    const index = Number(c.req.param('index'))
    const kept = find(parts, c)
    const file = Number.isSafeInteger(index) && index >= 0 ? await parts.display.attachment(kept, index) : undefined
    if (file === undefined) throw notFound('The attachment')
    return c.body(file.bytes, 200, {
      // Whatever it is or claims to be: a browser is to save it.
      'Content-Type': 'application/octet-stream',
      'Content-Disposition': dispositionOf(file.name, index),
    })
  })
  return routes
}
