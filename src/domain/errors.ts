/** What every error of this package carries beside its text. The `code` is the contract; the text may improve. */
export type NationalIdErrorOptions = {
  code: string
  /** Whether doing the same again later can help. */
  retryable?: boolean
  cause?: unknown
}

/**
 * Base of all errors thrown by this package.
 *
 * Messages say what failed, on what, why, and what to do next. They hold ids (event, action, delivery) and field
 * names, never a field's value, a token or an identifier.
 */
export class NationalIdError extends Error {
  readonly code: string
  readonly retryable: boolean

  constructor(message: string, options: NationalIdErrorOptions) {
    super(
      message,
      options.cause === undefined ? undefined : { cause: options.cause }
    )
    this.name = new.target.name
    this.code = options.code
    this.retryable = options.retryable ?? false
  }
}

/** One mistake in the options. */
export type OptionsIssue = {
  /** The option, as a dotted path: `opencrvs.gatewayUrl`. */
  option: string
  /** What is wrong and, where we can tell, what was probably meant. */
  problem: string
  /** Where to read about it. */
  see: string
}

/** The options are wrong. All mistakes are reported at once; nothing was started. */
export class OptionsError extends NationalIdError {
  readonly issues: readonly OptionsIssue[]

  constructor(issues: readonly OptionsIssue[]) {
    const lines = issues.map(
      (issue) => `  - ${issue.option}: ${issue.problem} (see ${issue.see})`
    )
    super(
      `${issues.length} ${issues.length === 1 ? 'option is' : 'options are'} wrong, so the national ID integration was not created:\n${lines.join('\n')}`,
      { code: 'ERR_OPTIONS' }
    )
    this.issues = issues
  }
}

export type SystemErrorOptions = NationalIdErrorOptions & {
  /** The system's `name`. */
  system: string
  /** HTTP status, where there was one. */
  status?: number
  /** The system's own error code, where it gave one. */
  systemCode?: string
  /** What `Retry-After` asked for, in milliseconds. */
  retryAfterMs?: number
  /**
   * True when the system may have done the work although we saw no answer (cut or timed out after the request was
   * sent). A system that is not idempotent must then be asked, never called again blindly.
   */
  outcomeUnknown?: boolean
}

/** The national ID system failed, or answered in a way that cannot be used. A refusal of a person is not an error. */
export class SystemError extends NationalIdError {
  readonly system: string
  readonly status: number | undefined
  readonly systemCode: string | undefined
  readonly retryAfterMs: number | undefined
  readonly outcomeUnknown: boolean

  constructor(message: string, options: SystemErrorOptions) {
    super(message, options)
    this.system = options.system
    this.status = options.status
    this.systemCode = options.systemCode
    this.retryAfterMs = options.retryAfterMs
    this.outcomeUnknown = options.outcomeUnknown ?? false
  }
}

/**
 * How OpenCRVS core's failure is to be met:
 * - `transient`: try again later;
 * - `permanent`: trying again cannot help;
 * - `alreadyDone`: core has an answer for this action already, see `storedAs`;
 * - `unauthorized`: the record token is not good (any more); a fresh one may help.
 */
export type OpenCrvsFailure =
  'transient' | 'permanent' | 'alreadyDone' | 'unauthorized'

export type OpenCrvsErrorOptions = NationalIdErrorOptions & {
  failure: OpenCrvsFailure
  status?: number
  retryAfterMs?: number
  /** What core has stored for the action, with `alreadyDone`. */
  storedAs?: 'Accepted' | 'Rejected'
}

/** OpenCRVS core refused a call, or could not be reached. */
export class OpenCrvsError extends NationalIdError {
  readonly failure: OpenCrvsFailure
  readonly status: number | undefined
  readonly retryAfterMs: number | undefined
  readonly storedAs: 'Accepted' | 'Rejected' | undefined

  constructor(message: string, options: OpenCrvsErrorOptions) {
    super(message, { retryable: options.failure === 'transient', ...options })
    this.failure = options.failure
    this.status = options.status
    this.retryAfterMs = options.retryAfterMs
    this.storedAs = options.storedAs
  }
}

/** The caller did not prove who it is, or may not do this. Nothing was changed. */
export class AuthenticationError extends NationalIdError {
  /** 401: not proven who; 403: proven, but not allowed. */
  readonly status: 401 | 403

  constructor(
    message: string,
    options: NationalIdErrorOptions & { status?: 401 | 403 }
  ) {
    super(message, options)
    this.status = options.status ?? 401
  }
}

/** What was sent to us has not the shape it must have. Nothing was changed. */
export class MalformedError extends NationalIdError {}

export type StoreErrorOptions = NationalIdErrorOptions & {
  /**
   * True when nobody knows whether it was written: the connection was lost while a commit was on its way. Whoever
   * answers for it must find out first.
   */
  outcomeUnknown?: boolean
}

/** The store could not do what was asked. */
export class StoreError extends NationalIdError {
  readonly outcomeUnknown: boolean

  constructor(message: string, options: StoreErrorOptions) {
    super(message, options)
    this.outcomeUnknown = options.outcomeUnknown ?? false
  }
}
