export { createSubscriber, type Subscriber } from './create-subscriber'
export {
  subscriptionSchema,
  SUBSCRIPTION_SCOPES,
  type CheckedSubscription,
  type SubscriptionOptions
} from './options'
