import {
  NationalIdError,
  type NationalIdErrorOptions,
  type OptionsIssue
} from '../domain/errors'
import type { IdentityData, IdentityProblem } from '../domain/identity'
import type { JsonObject } from '../domain/json'
import type { Clock } from '../internal/clock'

/**
 * What must be kept between the start of a sign-in and the provider's answer. It goes into a sealed cookie of the
 * browser, so any server process can go on with it.
 */
export type SignInTransaction = {
  /** OIDC Core 3.1.2.1: ties the answer to this browser. */
  state: string
  /** OIDC Core 3.1.2.1: ties the ID token to this sign-in. */
  nonce: string
  /** RFC 7636. */
  codeVerifier: string
  /** RFC 9449: the private key of this sign-in as a JWK, where the provider binds tokens. */
  dpopKey?: JsonObject
}

/** What the provider vouched for, every signature and claim checked. */
export type SignInResult = {
  issuer: string
  /** Pairwise (OIDC Core 8.1) where the provider has it so. */
  subject: string
  /** `acr` of the ID token. */
  assurance?: string
  data: IdentityData
  /** The UserInfo answer as it was signed (compact JWS), where it was and the country keeps it. */
  userInfo?: string
}

/** An OpenID Connect provider as the rest of the server sees it. */
export type RelyingParty = {
  /**
   * Begins a sign-in.
   * @param request.redirectUri the one registered redirect URI
   * @returns where to send the browser, and what to keep until it comes back
   * @throws SignInError
   */
  begin(request: {
    redirectUri: string
    /** BCP 47, for `ui_locales`. */
    locale?: string
  }): Promise<{ url: string; transaction: SignInTransaction }>
  /**
   * Finishes a sign-in: exchanges the code and checks all that comes back.
   * @param answer.parameters the query of the redirect, as it came
   * @throws SignInError
   */
  complete(answer: {
    parameters: URLSearchParams
    redirectUri: string
    transaction: SignInTransaction
  }): Promise<SignInResult>
  /** Closes kept connections. */
  stop?(): void
}

/** What `openIdConnect(...)` and `esignet(...)` give: checked with the other options, made when the server starts. */
export type SignInFactory = {
  readonly name: string
  /** What is wrong with its options; `path` is where it stands in the options (`authentication.oidc`). */
  issues(path: string): OptionsIssue[]
  /** Options that weaken a safeguard, each with what it means. */
  weakenings(path: string): Array<{ option: string; effect: string }>
  create(dependencies: { clock: Clock }): RelyingParty
}

/** A sign-in did not succeed. The text is for the log; `problem` is what the form says. */
export class SignInError extends NationalIdError {
  readonly problem: IdentityProblem

  constructor(
    message: string,
    options: NationalIdErrorOptions & { problem: IdentityProblem }
  ) {
    super(message, options)
    this.problem = options.problem
  }
}
