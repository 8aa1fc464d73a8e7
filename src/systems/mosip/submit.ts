import { plainCode } from '../../domain/code'
import type { SystemAnswer, SystemRequest } from '../../domain/delivery'
import { SystemError } from '../../domain/errors'
import { sleep, type Clock } from '../../internal/clock'
import { isRecord, isText } from '../../internal/json'
import type { SystemCallContext } from '../system'
import { applicationIdOf } from './application-id'
import type { Caller, ServiceCall } from './caller'
import { envelopeError, type Envelope } from './envelope'
import { abortedError, failure } from '../../internal/system-call'
import { mappingError } from './failures'
import type { CallName } from '../../internal/system-call'
import { valueOf } from './field-value'
import { flowFor, type Flow } from './flows'
import type { IdSchema } from './id-schema'
import type { CheckedMosipOptions, MosipValue } from './options'
import { createPacketBody, type PacketOffice } from './packet'
import { packetFields } from './packet-fields'

/** What sending a packet takes. */
export type SubmitParts = {
  options: CheckedMosipOptions
  office: PacketOffice
  schema: IdSchema
  flows: readonly Flow[]
  caller: Caller
  clock: Clock
}

/** "WorkflowInstance already present": an earlier attempt did it (public source of registration processor). */
const ALREADY_STARTED = 'RPR-WIS-001'

/** Pauses before the second step is tried again within one attempt. */
const PAUSES_MS = [250, 1_000]

/** Longest text of MOSIP's that is shown to a registrar. */
const MAX_REASON = 500

/**
 * Sends a packet and starts its processing (FACTS 2, 3). Both steps carry the
 * delivery's own id: repeating them changes nothing, so an attempt whose end
 * nobody knows is simply made again. Within one attempt only the second step is
 * repeated, since the packet is there.
 *
 * @throws SystemError: see docs/systems/mosip.md, "When something fails"
 */
export async function submit(
  parts: SubmitParts,
  request: SystemRequest,
  { signal }: SystemCallContext
): Promise<SystemAnswer> {
  const { name, applicationId: form, refusalCodes } = parts.options
  const call: CallName = {
    system: name,
    what: `${request.operation} for delivery ${request.reference}`,
    changes: true
  }
  if (signal.aborted) throw abortedError(call)
  const flow = flowFor(parts.flows, request)
  if (flow === undefined) throw notConfigured(call, request)
  const applicationId = applicationIdOf(request.reference, form)
  if (applicationId === undefined) {
    throw mappingError(call, 'its reference is no UUID.')
  }
  const steps: Step[] = [
    packetStep(parts, call, flow, applicationId, request),
    workflowStep(parts, call, flow, applicationId, request)
  ]
  for (const step of steps) {
    const envelope = await step(signal)
    const refusal = envelope.errors.find(({ code }) =>
      refusalCodes.includes(code)
    )
    if (refusal !== undefined) {
      return {
        outcome: 'refused',
        code: plainCode(refusal.code),
        reason: refusal.message.slice(0, MAX_REASON) || refusal.code
      }
    }
    if (envelope.errors.length > 0) throw fault(parts, call, envelope)
  }
  return flow.waitsForResult
    ? { outcome: 'pending', systemReference: applicationId }
    : { outcome: 'accepted' }
}

type Step = (signal: AbortSignal) => Promise<Envelope>

function packetStep(
  parts: SubmitParts,
  call: CallName,
  flow: Flow,
  applicationId: string,
  request: SystemRequest
): Step {
  const { caller, clock, office, options, schema } = parts
  const fields = packetFields(call, flow, schema, options, request)
  return async (signal) => {
    const body = createPacketBody({
      applicationId,
      fields,
      flow,
      schema,
      settings: { ...options, office },
      request,
      now: clock.now()
    })
    const envelope = await caller.send(
      {
        ...named(call, 'createPacket'),
        method: 'PUT',
        url: `${options.baseUrl}${options.paths.createPacket}`,
        body
      },
      signal
    )
    return withResponse(
      named(call, 'createPacket'),
      envelope,
      Array.isArray(envelope.response) && envelope.response.length > 0
    )
  }
}

