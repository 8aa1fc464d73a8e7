import {
  createMosipSimulator,
  type MosipSimulator,
  type MosipSimulatorOptions
} from '../../../src/sandbox'
import {
  CHILD,
  NOW,
  PACKET_PATH,
  TestClock,
  TOKEN_PATH,
  WORKFLOW_PATH,
  clientOf,
  eng,
  packetBody,
  send,
  type Client
} from './client'

const ADULT = {
  name: 'Zoya Testmother Samplefamily',
  dateOfBirth: '1994/05/17',
  gender: 'Female'
}

let clock: TestClock
let simulator: MosipSimulator
let client: Client

beforeEach(() => start())
afterEach(() => simulator.stop())

async function start(options: MosipSimulatorOptions = {}): Promise<void> {
  await simulator?.stop()
  clock = new TestClock()
  simulator = createMosipSimulator({ clock, ...options })
  await simulator.start()
  client = clientOf(simulator)
}

/** The code of the first error of an answer that is 200. */
async function codeOf(answer: ReturnType<Client['call']>): Promise<unknown> {
  const { body, status } = await answer
  expect(status).toBe(200)
  return body.errors?.[0]?.errorCode
}

describe('auth manager', () => {
  it.each([
    ['another secret', { secretKey: 'x' }],
    ['another client', { clientId: 'x' }],
    ['another application', { appId: 'regproc' }]
  ])('gives no token for %s', async (_what, change) => {
    const request = { ...simulator.connection.client, ...change }
    const answer = await send(simulator.url + TOKEN_PATH, 'POST', { request })
    expect(answer.status).toBe(200)
    expect(answer.body.errors[0].errorCode).toBe('KER-ATH-401')
    expect(answer.headers.get('set-cookie')).toBeNull()
  })

  it('takes a token until its end, and no longer', async () => {
    simulator.behave({ tokenSeconds: 60 })
    const token = await client.token()
    const call = () =>
      client.call('PUT', PACKET_PATH, packetBody('a-1', CHILD), token)
    clock.at = NOW + 59_000
    expect(await codeOf(call())).toBeUndefined()
    clock.at = NOW + 60_000
    expect(await codeOf(call())).toBe('KER-ATH-401')
    expect(simulator.timesStored('a-1')).toBe(1)
  })

  it('ends all tokens at once, and can say so by the status', async () => {
    const token = await client.token()
    simulator.expireTokens()
    simulator.behave({ unauthorizedStatus: 401 })
    const body = packetBody('a-1', CHILD)
    const answer = await client.call('PUT', PACKET_PATH, body, token)
    expect(answer.status).toBe(401)
    expect(answer.body.errors[0].errorCode).toBe('KER-ATH-401')
  })

  it('lets each of the two clients call its own side alone', async () => {
    const token = await client.token('websubClient')
    for (const [method, path] of [
      ['PUT', PACKET_PATH],
      ['POST', WORKFLOW_PATH]
    ] as const) {
      const body = packetBody('a-1', CHILD)
      expect(await codeOf(client.call(method, path, body, token))).toBe(
        'KER-ATH-401'
      )
    }
  })
})

describe('packet manager', () => {
  it.each<[string, Record<string, string>]>([
    ['a field that the schema does not have', { ...CHILD, shoeSize: '40' }],
    ['a value of another shape', { ...CHILD, fullName: '{"a":1}' }],
    ['a text against its pattern', { ...CHILD, dateOfBirth: '02.10.2026' }],
    ['a language’s text against its pattern', { ...CHILD, fullName: eng('A') }],
    ['a plain text where a list must be', { ...CHILD, gender: 'Female' }]
  ])('does not store %s', async (_what, fields) => {
    expect(await codeOf(client.createPacket('a-1', fields))).toBe('KER-PUT-020')
    expect(simulator.packet('a-1')).toBeUndefined()
  })

  it.each<[string, Record<string, unknown>]>([
    ['no office', { metaInfo: {} }],
    ['no audit', { audits: [] }],
    ['no centre and machine', { refId: '10001' }],
    ['no id', { id: '' }],
    ['a value that is no text', { fields: { ...CHILD, postalCode: 14022 } }],
    ['no schema', { schemaJson: 'none' }]
  ])('does not store a packet with %s', async (_what, changes) => {
    expect(await codeOf(client.createPacket('a-1', CHILD, changes))).toBe(
      'KER-PUT-020'
    )
  })

  it('holds packets to the country’s own schema and version, where it has them', async () => {
    const schema = {
      properties: { identity: { properties: { name: { type: 'string' } } } }
    }
    await start({ idSchema: { version: '0.500', schema } })
    const fields = { name: 'Amina' }
    const right = { schemaVersion: '0.500', schemaJson: 'whatever' }
    expect(await codeOf(client.createPacket('a-1', fields))).toBe('KER-PUT-020')
    expect(
      await codeOf(client.createPacket('a-1', fields, right))
    ).toBeUndefined()
    expect(await codeOf(client.createPacket('a-1', CHILD, right))).toBe(
      'KER-PUT-020'
    )
  })
})

