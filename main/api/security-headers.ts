// What every answer to our own window carries. The headless door sends the same; what a page may do does not depend on its host.

/** No exception in it: scripts and styles are files of the build, and nothing else runs. */
export const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "frame-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "object-src 'none'",
  "require-trusted-types-for 'script'",
  'trusted-types postern',
].join('; ')

/** Powers of a browser that no page of ours has a use for. */
const NO_POWERS = [
  ...[
    'accelerometer',
    'autoplay',
    'bluetooth',
    'camera',
    'display-capture',
    'encrypted-media',
    'fullscreen',
    'geolocation',
  ],
  ...[
    'gyroscope',
    'hid',
    'idle-detection',
    'local-fonts',
    'magnetometer',
    'microphone',
    'midi',
    'payment',
    'picture-in-picture',
  ],
  ...['screen-wake-lock', 'serial', 'storage-access', 'usb', 'window-management', 'xr-spatial-tracking'],
]
  .map((name) => `${name}=()`)
  .join(', ')

export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': CONTENT_SECURITY_POLICY,
  'cross-origin-embedder-policy': 'require-corp',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': NO_POWERS,
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
}

/** Of a mail's HTML in its frame: nothing runs, nothing is asked for, and only our own page may frame it. hardening.md E16 */
export const VIEWER_POLICY = [
  'sandbox',
  "default-src 'none'",
  "style-src 'unsafe-inline'",
  'img-src data:',
  "frame-ancestors 'self'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ')

export const VIEWER_HEADERS: Readonly<Record<string, string>> = {
  ...SECURITY_HEADERS,
  'content-security-policy': VIEWER_POLICY,
  'x-frame-options': 'SAMEORIGIN',
}

/** Two years: only where we end TLS ourselves. RFC 6797 §6.1 */
export const STRICT_TRANSPORT: Readonly<Record<string, string>> = { 'strict-transport-security': 'max-age=63072000' }

/** The set that an answer of the relay gets at the door. There are these two, and nothing else an answer says of itself counts. */
export function headersFor(response: Response): Readonly<Record<string, string>> {
  return response.headers.get('content-security-policy') === VIEWER_POLICY ? VIEWER_HEADERS : SECURITY_HEADERS
}
