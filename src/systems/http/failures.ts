import { plainCode } from '../../domain/code'
import type { SystemError } from '../../domain/errors'
import { parseJson, type HttpResponse } from '../../internal/http'
import { isRecord } from '../../internal/json'
import {
  failure,
  statusError as plainStatusError,
  type CallName
} from '../../internal/system-call'

/** A failure of the mapping functions: trying again cannot help. */
export function mappingError(call: CallName, problem: string): SystemError {
  // No cause: what a mapping throws may quote the person's data.
  return failure(call, `${problem} Correct the mapping function.`, {
    code: 'ERR_SYSTEM_MAPPING'
  })
}

/** An answer that is JSON but not what was agreed. */
export function answerError(
  call: CallName,
  status: number,
  problem: string
): SystemError {
  return failure(
    call,
    `was answered ${status}, but ${problem} Nothing was taken from it; compare the system's answers with docs/systems/http.md.`,
    { code: 'ERR_SYSTEM_ANSWER', status }
  )
}

/** What a status that is no answer means; 401 passes, since all deliveries wait for the same cure. */
export function statusError(
  call: CallName,
  response: HttpResponse,
  now: number
): SystemError {
  return plainStatusError(call, response, now, {
    correct: 'Correct baseUrl or the path.',
    systemCode: readCode(response.text),
    unauthorizedPasses: true
  })
}

/** The system's own code in an error body, in plain letters. */
function readCode(text: string): string | undefined {
  const body = parseJson(text)
  if (!isRecord(body)) return undefined
  const code = body.code ?? body.error
  return typeof code === 'string' ? plainCode(code) : undefined
}
