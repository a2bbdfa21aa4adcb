import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts', 'test/**/*.test.tsx'],
    // Processes, not threads: native modules and the working directory are a process's own.
    pool: 'forks',
    maxWorkers: 2,
    // Far beyond what any of them takes: whoever waits inside a test has a bound of its own, and says what did not come.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    teardownTimeout: 10_000,
    // A busy machine is late, not wrong: what is polled for has as long as anything else that is waited for.
    expect: { poll: { timeout: 10_000 } },
    // A test that needs a program which is missing says so by `context.skip(reason)`; one that was left on `only` is a mistake.
    allowOnly: process.env['CI'] !== 'true',
    env: { TZ: 'UTC' },
    css: { modules: { classNameStrategy: 'non-scoped' } },
  },
})
