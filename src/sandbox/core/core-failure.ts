/** tRPC's names of errors, with their numbers and HTTP statuses. */
const ERRORS = {
  BAD_REQUEST: { number: -32600, status: 400 },
  UNAUTHORIZED: { number: -32001, status: 401 },
  FORBIDDEN: { number: -32003, status: 403 },
  NOT_FOUND: { number: -32004, status: 404 },
  CONFLICT: { number: -32009, status: 409 },
  UNSUPPORTED_MEDIA_TYPE: { number: -32015, status: 415 },
  INTERNAL_SERVER_ERROR: { number: -32603, status: 500 }
} as const

export type CoreFailureCode = keyof typeof ERRORS

/** Core refuses a call, with the text that it really uses (FACTS B1, C4). */
export class CoreFailure extends Error {
  readonly code: CoreFailureCode
  readonly number: number
  readonly status: number

  constructor(code: CoreFailureCode, message: string) {
    super(message)
    this.name = 'CoreFailure'
    this.code = code
    this.number = ERRORS[code].number
    this.status = ERRORS[code].status
  }
}

/** What production core says about anything that it did not foresee (FACTS B1). */
export function internalFailure(): CoreFailure {
  return new CoreFailure('INTERNAL_SERVER_ERROR', 'Internal server error')
}
