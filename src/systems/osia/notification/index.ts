export {
  createSubscriber,
  type Subscriber,
  type SubscriberParts
} from './create-subscriber'
export {
  subscriptionSchema,
  SUBSCRIPTION_SCOPES,
  type CheckedSubscription,
  type SubscriptionOptions
} from './options'
export type { SubscriptionPace, SubscriptionState } from './subscription'