describe('workflow manager', () => {
  it('compares what it is called without regard to case', async () => {
    await client.createPacket('a-1', CHILD)
    const named = (id: string, version: string) =>
      codeOf(client.startWorkflow('a-1', 'CRVS_NEW', { id, version }))
    const id = 'mosip.registration.processor.workflow.instance'
    expect(await named('mosip.registration.workflow.create', 'v1')).toBe(
      'RPR-WIN-001'
    )
    expect(await named(id, '1.0')).toBe('RPR-WIN-001')
    expect(await named(id.toUpperCase(), 'V1')).toBeUndefined()
  })

  it.each([
    ['a time that is none', { requesttime: 'yesterday' }, 'RPR-WIN-001'],
    ['no application id', { request: {} }, 'RPR-WIN-000']
  ])('refuses %s', async (_what, changes, code) => {
    expect(await codeOf(client.startWorkflow('a-1', 'CRVS_NEW', changes))).toBe(
      code
    )
    expect(simulator.registration('a-1')).toBeUndefined()
  })

  it('starts without a packet, and rejects later', async () => {
    expect(await codeOf(client.startWorkflow('a-1'))).toBeUndefined()
    await simulator.idle()
    expect(simulator.registration('a-1')).toMatchObject({
      status: 'REJECTED',
      rejection: { code: 'PACKET_MISSING' }
    })
    expect(simulator.ledger.entries).toEqual([])
  })

  it('tells the status by application id, and which it does not know', async () => {
    simulator.behave({
      refuse: ({ fields }) =>
        fields.birthCertificateNumber === 'N-2'
          ? { code: 'X-1', reason: 'Not this one.' }
          : undefined
    })
    await client.register('a-1')
    await client.register('a-2', { ...CHILD, birthCertificateNumber: 'N-2' })
    await simulator.idle()
    const { body } = await client.status('a-1', 'a-2', 'a-3')
    expect(body.response).toEqual([
      { registrationId: 'a-1', statusCode: 'PROCESSED' },
      {
        registrationId: 'a-2',
        statusCode: 'REJECTED',
        errorCode: 'X-1',
        statusComment: 'Not this one.'
      }
    ])
    expect(body.errors).toMatchObject([
      { registrationId: 'a-3', errorCode: 'RPR-RGS-031' }
    ])
  })

  it('says that it is processing while it is', async () => {
    simulator.behave({ processAfterMs: 60_000 })
    await client.register('a-1')
    const { body } = await client.status('a-1')
    expect(body.response[0].statusCode).toBe('RECEIVED')
  })
})

describe('identities', () => {
  it('mints one for an application id, however often it comes', async () => {
    await client.register('a-1')
    await simulator.idle()
    const first = simulator.ledger.issuedFor('a-1')
    expect(first).toMatchObject({ what: 'issued', at: NOW })
    expect(first?.uin).toMatch(/^\d{10}$/)
    expect(first?.vid).toMatch(/^\d{16}$/)
    await client.createPacket('a-1', CHILD)
    expect(await codeOf(client.startWorkflow('a-1'))).toBe('RPR-WIS-001')
    await simulator.idle()
    expect(simulator.ledger.entries).toHaveLength(1)
    expect(simulator.timesStored('a-1')).toBe(2)
  })

  it('overwrites the data of the same application id, where repeats are accepted', async () => {
    simulator.behave({ repeatedWorkflow: 'accept' })
    await client.register('a-1')
    await client.register('a-1', { ...CHILD, fullName: eng('Amina Corrected') })
    await simulator.idle()
    expect(simulator.ledger.of('issued')).toHaveLength(1)
    expect(simulator.ledger.of('overwritten')).toHaveLength(1)
    expect(simulator.ledger.doneTwice()).toEqual([])
    const { uin = '' } = simulator.ledger.issuedFor('a-1') ?? {}
    expect(simulator.person(uin)?.name).toBe('Amina Corrected')
  })

  it('mints a second one for the same person under another application id, which the ledger shows', async () => {
    await client.register('a-1')
    await client.register('a-2')
    await client.register('a-3', { ...CHILD, birthCertificateNumber: 'other' })
    await simulator.idle()
    const uins = simulator.ledger.of('issued').map(({ uin }) => uin)
    expect(new Set(uins).size).toBe(3)
    expect(simulator.ledger.doneTwice()).toEqual(['a-2'])
  })

  it('gives none to whoever is no infant any more', async () => {
    const born = (dateOfBirth: string) => ({ ...CHILD, dateOfBirth })
    // Five years and a few hours ago, and a day less.
    await client.register('a-1', born('2021/11/23'))
    await client.register('a-2', born('2021/11/24'))
    await simulator.idle()
    expect(simulator.registration('a-1')?.rejection?.code).toBe('NOT_AN_INFANT')
    expect(simulator.registration('a-2')?.status).toBe('PROCESSED')
  })

  it('gives none without a mandatory attribute', async () => {
    await client.register('a-1', { ...CHILD, gender: '' })
    await simulator.idle()
    expect(simulator.registration('a-1')?.rejection?.code).toBe(
      'MANDATORY_MISSING'
    )
  })
})

