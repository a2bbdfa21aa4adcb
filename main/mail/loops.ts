// Signs of a message that goes round in circles.
import { unfoldedBody } from './compose-field.ts'
import type { HeaderBlock } from './header-block.ts'
import { fieldsNamed } from './header-block.ts'
import { LOOP_FIELD } from './trace.ts'

/** How many servers have had the message. RFC 5321 §6.3: the caller refuses at 100. */
export function countReceived(header: HeaderBlock): number {
  return fieldsNamed(header, 'received').length
}

/** Whether this very relay has forwarded the message before: the mark that `ForwardFacts.loopMark` set. */
export function carriesLoopMark(header: HeaderBlock, mark: string): boolean {
  return mark !== '' && fieldsNamed(header, LOOP_FIELD.toLowerCase()).some((field) => unfoldedBody(field) === mark)
}
