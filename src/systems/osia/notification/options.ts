import Joi from 'joi'
import type { Secret } from '../../../internal/secret'

/** How the register's events reach us (notification 1.2.0). */
export type SubscriptionOptions = {
  /**
   * The part of our address that nobody can guess, at least 32 characters of
   * `A-Z a-z 0-9 - _`: OSIA's deliveries carry no other proof of their sender.
   * Several while it is changed: the first is subscribed with, all are taken.
   */
  secrets: Secret | readonly [Secret, ...Secret[]]
  /** Where the engine reaches the plugin's routes, if not at `publicUrl`. Without a slash at the end. */
  address?: string
  /**
   * Besides the secret: the identity that a proxy in front of us has checked by
   * mutual TLS. The proxy must remove this header from whatever it gets.
   */
  clientIdentity?: { header: string; values: readonly string[] }
  /** How the engine repeats what we did not take. Default every 3600 seconds, 168 times. */
  policy?: { everySeconds: number; times: number }
  /**
   * Where our reference (`referenceAttribute`) of a new person is found:
   * `attribute` (the default) among what the register tells of the person,
   * `event` in the message itself, for a register that does not keep it.
   */
  correlateBy?: 'attribute' | 'event'
  /** How often the subscription is renewed, in milliseconds. Renewing changes nothing where it stands. Default one hour. */
  renewEveryMs?: number
  /** End the subscription when the server stops. What happens until it starts again is then never told. Default false. */
  unsubscribeAtStop?: boolean
}

/** The options with their defaults. */
export type CheckedSubscription = Required<
  Omit<SubscriptionOptions, 'address' | 'clientIdentity'>
> &
  Pick<SubscriptionOptions, 'address' | 'clientIdentity'>

/** Long enough not to be guessed, and the same in every form of an address. */
export const SECRET_PATTERN = /^[\w-]{32,200}$/

const secret = Joi.alternatives(
  Joi.string().pattern(SECRET_PATTERN, 'at least 32 of A-Z a-z 0-9 - _'),
  Joi.function()
)

/** What `subscription` must be; the defaults stand here alone. */
export const subscriptionSchema = Joi.object({
  secrets: Joi.alternatives(
    secret,
    Joi.array().items(secret).min(1)
  ).required(),
  address: Joi.string().uri({ scheme: ['https', 'http'] }),
  clientIdentity: Joi.object({
    header: Joi.string()
      .pattern(/^[\w-]+$/)
      .lowercase()
      .required(),
    values: Joi.array().items(Joi.string().min(1)).min(1).required()
  }),
  policy: Joi.object({
    everySeconds: Joi.number().integer().min(1).required(),
    times: Joi.number().integer().min(-1).required()
  }).default({ everySeconds: 3600, times: 168 }),
  correlateBy: Joi.string().valid('attribute', 'event').default('attribute'),
  renewEveryMs: Joi.number().integer().min(1_000).default(3_600_000),
  unsubscribeAtStop: Joi.boolean().default(false)
})

/** Scopes that subscribing and reading back need (FACTS 1). */
export const SUBSCRIPTION_SCOPES = [
  'notif.topic.write',
  'notif.sub.write',
  'pr.person.read'
] as const
