import { sleep, type Clock } from '../../internal/clock'
import type { MosipCallbacks } from './behaviour'
import type { HubCaller } from './hub-caller'

/** A message on its way to one subscriber. */
export type QueuedMessage = {
  body: string
  /** Called when the first attempt has ended, however it ended. */
  attempted(): void
}

/** What one subscriber gets of one topic. */
export type Subscription = {
  readonly topic: string
  readonly callback: string
  secret: string | undefined
  /** False once deliveries failed too often; what it is owed is kept. */
  isActive: boolean
  /** Milliseconds since 1970. */
  leaseEndsAt: number
  /** What it is owed, oldest first. */
  readonly queue: QueuedMessage[]
  isBusy: boolean
}

export type DeliveryParts = {
  caller: HubCaller
  callbacks: MosipCallbacks
  clock: Clock
  stopped: AbortSignal
  /** 410: the subscriber wants nothing any more. */
  forget(subscription: Subscription): void
}

/** Whether the hub delivers to it. */
export function isLive(
  { isActive, leaseEndsAt }: Subscription,
  clock: Clock
): boolean {
  return isActive && leaseEndsAt > clock.now()
}

/**
 * Delivers what a subscriber is owed: in order, each until it is taken. One that
 * is not taken holds back all that come after it; when its attempts are spent
 * the subscriber is dropped, and goes on from there once it subscribes again.
 */
export async function deliverQueue(
  parts: DeliveryParts,
  subscription: Subscription
): Promise<void> {
  if (subscription.isBusy) return
  subscription.isBusy = true
  try {
    let next = subscription.queue[0]
    while (next !== undefined && isLive(subscription, parts.clock)) {
      const end = await deliverOne(parts, subscription, next)
      if (end === 'taken') subscription.queue.shift()
      else if (end === 'gone') parts.forget(subscription)
      else subscription.isActive = false
      next = subscription.queue[0]
    }
  } finally {
    subscription.isBusy = false
  }
}

type End = 'taken' | 'gone' | 'spent'

async function deliverOne(
  { caller, callbacks, stopped }: DeliveryParts,
  subscription: Subscription,
  message: QueuedMessage
): Promise<End> {
  const { secret } = subscription
  for (let attempt = 0; attempt <= callbacks.retries; attempt += 1) {
    if (attempt > 0) await sleep(pauseBefore(attempt, callbacks), stopped)
    if (stopped.aborted) break
    const url = addressOf(subscription.callback, callbacks)
    const status = await caller.deliver(url, secret, message.body)
    message.attempted()
    if (status === 410) return 'gone'
    if (status !== undefined && status >= 200 && status < 300) return 'taken'
  }
  message.attempted()
  return 'spent'
}

/** Milliseconds before the second (1), third (2), ... attempt. */
function pauseBefore(
  attempt: number,
  { retryAfterMs, slowestRetryMs }: MosipCallbacks
): number {
  return Math.min(slowestRetryMs, retryAfterMs * 2 ** (attempt - 1))
}

/** The address to deliver to: some hubs end its path with a slash. */
export function addressOf(
  callback: string,
  { addsSlash }: MosipCallbacks
): string {
  const url = new URL(callback)
  if (addsSlash && !url.pathname.endsWith('/')) url.pathname += '/'
  return url.href
}
