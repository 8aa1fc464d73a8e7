import type { JsonObject, JsonValue } from '../../domain/json'
import { isJsonObject, parseJsonObject } from '../json-object'
import { textsIn } from './attributes'
import type { OsiaIdentity, OsiaPerson } from './people'

/** Members that an identity may have in a body; its id stands in the path alone (FACTS 2.4). */
const IDENTITY_MEMBERS = [
  'identityType',
  'status',
  'galleries',
  'clientData',
  'contextualData',
  'biographicData',
  'biometricData',
  'documentData',
  'encryption',
  'integrity'
]

export const IDENTITY_STATUSES = [
  'CLAIMED',
  'VALID',
  'INVALID',
  'REVOKED'
] as const satisfies ReadonlyArray<OsiaIdentity['status']>

/** An identity in a body; undefined when a validator would refuse it. */
export function readIdentity(
  text: string
): (Omit<OsiaIdentity, 'identityId'> & { given: JsonObject }) | undefined {
  const body = parseJsonObject(text)
  if (body === undefined) return undefined
  const { identityType } = body
  const status = IDENTITY_STATUSES.find((one) => one === body.status)
  const isWhole =
    Object.keys(body).every((member) => IDENTITY_MEMBERS.includes(member)) &&
    typeof identityType === 'string' &&
    status !== undefined &&
    isListOrAbsent(body.galleries)
  if (!isWhole) return undefined
  return {
    identityType,
    status,
    biographicData: textsOf(body.biographicData),
    contextualData: textsOf(body.contextualData),
    given: body
  }
}

function isListOrAbsent(value: JsonValue | undefined): boolean {
  return value === undefined || (Array.isArray(value) && value.length > 0)
}

function textsOf(value: JsonValue | undefined): Record<string, string> {
  return isJsonObject(value) ? textsIn(value) : {}
}

/** The statuses of a person in a body; undefined when a validator would refuse it. */
export function readPersonStatus(
  text: string
): Pick<OsiaPerson, 'physicalStatus' | 'status'> | undefined {
  const body = parseJsonObject(text)
  if (body === undefined || Object.keys(body).length !== 2) return undefined
  const status = (['ACTIVE', 'INACTIVE'] as const).find(
    (one) => one === body.status
  )
  const physicalStatus = (['ALIVE', 'DEAD'] as const).find(
    (one) => one === body.physicalStatus
  )
  return status === undefined || physicalStatus === undefined
    ? undefined
    : { status, physicalStatus }
}
