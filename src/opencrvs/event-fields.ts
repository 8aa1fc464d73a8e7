import { OpenCrvsError } from '../domain/errors'
import { isRecord } from './clean-json'
import { callCore, procedureResult, type CoreConnection } from './core-call'
import { joinUrl } from './join-url'

type FieldsByEventType = ReadonlyMap<string, ReadonlySet<string>>

/** Core itself reads event configurations once, until it restarts (FACTS F4). */
const KEEP_MS = 600_000

/**
 * Asks core for the declaration fields of its event types, and keeps the
 * answer for ten minutes. Anything else sent to core makes the record
 * unreadable (FACTS B5).
 *
 * @returns a function that gives the field ids of one event type; it throws
 *   OpenCrvsError `ERR_CORE_EVENT_TYPE` when core has no such type
 */
export function createEventFields(
  connection: CoreConnection & { gatewayUrl: string }
): (eventType: string, token: string) => Promise<ReadonlySet<string>> {
  let kept: { fields: FieldsByEventType; until: number } | undefined
  let fetching: Promise<FieldsByEventType> | undefined

  async function fetchFields(token: string): Promise<FieldsByEventType> {
    const fields = await readFields(connection, token)
    kept = { fields, until: connection.clock.now() + KEEP_MS }
    return fields
  }

  return async (eventType, token) => {
    if (kept === undefined || kept.until <= connection.clock.now()) {
      fetching ??= fetchFields(token).finally(() => (fetching = undefined))
      await fetching
    }
    const ids = kept?.fields.get(eventType)
    if (ids !== undefined) return ids
    throw new OpenCrvsError(
      `OpenCRVS has no event type ${eventType}, so no value can be sent for its records.`,
      { code: 'ERR_CORE_EVENT_TYPE', failure: 'permanent' }
    )
  }
}

async function readFields(
  connection: CoreConnection & { gatewayUrl: string },
  token: string
): Promise<FieldsByEventType> {
  const body = await callCore(connection, {
    what: "the question for its events' fields",
    method: 'GET',
    url: joinUrl(connection.gatewayUrl, '/events/event.config.get'),
    headers: { authorization: `Bearer ${token}` }
  })
  const configs = procedureResult(body)
  if (!Array.isArray(configs)) throw unreadable()
  return new Map(
    configs.map((config: unknown): [string, ReadonlySet<string>] => {
      if (!isRecord(config) || typeof config.id !== 'string') throw unreadable()
      return [config.id, declarationFields(config)]
    })
  )
}

function declarationFields(config: Record<string, unknown>): Set<string> {
  const { declaration } = config
  const pages = isRecord(declaration) ? declaration.pages : undefined
  if (!Array.isArray(pages)) throw unreadable()
  const fields = pages.flatMap((page: unknown): unknown[] =>
    isRecord(page) && Array.isArray(page.fields) ? page.fields : []
  )
  return new Set(
    fields
      .map((field) => (isRecord(field) ? field.id : undefined))
      .filter((id) => typeof id === 'string')
  )
}

function unreadable(): OpenCrvsError {
  return new OpenCrvsError(
    "OpenCRVS answered the question for its events' fields with something else. It is tried again; check opencrvs.gatewayUrl.",
    { code: 'ERR_CORE_ANSWER', failure: 'transient', status: 200 }
  )
}
