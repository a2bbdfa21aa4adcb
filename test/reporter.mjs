// Counts what a run of the tests came to and hands it to run-tests.mjs, by the file that POSTERN_TEST_SUMMARY names.
import { writeFileSync } from 'node:fs'

/** @param {ReadonlyArray<import('vitest/node').TestModule>} modules */
function count(modules) {
  const sum = {
    passed: 0,
    failed: 0,
    skipped: /** @type {{ name: string, reason: string }[]} */ ([]),
    results: /** @type {{ file: string, name: string, state: string }[]} */ ([]),
  }
  for (const module of modules) {
    // A file that did not load, or a hook that threw, took its tests with it: that is a failure even where no test says so.
    if (module.errors().length > 0) sum.failed++
    for (const suite of module.children.allSuites()) if (suite.errors().length > 0) sum.failed++
    for (const test of module.children.allTests()) {
      const result = test.result()
      // As the checklist names them: suites and test, with spaces between.
      const name = test.fullName.split(' > ').join(' ')
      sum.results.push({ file: module.relativeModuleId, name, state: result.state })
      if (result.state === 'passed') sum.passed++
      else if (result.state === 'failed') sum.failed++
      else sum.skipped.push({ name: `${module.relativeModuleId} > ${test.fullName}`, reason: result.note ?? '' })
    }
  }
  return sum
}

// Vitest takes the default export of a reporter file.
export default class Summary {
  /**
   * @param {ReadonlyArray<import('vitest/node').TestModule>} modules
   * @param {ReadonlyArray<unknown>} unhandled
   */
  onTestRunEnd(modules, unhandled) {
    const sum = count(modules)
    sum.failed += unhandled.length
    const file = process.env['POSTERN_TEST_SUMMARY']
    if (file !== undefined) writeFileSync(file, JSON.stringify(sum))
  }
}
