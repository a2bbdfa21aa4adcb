// What the mail path tells whoever listens (the pages, the tray, the queue runner): only ids; the reader looks them up.
export type Event =
  | { readonly kind: 'log'; readonly id: number }
  | { readonly kind: 'mailbox'; readonly id: number }
  | { readonly kind: 'alias'; readonly id: string }
  | { readonly kind: 'queue' }
  /** What keeps the relay from its work became another thing. */
  | { readonly kind: 'state' }
  /** Everybody is to prove again who they are. */
  | { readonly kind: 'lock' }
  /** A session or a token ended: whoever listens by it looks again whether they may. */
  | { readonly kind: 'access' }

export class Announcer {
  private readonly listeners = new Set<(event: Event) => void>()

  /** Calls `listener` for every event from now on; the result stops it. */
  listen(listener: (event: Event) => void): () => void {
    this.listeners.add(listener)
    return () => {
      this.listeners.delete(listener)
    }
  }

  tell(event: Event): void {
    for (const listener of this.listeners) listener(event)
  }
}
