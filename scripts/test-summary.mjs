// Prints jest's summary and then `N passed, N failed, N skipped` from the file
// that jest wrote with --json. Exits 1 when there is no such file (jest did not
// get far enough), when a test failed, or when not a single one ran.
import { readFileSync } from 'node:fs'

function read(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    return undefined
  }
}

const path = process.argv[2]
const results = path === undefined ? undefined : read(path)

if (results === undefined) {
  console.log('There are no test results.')
  console.log('0 passed, 0 failed, 0 skipped')
  process.exit(1)
}

const passed = results.numPassedTests
// A suite that could not be loaded has no tests to count, and is no success.
const failed = results.numFailedTests + results.numRuntimeErrorTestSuites
const skipped = results.numPendingTests + results.numTodoTests

console.log(
  `Test suites: ${results.numPassedTestSuites} passed, ${results.numFailedTestSuites} failed, ${results.numTotalTestSuites} in all`
)
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`)
process.exit(results.success && failed === 0 && passed > 0 ? 0 : 1)
