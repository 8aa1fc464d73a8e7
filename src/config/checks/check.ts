import type { CheckedOptions } from '../checked-options'
import type { FoundIssue } from '../schema/joi-issues'
import type { OptionPath } from '../schema/option-path'

/** What checks over several options are given. */
export type CheckInput = {
  options: CheckedOptions
  /** Whether nothing was found wrong at, above or below a path, so that its type can be relied on. */
  isSound: (...path: string[]) => boolean
}

/** Tells a sound part of the options from one that a mistake was found in. */
export function checkInput(
  options: CheckedOptions,
  found: readonly FoundIssue[]
): CheckInput {
  return {
    options,
    isSound: (...path) => found.every((issue) => !overlap(issue.path, path))
  }
}

function overlap(found: OptionPath, path: readonly string[]): boolean {
  const length = Math.min(found.length, path.length)
  return found.slice(0, length).every((part, index) => part === path[index])
}
