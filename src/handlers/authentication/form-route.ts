import { isBoom } from '@hapi/boom'
import type {
  Lifecycle,
  Request,
  ResponseToolkit,
  ServerRoute
} from '@hapi/hapi'
import { plainCode } from '../../domain/code'
import { AuthenticationError, NationalIdError } from '../../domain/errors'
import type { FormAnswer, IdentityProblem } from '../../domain/identity'
import { newReference } from '../../internal/ids'
import { kindAndPlace } from '../../internal/thrown'
import { bearerToken } from '../read-trigger'
import type { Refusal } from '../refusal-log'
import type { Runtime, RuntimeSource } from '../runtime'

/** One of the two calls that a form's HTTP field makes. */
export type FormEntry = {
  route: Extract<Refusal['route'], 'redeem' | 'identity-check'>
  path: string
  description: string
  maxBytes: number
  /** What the form shows where nothing was found out. */
  otherwise: 'failed' | 'pending'
  /** What is said of a body that is too large, or no JSON. */
  unreadable: IdentityProblem
  run: (call: FormCall) => Promise<FormAnswer>
}

/** A call whose sender is proven to be a user of OpenCRVS. */
export type FormCall = {
  runtime: Runtime
  request: Request
  /** Id of the user. */
  user: string
  reference: string
}

/** The form gets no proof; it is told why. */
export class FormRefusal extends NationalIdError {
  readonly problem: IdentityProblem

  constructor(message: string, code: string, problem: IdentityProblem) {
    super(message, { code })
    this.problem = problem
  }
}

/**
 * A route for a form's HTTP field. It answers 200 and JSON whatever happens, also where hapi or the country's server
 * would answer an error: the client sends a failed call again, wipes the fields that listen, and may leave a value
 * behind that blocks the declaration unseen (forms FACTS 4, CLIENT 2).
 */
export function formRoute(
  source: RuntimeSource,
  entry: FormEntry
): ServerRoute {
  return {
    method: 'POST',
    path: entry.path,
    options: {
      auth: false,
      // Called by pages of our own origin alone.
      cors: false,
      description: entry.description,
      payload: { maxBytes: entry.maxBytes, allow: 'application/json' },
      state: { parse: true, failAction: 'ignore' },
      ext: { onPreResponse: { method: mended(source, entry) } }
    },
    handler: async (request, h) => {
      const reference = newReference()
      const runtime = source()
      if (runtime === undefined)
        return toForm(h, refused(entry, 'unavailable', reference))
      try {
        const user = await formUser(runtime, request)
        const call = { runtime, request, user, reference }
        return toForm(h, await entry.run(call))
      } catch (failure) {
        const { problem, ...about } = meaningOf(failure)
        await runtime.refusals.note({ route: entry.route, reference, ...about })
        return toForm(h, refused(entry, problem, reference))
      }
    }
  }
}

/**
 * The user whose session token the client sends (forms FACTS 4). A record token is refused: it is for one action, and
 * travels to every country configuration; so is a system's, the anonymous one among them (FACTS D, F).
 *
 * @throws AuthenticationError
 */
async function formUser(runtime: Runtime, request: Request): Promise<string> {
  const claims = await runtime.verifier.verify(bearerToken(request.headers))
  const { actionId, eventId, sub, userType } = claims
  if (actionId === undefined && eventId === undefined && userType === 'user')
    return sub
  throw new AuthenticationError(
    'A form was sent with a token that is no session token of an OpenCRVS user, so it was told nothing.',
    { code: 'ERR_TOKEN_SCOPE', status: 403 }
  )
}

function meaningOf(failure: unknown): {
  problem: IdentityProblem
  code: string
  reason: string
} {
  if (!(failure instanceof NationalIdError)) {
    const reason = kindAndPlace(failure)
    return { problem: 'unavailable', code: 'ERR_UNEXPECTED', reason }
  }
  const code = plainCode(failure.code)
  return { problem: problemOf(failure), code, reason: failure.message }
}

function problemOf(failure: NationalIdError): IdentityProblem {
  if (failure instanceof FormRefusal) return failure.problem
  const isCallers = failure instanceof AuthenticationError && !failure.retryable
  return isCallers ? 'session' : 'unavailable'
}

/** An error from before or beside the handler, as the form can take it. */
function mended(source: RuntimeSource, entry: FormEntry): Lifecycle.Method {
  return async (request, h) => {
    const { response } = request
    if (!isBoom(response)) return h.continue
    const reference = newReference()
    const { statusCode } = response.output
    const problem = problemOfStatus(entry, statusCode)
    await source()?.refusals.note({
      route: entry.route,
      code: `ERR_HTTP_${statusCode}`,
      reference
    })
    return toForm(h, refused(entry, problem, reference))
  }
}

function problemOfStatus(
  { unreadable }: FormEntry,
  statusCode: number
): IdentityProblem {
  if (statusCode >= 500) return 'unavailable'
  return statusCode === 401 || statusCode === 403 ? 'session' : unreadable
}

function refused(
  { otherwise }: FormEntry,
  problem: IdentityProblem,
  reference: string
): FormAnswer {
  return { verificationStatus: otherwise, problem, reference }
}

function toForm(h: ResponseToolkit, answer: FormAnswer) {
  return h
    .response(JSON.stringify(answer))
    .code(200)
    .type('application/json')
    .header('cache-control', 'no-store')
    .header('x-content-type-options', 'nosniff')
}

/** A member of a JSON body, where there is one. */
export function memberOf(payload: unknown, name: string): unknown {
  return typeof payload === 'object' &&
    payload !== null &&
    Object.hasOwn(payload, name)
    ? Reflect.get(payload, name)
    : undefined
}
