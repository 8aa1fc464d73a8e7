import type {
  IncomingMessage,
  RequestListener,
  ServerResponse
} from 'node:http'
import { NationalIdError } from '../../domain/errors'

/**
 * What we use of the package `oidc-provider`, which comes without types.
 * Written after its source, version 9.13.
 */
export type OidcLibrary = {
  Provider: new (issuer: string, configuration: object) => OidcProvider
  errors: { InvalidClientAuth: new (reason: string) => Error }
  interactionPolicy: {
    Check: new (
      reason: string,
      description: string,
      check: (context: OidcContext) => boolean
    ) => object
    base: () => { get(name: string): { checks: { add(check: object): void } } }
  }
}

/** A provider: a Koa application. */
export type OidcProvider = {
  /** No printing of errors. */
  silent: boolean
  callback(): RequestListener
  /** Adds what runs before the provider's own routes. */
  use(middleware: OidcMiddleware): OidcProvider
  interactionDetails(
    request: IncomingMessage,
    response: ServerResponse
  ): Promise<Interaction>
  /** Gives where the browser goes on. */
  interactionResult(
    request: IncomingMessage,
    response: ServerResponse,
    result: object,
    options: { mergeWithLastSubmission: boolean }
  ): Promise<string>
  Grant: new (properties: { accountId: string; clientId: string }) => Grant
  Client: { find(id: string): Promise<OidcClient | undefined> }
}

/** What a sign-in waits for. */
export type Interaction = {
  uid: string
  params: Readonly<Record<string, unknown>>
}

/** What a person allowed a client to see. */
export type Grant = {
  addOIDCScope(scope: string): void
  addOIDCClaims(claims: readonly string[]): void
  rejectOIDCClaims(claims: readonly string[]): void
  save(ttlSeconds: number): Promise<string>
}

/** A registered client. */
export type OidcClient = {
  clientId: string
  clientName?: string
  /** Host of its redirect URIs (OIDC Core 8.1). */
  sectorIdentifier?: string
}

/** A call to the provider, as Koa has it. */
export type OidcContext = {
  method: string
  path: string
  status: number
  type: string
  body: unknown
  /** False: the answer is not Koa's business. */
  respond?: boolean
  req: IncomingMessage
  res: ServerResponse
  set(name: string, value: string): void
  redirect(url: string): void
  oidc: {
    params: Readonly<Record<string, unknown>>
    claims?: Record<string, Record<string, unknown> | undefined>
    urlFor(name: string): string
  }
}

/** Middleware of Koa. */
export type OidcMiddleware = (
  context: OidcContext,
  next: () => Promise<void>
) => Promise<void>

/**
 * Loads `oidc-provider`.
 *
 * @throws NationalIdError `ERR_SANDBOX_DEPENDENCY` when it is not installed or cannot be loaded here
 */
export async function loadOidcLibrary(): Promise<OidcLibrary> {
  try {
    // @ts-expect-error TS7016: the package has no types of its own.
    const library: unknown = await import('oidc-provider')
    // Written after its source; the tests use every part of it.
    return library as OidcLibrary
  } catch (cause) {
    throw new NationalIdError(
      'The OpenID provider of the sandbox did not start: the package `oidc-provider` could not be loaded. Install it as a development dependency (`npm install --save-dev oidc-provider@9`). Inside jest, which cannot load ES modules this way, use startOpenIdProviderProcess() instead.',
      { code: 'ERR_SANDBOX_DEPENDENCY', cause }
    )
  }
}
