// What must not happen behind one's back, although somebody is signed in: at a browser that was left open, with a stolen cookie. These
// calls want a proof from the last five minutes, whoever calls. A test names every other call that changes something, and why it needs none.

interface Guard {
  readonly methods: readonly string[]
  readonly path: RegExp
}

const READ = ['GET', 'HEAD']
const CHANGE = ['POST', 'PUT', 'PATCH', 'DELETE']

/** What takes everything out, lets somebody in, lets mail leave to where it did not before, or destroys what cannot be made again. */
const GUARDED: readonly Guard[] = [
  { methods: READ, path: /^\/app\/export(\/|$)/ },
  // Who gets in.
  { methods: CHANGE, path: /^\/app\/keys(\/|$)/ },
  { methods: CHANGE, path: /^\/app\/(tokens|app-passwords)(\/|$)/ },
  { methods: CHANGE, path: /^\/app\/security\/(passphrase|totp|recovery-codes|keys)(\/|$)/ },
  { methods: CHANGE, path: /^\/app\/certificates(\/|$)/ },
  // Where mail goes. An alias or a domain can only be given to mailboxes that are recipients already: each was added with a proof.
  { methods: ['POST'], path: /^\/api\/v1\/recipients(\/|$)/ },
  { methods: ['POST'], path: /^\/app\/queue\/[^/]+\/reroute(\/|$)/ },
  { methods: CHANGE, path: /^\/app\/tls\/policies(\/|$)/ },
  // With a domain its keys and aliases go, with a forgotten alias its contacts and reply addresses.
  { methods: ['DELETE'], path: /^\/(app|api\/v1)\/domains(\/|$)/ },
  { methods: ['DELETE'], path: /^\/api\/v1\/aliases\/[^/]+\/forget(\/|$)/ },
  { methods: ['POST'], path: /^\/api\/v1\/aliases\/forget\/bulk(\/|$)/ },
  // It makes the relay talk to whatever server is named.
  { methods: ['POST'], path: /^\/app\/resolvers\/try(\/|$)/ },
]

/** Whether a call as a whole wants a proof; settings, the proofs of a recipient, bulk changes and the schedule of backups say so where they are changed. */
export function isGuarded(method: string, path: string): boolean {
  return GUARDED.some((guard) => guard.methods.includes(method) && guard.path.test(path))
}
