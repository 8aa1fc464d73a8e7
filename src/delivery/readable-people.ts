import { createHash } from 'node:crypto'
import { plainCode } from '../domain/code'
import { NationalIdError } from '../domain/errors'
import type { JsonObject } from '../domain/json'
import type { ReadablePeople, ReadablePerson } from '../systems/system'
import { deliveryAudit } from './audit'
import type { DeliveryDependencies } from './dependencies'
import { identifiedPeople } from './reading'

type Parts = Pick<DeliveryDependencies, 'clock' | 'store'>
type Reading = Parameters<ReadablePeople['find']>[0]
type Found = NonNullable<
  Awaited<ReturnType<DeliveryDependencies['store']['findReadable']>>
>

/** More names than a country's dictionary has. */
const MOST_NAMES = 100

/**
 * The people whom the system may read back. Every attempt is in the audit trail before its result is given away: who
 * read, which attributes, and through which delivery; never an identifier or a value.
 *
 * @param parts what is running; undefined while nothing is
 * @returns `find` throws NationalIdError `ERR_NOT_STARTED`, retryable, or StoreError
 */
export function createReadablePeople(
  parts: () => Parts | undefined
): ReadablePeople {
  return {
    async find(reading) {
      const running = parts()
      if (running === undefined) throw notStarted()
      const { clock, store } = running
      const { identifier } = reading
      const now = clock.now()
      const found = await store.findReadable({ identifier, now })
      const person = found && personOf(found, identifier)
      await store.audit([
        found === undefined || person === undefined
          ? entryOf(reading, now, 'person.notFound')
          : deliveryAudit(
              found.delivery,
              entryOf(reading, now, 'person.read', person.role)
            )
      ])
      return person
    }
  }
}

/** What was told of the person, who must be the one asked for by the delivery itself too, not only by the table. */
function personOf(
  { delivery, role }: Found,
  identifier: string
): ReadablePerson | undefined {
  const found = identifiedPeople(delivery).find((one) => one.role === role)
  return found?.identifier === identifier ? found : undefined
}

function entryOf(
  { attributes, reader }: Reading,
  at: number,
  kind: string,
  role?: string
): { kind: string; at: number; actor: string; details: JsonObject } {
  // The names are the reader's words.
  const names = [...new Set(attributes.map(plainCode))].slice(0, MOST_NAMES)
  return {
    kind,
    at,
    actor: `reader:${shown(reader)}`,
    details: { attributes: names, ...(role === undefined ? {} : { role }) }
  }
}

/** Whatever a reader is called: the same one can be told from another. */
function shown(reader: string): string {
  if (plainCode(reader) === reader) return reader
  const digest = createHash('sha256').update(reader).digest('hex')
  return `sha256-${digest.slice(0, 16)}`
}

function notStarted(): NationalIdError {
  return new NationalIdError(
    'Nobody can be read: the national ID integration is not running (yet, or any more). Ask again later.',
    { code: 'ERR_NOT_STARTED', retryable: true }
  )
}