describe('flows about a known person', () => {
  async function outcomeOf(
    applicationId: string,
    process: string,
    fields: Record<string, string>
  ): Promise<string | undefined> {
    await client.register(applicationId, fields, process)
    await simulator.idle()
    const { rejection, status } = simulator.registration(applicationId) ?? {}
    return rejection?.code ?? status
  }

  it('changes an infant’s data and no adult’s', async () => {
    const adult = simulator.addPerson(ADULT)
    await client.register('a-1')
    await simulator.idle()
    const { uin = '', vid = '' } = simulator.ledger.issuedFor('a-1') ?? {}
    const fields = { fullName: eng('Amina Corrected Samplefamily') }
    expect(await outcomeOf('u-1', 'CRVS_UPDATE', { VID: vid, ...fields })).toBe(
      'PROCESSED'
    )
    expect(simulator.person(uin)).toMatchObject({
      name: 'Amina Corrected Samplefamily',
      dateOfBirth: '2026/10/02'
    })
    expect(
      await outcomeOf('u-2', 'CRVS_UPDATE', { UIN: adult.uin, ...fields })
    ).toBe('NOT_AN_INFANT')
    expect(simulator.person(adult.uin)?.name).toBe(ADULT.name)
  })

  it('flags a death, and shows when it is flagged twice', async () => {
    const { uin, vid } = simulator.addPerson(ADULT)
    const flag = { declaredAsDeceased: 'Y' }
    expect(await outcomeOf('d-1', 'CRVS_DEATH', { VID: vid })).toBe(
      'MANDATORY_MISSING'
    )
    expect(await outcomeOf('d-2', 'CRVS_DEATH', { VID: '1', ...flag })).toBe(
      'UNKNOWN_PERSON'
    )
    expect(simulator.person(uin)?.isDeceased).toBe(false)
    expect(await outcomeOf('d-3', 'CRVS_DEATH', { VID: vid, ...flag })).toBe(
      'PROCESSED'
    )
    expect(simulator.person(uin)?.isDeceased).toBe(true)
    expect(simulator.ledger.doneTwice()).toEqual([])
    await outcomeOf('d-4', 'CRVS_DEATH', { UIN: uin, ...flag })
    expect(simulator.ledger.doneTwice()).toEqual(['d-4'])
  })

  it('puts a deactivation and a reversal through a manual review, once each', async () => {
    const { uin } = simulator.addPerson({ ...ADULT, isDeceased: true })
    simulator.behave({ review: 'hold' })
    const reversal = {
      UIN: uin,
      declaredAsDeceased: 'N',
      deceasedDeclarationDate: '2026/11/20'
    }
    const reversing = 'CRVS_DECEASED_STATUS_REVERSAL'
    expect(await outcomeOf('r-1', reversing, reversal)).toBe('PROCESSING')
    expect(simulator.registration('r-1')?.isInReview).toBe(true)
    expect(simulator.person(uin)?.isDeceased).toBe(true)
    await simulator.review('r-1', 'approve')
    expect(simulator.registration('r-1')?.status).toBe('PROCESSED')
    expect(simulator.person(uin)?.isDeceased).toBe(false)

    const deactivation = { UIN: uin, deactivateId: 'Y' }
    await outcomeOf('w-1', 'CRVS_DEACTIVATE_ID', deactivation)
    await simulator.review('w-1', 'reject', 'The person is alive.')
    expect(simulator.registration('w-1')).toMatchObject({
      status: 'REJECTED',
      rejection: { reason: 'The person is alive.' }
    })
    expect(simulator.person(uin)?.isDeactivated).toBe(false)
    await expect(simulator.review('w-1', 'approve')).rejects.toThrow('w-1')

    simulator.behave({ review: 'approve' })
    expect(await outcomeOf('w-2', 'CRVS_DEACTIVATE_ID', deactivation)).toBe(
      'PROCESSED'
    )
    expect(await outcomeOf('w-3', 'CRVS_DEACTIVATE_ID', deactivation)).toBe(
      'ALREADY_DONE'
    )
    simulator.behave({ review: 'reject' })
    expect(await outcomeOf('r-2', reversing, reversal)).toBe('REVIEW_REJECTED')
    expect(simulator.ledger.entries.map(({ what }) => what)).toEqual([
      'revived',
      'deactivated'
    ])
  })
})
