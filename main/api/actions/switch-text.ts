// On and off as people and programs write them.
import { ApiError } from '../parts.ts'

export function parseSwitchText(what: string, text: string): boolean {
  const value = text.trim().toLowerCase()
  if (['true', 'on', 'yes', '1', 'active', 'enabled'].includes(value)) return true
  if (['false', 'off', 'no', '0', 'inactive', 'disabled'].includes(value)) return false
  throw new ApiError(422, `Its ${what} is neither on nor off.`)
}
