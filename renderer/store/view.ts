// What the frame around the pages shows: who we are to the relay, whether events come in, what was said lately. What the pages read from the
// relay is not here but in the query cache (data/).
import type { Damage } from '../../main/api/shapes.ts'
import type { LoginState, Method } from '../../main/api/shapes-access.ts'

export interface NoticeAction {
  readonly label: string
  readonly run: () => void
}

export interface Notice {
  readonly id: number
  readonly tone: 'good' | 'bad'
  readonly text: string
  /** What may be done about it: try again, undo. */
  readonly action: NoticeAction | undefined
}

export type Session =
  | { readonly kind: 'checking' }
  | { readonly kind: 'unreachable'; readonly message: string }
  | { readonly kind: 'damaged'; readonly damage: Damage }
  | { readonly kind: 'locked'; readonly message: string; readonly busy: boolean }
  | {
      readonly kind: 'out'
      readonly message: string
      readonly busy: boolean
      /** What the relay asks for; undefined until it was asked. */
      readonly ask?: LoginState | undefined
    }
  | { readonly kind: 'in' }

/** A call waits until it is proven again who asks. */
export interface StepUp {
  readonly methods: readonly Method[]
  readonly message: string
  readonly busy: boolean
}

export interface View {
  readonly session: Session
  readonly link: 'connecting' | 'live' | 'lost'
  readonly stepUp: StepUp | undefined
  readonly notices: readonly Notice[]
  /** What a screen reader is told about something that came in by itself. */
  readonly announcement: string
}

export const emptyView: View = {
  session: { kind: 'checking' },
  link: 'connecting',
  stepUp: undefined,
  notices: [],
  announcement: '',
}
