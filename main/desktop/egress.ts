// E6: what may leave the window, or come into it. The pages are files of the build and the relay is behind the same origin, so
// every other request is a mistake or an attack; it is cancelled before a name is looked up.
import { ownUrl } from './origin.ts'

interface Asked {
  readonly url: string
  readonly resourceType: string
}

export function mayLoad({ url, resourceType }: Asked, development: boolean): boolean {
  if (ownUrl(url) !== undefined) return true
  // Pictures that are part of a style sheet or of a page; never a document or a script.
  if (url.startsWith('data:image/')) return resourceType === 'image'
  return development && url.startsWith('devtools:')
}

/** All that may be saved, by a person's click: a raw message, and what was attached to one. */
export function maySave(url: string): boolean {
  const own = ownUrl(url)
  return (
    own !== undefined &&
    /^\/app\/((mailbox|held)\/\d+\/raw|view\/(mailbox|held)\/\d+\/attachments\/\d+)$/.test(own.pathname)
  )
}

/** The one address that a frame in our page may show: the HTML of a mail, which has a policy of its own (E16). */
export function mayFrame(url: string): boolean {
  const own = ownUrl(url)
  return own !== undefined && own.search === '' && /^\/app\/view\/(mailbox|held)\/\d+\/html$/.test(own.pathname)
}
