import type { OsiaSimulator } from 'opencrvs-national-id/sandbox'

/** An answer of the simulator. */
export type Answer = { status: number; body: unknown }

/** An access token with all scopes, or those named. */
export async function tokenOf(
  { connection: { authentication } }: OsiaSimulator,
  scope?: string
): Promise<string> {
  const { clientId, clientSecret, tokenUrl } = authentication
  const response = await fetch(tokenUrl, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: clientId,
      client_secret: clientSecret,
      ...(scope === undefined ? {} : { scope })
    })
  })
  const { access_token: token } = (await response.json()) as {
    access_token?: string
  }
  return token ?? ''
}

/** Calls one interface of the simulator. */
export async function call(
  simulator: OsiaSimulator,
  path: string,
  {
    body,
    headers = {},
    method = 'GET',
    of,
    token
  }: {
    of: keyof OsiaSimulator['connection']['urls']
    method?: string
    body?: unknown
    token?: string
    headers?: Record<string, string>
  }
): Promise<Answer> {
  const authorization = `Bearer ${token ?? (await tokenOf(simulator))}`
  const response = await fetch(`${simulator.connection.urls[of]}${path}`, {
    method,
    headers: {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      authorization,
      ...headers
    },
    ...(body === undefined
      ? {}
      : { body: typeof body === 'string' ? body : JSON.stringify(body) })
  })
  const text = await response.text()
  return { status: response.status, body: text === '' ? null : parsed(text) }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return text
  }
}
