// Why a call to the relay did not work, in the four kinds that a page treats differently.

import type { Damage } from '../../main/api/shapes.ts'
import type { Method } from '../../main/api/shapes-access.ts'
import { said } from '../texts/phrases/said.ts'
import { texts } from '../texts/texts.ts'

export type FailureKind =
  /** No session: the page asks for the login code. */
  | 'signed-out'
  /** The data is locked: the page asks for the passphrase. */
  | 'locked'
  /** The data is damaged: the page says what helps. */
  | 'damaged'
  /** The relay understood and said no; the message is for the person. */
  | 'refused'
  /** The relay answered with an error or with something that is not what we agreed on. */
  | 'broken'
  /** Nothing answered. */
  | 'unreachable'

export class ApiFailure extends Error {
  override readonly name = 'ApiFailure'
  readonly kind: FailureKind
  readonly status: number
  /** What is wrong with which field of a form. */
  readonly fields: Readonly<Record<string, readonly string[]>>
  /** By what to prove again who one is, where that is all that is missing. */
  readonly stepUp: readonly Method[]
  constructor(
    kind: FailureKind,
    message: string,
    status = 0,
    fields: Readonly<Record<string, readonly string[]>> = {},
    stepUp: readonly Method[] = [],
  ) {
    super(message)
    this.kind = kind
    this.status = status
    this.fields = fields
    this.stepUp = stepUp
  }
}

/** The relay found its data damaged when it started. */
export class DamagedFailure extends ApiFailure {
  readonly damage: Damage
  constructor(message: string, damage: Damage) {
    super('damaged', message, 503)
    this.damage = damage
  }
}

/** The whole page goes elsewhere: to the login, to the passphrase, to what is damaged. */
export const isGone = (error: unknown): error is ApiFailure =>
  error instanceof ApiFailure && (error.kind === 'signed-out' || error.kind === 'locked' || error.kind === 'damaged')

/** One sentence for a person, whatever was thrown. */
export function messageOf(error: unknown): string {
  if (error instanceof ApiFailure) return said(error.message)
  return texts().common.failure.unexpected(error instanceof Error ? error.message : '')
}

/** What is wrong with one field of a form, where the relay said so. */
export function fieldError(error: unknown, name: string): string | undefined {
  return error instanceof ApiFailure ? error.fields[name]?.map(said).join(' ') : undefined
}

/** The sentence for below the form: nothing where fields say it already. */
export function formError(error: unknown): string | undefined {
  if (error === null || error === undefined) return undefined
  return error instanceof ApiFailure && Object.keys(error.fields).length > 0 ? undefined : messageOf(error)
}
