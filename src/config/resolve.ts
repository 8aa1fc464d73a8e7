import { OptionsError } from '../domain/errors'
import type { CheckedEvent, CheckedOptions } from './checked-options'
import { type CheckInput, checkInput } from './checks/check'
import { checkEvents } from './checks/event-checks'
import { withMode } from './checks/mode-checks'
import { checkTogether } from './checks/option-checks'
import { checkParts } from './checks/system-checks'
import { deepFreeze } from './deep-freeze'
import { checksIdentities, resolvePersons, resolveVerification } from './people'
import type { ResolvedEvent, ResolvedOptions } from './resolved'
import { fieldIds } from './schema/event-schema'
import { type FoundIssue, issuesOf } from './schema/joi-issues'
import { optionsSchema } from './schema/options-schema'
import { weakeningsOf } from './weakenings'

/**
 * Checks the options whole and fills in their defaults. Starts nothing.
 *
 * @throws OptionsError with every mistake that was found, each naming the option, what is wrong and where to read
 */
export function resolveOptions(options: unknown): ResolvedOptions {
  const result = optionsSchema.validate(options)
  const value: unknown = result.value
  // The schema has checked what this type says; parts with a mistake are not looked at, see CheckInput.isSound.
  const checked = value as CheckedOptions
  const found = issuesOf(result.error)
  if (isObject(value)) found.push(...checkFurther(checked, found))
  if (found.length > 0) {
    throw new OptionsError(
      found.map(({ option, problem, see }) => ({ option, problem, see }))
    )
  }
  return resolved(checked)
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null
}

/** In two steps: rules are judged by the system's capabilities, which must be known to be whole. */
function checkFurther(
  options: CheckedOptions,
  shape: readonly FoundIssue[]
): FoundIssue[] {
  const parts = checkParts(checkInput(options, shape))
  const input: CheckInput = checkInput(options, [...shape, ...parts])
  return [...parts, ...checkTogether(input), ...checkEvents(input)]
}

function resolved(options: CheckedOptions): ResolvedOptions {
  const { metrics, ...rest } = options
  return deepFreeze({
    ...rest,
    events: resolveEvents(options),
    ...(metrics === undefined ? {} : { metrics }),
    weakenings: weakeningsOf(options)
  })
}

/** Without a prototype, so that an event type such as `constructor` in a request finds nothing. */
function resolveEvents(options: CheckedOptions): Record<string, ResolvedEvent> {
  const events = Object.entries(options.events).map(
    ([type, event]) => [type, resolveEvent(type, event, options)] as const
  )
  const resolvedEvents = Object.fromEntries(events)
  Object.setPrototypeOf(resolvedEvents, null)
  return resolvedEvents
}

function resolveEvent(
  type: string,
  event: CheckedEvent,
  { delivery, opencrvs }: CheckedOptions
): ResolvedEvent {
  const fields = fieldIds(event.fields)
  const [subject, ...others] = resolvePersons(event, opencrvs.version)
  const verification = resolveVerification(event)
  const rules = Object.entries(event.rules).map(
    ([action, list]) =>
      [
        action,
        list.map((rule) => ({
          ...rule,
          then: withMode(rule.then, delivery.modes)
        }))
      ] as const
  )
  return {
    type,
    subject: event.subject,
    people: others.map(({ person }) => person),
    persons: [subject, ...others],
    checksIdentities: checksIdentities(event, subject),
    ...(verification === undefined ? {} : { verification }),
    attributes: subject.attributes,
    identifierField: event.identifierField,
    writeIdentifier: event.writeIdentifier,
    ...(fields === undefined ? {} : { fields }),
    rules: Object.fromEntries(rules)
  }
}
