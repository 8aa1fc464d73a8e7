import Joi from 'joi'
import { callback, count, text } from './values'

const deathSchema = Joi.object({
  deactivate: Joi.object({
    gracePeriodDays: count(1, 3_650)
      .required()
      .description(
        'Days between the registration of the death and the deactivation; it can be cancelled until then.'
      ),
    acknowledged: Joi.boolean()
      .valid(true)
      .required()
      .description(
        'Must be `true`: says that the country knows that OpenCRVS advises against deactivating identities at death.'
      )
  }).description('Also ask the system to deactivate the identity of the dead.'),
  withoutIdentifier: Joi.string()
    .valid('skip', 'send')
    .default('skip')
    .description(
      'What becomes of a death whose record holds no identifier: `skip` (not sent) or `send` (with the attributes alone).'
    )
})
  .default()
  .description('What the ID system is told of a death.')

const updatesSchema = Joi.object({
  infantBelow: Joi.object({
    years: count(1, 17)
      .required()
      .description('Whole years, at most 17; for adults see `allowAdults`.')
  })
    .default({ years: 5 })
    .description('Updates are sent only for people younger than this.'),
  enrolled: callback().description(
    'Given the declaration, says whether the person is enrolled with biometrics: then no update is sent, whatever the age.'
  ),
  allowAdults: Joi.boolean()
    .default(false)
    .description('Send updates for everybody. Weakens a safeguard.'),
  otherwise: text()
    .default(
      'This correction is not sent to the national ID system. The person must ask for the change at the national ID office.'
    )
    .description('Said to the registrar when an update is not sent.')
})
  .default()
  .description('Whose corrections are sent to the ID system.')

/** The schema of `PolicyOptions`. */
export const policySchema = Joi.object({
  death: deathSchema,
  updates: updatesSchema,
  trustFormStatuses: Joi.boolean()
    .default(false)
    .description(
      'Believe the identity statuses that the form itself claims. Weakens a safeguard: anyone who can send a declaration can claim them.'
    )
})
  .default()
  .description("Safeguards; the defaults follow OpenCRVS's recommendations.")
