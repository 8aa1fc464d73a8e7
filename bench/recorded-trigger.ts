import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import * as path from 'node:path'
import type { JsonValue } from 'opencrvs-national-id'
import type { Call } from './call'
import { recordToken } from './tokens'

/** As much of an event document as is changed here. */
type Recorded = {
  id: string
  actions: Array<{
    id: string
    status: string
    declaration: Record<string, JsonValue>
  }>
}

/** A trigger as core sent it once. */
export type RecordedTrigger = {
  /** The event document. */
  document: Recorded
  /** The fields that the pending action fills in. */
  declaration: Readonly<Record<string, JsonValue>>
  /** The same call about another record or action, with a token for it. */
  call(change: {
    eventId?: string
    /** Instead of the recorded ones. */
    declaration?: Readonly<Record<string, JsonValue>>
    privateKey: string
  }): Call
}

/** @param action as the name of the fixture has it: `REGISTER` */
export function recordedTrigger(action: string): RecordedTrigger {
  const file = `test/fixtures/opencrvs/trigger-birth-${action}.json`
  // What the fixture is, a test of the reader of event documents shows.
  const document = JSON.parse(
    readFileSync(path.join(process.cwd(), file), 'utf8')
  ) as Recorded
  const pending = document.actions.at(-1)
  if (pending?.status !== 'Requested') throw new Error('unexpected fixture')
  return {
    document,
    declaration: pending.declaration,
    call({ eventId = randomUUID(), declaration, privateKey }) {
      const actionId = randomUUID()
      const asked = { ...pending, ...(declaration && { declaration }) }
      const actions = [...document.actions.slice(0, -1), asked]
      const token = recordToken({ eventId, actionId }, privateKey)
      return {
        path: `/trigger/events/birth/actions/${action}`,
        headers: {
          'content-type': 'application/json',
          authorization: `Bearer ${token}`
        },
        body: JSON.stringify({ ...document, actions })
          .replaceAll(document.id, eventId)
          .replaceAll(pending.id, actionId)
      }
    }
  }
}
