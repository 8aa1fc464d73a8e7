import type { SystemAnswer, SystemRequest } from '../../domain/delivery'
import { attributesOf, pick, referenceOf } from './person-attributes'
import type { Push } from './push'
import { named, type OsiaParts, type Task } from './task'
import { publishes, writes } from './ways'

/**
 * Tells the register of a birth to which it gives the number itself, in the
 * ways that are configured; the number comes with a `newPerson` event. All of
 * it may be repeated.
 *
 * The person is pushed under a name of ours, `crvs-` and the tracking id, since
 * there is no number yet.
 */
export async function tellLate(
  parts: OsiaParts,
  push: Push,
  task: Task,
  request: SystemRequest
): Promise<SystemAnswer> {
  const { lateUin, source } = parts.options
  const systemReference = `crvs-${request.event.trackingId}`
  if (writes(parts.options)) await push.newborn(task, systemReference, request)
  if (publishes(parts.options) && lateUin.topic !== undefined) {
    const call = named(parts, task, 'publish the birth')
    const all = attributesOf(
      parts.options,
      'notification',
      request.person,
      call
    )
    await parts.publisher.publish(
      lateUin.topic,
      {
        source,
        ...referenceOf(parts.options, request, call),
        ...pick(all, lateUin.attributes ?? [])
      },
      { call, subject: lateUin.topic, signal: task.signal }
    )
  }
  return { outcome: 'pending', systemReference }
}
