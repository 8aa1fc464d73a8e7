import type { SystemOperation } from '../../domain/decision'
import type { OptionsIssue } from '../../domain/errors'
import { isRecord } from '../../internal/json'
import type { NationalIdSystem, SystemFactory } from '../../systems/system'
import { type FoundIssue, issueAt } from '../schema/joi-issues'
import { didYouMean } from '../schema/suggest'
import type { CheckInput } from './check'

const OPERATIONS: readonly SystemOperation[] = [
  'createIdentity',
  'updateIdentity',
  'notifyDeath',
  'withdraw',
  'deactivateIdentity'
]

/** Nobody's data is kept for longer than this only to be read back. */
const MOST_READING_MS = 7 * 24 * 60 * 60 * 1000

const ABILITIES = ['idempotent', 'callback', 'status', 'verify'] as const

/** What the store, the sign-in, the QR codes and the system find wrong with their own options, and a system of the country's own that is not whole. */
export function checkParts({ options, isSound }: CheckInput): FoundIssue[] {
  const found: FoundIssue[] = []
  if (isSound('store')) {
    found.push(...withPaths('store', options.store.issues('store')))
  }
  found.push(...checkProofs({ options, isSound }))
  if (!isSound('system')) return found
  const { system } = options
  if (isSystemFactory(system)) {
    found.push(...withPaths('system', system.issues('system')))
  }
  return [...found, ...checkCapabilities(system)]
}

function checkProofs({ options, isSound }: CheckInput): FoundIssue[] {
  if (!isSound('authentication')) return []
  const { oidc, qr } = options.authentication
  const path = 'authentication'
  return [
    ...withPaths(path, oidc?.issues(`${path}.oidc`) ?? []),
    ...withPaths(path, qr?.issues(`${path}.qr`) ?? [])
  ]
}

/** Whether a system is one of ours that is still to be made. */
export function isSystemFactory(
  system: SystemFactory | NationalIdSystem
): system is SystemFactory {
  return 'create' in system
}

function withPaths(
  part: string,
  issues: readonly OptionsIssue[]
): FoundIssue[] {
  return issues.map((issue) => ({ ...issue, path: [part] }))
}

function checkCapabilities(
  system: SystemFactory | NationalIdSystem
): FoundIssue[] {
  const found: FoundIssue[] = []
  // A country may write its system in JavaScript, so its types prove nothing.
  const name: unknown = Reflect.get(system, 'name')
  if (typeof name !== 'string' || name === '') {
    found.push(
      issueAt(
        ['system', 'name'],
        'is missing: a short name that logs, metrics and the audit trail show.'
      )
    )
  }
  const capabilities: unknown = Reflect.get(system, 'capabilities')
  if (typeof capabilities !== 'object' || capabilities === null) {
    const problem = `is missing: { operations, ${ABILITIES.join(', ')} }.`
    return [...found, issueAt(['system', 'capabilities'], problem)]
  }
  return [
    ...found,
    ...checkOperations(Reflect.get(capabilities, 'operations')),
    ...ABILITIES.filter(
      (ability) => typeof Reflect.get(capabilities, ability) !== 'boolean'
    ).map((ability) =>
      issueAt(['system', 'capabilities', ability], 'must be true or false.')
    ),
    ...checkMethods(system, capabilities),
    ...checkAfterwards(system, capabilities)
  ]
}

/** An ability without the function that it needs would fail at the first registration that needs it. */
function checkMethods(
  system: SystemFactory | NationalIdSystem,
  capabilities: object
): FoundIssue[] {
  if (isSystemFactory(system)) return []
  const needed = {
    callback: 'readCallback',
    status: 'status',
    verify: 'verify'
  }
  return Object.entries(needed).flatMap(([ability, method]) =>
    Reflect.get(capabilities, ability) === true &&
    typeof Reflect.get(system, method) !== 'function'
      ? [
          issueAt(
            ['system', 'capabilities', ability],
            `says true, but the system has no function \`${method}\`.`
          )
        ]
      : []
  )
}

/** What a system wants to be told afterwards and reads back, where it says anything about that. */
function checkAfterwards(
  system: SystemFactory | NationalIdSystem,
  capabilities: object
): FoundIssue[] {
  const path = ['system', 'capabilities']
  const found: FoundIssue[] = []
  const announces: unknown = Reflect.get(capabilities, 'announces')
  const cannot =
    !isSystemFactory(system) &&
    Array.isArray(announces) &&
    announces.length > 0 &&
    typeof system.announce !== 'function'
  if (cannot) {
    const problem =
      'names operations, but the system has no function `announce`.'
    found.push(issueAt([...path, 'announces'], problem))
  }
  const readsBack: unknown = Reflect.get(capabilities, 'readsBack')
  return readsBack === undefined
    ? found
    : [...found, ...checkReadsBack(readsBack)]
}

function checkReadsBack(readsBack: unknown): FoundIssue[] {
  const path = ['system', 'capabilities', 'readsBack']
  const found: FoundIssue[] = []
  const forMs: unknown = isRecord(readsBack) ? readsBack.forMs : undefined
  if (typeof forMs !== 'number' || !(forMs > 0 && forMs <= MOST_READING_MS)) {
    const problem =
      'must be a number of milliseconds, more than 0 and at most 7 days.'
    found.push(issueAt([...path, 'forMs'], problem))
  }
  if (!isRecord(readsBack) || !Array.isArray(readsBack.after)) {
    const problem = 'must be a list of operations.'
    found.push(issueAt([...path, 'after'], problem))
  }
  return found
}

function checkOperations(operations: unknown): FoundIssue[] {
  const path = ['system', 'capabilities', 'operations']
  if (!Array.isArray(operations)) {
    const problem = `must be a list of what the system takes: ${OPERATIONS.join(', ')}.`
    return [issueAt(path, problem)]
  }
  return operations.flatMap((operation: unknown, index) => {
    const name = typeof operation === 'string' ? operation : ''
    if (OPERATIONS.some((known) => known === name)) return []
    const problem = `is no operation${didYouMean(name, OPERATIONS)}`
    return [issueAt([...path, index], problem)]
  })
}
