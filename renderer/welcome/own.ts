/** The domain that every relay begins with; nobody can own it (RFC 6761 §6.2). */
export const TRY_OUT = 'postern.test'

export const isOwnDomain = (name: string): boolean => name !== TRY_OUT
