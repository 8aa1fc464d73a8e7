import type { SystemRequest } from '../../domain/delivery'
import type { JsonValue } from '../../domain/json'
import { type CallName } from '../../internal/system-call'
import { mappingError } from './failures'
import { attributeOf, valueOf } from './field-value'
import type { Flow, PacketSettings } from './flows'
import { encodeField, type FieldProblem, type IdSchema } from './id-schema'
import type { MosipValue } from './options'

/**
 * The packet's fields, checked against the country's id schema and written as
 * MOSIP takes them. MOSIP itself would tell a wrong field hours later, by a
 * packet that stays where it is.
 *
 * @throws SystemError `ERR_SYSTEM_MAPPING` naming each field that is wrong,
 *   never its value
 */
export function packetFields(
  call: CallName,
  flow: Flow,
  schema: IdSchema,
  settings: PacketSettings,
  request: SystemRequest
): Record<string, string> {
  const values: Record<string, JsonValue> = {}
  for (const [field, source] of Object.entries(flow.fields)) {
    if (!isSent(flow, source, request)) continue
    const value = read(call, field, source, settings, request)
    if (value === undefined || value === null || value === '') continue
    values[field] = schema.shape(field, value, settings.language)
  }
  const problems = [
    ...schema.problems(values, flow.mandatory),
    ...nothingChanged(flow, values)
  ]
  if (problems.length > 0) {
    const list = problems
      .map(({ field, problem }) => `${field} ${problem}`)
      .join('; ')
    throw mappingError(
      call,
      `${list}. Correct the record, or the fields of ${flow.name} in the options (docs/systems/mosip.md, "Fields").`
    )
  }
  return Object.fromEntries(
    Object.entries(values).map(([field, value]) => [field, encodeField(value)])
  )
}

/** An update sends what changed, and what is no attribute of the person (the number, a constant). */
function isSent(
  flow: Flow,
  source: MosipValue,
  { changes }: SystemRequest
): boolean {
  if (flow.name !== 'updateIdentity' || changes === undefined) return true
  const attribute = attributeOf(source)
  return attribute === undefined || changes.includes(attribute)
}

/** A packet that names the person and nothing else would report a change that MOSIP never sees. */
function nothingChanged(
  flow: Flow,
  values: Readonly<Record<string, JsonValue>>
): FieldProblem[] {
  if (flow.name !== 'updateIdentity') return []
  const changed = Object.keys(values).filter((field) => {
    const source = flow.fields[field]
    return source !== 'identifier' && !isConstant(source)
  })
  return changed.length > 0
    ? []
    : [{ field: 'the packet', problem: 'holds none of what was changed' }]
}

function isConstant(source: MosipValue | undefined): boolean {
  return typeof source === 'object' && 'value' in source
}

function read(
  call: CallName,
  field: string,
  source: MosipValue,
  settings: PacketSettings,
  request: SystemRequest
): JsonValue | undefined {
  try {
    return valueOf(source, request, settings.sexValues)
  } catch {
    // No cause: what a country's function throws may quote the person's data.
    throw mappingError(call, `the function for the field ${field} threw.`)
  }
}
