import type { CheckedOptions } from '../checked-options'
import { type FoundIssue, issueAt } from '../schema/joi-issues'
import { didYouMean } from '../schema/suggest'
import { checkActionKey } from './action-checks'
import type { CheckInput } from './check'
import { checkSignIn } from './sign-in-checks'

/** What is checked, and the parts that must be sound for it. */
const CHECKS: ReadonlyArray<{
  needs: ReadonlyArray<readonly string[]>
  check: (input: CheckInput) => FoundIssue[]
}> = [
  {
    needs: [['secrets']],
    check: ({ options }) => checkKeyRing(options.secrets)
  },
  { needs: [['delivery']], check: ({ options }) => checkDelivery(options) },
  { needs: [['metrics']], check: ({ options }) => checkMetrics(options) },
  {
    needs: [['authentication'], ['opencrvs', 'clientUrl']],
    check: ({ options, isSound }) => checkSignIn(options, isSound('publicUrl'))
  },
  {
    needs: [['authentication'], ['opencrvs', 'version']],
    check: ({ options }) => checkMaxAges(options)
  },
  {
    needs: [['events'], ['registrationNumber']],
    check: ({ options }) => checkRegistrationNumber(options)
  },
  {
    needs: [['policies'], ['system']],
    check: ({ options }) => checkDeactivation(options)
  }
]

/** What is wrong with options that are right one by one and do not fit together. */
export function checkTogether(input: CheckInput): FoundIssue[] {
  return CHECKS.filter(({ needs }) =>
    needs.every((path) => input.isSound(...path))
  ).flatMap(({ check }) => check(input))
}

function checkKeyRing({ encryption }: CheckedOptions['secrets']): FoundIssue[] {
  if (typeof encryption !== 'object') return []
  const { current, keys } = encryption
  if (Object.hasOwn(keys, current)) return []
  const problem = `names a key that is not in \`keys\`${didYouMean(current, Object.keys(keys))}`
  return [issueAt(['secrets', 'encryption', 'current'], problem)]
}

function checkDelivery({ delivery }: CheckedOptions): FoundIssue[] {
  const { retry, leaseMs, submitTimeoutMs } = delivery
  const found: FoundIssue[] = []
  if (retry.initialMs > retry.maxMs) {
    const problem = `must not be longer than \`maxMs\` (${retry.maxMs}).`
    found.push(issueAt(['delivery', 'retry', 'initialMs'], problem))
  }
  if (leaseMs <= submitTimeoutMs) {
    const problem = `must be longer than \`submitTimeoutMs\` (${submitTimeoutMs}), or a second worker could send what the first one still sends.`
    found.push(issueAt(['delivery', 'leaseMs'], problem))
  }
  return found
}

function checkMetrics({ metrics }: CheckedOptions): FoundIssue[] {
  if (metrics === undefined) return []
  const { token, allowAnonymous } = metrics
  if (token === undefined && !allowAnonymous) {
    const problem =
      'needs a `token` that a scraper must show. To let anybody read, say `allowAnonymous: true` (which weakens a safeguard).'
    return [issueAt(['metrics'], problem)]
  }
  if (token !== undefined && allowAnonymous) {
    const problem = 'makes `token` useless: choose one of the two.'
    return [issueAt(['metrics', 'allowAnonymous'], problem)]
  }
  return []
}

/** A misspelt action would leave its evidence good for ever. */
function checkMaxAges({
  authentication,
  opencrvs
}: CheckedOptions): FoundIssue[] {
  return Object.keys(authentication.evidenceMaxAgeDays)
    .filter((key) => key !== 'default')
    .flatMap((key) =>
      checkActionKey(
        key,
        ['authentication', 'evidenceMaxAgeDays', key],
        opencrvs.version
      )
    )
}

function checkRegistrationNumber(options: CheckedOptions): FoundIssue[] {
  if (options.registrationNumber !== undefined) return []
  const registering = Object.entries(options.events)
    .filter(([, event]) => Object.hasOwn(event.rules, 'REGISTER'))
    .map(([type]) => type)
  if (registering.length === 0) return []
  const problem = `is missing: ${registering.join(', ')} has rules for REGISTER, and core registers nothing without a number. Give a function that makes one: ({ event }) => ...`
  return [issueAt(['registrationNumber'], problem)]
}

function checkDeactivation({ policies, system }: CheckedOptions): FoundIssue[] {
  if (policies.death.deactivate === undefined) return []
  if (system.capabilities.operations.includes('deactivateIdentity')) return []
  const problem = `cannot be done: the system "${system.name}" does not take deactivateIdentity.`
  return [issueAt(['policies', 'death', 'deactivate'], problem)]
}
