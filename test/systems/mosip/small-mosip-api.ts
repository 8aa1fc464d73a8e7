import { json, openLoopback } from '../http/loopback'
import type { Loose } from './made'
import { claimsIn, isSignedBy } from './via-mosip-api'

/** What mosip-api keeps while MOSIP works. */
type Row = { id: string; token: string; number: string }

/** What mosip-api's confirmation was answered. */
export type Told = { status: number; body: string }

/**
 * A mosip-api as its recorded and measured ways are (FACTS 9, INCUMBENT 2): it
 * checks tokens with the key at one address, tells core at another, makes up an
 * id for each call, takes a number and a token once, and forgets a row before it
 * confirms.
 */
export type SmallMosipApi = {
  url: string
  readonly rows: Row[]
  /** Bodies of registrations, as they came. */
  readonly registrations: Loose[]
  /** How the next registration ends after it was taken: what mosip-api says to all that goes wrong. */
  failAfterTaking: boolean
  /** Whether it looks the event up first, as releases of 2026 do. */
  looksUp: boolean
  /** Where its core is. */
  connectTo(countryConfigUrl: string): void
  /** MOSIP gives a number: mosip-api forgets the row and confirms, once. */
  issue(row: Row | undefined, vid?: string): Promise<Told>
  close(): Promise<void>
}

export async function openSmallMosipApi(): Promise<SmallMosipApi> {
  let base = ''
  let key: string | undefined
  let issued = 0
  const server = await openLoopback(({ body, headers, path }, response) => {
    void take().catch(() => json(response, 500, {}))

    async function take(): Promise<void> {
      const token = String(headers.authorization).slice('Bearer '.length)
      key ??= await (await fetch(`${base}/mosip-api/public-key`)).text()
      if (!isSignedBy(token, key)) return void json(response, 401, {})
      if (path !== '/events/registration') return void json(response, 404, {})
      const sent: Loose = JSON.parse(body)
      api.registrations.push(sent)
      const { birthCertificateNumber, deathCertificateNumber } =
        sent.requestFields
      const number = birthCertificateNumber ?? deathCertificateNumber
      const known = api.rows.some(
        (row) => row.number === number || row.token === token
      )
      if (known) return void json(response, 500, {})
      api.rows.push({ id: `10001${api.registrations.length}`, token, number })
      const fails = api.failAfterTaking
      api.failAfterTaking = false
      json(response, fails ? 500 : 202, {})
    }
  })

  async function call(path: string, token: string, body?: unknown) {
    // As `new URL('events', OPENCRVS_GATEWAY_URL)` makes it.
    const events = new URL('events', `${base}/mosip-api/`).toString()
    const response = await fetch(`${events}/${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json'
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) })
    })
    return { status: response.status, body: await response.text() }
  }

  const api: SmallMosipApi = {
    url: server.url,
    rows: [],
    registrations: [],
    failAfterTaking: false,
    looksUp: false,
    connectTo: (url) => {
      base = `${url}/national-id`
    },
    async issue(row, vid) {
      if (row === undefined) throw new Error('there is no such row')
      const { number, token } = row
      api.rows.splice(0, api.rows.length, ...api.rows.filter((r) => r !== row))
      const { actionId, eventId } = claimsIn(token)
      if (api.looksUp) {
        const input = encodeURIComponent(
          JSON.stringify({ 0: { json: { eventId } } })
        )
        const seen = await call(`event.get?batch=1&input=${input}`, token)
        const { actions, type }: Loose = JSON.parse(seen.body)[0].result.data
          .json
        const [pending] = actions
        if (type !== 'birth' || pending.type !== 'REGISTER') return seen
      }
      issued += 1
      return call('event.actions.register.accept?batch=1', token, {
        0: {
          json: {
            transactionId: `mosip-interop-${issued}`,
            eventId,
            actionId,
            registrationNumber: number,
            declaration: vid === undefined ? {} : { 'child.nid': vid }
          }
        }
      })
    },
    close: () => server.close()
  }
  return api
}
