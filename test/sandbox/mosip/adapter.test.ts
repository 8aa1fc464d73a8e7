import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import {
  createMosipSimulator,
  type MosipSimulator,
  type MosipSimulatorOptions
} from '../../../src/sandbox'
import { mosip } from '../../../src/systems/mosip'
import type {
  CallbackMessage,
  InboundRequest,
  NationalIdSystem
} from '../../../src/systems/system'
import { callContext, systemRequest } from '../../systems/contract'
import { TestClock, eventually } from './client'
import { ID_SCHEMA } from './recorded'

const CHILD = systemRequest({
  person: {
    name: { firstname: 'Amina', surname: 'Samplefamily' },
    dateOfBirth: '2026-10-02',
    sex: 'female',
    attributes: {}
  },
  registrationNumber: '2026B0000001'
})

const MOTHER = {
  name: 'Zoya Samplefamily',
  dateOfBirth: '1994/05/17',
  gender: 'Female'
}

let simulator: MosipSimulator
let system: NationalIdSystem
let receiver: Awaited<ReturnType<typeof openReceiver>>

afterEach(async () => {
  await system.stop?.()
  await simulator.stop()
  await receiver.close()
})

/** The adapter with nothing but what the simulator says that it needs. */
async function join(options: MosipSimulatorOptions = {}): Promise<void> {
  const clock = new TestClock()
  simulator = createMosipSimulator({ clock, people: [MOTHER], ...options })
  await simulator.start()
  receiver = await openReceiver(() => system)
  const { connection } = simulator
  const given = mosip({
    ...connection,
    office: { centreId: '10001', machineId: '10004', officerId: 'crvs1' },
    idSchema: { version: '0.100', schema: ID_SCHEMA },
    identifierField: 'VID',
    createIdentity: { mandatory: ['fullName', 'dateOfBirth', 'gender'] },
    updateIdentity: {},
    notifyDeath: {},
    withdraw: { revocation: { waitForResult: true } },
    status: true
  })
  system = given.create({ clock, callbackUrl: receiver.url })
  await system.start?.()
  await eventually(
    () => simulator.subscriptions.length,
    (count) => count === 2
  )
}

/** The plugin's two routes for the hub, and what the adapter read. */
async function openReceiver(of: () => NationalIdSystem) {
  const read: CallbackMessage[] = []

  async function handle(request: InboundRequest) {
    if (request.method === 'GET') {
      const route = of().routes?.find(({ path }) => path === '/confirmation')
      return (await route?.handle(request)) ?? { status: 404 }
    }
    try {
      read.push(...((await of().readCallback?.(request)) ?? []))
      return { status: 200 }
    } catch {
      return { status: 400 }
    }
  }

  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => void chunks.push(chunk))
    request.on('end', () => {
      const url = new URL(request.url ?? '/', 'http://127.0.0.1')
      void handle({
        method: request.method ?? 'GET',
        headers: Object.fromEntries(
          Object.entries(request.headers).map(([name, value]) => [
            name,
            [value].flat().join(', ')
          ])
        ),
        query: Object.fromEntries(url.searchParams),
        params: {},
        rawBody: Buffer.concat(chunks)
      }).then((answer) => {
        response.writeHead(answer.status)
        response.end('body' in answer ? answer.body : '')
      })
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  // A TCP server's address is an object.
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/confirmation`,
    read,
    close: async () => {
      server.close()
      server.closeAllConnections()
    }
  }
}

it('gives the adapter everything from subscription to identifier', async () => {
  await join()
  const answer = await system.submit(CHILD, callContext())
  expect(answer).toEqual({
    outcome: 'pending',
    systemReference: CHILD.reference
  })
  const read = await eventually(
    () =>
      receiver.read.filter(({ answer: { outcome } }) => outcome !== 'pending'),
    (messages) => messages.length === 2
  )
  const identifier = simulator.ledger.issuedFor(CHILD.reference)?.vid
  expect(read.map((message) => message.answer)).toContainEqual({
    outcome: 'accepted',
    identifier
  })
  expect(await system.submit(CHILD, callContext())).toEqual(answer)
  await simulator.idle()
  expect(simulator.ledger.entries).toHaveLength(1)
  const { name = '' } = simulator.person(identifier ?? '') ?? {}
  expect(name).toBe('Amina Samplefamily')
})

it('answers the adapter’s verifications and status queries', async () => {
  await join()
  const { uin } = simulator.addPerson(MOTHER)
  const person = {
    name: { firstname: 'Zoya', surname: 'Samplefamily' },
    dateOfBirth: '1994-05-17',
    sex: 'female',
    attributes: {}
  }
  const { reference } = CHILD
  const ask = (dateOfBirth: string) =>
    system.verify?.(
      { person: { ...person, dateOfBirth }, identifier: uin, reference },
      callContext()
    )
  expect(await ask('1994-05-17')).toEqual({ outcome: 'match' })
  expect(await ask('1994-05-18')).toEqual({
    outcome: 'noMatch',
    code: 'IDA-DEA-001'
  })
  const query = { reference, operation: 'createIdentity' } as const
  expect(await system.status?.(query, callContext())).toEqual({
    outcome: 'unknown'
  })
})

it('refuses, and tells the adapter so on the status topic and when asked', async () => {
  await join({ behaviour: { review: 'hold' } })
  const vid = simulator.addPerson({ ...MOTHER, vid: '5299999999999999' }).vid
  const request = {
    ...CHILD,
    operation: 'withdraw',
    cause: 'revocation',
    identifier: vid
  } as const
  expect(await system.submit(request, callContext())).toMatchObject({
    outcome: 'pending'
  })
  await eventually(
    () => simulator.registration(CHILD.reference)?.isInReview,
    (isInReview) => isInReview === true
  )
  await simulator.review(CHILD.reference, 'reject', 'Nothing is wrong with it.')
  const refused = {
    outcome: 'refused',
    code: 'REVIEW_REJECTED',
    reason: 'Nothing is wrong with it.'
  }
  const read = await eventually(
    () => receiver.read,
    (messages) =>
      messages.some(({ answer: { outcome } }) => outcome === 'refused')
  )
  expect(read.at(-1)).toMatchObject({
    reference: CHILD.reference,
    answer: refused
  })
  const query = { reference: CHILD.reference, operation: 'withdraw' } as const
  expect(await system.status?.(query, callContext())).toEqual(refused)
})

it('sees the adapter refuse every flawed credential', async () => {
  await join()
  for (const flaw of [
    'otherCertificate',
    'zeroThumbprint',
    'tampered',
    'otherSubject',
    'otherIssuer',
    'noProof'
  ] as const) {
    const status = await simulator.sendCredential(CHILD.reference, { flaw })
    expect([flaw, status]).toEqual([flaw, 400])
  }
  for (const forgery of ['unsigned', 'wrongSecret', 'tampered'] as const) {
    const status = await simulator.sendCredential('x', {}, forgery)
    expect([forgery, status]).toEqual([forgery, 400])
  }
  expect(receiver.read).toEqual([])
})
