// The shapes of logging in, of what one logs in with, and of the audit log.
import { z } from 'zod'

z.config({ jitless: true })

const secret = z.string().min(1).max(1000)
/** What a browser answers for a security key; the library that checks it reads the rest. */
const keyAnswer = z.object({
  id: z.string().min(1).max(1400),
  rawId: z.string().max(1400),
  type: z.literal('public-key'),
  authenticatorAttachment: z.string().max(40).optional(),
  clientExtensionResults: z.object({}).default({}),
  response: z.object({
    clientDataJSON: z.string().max(4000),
    attestationObject: z.string().max(20_000).optional(),
    authenticatorData: z.string().max(4000).optional(),
    signature: z.string().max(4000).optional(),
    userHandle: z.string().max(200).optional(),
    transports: z.array(z.string().max(20)).max(10).optional(),
  }),
})

/** POST /app/login: a login code, the passphrase, or the recovery key of the vault. */
export const loginRequest = z.union([
  z.strictObject({ code: z.string().min(1).max(200) }),
  z.strictObject({ passphrase: secret }),
  z.strictObject({ recoveryKey: z.string().min(1).max(200) }),
])

/** POST /app/login/second, POST /app/security/step-up */
export const secondRequest = z.union([
  z.strictObject({ totp: z.string().min(1).max(20) }),
  z.strictObject({ recoveryCode: z.string().min(1).max(100) }),
  z.strictObject({ recoveryKey: z.string().min(1).max(200) }),
  z.strictObject({ key: keyAnswer }),
])
export const stepUpRequest = z.union([...secondRequest.options, ...loginRequest.options])

export const method = z.enum(['code', 'passphrase', 'totp', 'recoveryCode', 'key', 'recoveryKey'])
export type Method = z.infer<typeof method>

/** GET /app/login: what may be asked for. `second` where the first factor is proven already. */
export const loginState = z.object({ passphrase: z.boolean(), second: z.array(method) })
export type LoginState = z.infer<typeof loginState>

/** `second` is not empty where a second factor is owed. */
export const loginAnswer = z.object({ ok: z.boolean(), second: z.array(method) })
export type LoginAnswer = z.infer<typeof loginAnswer>

export const sessionShown = z.object({
  id: z.string(),
  current: z.boolean(),
  since: z.number(),
  lastSeen: z.number(),
  from: z.string(),
  agent: z.string(),
  by: z.string(),
})

/** GET /app/security */
export const security = z.object({
  passphrase: z.object({ setAt: z.number() }).nullable(),
  totp: z.object({ setAt: z.number() }).nullable(),
  keys: z.array(z.object({ id: z.string(), name: z.string(), createdAt: z.number(), lastUsed: z.number().nullable() })),
  recoveryCodesLeft: z.number(),
  sessions: z.array(sessionShown),
  /** Whether who asks must prove again who they are before anything here is changed, and by what. */
  stepUp: z.object({ needed: z.boolean(), methods: z.array(method) }),
  /** Browsers have keys on localhost and on https names only. */
  canHaveKeys: z.boolean(),
})
export type Security = z.infer<typeof security>

export const strength = z.object({
  bits: z.number(),
  verdict: z.enum(['refused', 'fair', 'good', 'strong']),
  reasons: z.array(z.string()),
})
export type Strength = z.infer<typeof strength>

export const newPassphrase = z.strictObject({ passphrase: z.string().min(1).max(1000) })
export const totpSetup = z.object({ secret: z.string(), uri: z.string() })
export type TotpSetup = z.infer<typeof totpSetup>
export const totpCode = z.strictObject({ code: z.string().min(1).max(20) })
const keyName = z.string().trim().min(1).max(100)
export const newKey = z.strictObject({ name: keyName, response: keyAnswer })
export const keyChange = z.strictObject({ name: keyName })
/** Codes that were made along: shown once. */
export const codesAnswer = z.object({ recoveryCodes: z.array(z.string()).optional() })
export type CodesAnswer = z.infer<typeof codesAnswer>

export const auditEntry = z.object({
  id: z.number(),
  at: z.number(),
  who: z.string(),
  what: z.string(),
  outcome: z.string(),
  place: z.string(),
  /** What it was and what it is, where neither is a secret; empty otherwise. */
  detail: z.string(),
  /** How often, within an hour, where it was refused; 1 otherwise. */
  count: z.number(),
  /** The last of them; null where there was one. */
  lastAt: z.number().nullable(),
})
export type AuditEntry = z.infer<typeof auditEntry>
/** GET /app/audit?before=ID&limit=1..200, the newest first. */
export const auditPage = z.object({ data: z.array(auditEntry), next: z.number().nullable() })

/** What a token may do. */
export const tokenScope = z.enum(['read', 'aliases', 'send', 'settings', 'admin'])
export type TokenScope = z.infer<typeof tokenScope>
export const tokenShown = z.object({
  id: z.string(),
  name: z.string(),
  /** With spaces between. */
  scopes: z.string(),
  createdAt: z.number(),
  expiresAt: z.number().nullable(),
  lastUsed: z.number().nullable(),
})
export type TokenShown = z.infer<typeof tokenShown>
/** GET /app/tokens */
export const tokenList = z.object({ data: z.array(tokenShown) })
/** POST /app/tokens: shown once. */
export const madeToken = z.object({ token: z.string() })

export const appPasswordShown = z.object({
  id: z.string(),
  name: z.string(),
  username: z.string(),
  createdAt: z.number(),
  lastUsed: z.number().nullable(),
})
export type AppPasswordShown = z.infer<typeof appPasswordShown>
/** GET /app/app-passwords */
export const appPasswordList = z.object({ data: z.array(appPasswordShown) })
/** POST /app/app-passwords: shown once. */
export const madeAppPassword = z.object({ username: z.string(), password: z.string() })
export type MadeAppPassword = z.infer<typeof madeAppPassword>
