// The one place where a plain value becomes a branded one. Only `parse…` functions and row readers call it.

declare const brand: unique symbol
export type Brand<T, Name extends string> = T & { readonly [brand]: Name }

export type Bytes = Brand<number, 'Bytes'>
/** A span of time in milliseconds. */
export type Millis = Brand<number, 'Millis'>
/** A point in time: milliseconds since 1970-01-01T00:00:00Z. */
export type Instant = Brand<number, 'Instant'>

export const bytes = (value: number): Bytes => value as Bytes
export const millis = (value: number): Millis => value as Millis
export const instant = (value: number): Instant => value as Instant
