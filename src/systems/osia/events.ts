import type { SystemRequest } from '../../domain/delivery'
import type { JsonObject } from '../../domain/json'
import type { OsiaTopic } from './options'
import { named, type OsiaParts, type Task } from './task'

/**
 * Publishes an event. Its type is the topic; the message carries the source and
 * numbers, and nothing personal besides (FACTS 2.5).
 *
 * @throws SystemError
 */
export async function publishEvent(
  parts: OsiaParts,
  task: Task,
  topic: OsiaTopic,
  members: JsonObject
): Promise<void> {
  const { options, publisher } = parts
  const call = named(parts, task, `publish ${topic}`)
  const message = { source: options.source, ...members }
  const { signal } = task
  await publisher.publish(options.topics[topic], message, {
    call,
    subject: topic,
    signal
  })
}

/** The numbers of a newborn and of the parents whose numbers are known. */
export function birthMembers(
  { options }: Pick<OsiaParts, 'options'>,
  uin: string,
  { relatives = {} }: SystemRequest
): JsonObject {
  // By place: a father alone is still the second parent.
  const [uin1 = '', uin2 = ''] = options.parents.map(
    (role) => relatives[role]?.identifier ?? ''
  )
  return {
    uin,
    ...(uin1 === '' ? {} : { uin1 }),
    ...(uin2 === '' ? {} : { uin2 })
  }
}

/** Which events tell of these changes: one for a new name, one for a new sex, one for everything else. */
export function topicsOfChanges(
  changes: readonly string[] | undefined
): OsiaTopic[] {
  if (changes === undefined || changes.length === 0) return ['updatePerson']
  const isOther = changes.some((one) => one !== 'name' && one !== 'sex')
  return [
    ...(changes.includes('name') ? (['changeOfName'] as const) : []),
    ...(changes.includes('sex') ? (['changeOfGender'] as const) : []),
    ...(isOther ? (['updatePerson'] as const) : [])
  ]
}
