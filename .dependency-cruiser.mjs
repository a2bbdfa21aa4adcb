// The arrows: desktop, headless -> api, access -> the mail path -> dns, tls, network, reports -> store -> vault -> terms.
// A room may use its neighbours and whatever is further down, never what is further up.

const LAYERS = [
  ['desktop', 'headless'],
  ['api', 'access'],
  ['smtp', 'trust', 'aliases', 'mail', 'queue', 'delivery'],
  ['dns', 'tls', 'network', 'reports'],
  ['store'],
  ['vault'],
  ['terms'],
]

const rooms = (layers) => `^main/(${layers.flat().join('|')})/`

/** One rule for each layer: nothing above it may be imported from it. */
const arrows = LAYERS.slice(1).map((layer, i) => ({
  name: `arrow-up-from-${layer[0]}`,
  comment: `${layer.join(', ')} must not know about ${LAYERS.slice(0, i + 1)
    .flat()
    .join(', ')}.`,
  severity: 'error',
  from: { path: rooms([layer]) },
  to: { path: `${rooms(LAYERS.slice(0, i + 1))}|^main/relay\\.ts$` },
}))

const PURE = '^main/(mail/|aliases/decide)'
const IO =
  '^(node:)?(fs|net|tls|http|https|http2|dgram|dns|child_process|cluster|worker_threads|timers|readline|sqlite)(/|$)'

export default {
  forbidden: [
    ...arrows,
    {
      name: 'hosts-are-strangers',
      comment: 'The desktop host and the command line share the relay, not each other.',
      severity: 'error',
      from: { path: '^main/(desktop|headless)/' },
      to: { path: '^main/(desktop|headless)/', pathNot: '^main/$1/' },
    },
    {
      name: 'pure-rooms-do-no-io',
      comment: 'What decides and what rewrites is a function of its arguments.',
      severity: 'error',
      from: { path: PURE },
      to: { path: IO },
    },
    {
      name: 'pure-rooms-know-no-others',
      comment: 'What decides and what rewrites knows terms and itself.',
      severity: 'error',
      from: { path: PURE },
      to: { path: '^main/', pathNot: '^main/(mail|aliases|terms)/' },
    },
    {
      name: 'electron-in-its-place',
      comment: 'Only the desktop host and its preload know Electron.',
      severity: 'error',
      from: { path: '^(main|preload|renderer)/', pathNot: '^(main/desktop|preload)/' },
      to: { path: '(^|node_modules/)electron(/|$)' },
    },
    {
      name: 'pages-know-the-shapes-only',
      comment: 'Of the relay, a page knows the shapes of the API.',
      severity: 'error',
      from: { path: '^renderer/' },
      to: { path: '^main/', pathNot: '^main/api/shapes[^/]*\\.ts$' },
    },
    {
      name: 'pages-are-browser-code',
      severity: 'error',
      from: { path: '^renderer/' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'preload-is-tiny',
      comment: 'A preload knows Electron and its own contract.',
      severity: 'error',
      from: { path: '^preload/' },
      to: { path: '^(main|renderer)/|node_modules/', pathNot: 'node_modules/electron/' },
    },
    {
      name: 'relay-knows-no-host',
      comment: 'The composition root builds the relay; who hosts it is not its business.',
      severity: 'error',
      from: { path: '^main/relay\\.ts$' },
      to: { path: '^main/(desktop|headless)/' },
    },
    {
      name: 'relay-host-is-lazy',
      comment: 'The desktop host loads the built relay at run time, when it is to host it.',
      severity: 'error',
      from: { path: '^main/desktop/' },
      to: { path: '^main/(?!desktop/|api/shapes|api/security-headers|terms/)', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'product-knows-no-tests',
      severity: 'error',
      from: { path: '^(main|preload|renderer)/' },
      to: { path: '^test/' },
    },
    {
      name: 'run-time-parts-are-dependencies',
      comment: 'What is not bundled must be in `dependencies`.',
      severity: 'error',
      from: { path: '^main/', pathNot: '^main/(desktop|launch)/' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'resolves',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'no-circles',
      comment: 'Types may know each other; code may not.',
      severity: 'error',
      from: { path: '^(main|preload|renderer)/' },
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^main/launch/' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['types', 'import', 'node', 'default'] },
  },
}
