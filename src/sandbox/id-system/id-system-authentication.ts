import type { Clock } from '../../internal/clock'
import { newId } from '../../internal/ids'
import type { ServedAnswer, ServedRequest } from '../loopback-server'
import { jsonAnswer } from './json-answer'

/** Who may call the ID system. */
export type IdSystemCredentials = {
  client: { clientId: string; clientSecret: string }
  /** An API key that is taken instead of a token. */
  apiKey?: { header: string; value: string }
  /** Seconds that access tokens last. */
  tokenSeconds: number
}

export type IdSystemAuthentication = {
  /** OAuth 2.0 client credentials (RFC 6749, section 4.4): in a Basic header or in the form. */
  answerTokenRequest(request: ServedRequest): ServedAnswer
  /** The refusal of a caller who is not known, else undefined. */
  refusal(request: ServedRequest): ServedAnswer | undefined
  /** Forgets every token that was given, as a restart of the ID system would. */
  revokeTokens(): void
}

/** Gives and checks access tokens. */
export function createIdSystemAuthentication(
  credentials: IdSystemCredentials,
  clock: Clock
): IdSystemAuthentication {
  const tokens = new Map<string, number>()

  function isKnown(request: ServedRequest): boolean {
    const { apiKey } = credentials
    if (
      apiKey !== undefined &&
      request.headers[apiKey.header.toLowerCase()] === apiKey.value
    ) {
      return true
    }
    const token = /^Bearer (.+)$/i.exec(
      request.headers.authorization ?? ''
    )?.[1]
    return (tokens.get(token ?? '') ?? 0) > clock.now()
  }

  return {
    answerTokenRequest(request) {
      const parameters = new URLSearchParams(request.body)
      if (parameters.get('grant_type') !== 'client_credentials') {
        return jsonAnswer(400, { error: 'unsupported_grant_type' })
      }
      if (!isClient(credentials, request, parameters)) {
        return jsonAnswer(401, { error: 'invalid_client' })
      }
      const token = newId()
      tokens.set(token, clock.now() + credentials.tokenSeconds * 1000)
      return jsonAnswer(200, {
        access_token: token,
        token_type: 'Bearer',
        expires_in: credentials.tokenSeconds
      })
    },
    refusal: (request) =>
      isKnown(request)
        ? undefined
        : jsonAnswer(401, { code: 'UNAUTHORIZED', reason: 'Who are you?' }),
    revokeTokens: () => {
      tokens.clear()
    }
  }
}

function isClient(
  credentials: IdSystemCredentials,
  request: ServedRequest,
  form: URLSearchParams
): boolean {
  const { clientId, clientSecret } = credentials.client
  const basic = /^Basic (.+)$/i.exec(request.headers.authorization ?? '')?.[1]
  if (basic === undefined) {
    return (
      form.get('client_id') === clientId &&
      form.get('client_secret') === clientSecret
    )
  }
  // RFC 6749, section 2.3.1: both parts are form-encoded before base64.
  const [id, secret] = Buffer.from(basic, 'base64').toString('utf8').split(':')
  return decodeForm(id) === clientId && decodeForm(secret) === clientSecret
}

function decodeForm(text: string | undefined): string | undefined {
  return new URLSearchParams(`text=${text ?? ''}`).get('text') ?? undefined
}
