import { type FoundIssue, issueAt } from '../schema/joi-issues'
import type { OptionPath } from '../schema/option-path'
import { nearest } from '../schema/suggest'
import type { CheckedOptions } from '../checked-options'

type Version = CheckedOptions['opencrvs']['version']

const IN_BOTH = [
  'NOTIFY',
  'DECLARE',
  'REGISTER',
  'REJECT',
  'ARCHIVE',
  'PRINT_CERTIFICATE',
  'REQUEST_CORRECTION',
  'APPROVE_CORRECTION',
  'REJECT_CORRECTION'
]

/** The actions that core asks a country configuration about (FACTS A1, E). */
const TRIGGERED: Readonly<Record<Version, readonly string[]>> = {
  '1.9': [...IN_BOTH, 'VALIDATE'],
  '2': [...IN_BOTH, 'EDIT', 'CUSTOM']
}

/** Actions that core never asks about (FACTS A1), with what was probably meant. */
const NEVER: Readonly<Record<string, string | undefined>> = {
  CREATE: 'DECLARE',
  READ: undefined,
  ASSIGN: undefined,
  UNASSIGN: undefined,
  DELETE: 'ARCHIVE',
  DUPLICATE_DETECTED: 'DECLARE',
  MARK_AS_DUPLICATE: 'ARCHIVE',
  MARK_AS_NOT_DUPLICATE: undefined
}

/** What is wrong with a key of `rules`. */
export function checkActionKey(
  key: string,
  path: OptionPath,
  version: Version
): FoundIssue[] {
  const problem = actionProblem(key, version)
  return problem === undefined ? [] : [issueAt(path, problem)]
}

function actionProblem(key: string, version: Version): string | undefined {
  const [type = '', ...custom] = key.split(':')
  const upper = type.toUpperCase()
  const known = TRIGGERED[version]
  if (known.includes(type)) return customProblem(type, custom)
  if (known.includes(upper)) {
    return `must be written in upper case: \`${[upper, ...custom].join(':')}\`.`
  }
  const other = version === '2' ? '1.9' : '2'
  if (TRIGGERED[other].includes(upper)) {
    return `is an action of OpenCRVS ${other} only, and \`opencrvs.version\` is ${version}.`
  }
  const listed = `Core asks about \`${known.join('`, `')}\`.`
  if (Object.hasOwn(NEVER, upper)) {
    const instead = NEVER[upper]
    return `is an action that core never asks us about, so these rules would never be used${instead === undefined ? '.' : `; did you mean \`${instead}\`?`} ${listed}`
  }
  const best = nearest(upper, known)
  return `is no action of OpenCRVS${best === undefined ? '.' : `; did you mean \`${best}\`?`} A country's own actions are written \`CUSTOM:<customActionType>\`. ${listed}`
}

function customProblem(
  type: string,
  custom: readonly string[]
): string | undefined {
  if (custom.length === 0) return undefined
  if (type !== 'CUSTOM') {
    return `cannot name a kind of action after a colon; only CUSTOM can. Write \`${type}\`.`
  }
  return custom.join(':').trim() === ''
    ? 'needs the custom action type after the colon: `CUSTOM:<customActionType>`, or `CUSTOM` for all of them.'
    : undefined
}
