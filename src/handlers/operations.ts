import type { Request, ResponseToolkit, ServerRoute } from '@hapi/hapi'
import Joi from 'joi'
import { createOperator, type Operator } from '../delivery/operator'
import { DELIVERY_STATES } from '../domain/delivery'
import {
  AuthenticationError,
  MalformedError,
  NationalIdError
} from '../domain/errors'
import { hasScope } from '../opencrvs/tokens'
import type { DeliveryFilter } from '../store/store'
import { auditView, deliveryView } from './delivery-view'
import { bearerToken } from './read-trigger'
import type { Runtime, RuntimeSource } from './runtime'

type Entry = {
  method: 'GET' | 'POST'
  path: string
  description: string
  run: (operator: Operator, request: Request, actor: string) => Promise<object>
}

/**
 * The JSON operations API under `<prefix>/deliveries`.
 *
 * Who may call: a person with an OpenCRVS session token that holds `operations.scope`. A record token is refused,
 * whatever its scopes: it is for one action, and travels to every country configuration.
 */
export function operationsRoutes(
  source: RuntimeSource,
  prefix: string,
  scope: string | undefined
): ServerRoute[] {
  if (scope === undefined) return []
  return ENTRIES.map(({ method, path, description, run }) => ({
    method,
    path: `${prefix}${path}`,
    options: {
      auth: false,
      description,
      ...(method === 'POST' ? { payload: { maxBytes: 16 * 1024 } } : {})
    },
    handler: async (request: Request, h: ResponseToolkit) => {
      const runtime = source()
      if (runtime === undefined)
        return h.response({ code: 'ERR_NOT_STARTED' }).code(503)
      try {
        const actor = await authenticate(runtime, request, scope)
        const answer = await run(
          createOperator(runtime.delivery),
          request,
          actor
        )
        if (method === 'POST') runtime.worker.wake()
        return h.response(answer).header('cache-control', 'no-store')
      } catch (failure) {
        const response = await refuse(runtime, h, failure)
        return response.header('cache-control', 'no-store')
      }
    }
  }))
}

async function authenticate(
  runtime: Runtime,
  request: Request,
  scope: string
): Promise<string> {
  const claims = await runtime.verifier.verify(bearerToken(request.headers))
  if (
    claims.actionId !== undefined ||
    claims.eventId !== undefined ||
    !hasScope(claims, scope)
  ) {
    throw new AuthenticationError(
      `This needs an OpenCRVS session token with the scope ${scope}.`,
      {
        code: 'ERR_TOKEN_SCOPE',
        status: 403
      }
    )
  }
  return `user:${claims.sub}`
}

async function refuse(runtime: Runtime, h: ResponseToolkit, failure: unknown) {
  const known = failure instanceof NationalIdError
  const code = known ? failure.code : 'ERR_UNEXPECTED'
  const status = known ? statusOf(failure) : 500
  if (failure instanceof AuthenticationError)
    await runtime.refusals.note({ route: 'operations', code })
  else if (!known)
    runtime.delivery.logger.error(
      { error: failure instanceof Error ? failure.name : typeof failure },
      'an operation failed'
    )
  return h
    .response({
      code,
      message: known ? failure.message : 'The operation failed; see the log.'
    })
    .code(status)
}

/** What can pass (no key to check tokens with, a busy store) is said so: nothing is wrong with the call. */
function statusOf(failure: NationalIdError): number {
  if (failure.retryable) return 503
  if (failure instanceof AuthenticationError) return failure.status
  if (failure instanceof MalformedError) return 400
  return STATUS[failure.code] ?? 500
}

const STATUS: Readonly<Record<string, number>> = {
  ERR_DELIVERY_UNKNOWN: 404,
  ERR_DELIVERY_STATE: 409,
  ERR_QUERY: 400,
  ERR_BODY: 400
}

const ENTRIES: readonly Entry[] = [
  {
    method: 'GET',
    path: '/deliveries',
    description: 'Deliveries, newest first, filtered',
    async run(operator, request) {
      const { deliveries, next } = await operator.list(
        readFilter(request.query)
      )
      const views = deliveries.map(deliveryView)
      return { deliveries: views, ...(next === undefined ? {} : { next }) }
    }
  },
  {
    method: 'GET',
    path: '/deliveries/{id}',
    description: 'One delivery and what happened to it',
    async run(operator, request) {
      const { delivery, timeline } = await operator.show(idOf(request))
      return {
        delivery: deliveryView(delivery),
        timeline: timeline.map(auditView)
      }
    }
  },
  {
    method: 'POST',
    path: '/deliveries/{id}/send-again',
    description: 'Goes on with a parked or waiting delivery at once',
    run: async (operator, request, actor) => ({
      delivery: deliveryView(await operator.sendAgain(idOf(request), actor))
    })
  },
  {
    method: 'POST',
    path: '/deliveries/{id}/reject',
    description: 'Says no in the place of the ID system, with a reason',
    run: async (operator, request, actor) => ({
      delivery: deliveryView(
        await operator.reject(idOf(request), readReason(request.payload), actor)
      )
    })
  }
]

function idOf(request: Request): string {
  const id: unknown = request.params.id
  return typeof id === 'string' ? id : ''
}

const MILLISECONDS = Joi.date().iso().cast('number')

const filterSchema = Joi.object({
  state: Joi.array()
    .items(Joi.string().valid(...DELIVERY_STATES))
    .single(),
  eventId: Joi.string().uuid(),
  eventType: Joi.string().max(100),
  trackingId: Joi.string().max(50),
  operation: Joi.string().max(50),
  stalled: Joi.boolean(),
  createdBefore: MILLISECONDS,
  createdAfter: MILLISECONDS,
  limit: Joi.number().integer().min(1).max(200).default(50),
  after: Joi.string().max(200)
})

function readFilter(query: unknown): DeliveryFilter {
  const { error, value } = filterSchema.validate(query) as {
    error?: Error
    value: DeliveryFilter & { state?: DeliveryFilter['states'] }
  }
  if (error !== undefined)
    throw new NationalIdError(`The query cannot be read: ${error.message}.`, {
      code: 'ERR_QUERY'
    })
  const { state, ...filter } = value
  return state === undefined ? filter : { ...filter, states: state }
}

const reasonSchema = Joi.object({
  reason: Joi.string().trim().min(3).max(1000).required()
})

function readReason(payload: unknown): string {
  const { error, value } = reasonSchema.validate(payload) as {
    error?: Error
    value: { reason: string }
  }
  if (error !== undefined) {
    throw new NationalIdError(
      'The body must be { "reason": "..." } with 3 to 1000 characters.',
      { code: 'ERR_BODY' }
    )
  }
  return value.reason
}
