import type { JsonObject } from '../../domain/json'
import type { Clock } from '../../internal/clock'
import { isJsonObject, parseJsonObject, textOf } from '../json-object'
import type { ServedAnswer, ServedRequest } from '../loopback-server'
import type { MosipBehaviour } from './behaviour'
import {
  mosipAnswer,
  mosipRefusal,
  requestIn,
  type ServiceName
} from './mosip-answer'
import type {
  MosipRegistration,
  RegistrationProcessor
} from './registration-processor'

export type WorkflowParts = {
  behaviour: MosipBehaviour
  clock: Clock
  processor: RegistrationProcessor
  /** What the server calls the API: compared without regard to case (FACTS 3). */
  name: ServiceName
  sources: readonly string[]
  processes: readonly string[]
}

/** Answers workflowinstance: always 200. */
export async function answerWorkflow(
  parts: WorkflowParts,
  request: ServedRequest
): Promise<ServedAnswer> {
  const { behaviour, clock, name, processor } = parts
  const body = parseJsonObject(request.body)
  const code = problemIn(parts, body)
  if (code !== undefined) return refuse(parts, code)
  const { process, registrationId } = requestIn(body)
  const applicationId = textOf(registrationId)
  const isRepeated = processor.find(applicationId) !== undefined
  if (isRepeated && behaviour.repeatedWorkflow === 'alreadyPresent') {
    return refuse(parts, 'RPR-WIS-001')
  }
  const { registration, told } = processor.start(applicationId, textOf(process))
  if (behaviour.callbacks.delivery === 'early') await told
  const { workflowInstanceId } = registration
  return mosipAnswer(name, clock, { response: { workflowInstanceId } })
}

const MESSAGES: Readonly<Record<string, string>> = {
  'RPR-WIN-000': 'The simulator misses something in the request.',
  'RPR-WIN-001': 'The simulator does not take something in the request.',
  'RPR-WIS-001': 'The simulator has started this workflow already.'
}

/** The code of what is wrong; undefined when nothing is. */
function problemIn(
  { name, processes, sources }: WorkflowParts,
  body: JsonObject | undefined
): string | undefined {
  const { notificationInfo, process, registrationId, source } = requestIn(body)
  if (textOf(registrationId) === '' || !isJsonObject(notificationInfo)) {
    return 'RPR-WIN-000'
  }
  const isRight =
    isCalled(body, name) &&
    !Number.isNaN(Date.parse(textOf(body?.requesttime))) &&
    sources.includes(textOf(source)) &&
    processes.includes(textOf(process))
  return isRight ? undefined : 'RPR-WIN-001'
}

function isCalled(body: JsonObject | undefined, name: ServiceName): boolean {
  return isSame(body?.id, name.id) && isSame(body?.version, name.version)
}

function isSame(given: unknown, expected: string): boolean {
  return textOf(given).toLowerCase() === expected.toLowerCase()
}

function refuse({ clock, name }: WorkflowParts, code: string): ServedAnswer {
  const message = MESSAGES[code] ?? ''
  return mosipRefusal(name, clock, [{ errorCode: code, message }])
}

const STATUS_NAME = { id: 'mosip.registration.external.status', version: '1.0' }

/** Answers the external status query: what is known of each application id, and RPR-RGS-031 for the others. */
export function answerStatus(
  { clock, processor }: Pick<WorkflowParts, 'clock' | 'processor'>,
  request: ServedRequest
): ServedAnswer {
  const asked = parseJsonObject(request.body)?.request
  const ids = (Array.isArray(asked) ? asked : [])
    .filter(isJsonObject)
    .map(({ registrationId }) => textOf(registrationId))
  const found = ids.map((id) => processor.find(id))
  return mosipAnswer(STATUS_NAME, clock, {
    response: found.flatMap((one) => (one === undefined ? [] : [viewOf(one)])),
    errors: ids
      .filter((_id, index) => found[index] === undefined)
      .map((registrationId) => ({
        registrationId,
        errorCode: 'RPR-RGS-031',
        errorMessage: 'The simulator does not know this application id.'
      }))
  })
}

function viewOf(registration: MosipRegistration): JsonObject {
  const { applicationId, rejection, status } = registration
  return {
    registrationId: applicationId,
    statusCode: status,
    ...(rejection === undefined
      ? {}
      : { errorCode: rejection.code, statusComment: rejection.reason })
  }
}
