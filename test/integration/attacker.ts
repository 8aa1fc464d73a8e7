import { readFileSync } from 'node:fs'
import { connect } from 'node:net'
import * as path from 'node:path'
import type { Declaration, JsonObject } from 'opencrvs-national-id'
import type { Environment } from './environment'

const FIXTURES = path.join(__dirname, '../fixtures/opencrvs')

/** Where the tests' country configuration takes triggers of births' registrations. */
export const TRIGGER = '/trigger/events/birth/actions/REGISTER'

/** An action that core asks about: whose it is, and the body that core sends. */
export type Asked = {
  target: { eventId: string; actionId: string }
  event: JsonObject & {
    id: string
    type: string
    actions: Array<JsonObject & { id: string; type: string }>
  }
}

export type Answer = {
  status: number
  body: {
    code?: string
    message?: string
    registrationNumber?: string
    deliveryId?: string
    declaration?: JsonObject
  }
}

/** A trigger recorded from a real core. */
export function recordedTrigger(name = 'birth-REGISTER'): Asked {
  const file = path.join(FIXTURES, `trigger-${name}.json`)
  return asked(JSON.parse(readFileSync(file, 'utf8')) as Asked['event'])
}

function asked(event: Asked['event']): Asked {
  const pending = event.actions.at(-1)
  if (pending === undefined) throw new Error('an event without actions')
  return { event, target: { eventId: event.id, actionId: pending.id } }
}

/** A record of the simulated core that waits for an answer; nobody has been asked yet. */
export async function pendingRegistration(
  { core }: Pick<Environment, 'core'>,
  declaration: Declaration,
  type = 'birth'
): Promise<Asked> {
  const eventId = await core.createDeclaredEvent(type, declaration)
  await core.register(eventId, { answeredWith: { status: 202 } })
  return pendingAction({ core }, eventId)
}

/** The action of a record that waits for an answer, as core would send it. */
export function pendingAction(
  { core }: Pick<Environment, 'core'>,
  eventId: string
): Asked {
  // What goes over the wire, not core's own object.
  return asked(
    JSON.parse(JSON.stringify(core.event(eventId))) as Asked['event']
  )
}

/** Calls a route with a body as it is. */
export async function call(
  { url }: Pick<Environment, 'url'>,
  route: string,
  options: {
    method?: string
    token?: string | undefined
    body?: string | Uint8Array<ArrayBuffer>
    headers?: Record<string, string>
  } = {}
) {
  const { method = 'POST', token, body, headers } = options
  const response = await fetch(`${url}${route}`, {
    method,
    headers: {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...headers
    },
    ...(body === undefined ? {} : { body })
  })
  const text = await response.text()
  return { status: response.status, headers: response.headers, text }
}

/** Sends a trigger as core does, by default with core's own token for it. */
export async function trigger(
  environment: Environment,
  { event, target }: Asked,
  options: { token?: string; route?: string } = {}
): Promise<Answer> {
  const route = `/trigger/events/${event.type}/actions/${event.actions.at(-1)?.type ?? ''}`
  const { status, text } = await call(environment, options.route ?? route, {
    token: options.token ?? environment.core.recordToken(target),
    body: JSON.stringify(event)
  })
  return { status, body: JSON.parse(text) as Answer['body'] }
}

/** Writes bytes to the server and gives everything that comes back before it hangs up, or `waitMs` is over. */
export function raw(
  { server }: Pick<Environment, 'server'>,
  bytes: string,
  waitMs = 500
): Promise<string> {
  return new Promise((resolve) => {
    let answer = ''
    const socket = connect(Number(server.info.port), '127.0.0.1')
    const done = () => {
      clearTimeout(timer)
      socket.destroy()
      resolve(answer)
    }
    const timer = setTimeout(done, waitMs)
    socket.on('data', (chunk) => {
      answer += chunk.toString('latin1')
    })
    socket.on('error', done)
    socket.on('close', done)
    socket.write(bytes)
  })
}

/** How many calls of an entry were refused, as the log has it. */
export function refusalsIn(
  { lines }: Pick<Environment, 'lines'>,
  route: string
): number {
  return lines.filter(
    ({ message, route: noted }) => message === 'call refused' && noted === route
  ).length
}
