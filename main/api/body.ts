// Reading what a client sent: JSON only, of a bounded size, in a described shape. What does not fit is named field by field.
import type { z } from 'zod'
import { ApiError } from './parts.ts'

/** 256 KiB: the biggest body there is are lists of ids. */
const MAX_BODY = 256 * 1024

async function readText(request: Request, max: number): Promise<string> {
  const reader = (request.body as ReadableStream<Uint8Array> | null)?.getReader()
  if (reader === undefined) return ''
  const pieces: Uint8Array[] = []
  let size = 0
  for (;;) {
    const { done, value } = await reader.read()
    if (done) break
    size += value.length
    if (size > max) {
      await reader.cancel()
      throw new ApiError(413, 'The request is too large.')
    }
    pieces.push(value)
  }
  return Buffer.concat(pieces).toString('utf8')
}

/** The parsed body. Throws 413, 400 (no JSON) or 422 with the fields that are wrong. An empty body is `{}`. */
export async function readBody<Schema extends z.ZodType>(
  request: Request,
  schema: Schema,
  max: number = MAX_BODY,
): Promise<z.infer<Schema>> {
  const text = await readText(request, max)
  let value: unknown
  try {
    value = text === '' ? {} : JSON.parse(text)
  } catch {
    throw new ApiError(400, 'The body is not JSON.')
  }
  return check(schema, value)
}

export function check<Schema extends z.ZodType>(schema: Schema, value: unknown): z.infer<Schema> {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const errors: Record<string, string[]> = Object.create(null) as Record<string, string[]>
  for (const issue of result.error.issues) {
    const field = issue.path.map(String).join('.') || 'body'
    ;(errors[field] ??= []).push(issue.message)
  }
  throw new ApiError(422, 'The given data was invalid.', errors)
}