function workflowStep(
  parts: SubmitParts,
  call: CallName,
  flow: Flow,
  applicationId: string,
  request: SystemRequest
): Step {
  const { clock, options } = parts
  const notificationInfo = notificationOf(parts.options, call, request)
  return (signal) =>
    repeated(signal, async () => {
      const envelope = await startWorkflow(
        parts,
        {
          ...named(call, 'workflowinstance'),
          method: 'POST',
          url: `${options.baseUrl}${options.paths.workflowInstance}`,
          body: {
            ...options.workflow,
            requesttime: new Date(clock.now()).toISOString(),
            request: {
              registrationId: applicationId,
              process: flow.process,
              source: options.source,
              additionalInfoReqId: '',
              notificationInfo
            }
          }
        },
        signal
      )
      return envelope
    })
}

async function startWorkflow(
  parts: SubmitParts,
  call: ServiceCall,
  signal: AbortSignal
): Promise<Envelope> {
  const { caller, options } = parts
  const envelope = await caller.send(call, signal)
  const errors = envelope.errors.filter(({ code }) => code !== ALREADY_STARTED)
  if (errors.length < envelope.errors.length) return { ...envelope, errors }
  const isRefused = errors.some(({ code }) =>
    options.refusalCodes.includes(code)
  )
  // Thrown here, so that a fault which passes is met within the attempt.
  if (errors.length > 0 && !isRefused) throw fault(parts, call, envelope)
  const { response } = envelope
  return withResponse(
    call,
    envelope,
    isRecord(response) && isText(response.workflowInstanceId, 256)
  )
}

/** Tries again what passes by itself, while there is time. */
async function repeated(
  signal: AbortSignal,
  attempt: () => Promise<Envelope>
): Promise<Envelope> {
  for (const pauseMs of PAUSES_MS) {
    try {
      return await attempt()
    } catch (error) {
      const passes = error instanceof SystemError && error.retryable
      if (!passes) throw error
      await sleep(pauseMs, signal)
      if (signal.aborted) throw error
    }
  }
  return attempt()
}

/** A success says what was done; an empty one is somebody else's. */
function withResponse(
  call: CallName,
  envelope: Envelope,
  isThere: boolean
): Envelope {
  if (isThere || envelope.errors.length > 0) return envelope
  throw failure(
    call,
    `was answered ${envelope.status} with neither a result nor an error. Nothing can be told from it, so it is sent again later.`,
    {
      code: 'ERR_SYSTEM_UNREADABLE',
      status: envelope.status,
      retryable: true,
      outcomeUnknown: true
    }
  )
}

/** Whom MOSIP tells; empty where nobody is to be. */
export function notificationOf(
  {
    notification,
    sexValues
  }: Pick<CheckedMosipOptions, 'notification' | 'sexValues'>,
  call: CallName,
  request: SystemRequest
): Record<'name' | 'phone' | 'email', string> {
  const { email, name, phone } = notification
  const text = (source: MosipValue | undefined): string => {
    if (source === undefined) return ''
    try {
      const value = valueOf(source, request, sexValues)
      return typeof value === 'string' ? value : ''
    } catch {
      throw mappingError(call, 'a function of `notification` threw.')
    }
  }
  return { name: text(name), phone: text(phone), email: text(email) }
}

function fault(
  { options }: SubmitParts,
  call: CallName,
  envelope: Envelope
): SystemError {
  return envelopeError(call, envelope, options.retryableCodes)
}

function named(call: CallName, step: string): CallName {
  return { ...call, what: `${step} of ${call.what}` }
}

function notConfigured(
  call: CallName,
  { cause, operation }: SystemRequest
): SystemError {
  const option =
    operation === 'withdraw' ? `withdraw.${cause ?? 'revocation'}` : operation
  return failure(call, `is not configured (${option}). Nothing was sent.`, {
    code: 'ERR_SYSTEM_CAPABILITY'
  })
}
