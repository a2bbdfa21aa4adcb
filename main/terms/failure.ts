// An error that crosses a room says what it is: where it came from, whether trying again may help, and the cause.

export type Room =
  | 'smtp'
  | 'trust'
  | 'aliases'
  | 'mail'
  | 'queue'
  | 'delivery'
  | 'dns'
  | 'tls'
  | 'store'
  | 'vault'
  | 'access'
  | 'api'
  | 'headless'

export class Failure extends Error {
  override readonly name = 'Failure'
  readonly room: Room
  /** Stable, searchable, kebab-case. */
  readonly id: string
  readonly permanent: boolean
  /** One sentence: what the person can do. */
  readonly remedy: string
  constructor(
    room: Room,
    id: string,
    message: string,
    options: { permanent?: boolean; remedy?: string; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.room = room
    this.id = id
    this.permanent = options.permanent ?? true
    this.remedy = options.remedy ?? ''
  }
}

/** The message of anything thrown, on one line. */
export function messageOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error)
  return text.replaceAll(/[\r\n]+/g, ' ').slice(0, 500)
}
