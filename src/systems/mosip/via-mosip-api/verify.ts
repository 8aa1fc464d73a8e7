import type { Person } from '../../../domain/person'
import type {
  SystemCallContext,
  VerificationAnswer,
  VerificationRequest
} from '../../system'
import { abortedError, type CallName } from '../../../internal/system-call'
import { mappingError, unreadableError } from '../failures'
import { apiStatusError } from './failures'
import type { MosipApiVerify } from './options'
import type { ApiParts } from './submit'

/**
 * Asks mosip-api whether a person's data match. It says `failed` both when they
 * do not and when IDA had trouble, and nothing by which to tell these apart.
 */
export async function verifyViaApi(
  { clock, connection, options, tokens }: ApiParts,
  verification: MosipApiVerify,
  request: VerificationRequest,
  { signal }: SystemCallContext
): Promise<VerificationAnswer> {
  const call: CallName = {
    system: options.name,
    what: `the verification for ${request.reference}`,
    changes: false
  }
  if (signal.aborted) throw abortedError(call)
  const body = JSON.stringify(bodyOf(call, verification, request))
  const response = await connection.request(call, {
    method: 'POST',
    url: `${options.baseUrl}/verify`,
    timeoutMs: options.timeoutMs,
    signal,
    headers: {
      accept: 'text/plain',
      authorization: `Bearer ${await tokens.forCall()}`,
      'content-type': 'application/json'
    },
    body
  })
  const { status, text } = response
  if (status < 200 || status >= 300) {
    throw apiStatusError(call, response, clock.now())
  }
  switch (text.trim()) {
    case 'verified':
      return { outcome: 'match' }
    case 'failed':
      return { outcome: 'noMatch' }
    default:
      throw unreadableError(call, status)
  }
}

/** mosip-api answers 500 where one of the first three is missing. */
function bodyOf(
  call: CallName,
  { sexValues }: MosipApiVerify,
  { identifier, person, reference }: VerificationRequest
) {
  const { dateOfBirth, sex } = person
  const name = nameOf(person)
  const missing = [
    ...(identifier === undefined ? ['identifier'] : []),
    ...(name.firstname === '' || name.surname === '' ? ['whole name'] : []),
    ...(dateOfBirth === undefined ? ['date of birth'] : [])
  ]
  if (missing.length > 0) {
    throw mappingError(call, `the person has no ${missing.join(' and no ')}.`)
  }
  const gender = sex === undefined ? undefined : sexOf(sex, sexValues)
  return {
    nid: identifier,
    dob: dateOfBirth,
    name,
    ...(gender === undefined ? {} : { gender }),
    transactionId: reference
  }
}

/** It compares the two parts that it knows, joined by a blank: the middle name goes with the first. */
function nameOf({ name }: Person): { firstname: string; surname: string } {
  const firstname = [name?.firstname, name?.middlename]
    .map((part) => part?.trim() ?? '')
    .filter((part) => part !== '')
    .join(' ')
  return { firstname, surname: name?.surname?.trim() ?? '' }
}

function sexOf(
  sex: string,
  values: Readonly<Record<string, string>> | undefined
): string | undefined {
  if (values === undefined) return sex
  return Object.hasOwn(values, sex) ? values[sex] : undefined
}
