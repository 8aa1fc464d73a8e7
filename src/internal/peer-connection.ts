import {
  HttpFailure,
  type HttpClient,
  type HttpRequest,
  type HttpResponse
} from './http'
import { abortedError, networkError, type CallName } from './system-call'
import { openTlsClient, type TlsSecrets } from './tls-client'

/** A system's kept-alive connections; made at the first call, closed when it stops. */
export type Connection = {
  /** @throws SystemError when no answer came; every status is an answer */
  request(call: CallName, request: HttpRequest): Promise<HttpResponse>
  close(): void
}

/** The connections that all calls of one system share. */
export function createConnection(tls: TlsSecrets | undefined): Connection {
  let client: Promise<HttpClient> | undefined

  // A certificate that could not be read is tried again with the next call.
  async function open(): Promise<HttpClient> {
    client ??= openTlsClient(tls, 'ERR_SYSTEM_TLS').catch((error: unknown) => {
      client = undefined
      throw error
    })
    return client
  }

  return {
    async request(call, request) {
      const opened = await open()
      if (request.signal?.aborted === true) throw abortedError(call)
      try {
        return await opened.request(request)
      } catch (error) {
        if (error instanceof HttpFailure) throw networkError(call, error)
        throw error
      }
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
