import Joi from 'joi'
import { optionProblem } from './problem'
import { address, milliseconds, secret, text } from './values'

/** The schema of `OpenCrvsOptions`. */
export const openCrvsSchema = Joi.object({
  gatewayUrl: address()
    .required()
    .custom((value: string, helpers) =>
      /\/events$/.test(value)
        ? optionProblem(
            helpers,
            'must be the gateway itself: leave out `/events`, which is added.'
          )
        : value
    )
    .description('Address of the OpenCRVS gateway: `http://gateway:7070`.'),
  authUrl: address()
    .required()
    .description(
      'Address of the OpenCRVS auth service: `http://auth:4040`. Its public key is read from `/.well-known`.'
    ),
  clientUrl: address().description(
    'Where registrars open OpenCRVS in their browser: `https://register.example.org`. Needed for sign-in, which returns nowhere else.'
  ),
  countryConfigPath: Joi.string()
    .pattern(/^(\/[A-Za-z0-9_.-]+)+$/)
    .default('/api/countryconfig')
    .description(
      "Path below `clientUrl` at which OpenCRVS's proxy passes calls of the form on to this server."
    ),
  version: Joi.string()
    .valid('1.9', '2')
    .default('2')
    .description('Which line of OpenCRVS this is.'),
  issuer: text()
    .default('opencrvs:auth-service')
    .description('`iss` that tokens must have.'),
  audience: text()
    .default('opencrvs:countryconfig-user')
    .description('`aud` that tokens must contain.'),
  publicKey: secret().description(
    'PEM public key that tokens are checked with, instead of the one that the auth service publishes.'
  ),
  systemClient: Joi.object({
    clientId: text().required().description('Client id of the system client.'),
    clientSecret: secret()
      .required()
      .description('Client secret of the system client.')
  }).description(
    'A system client of OpenCRVS, used when a record token has ended before the ID system answered. Recommended.'
  ),
  timeoutMs: milliseconds()
    .default(30_000)
    .description('Longest time for one call to core.'),
  acceptPauseMs: milliseconds(0, 60_000)
    .default(2_000)
    .description(
      'Pause between the end of our 202 and the acceptance, so that core has stored it.'
    ),
  checkAfterMs: milliseconds(0, 86_400_000)
    .default(30_000)
    .description('After a 200 or 400, when to make sure that core has it.')
})
  .required()
  .description('Where OpenCRVS is and how its tokens are checked.')
