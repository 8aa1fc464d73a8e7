import { type HttpClient, type HttpRequest } from '../../internal/http'
import { openTlsClient } from '../../internal/tls-client'
import type { ProviderTls } from './options'

/** What the protocol library asks for, as far as we let it. */
export type ProviderRequest = {
  method?: string
  headers: Record<string, string> | Headers
  body?: unknown
}

/** One provider's connections, in the shape that the protocol libraries take. */
export type ProviderClient = {
  /**
   * Fetches under our own discipline (`src/internal/http.ts`): a deadline, a bound on the answer, no redirects.
   * @throws HttpFailure when there was no answer
   */
  fetch(url: string, request: ProviderRequest): Promise<Response>
  /** Closes kept connections. */
  close(): void
}

/** The headers of an answer that the protocol has a use for. */
const KEPT_HEADERS = ['content-type', 'www-authenticate', 'dpop-nonce'] as const

/** Statuses whose answers have no body (RFC 9110), which `Response` insists on. */
const WITHOUT_BODY = [204, 205, 304]

/** The connections to a provider; made at the first call, closed when the server stops. */
export function createProviderClient(options: {
  tls?: ProviderTls
  timeoutMs: number
}): ProviderClient {
  let client: Promise<HttpClient> | undefined

  // A certificate that could not be read is tried again with the next call.
  function open(): Promise<HttpClient> {
    client ??= openTlsClient(options.tls, 'ERR_PROVIDER_TLS').catch(
      (error: unknown) => {
        client = undefined
        throw error
      }
    )
    return client
  }

  return {
    async fetch(url, request) {
      const opened = await open()
      const { status, headers, text } = await opened.request(
        httpRequest(url, request, options.timeoutMs)
      )
      const kept = KEPT_HEADERS.flatMap((name): Array<[string, string]> => {
        const value = headers.get(name)
        return value === null ? [] : [[name, value]]
      })
      const body = WITHOUT_BODY.includes(status) ? null : text
      return new Response(body, { status, headers: kept })
    },
    close() {
      void client?.then(
        (opened) => opened.close(),
        () => undefined
      )
      client = undefined
    }
  }
}

function httpRequest(
  url: string,
  { body, headers, method }: ProviderRequest,
  timeoutMs: number
): HttpRequest {
  return {
    // The libraries only ever read, and send forms.
    method: method === 'POST' ? 'POST' : 'GET',
    url,
    headers: Object.fromEntries(new Headers(headers)),
    timeoutMs,
    ...(body instanceof URLSearchParams ? { body: body.toString() } : {})
  }
}
