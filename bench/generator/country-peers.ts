import * as http from 'node:http'
import type { AddressInfo } from 'node:net'
import { acceptedEvent, type AcceptedEvent } from '../accepted-event'
import { ACCEPT_PATH } from '../mosip/peer-paths'

/** Core and the ID system, in the process of the load generator: who waits for them hears of it at once. */
export type CountryPeers = {
  url: string
  /** Calls when core has accepted an action. */
  onAccepted(listener: (actionId: string) => void): void
  /** Calls when the ID system has been asked for an identity. */
  onSubmitted(listener: (reference: string) => void): void
  /** Leaves those who ask for identities waiting for their answer, until `release`. */
  hold(): void
  release(): void
}

type Listener = (id: string) => void

export async function startCountryPeers(): Promise<CountryPeers> {
  const core = acceptedEvent()
  let accepted: Listener = () => undefined
  let submitted: Listener = () => undefined
  let held: Array<() => void> | undefined

  /** The ID system has it, and will answer by callback. */
  function identity(body: string, answer: (text: string) => void): void {
    const { reference } = JSON.parse(body) as { reference: string }
    const tell = () => {
      answer(JSON.stringify({ outcome: 'pending', id: `s-${reference}` }))
      submitted(reference)
    }
    if (held === undefined) tell()
    else held.push(tell)
  }

  function acceptance(body: string): string {
    // Of our own server, which tests hold to the recorded form.
    const { json } = JSON.parse(body) as { json: Acceptance }
    accepted(json.actionId)
    return acceptedBody(core, json)
  }

  const server = http.createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString()
      if (request.url === ACCEPT_PATH) reply(response, acceptance(body))
      else if (request.url === '/id/verify') reply(response, '{"match":true}')
      else if (request.url === '/id/identities')
        identity(body, (text) => reply(response, text))
      else response.writeHead(404).end()
    })
  })
  server.keepAliveTimeout = 60_000
  await new Promise<void>((resolve) =>
    server.listen(0, '127.0.0.1', () => resolve())
  )
  // A TCP server's address is an object.
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    onAccepted(listener) {
      accepted = listener
    },
    onSubmitted(listener) {
      submitted = listener
    },
    hold() {
      held = []
    },
    release() {
      const waiting = held ?? []
      held = undefined
      for (const tell of waiting) tell()
    }
  }
}

type Acceptance = {
  eventId: string
  actionId: string
  registrationNumber: string
}

/** Core: the record with the acceptance in it. */
function acceptedBody(
  core: AcceptedEvent,
  { actionId, eventId, registrationNumber }: Acceptance
): string {
  const event = core.document
    .replaceAll(core.eventId, eventId)
    .replaceAll(core.actionId, actionId)
    .replace(
      '"registrationNumber":"bench"',
      `"registrationNumber":${JSON.stringify(registrationNumber)}`
    )
  return `{"result":{"data":{"json":${event}}}}`
}

function reply(response: http.ServerResponse, text: string): void {
  response.writeHead(200, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text)
  })
  response.end(text)
}
