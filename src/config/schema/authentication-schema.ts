import Joi from 'joi'
import { milliseconds } from './values'
import { withFunctions } from './with-functions'

/** The schema of `AuthenticationOptions`. */
export const authenticationSchema = Joi.object({
  oidc: withFunctions(
    ['create', 'issues'],
    'must be a sign-in: `esignet({ ... })` or `openIdConnect({ ... })`.'
  )
    .meta({ takes: 'sign-in' })
    .description(
      'Sign-in with the national ID system: `esignet({ ... })` or `openIdConnect({ ... })`.'
    ),
  qr: withFunctions(
    ['create', 'issues'],
    'must be QR credentials: `qrCredentials({ ... })`.'
  )
    .meta({ takes: 'QR credentials' })
    .description(
      'QR codes that carry a signed credential: `qrCredentials({ ... })`.'
    ),
  signInTimeoutMs: milliseconds(10_000, 3_600_000)
    .default(600_000)
    .description('How long a sign-in may take from the button to the return.'),
  ticketTimeoutMs: milliseconds(10_000, 3_600_000)
    .default(300_000)
    .description('How long the form may take to collect the result.'),
  evidenceMaxAgeDays: Joi.object()
    .pattern(Joi.string(), Joi.number().integer().min(1).max(36_500))
    .default({})
    .description(
      'Evidence older than this many days does not count any more, by action type (`REGISTER`), or `default` for all others. Default: any age.'
    )
})
  .default()
  .description('How people prove who they are in the declaration form.')
