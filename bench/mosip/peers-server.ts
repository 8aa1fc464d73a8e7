/**
 * MOSIP and core in a process of their own, which answer as little and as fast as the real protocols let them, so that
 * what is measured is ours. Started by bench/mosip/peers.ts.
 */
import * as http from 'node:http'
import type { AddressInfo } from 'node:net'
import type { AcceptedEvent } from '../accepted-event'
import { ACCEPT_PATH, IDA_PATH, PATHS } from './peer-paths'

/** What it is told when it starts. */
export type PeersOrder = {
  /** How long MOSIP takes for each call, in milliseconds. */
  delayMs: number
  event: AcceptedEvent
}

/** What has come of it so far. */
export type PeerCounts = {
  workflows: number
  accepts: number
  verifications: number
}

/** A packet that waits for its credential. */
export type PeerPacket = { applicationId: string; registrationNumber: string }

type Sent = { path: string; body: string }

type Told = { status?: number; cookie?: string; body: unknown }

function createPeers(order: PeersOrder) {
  const counts: PeerCounts = { workflows: 0, accepts: 0, verifications: 0 }
  const packets = new Map<string, string>()

  /** What MOSIP says; undefined for a path that it has not. */
  function mosip({ path, body }: Sent): Told | undefined {
    switch (path) {
      case PATHS.token:
        return {
          cookie: 'Authorization=bench-token; Path=/; HttpOnly',
          body: { response: { status: 'Success' }, errors: null }
        }
      case PATHS.packet:
        return { body: { response: packet(body), errors: [] } }
      case PATHS.workflow:
        counts.workflows += 1
        return {
          body: { response: { workflowInstanceId: 'w' }, errors: null }
        }
      case PATHS.hub:
        return {
          status: 400,
          body: 'Subscriber has already registered with the Hub'
        }
      default:
        return path.startsWith(IDA_PATH) ? verification(body) : undefined
    }
  }

  function packet(body: string): object[] {
    // Of our own server, which tests hold to the recorded form.
    const { request } = JSON.parse(body) as {
      request: { id: string; fields: { birthCertificateNumber: string } }
    }
    packets.set(request.id, request.fields.birthCertificateNumber)
    return [{ id: request.id }]
  }

  function verification(body: string): Told {
    counts.verifications += 1
    const { transactionID } = JSON.parse(body) as { transactionID: string }
    return {
      body: { response: { authStatus: true }, transactionID, errors: null }
    }
  }

  /** Core: the record with the acceptance in it. */
  function accepted(body: string): Told {
    const { json } = JSON.parse(body) as {
      json: { eventId: string; actionId: string }
    }
    counts.accepts += 1
    const { actionId, document, eventId } = order.event
    const event: unknown = JSON.parse(
      document
        .replaceAll(eventId, json.eventId)
        .replaceAll(actionId, json.actionId)
    )
    return { body: { result: { data: { json: event } } } }
  }

  function ours({ path, body }: Sent): Told {
    if (path === ACCEPT_PATH) return accepted(body)
    if (path === '/peers/counts') return { body: counts }
    if (path !== '/peers/packets') return { status: 404, body: {} }
    const waiting = [...packets].map(
      ([applicationId, registrationNumber]): PeerPacket => ({
        applicationId,
        registrationNumber
      })
    )
    packets.clear()
    return { body: waiting }
  }

  return { mosip, ours }
}

function run(order: PeersOrder): void {
  const peers = createPeers(order)
  const server = http.createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString()
      const sent = { path: request.url ?? '/', body }
      const said = peers.mosip(sent)
      if (said === undefined) answer(response, peers.ours(sent))
      else if (order.delayMs === 0) answer(response, said)
      else setTimeout(() => answer(response, said), order.delayMs)
    })
  })
  server.keepAliveTimeout = 60_000
  server.listen(0, '127.0.0.1', () => {
    // A TCP server's address is an object.
    const { port } = server.address() as AddressInfo
    process.send?.({ url: `http://127.0.0.1:${port}` })
  })
}

function answer(
  response: http.ServerResponse,
  { body, cookie, status = 200 }: Told
): void {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
    ...(cookie === undefined ? {} : { 'set-cookie': cookie })
  })
  response.end(text)
}

process.once('message', (order: PeersOrder) => run(order))
// Nobody measures any more.
process.once('disconnect', () => process.exit(0))
process.on('SIGINT', () => undefined)
