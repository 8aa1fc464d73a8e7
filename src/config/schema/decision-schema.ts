import Joi from 'joi'
import { when } from '../rules/when'
import { optionProblem } from './problem'
import { isOneOfOurs } from './condition-schema'

const KINDS = [
  'registerOnly',
  'createIdentity',
  'updateIdentity',
  'notifyDeath',
  'withdraw',
  'reject'
]

const shape = Joi.object({
  kind: Joi.string()
    .valid(...KINDS)
    .required(),
  mode: Joi.when('kind', {
    is: Joi.valid('registerOnly', 'reject'),
    then: Joi.forbidden(),
    otherwise: Joi.string().valid('async', 'sync', 'notify')
  }),
  cause: Joi.when('kind', {
    is: 'withdraw',
    then: Joi.string().valid('revocation', 'reversal').required(),
    otherwise: Joi.forbidden()
  }),
  reason: Joi.when('kind', {
    is: 'reject',
    then: Joi.string().trim(true).min(1).max(1_000).required(),
    otherwise: Joi.forbidden()
  })
})

/** What a rule's `then` may be. */
export const decisionSchema = Joi.any()
  .meta({ takes: 'decision' })
  .custom((value: unknown, helpers) => {
    const name = isOneOfOurs(value)
    if (name !== undefined) {
      return optionProblem(
        helpers,
        `is a function that was not called: write \`when.${name}()\`.`
      )
    }
    const { error } = shape.validate(value, { convert: false })
    if (error === undefined) return value
    return optionProblem(helpers, decisionProblem(error.details[0]?.path[0]))
  })
  .required()
  .description(
    `What is done: \`${Object.keys(when)
      .filter((key) => KINDS.includes(key))
      .map((key) => `when.${key}(${argumentsOf(key)})`)
      .join('`, `')}\`.`
  )

function argumentsOf(kind: string): string {
  if (kind === 'withdraw') return '{ cause }'
  return kind === 'reject' ? 'reason' : ''
}

function decisionProblem(part: string | number | undefined): string {
  switch (part) {
    case 'mode':
      return 'has a `mode` that it cannot have: `async`, `sync` or `notify`, and none with registerOnly and reject.'
    case 'cause':
      return "needs the cause with withdraw, and only there: when.withdraw({ cause: 'revocation' }) or 'reversal'."
    case 'reason':
      return "needs the reason in words with reject, and only there: when.reject('...')."
    default:
      return `is no decision. Use one of when.${KINDS.join('(), when.')}().`
  }
}
