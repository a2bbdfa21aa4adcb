// The house rules that a machine can hold. Reasons are in ARCHITECTURE.md; the arrows between rooms are in .dependency-cruiser.mjs.
import { globalIgnores, defineConfig } from 'eslint/config'
import tseslint from 'typescript-eslint'

const noDefaultExport = {
  selector: 'ExportDefaultDeclaration',
  message: 'Named exports only: a name that is the same everywhere can be searched for.',
}
const noDateNow = {
  selector: "NewExpression[callee.name='Date'][arguments.length=0]",
  message: 'This room has no clock: take the time as an argument.',
}

/** What would let a room that only computes reach the world outside. */
const IO_MODULES = [
  ...[
    'fs',
    'fs/promises',
    'net',
    'tls',
    'http',
    'https',
    'http2',
    'dgram',
    'dns',
    'dns/promises',
    'child_process',
    'cluster',
  ],
  ...['worker_threads', 'timers', 'timers/promises', 'readline', 'os', 'process', 'sqlite', 'inspector'],
]
const CHANCE = [
  'randomBytes',
  'randomUUID',
  'randomInt',
  'randomFill',
  'randomFillSync',
  'getRandomValues',
  'webcrypto',
]
const pureRoom = {
  'no-restricted-syntax': ['error', noDefaultExport, noDateNow],
  'no-restricted-properties': [
    'error',
    { object: 'Date', property: 'now', message: 'This room has no clock: take the time as an argument.' },
    { object: 'performance', property: 'now', message: 'This room has no clock: take the time as an argument.' },
    { object: 'Math', property: 'random', message: 'This room knows no chance: take Random as an argument.' },
    {
      object: 'crypto',
      property: 'getRandomValues',
      message: 'This room knows no chance: take Random as an argument.',
    },
    { object: 'crypto', property: 'randomUUID', message: 'This room knows no chance: take Random as an argument.' },
  ],
  'no-restricted-globals': ['error', 'setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask', 'fetch', 'process'],
  'no-restricted-imports': [
    'error',
    {
      paths: [
        ...IO_MODULES.flatMap((name) => [name, `node:${name}`]).map((name) => ({
          name,
          message: 'This room does no I/O.',
        })),
        ...['crypto', 'node:crypto'].map((name) => ({
          name,
          importNames: CHANCE,
          message: 'Take Random as an argument.',
        })),
      ],
    },
  ],
}

const limits = {
  'max-lines': ['error', { max: 400 }],
  'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
}

export default defineConfig([
  globalIgnores(['dist/', 'node_modules/', 'test/.out/', 'coverage/']),
  {
    linterOptions: { reportUnusedDisableDirectives: 'error' },
  },
  {
    files: ['**/*.ts', '**/*.tsx'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: {
      parserOptions: { projectService: { allowDefaultProject: ['*.ts'] }, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      ...limits,
      'no-restricted-syntax': ['error', noDefaultExport],
      eqeqeq: 'error',
      'no-console': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      // `return answer(…)` is the shortest way to say that this ends it.
      '@typescript-eslint/no-confusing-void-expression': 'off',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { attributes: false } }],
      // An async function without await is how a synchronous part fulfils an asynchronous interface.
      '@typescript-eslint/require-await': 'off',
      // `while (true)` with a return inside is the plainest form of a cursor.
      '@typescript-eslint/no-unnecessary-condition': ['error', { allowConstantLoopConditions: true }],
    },
  },
  { files: ['main/mail/**/*.ts', 'main/aliases/decide*.ts', 'main/terms/**/*.ts'], rules: pureRoom },
  // The command line talks on stdout and stderr: that is its job.
  { files: ['main/headless/**/*.ts', 'test/**/*.ts'], rules: { 'no-console': 'off' } },
  { files: ['test/**/*.ts', 'test/**/*.tsx'], rules: { 'max-lines': ['error', { max: 600 }] } },
  // A `describe` is as long as what it describes.
  { files: ['test/**/*.test.ts', 'test/**/*.test.tsx'], rules: { 'max-lines-per-function': 'off' } },
  { files: ['**/*.mjs'], languageOptions: { ecmaVersion: 2024, sourceType: 'module' }, rules: limits },
  // Configuration files, and declarations of what Vite makes of a style sheet, have no say in it.
  { files: ['*.config.ts', '*.config.mjs', '**/*.d.ts'], rules: { 'no-restricted-syntax': 'off' } },
])
