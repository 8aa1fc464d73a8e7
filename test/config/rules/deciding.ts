import { NationalIdError } from '../../../src/domain/errors'
import type {
  PolicyOptions,
  Rule,
  RuleContext
} from '../../../src/config/options'
import { resolveOptions } from '../../../src/config/resolve'
import { decide } from '../../../src/config/rules/decide'
import { minimalOptions, ruleContext } from '../options-fixture'

export type Setting = {
  rules: Record<string, Rule[]>
  policies?: PolicyOptions
  attributes?: object
}

export function decideWith(
  { rules, policies = {}, attributes = {} }: Setting,
  context: Partial<RuleContext> = {}
) {
  const resolved = resolveOptions({
    ...minimalOptions(),
    registrationNumber: () => 'n',
    policies,
    events: {
      birth: {
        subject: 'child',
        people: ['mother', 'father'],
        attributes,
        rules
      }
    }
  })
  const event = resolved.events.birth
  if (event === undefined) throw new Error('no birth')
  return decide(event, resolved.policies, ruleContext(context))
}

export async function failureOf(
  work: Promise<unknown>
): Promise<NationalIdError> {
  const error: unknown = await work.then(
    () => undefined,
    (thrown: unknown) => thrown
  )
  if (!(error instanceof NationalIdError))
    throw new Error('it did not fail as expected')
  return error
}

export const registration = (rules: Rule[]): Setting => ({
  rules: { REGISTER: rules }
})
