import { parseJson } from '../../internal/http'
import { isJsonObject } from '../json-object'
import type { ServedAnswer, ServedRequest } from '../loopback-server'
import { CoreFailure, internalFailure } from './core-failure'

/**
 * Runs a procedure and answers in tRPC's envelopes: plain, or a batch as the
 * official client sends it (FACTS C1, C2).
 *
 * @param run gets the input out of its `json` envelope; undefined when there is none
 */
export async function answerProcedureCall(
  name: string,
  request: ServedRequest,
  run: (input: unknown) => Promise<unknown>
): Promise<ServedAnswer> {
  const isBatch = request.query.get('batch') === '1'
  try {
    const inputs = readInputs(request, isBatch)
    const results = await Promise.all(
      inputs.map((input) => answerOne(name, () => run(input)))
    )
    return isBatch ? batchAnswer(results) : answerOf(results[0])
  } catch (error) {
    const failed = failedResult(name, error)
    return isBatch ? batchAnswer([failed]) : answerOf(failed)
  }
}

/** A failure in the shape of core's REST routes. */
export function restFailure(error: unknown): ServedAnswer {
  const failure = error instanceof CoreFailure ? error : internalFailure()
  return jsonAnswer(failure.status, {
    message: failure.message,
    code: failure.code
  })
}

/** JSON with its content type. */
export function jsonAnswer(status: number, body: unknown): ServedAnswer {
  return {
    status,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body)
  }
}

type Result = { status: number; body: unknown }

async function answerOne(
  name: string,
  run: () => Promise<unknown>
): Promise<Result> {
  try {
    return { status: 200, body: { result: { data: { json: await run() } } } }
  } catch (error) {
    return failedResult(name, error)
  }
}

function failedResult(name: string, error: unknown): Result {
  const failure = error instanceof CoreFailure ? error : internalFailure()
  // As recorded: what core did not foresee, and what failed before the
  // procedure was known, carries no path.
  const hasPath = failure.status < 500 && failure.status !== 415
  return {
    status: failure.status,
    body: {
      error: {
        json: {
          message: failure.message,
          code: failure.number,
          data: {
            code: failure.code,
            httpStatus: failure.status,
            ...(hasPath ? { path: name } : {})
          }
        }
      }
    }
  }
}

function batchAnswer(results: Result[]): ServedAnswer {
  const statuses = new Set(results.map(({ status }) => status))
  const [only] = statuses
  return jsonAnswer(
    statuses.size === 1 && only !== undefined ? only : 207,
    results.map(({ body }) => body)
  )
}

function answerOf(result: Result | undefined): ServedAnswer {
  return jsonAnswer(result?.status ?? 500, result?.body ?? {})
}

function readInputs(request: ServedRequest, isBatch: boolean): unknown[] {
  const body =
    request.method === 'GET' ? queryInput(request) : bodyInput(request)
  if (!isBatch) return [unwrap(body)]
  const calls = isJsonObject(body) ? Object.values(body) : []
  return calls.length === 0 ? [undefined] : calls.map(unwrap)
}

function queryInput(request: ServedRequest): unknown {
  return parseJson(request.query.get('input') ?? '')
}

function bodyInput(request: ServedRequest): unknown {
  const type = request.headers['content-type']
  if (type?.startsWith('application/json') !== true) {
    throw new CoreFailure(
      'UNSUPPORTED_MEDIA_TYPE',
      type === undefined
        ? 'Missing content-type header'
        : `Unsupported content-type "${type}`
    )
  }
  return parseJson(request.body)
}

/** FACTS C2: the `json` envelope is compulsory. */
function unwrap(call: unknown): unknown {
  return isJsonObject(call) ? call.json : undefined
}
