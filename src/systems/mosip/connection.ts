import { createSecureContext } from 'node:tls'
import { NationalIdError } from '../../domain/errors'
import {
  createHttpClient,
  HttpFailure,
  type HttpClient,
  type HttpRequest,
  type HttpResponse,
  type TlsOptions
} from '../../internal/http'
import { resolveSecret } from '../../internal/secret'
import { abortedError, networkError, type CallName } from './failures'
import type { MosipTls } from './options'

/** Kept-alive connections to MOSIP's services; made at the first call. */
export type Connection = {
  /** @throws SystemError when no answer came; every status is an answer */
  request(call: CallName, request: HttpRequest): Promise<HttpResponse>
  close(): void
}

/** The connections that all calls of one system share. */
export function createConnection(tls: MosipTls | undefined): Connection {
  let client: Promise<HttpClient> | undefined

  // A certificate that could not be read is tried again with the next call.
  async function open(): Promise<HttpClient> {
    client ??= openClient(tls).catch((error: unknown) => {
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

async function openClient(tls: MosipTls | undefined): Promise<HttpClient> {
  if (tls === undefined) return createHttpClient()
  const read: TlsOptions = {}
  for (const part of ['cert', 'key', 'ca', 'passphrase'] as const) {
    const secret = tls[part]
    if (secret === undefined) continue
    read[part] = await resolveSecret(secret, `tls.${part}`)
  }
  try {
    createSecureContext(read)
  } catch {
    throw new NationalIdError(
      'tls.cert, tls.key and tls.ca must be PEM and belong together, and tls.passphrase must open tls.key. No call was made.',
      { code: 'ERR_SYSTEM_TLS', retryable: true }
    )
  }
  return createHttpClient({ tls: read })
}
