// The headers of both doors are one constant: main/api/security-headers.ts.
export { CONTENT_SECURITY_POLICY, SECURITY_HEADERS } from '../api/security-headers.ts'
