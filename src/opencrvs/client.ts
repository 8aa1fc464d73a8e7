import { systemClock, type Clock } from '../internal/clock'
import { createHttpClient, type HttpClient } from '../internal/http'
import { capabilitiesOf, type OpenCrvsVersion } from './capabilities'
import { acceptAction, readStoredAction, rejectAction } from './confirm'
import type { OpenCrvsCore } from './core'
import { createEventFields } from './event-fields'
import {
  createSystemClientTokens,
  exchangeToken,
  type SystemClient
} from './token-exchange'

/** How OpenCRVS core is reached. */
export type OpenCrvsCoreOptions = {
  /** OpenCRVS gateway, without a path: `http://gateway:7070`. */
  gatewayUrl: string
  /** OpenCRVS auth service: `http://auth:4040`. */
  authUrl: string
  /** Default `2`. */
  version?: OpenCrvsVersion
  /** For one call, in milliseconds. Default 30 000. */
  timeoutMs?: number
  /** Used for record tokens when one has ended (FACTS D4). */
  systemClient?: SystemClient
  clock?: Clock
  /** Default: one of its own, which `close` closes. */
  http?: HttpClient
}

/**
 * A client of OpenCRVS core that confirms what was answered 202.
 *
 * @example
 * const core = createOpenCrvsCore({
 *   gatewayUrl: 'http://gateway:7070', authUrl: 'http://auth:4040'
 * })
 * const { target } = readEvent(eventDocument)
 * await core.accept({ target, token, registrationNumber })
 */
export function createOpenCrvsCore(options: OpenCrvsCoreOptions): OpenCrvsCore {
  const http = options.http ?? createHttpClient()
  const capabilities = capabilitiesOf(options.version ?? '2')
  const connection = {
    http,
    clock: options.clock ?? systemClock,
    timeoutMs: options.timeoutMs ?? 30_000
  }
  const gateway = {
    ...connection,
    gatewayUrl: options.gatewayUrl,
    capabilities
  }
  const endpoint = {
    ...connection,
    authUrl: options.authUrl,
    parametersIn: capabilities.tokenParametersIn
  }
  const { confirmable } = capabilities

  return {
    accept: (acceptance) => acceptAction(gateway, acceptance),
    reject: (rejection) => rejectAction(gateway, rejection),
    canRejectLater: (type) => confirmable.get(type)?.canRejectLater ?? false,
    takesValues: (type) => confirmable.get(type)?.takesValues ?? false,
    readAction: (target, token) => readStoredAction(gateway, target, token),
    renewToken: (target, token) => exchangeToken(endpoint, target, token),
    ...(options.systemClient === undefined
      ? {}
      : {
          tokenFromSystemClient: createSystemClientTokens(
            endpoint,
            options.systemClient
          )
        }),
    declarationFieldIds: createEventFields(gateway),
    close() {
      // One that was given to us may be in use elsewhere.
      if (options.http === undefined) http.close()
    }
  }
}
