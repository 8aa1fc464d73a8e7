import type { MosipSimulator } from '../../../src/sandbox'
import type { Recorded } from '../recording'
import { ID_SCHEMA } from './recorded'

export const TOKEN_PATH = '/v1/authmanager/authenticate/clientidsecretkey'
export const PACKET_PATH = '/commons/v1/packetmanager/createPacket'
export const WORKFLOW_PATH =
  '/registrationprocessor/v1/workflowmanager/workflowinstance'
const STATUS_PATH =
  '/registrationprocessor/v1/registrationstatus/externalstatus/search'

/** When the tests happen. */
export const NOW = Date.UTC(2026, 10, 23, 23, 0, 0)

/** A clock that a test moves. */
export class TestClock {
  at = NOW

  now(): number {
    return this.at
  }
}

export type Answer = { status: number; body: Recorded; headers: Headers }

/** What a test does as a client of the simulator. */
export type Client = {
  token(role?: 'client' | 'websubClient'): Promise<string>
  /** One call with a token, its own unless another is given. */
  call(
    method: 'PUT' | 'POST',
    path: string,
    body: unknown,
    token?: string
  ): Promise<Answer>
  createPacket(
    applicationId: string,
    fields: Record<string, string>,
    changes?: Record<string, unknown>
  ): Promise<Answer>
  startWorkflow(
    applicationId: string,
    process?: string,
    changes?: Record<string, unknown>
  ): Promise<Answer>
  /** Both steps of a packet that goes through. */
  register(
    applicationId: string,
    fields?: Record<string, string>,
    process?: string
  ): Promise<void>
  subscribe(callback: string, changes?: Record<string, string>): Promise<Answer>
  status(...applicationIds: string[]): Promise<Answer>
}

/** A client of a simulator that runs. */
export function clientOf(simulator: MosipSimulator): Client {
  async function token(role: 'client' | 'websubClient' = 'client') {
    const { client, websub } = simulator.connection
    const request = role === 'client' ? client : websub.client
    const answer = await send(simulator.url + TOKEN_PATH, 'POST', {
      id: 'string',
      version: 'string',
      requesttime: new Date(NOW).toISOString(),
      metadata: {},
      request
    })
    const cookie = answer.headers.get('set-cookie') ?? ''
    return /^Authorization=([^;]+);/.exec(cookie)?.[1] ?? 'no token'
  }

  const client: Client = {
    token,
    async call(method, path, body, given) {
      const cookie = `Authorization=${given ?? (await token())}`
      return send(simulator.url + path, method, body, { cookie })
    },
    createPacket: (applicationId, fields, changes) =>
      client.call(
        'PUT',
        PACKET_PATH,
        packetBody(applicationId, fields, changes)
      ),
    startWorkflow: (applicationId, process = 'CRVS_NEW', changes = {}) =>
      client.call('POST', WORKFLOW_PATH, {
        id: 'mosip.registration.processor.workflow.instance',
        version: 'v1',
        requesttime: new Date(NOW).toISOString(),
        request: {
          registrationId: applicationId,
          process,
          source: 'OPENCRVS',
          additionalInfoReqId: '',
          notificationInfo: { name: '', phone: '', email: '' }
        },
        ...changes
      }),
    async register(applicationId, fields = CHILD, process = 'CRVS_NEW') {
      const packet = await client.createPacket(applicationId, fields, {
        process
      })
      expect(packet.body.errors).toEqual([])
      const workflow = await client.startWorkflow(applicationId, process)
      expect(workflow.body.errors).toBeNull()
    },
    async subscribe(callback, changes = {}) {
      const given = await token('websubClient')
      const { hubUrl, secrets, topics } = simulator.connection.websub
      const form = new URLSearchParams({
        'hub.mode': 'subscribe',
        'hub.topic': topics.credentials,
        'hub.callback': callback,
        'hub.secret': secrets,
        ...changes
      })
      return send(hubUrl, 'POST', form.toString(), {
        'content-type': 'application/x-www-form-urlencoded',
        authorization: given,
        cookie: `Authorization=${given}`
      })
    },
    status: (...applicationIds) =>
      client.call('POST', STATUS_PATH, {
        id: 'mosip.registration.external.status',
        version: '1.0',
        requesttime: new Date(NOW).toISOString(),
        request: applicationIds.map((registrationId) => ({ registrationId }))
      })
  }
  return client
}

/** A call. Objects are sent as JSON, texts as they are. */
export async function send(
  url: string,
  method: 'PUT' | 'POST',
  body: unknown,
  headers: Record<string, string> = {}
): Promise<Answer> {
  const response = await fetch(url, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body)
  })
  const text = await response.text()
  const isJson = /json/.test(response.headers.get('content-type') ?? '')
  return {
    status: response.status,
    headers: response.headers,
    body: isJson ? JSON.parse(text) : text
  }
}

/** A multilingual value as packets hold it. */
export function eng(value: string): string {
  return JSON.stringify([{ language: 'eng', value }])
}

/** A newborn. */
export const CHILD = {
  fullName: eng('Amina Testchild Samplefamily'),
  dateOfBirth: '2026/10/02',
  gender: eng('Female'),
  addressLine1: eng('1 Sample Street'),
  birthCertificateNumber: '2026B0000001'
}

/** The body of createPacket. */
export function packetBody(
  applicationId: string,
  fields: Record<string, string>,
  changes: Record<string, unknown> = {}
): Recorded {
  const labels = (entries: Record<string, string>) =>
    JSON.stringify(
      Object.entries(entries).map(([label, value]) => ({ label, value }))
    )
  return {
    id: 'string',
    version: 'string',
    requesttime: new Date(NOW).toISOString(),
    request: {
      id: applicationId,
      refId: '10001_10004',
      offlineMode: false,
      process: 'CRVS_NEW',
      source: 'OPENCRVS',
      schemaVersion: '0.100',
      fields,
      metaInfo: {
        metaData: labels({ machineId: '10004', centerId: '10001' }),
        registrationId: applicationId,
        operationsData: labels({ officerId: 'crvs1' }),
        capturedRegisteredDevices: '[]',
        creationDate: '20261123230000'
      },
      audits: [{ eventId: 'REG-EVT-066' }],
      schemaJson: JSON.stringify(ID_SCHEMA),
      ...changes
    }
  }
}

/** Waits for what comes by itself, and fails when it does not. */
export async function eventually<T>(
  read: () => T,
  isThere: (value: T) => boolean,
  timeoutMs = 5_000
): Promise<T> {
  const deadline = performance.now() + timeoutMs
  for (;;) {
    const value = read()
    if (isThere(value)) return value
    if (performance.now() > deadline) {
      throw new Error(`It did not come: ${JSON.stringify(value)}`)
    }
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}
