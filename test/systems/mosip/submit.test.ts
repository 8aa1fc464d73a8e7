import nock from 'nock'
import type { SystemAnswer, SystemRequest } from '../../../src/domain/delivery'
import type { MosipOptions } from '../../../src/systems/mosip'
import { callContext } from '../contract'
import {
  TOKEN_PATH,
  PACKET_PATH,
  WORKFLOW_PATH,
  BASE_URL,
  TestClock,
  everythingIn,
  failureOf,
  fixture,
  mosipSystem
} from './made'
import {
  birthRequest,
  errorAnswer,
  guardNetwork,
  packetTaken,
  service,
  tokens,
  workflowStarted
} from './services'

guardNetwork()

function submitted(
  changes: Partial<MosipOptions> = {},
  request: SystemRequest = birthRequest()
): Promise<SystemAnswer> {
  return mosipSystem(changes).submit(request, callContext())
}

/** A text of labels and values as an object. */
function labelled(text: string): Record<string, unknown> {
  const list: Array<{ label: string; value: unknown }> = JSON.parse(text)
  return Object.fromEntries(list.map(({ label, value }) => [label, value]))
}

describe('what MOSIP gets for a birth', () => {
  const recorded = fixture('birth/04-mosip-api-to-mosip-put-createPacket.json')
    .request.body.request

  async function packet(changes: Partial<MosipOptions> = {}) {
    tokens('t1')
    const got = service('PUT', PACKET_PATH, packetTaken())
    service('POST', WORKFLOW_PATH, workflowStarted())
    await submitted(changes)
    return got[0]!.body
  }

  it('is the recorded packet, with a record’s own values in place of constants', async () => {
    const { request } = await packet({
      createIdentity: {
        fields: {
          addressLine1: { attribute: 'addressLine1' },
          selectedHandles: { value: ['birthCertificateNumber'] },
          preferredLang: { value: 'English' },
          introducerInfoToken: { attribute: 'token' }
        }
      }
    })
    // As in the recording. Not: `id`, `audits`, `metaInfo.registrationId` and
    // dates, which were constants or random there and are this delivery's own;
    // `schemaJson`, which is cut out of the recording.
    for (const name of [
      'refId',
      'offlineMode',
      'process',
      'source',
      'schemaVersion'
    ]) {
      expect([name, request[name]]).toEqual([name, recorded[name]])
    }
    expect(Object.keys(request).sort()).toEqual(Object.keys(recorded).sort())
    for (const [name, value] of Object.entries<string>(request.fields)) {
      const then = recorded.fields[name]
      // The recording has blanks and line ends inside its JSON texts.
      const plain = (text: string) =>
        text.startsWith('[') ? JSON.parse(text) : text
      expect([name, plain(value)]).toEqual([name, plain(then)])
    }
    expect(Object.keys(request.metaInfo).sort()).toEqual(
      Object.keys(recorded.metaInfo).sort()
    )
    expect(labelled(request.metaInfo.metaData)).toEqual(
      labelled(recorded.metaInfo.metaData)
    )
    expect(labelled(request.metaInfo.operationsData)).toEqual(
      labelled(recorded.metaInfo.operationsData)
    )
    expect(Object.keys(request.audits[0]).sort()).toEqual(
      Object.keys(recorded.audits[0]).sort()
    )
  })

  it('holds the fewest attributes unless the country says more', async () => {
    const { request } = await packet()
    expect(Object.keys(request.fields).sort()).toEqual([
      'addressLine1',
      'birthCertificateNumber',
      'dateOfBirth',
      'fullName',
      'gender'
    ])
  })

  it('names the record, the office and this moment in meta data and audit', async () => {
    const { request } = await packet()
    const aid = birthRequest().reference
    expect(request.id).toBe(aid)
    expect(request.metaInfo).toMatchObject({
      registrationId: aid,
      creationDate: '20261123225616'
    })
    expect(request.audits).toEqual([
      expect.objectContaining({
        id: aid,
        uuid: expect.stringMatching(/^[0-9a-f-]{36}$/),
        createdAt: '2026-11-23T22:56:16.777Z',
        actionTimeStamp: '2026-11-23T22:56:16.777Z',
        hostName: 'crvs-lab',
        sessionUserId: 'crvs1',
        description: 'CRVS_NEW for the birth TRK001'
      })
    ])
  })

  it('sends the country’s schema as a text, compact', async () => {
    const body = await packet()
    const { schemaJson } = body.request
    expect(JSON.parse(schemaJson)).toEqual(fixture('id-schema.json'))
    expect(schemaJson).not.toContain('\n')
  })

  it('starts the recorded workflow, and tells whom the country names', async () => {
    tokens('t1')
    service('PUT', PACKET_PATH, packetTaken())
    const got = service('POST', WORKFLOW_PATH, workflowStarted())
    await submitted({
      notification: {
        name: { attribute: 'informant' },
        phone: { attribute: 'phone' },
        email: { attribute: 'email' }
      }
    })
    const then = fixture(
      'birth/05-mosip-api-to-mosip-post-workflowinstance.json'
    ).request
    // The time and the application id are this delivery's own.
    expect(got[0]!.body).toEqual({
      ...then.body,
      requesttime: '2026-11-23T22:56:16.777Z',
      request: {
        ...then.body.request,
        registrationId: birthRequest().reference
      }
    })
    expect(got[0]!.headers.cookie).toBe('Authorization=t1')
  })

  it('tells nobody unless the country names somebody', async () => {
    tokens('t1')
    service('PUT', PACKET_PATH, packetTaken())
    const got = service('POST', WORKFLOW_PATH, workflowStarted())
    await submitted()
    expect(got[0]!.body.request.notificationInfo).toEqual({
      name: '',
      phone: '',
      email: ''
    })
  })

  it('survives a name that would break JSON made of strings', async () => {
    tokens('t1')
    const got = service('PUT', PACKET_PATH, packetTaken())
    service('POST', WORKFLOW_PATH, workflowStarted())
    const person = {
      ...birthRequest().person,
      name: { firstname: 'A"} \\ ,"é' }
    }
    await submitted({}, birthRequest({ person }))
    expect(JSON.parse(got[0]!.body.request.fields.fullName)).toEqual([
      { language: 'eng', value: 'A"} \\ ,"é' }
    ])
  })
})

describe('the application id', () => {
  async function idSent(changes: Partial<MosipOptions>) {
    tokens('t1')
    const packets = service('PUT', PACKET_PATH, packetTaken())
    const workflows = service('POST', WORKFLOW_PATH, workflowStarted())
    const answer = await submitted(changes)
    expect(answer).toEqual({
      outcome: 'pending',
      systemReference: packets[0]!.body.request.id
    })
    expect(workflows[0]!.body.request.registrationId).toBe(
      packets[0]!.body.request.id
    )
    return packets[0]!.body.request.id
  }

  it('is the delivery’s own, so that no retry mints a second identity', async () => {
    expect(await idSent({})).toBe(birthRequest().reference)
    expect(await idSent({})).toBe(birthRequest().reference)
  })

  it('has 39 digits where the country wants digits', async () => {
    const id = await idSent({ applicationId: 'decimal' })
    expect(id).toMatch(/^\d{39}$/)
    const hex = birthRequest().reference.replaceAll('-', '')
    expect(BigInt(id)).toBe(BigInt(`0x${hex}`))
  })

  it('is never made up for a reference that is none of ours', async () => {
    const failure = await failureOf(
      submitted({}, birthRequest({ reference: 'not-a-uuid' }))
    )
    expect(failure).toMatchObject({
      code: 'ERR_SYSTEM_MAPPING',
      retryable: false,
      outcomeUnknown: false
    })
  })
})

describe('the other flows', () => {
  async function packetFor(
    request: Partial<SystemRequest>,
    changes: Partial<MosipOptions> = {}
  ) {
    tokens('t1')
    const got = service('PUT', PACKET_PATH, packetTaken())
    service('POST', WORKFLOW_PATH, workflowStarted())
    const answer = await submitted(changes, birthRequest(request))
    const { fields, process } = got[0]!.body.request
    return { answer, fields, process }
  }

  it('sends of an update what changed and who is meant, as the guide has it', async () => {
    const { answer, fields, process } = await packetFor({
      operation: 'updateIdentity',
      identifier: '5550001112',
      changes: ['name', 'dateOfBirth'],
      person: {
        name: {
          firstname: 'Amina',
          middlename: 'Corrected',
          surname: 'Samplefamily'
        },
        dateOfBirth: '2026-10-03',
        sex: 'female',
        attributes: {}
      }
    })
    const then = fixture('update-synthesised/01-createPacket.json').request.body
      .request
    expect(process).toBe(then.process)
    expect(fields).toEqual({
      VID: then.fields.VID,
      fullName: JSON.stringify(JSON.parse(then.fields.fullName)),
      dateOfBirth: then.fields.dateOfBirth
    })
    expect(answer).toEqual({ outcome: 'accepted' })
  })

  it('flags a death by the guide’s field, and does not wait', async () => {
    expect(
      await packetFor({ operation: 'notifyDeath', identifier: '123' })
    ).toEqual({
      answer: { outcome: 'accepted' },
      fields: { VID: '123', declaredAsDeceased: 'Y' },
      process: 'CRVS_DEATH'
    })
  })

  it('can speak the recorded death, whose field names are older', async () => {
    const then = fixture('death/03-mosip-api-to-mosip-put-createPacket.json')
      .request.body.request.fields
    const { fields } = await packetFor(
      {
        operation: 'notifyDeath',
        identifier: then.nationalIdNumber,
        person: { attributes: { dateOfDeath: '2026-11-20' } }
      },
      {
        identifierField: 'nationalIdNumber',
        notifyDeath: {
          fields: {
            declaredAsDeceased: false,
            deathDeclared: { value: 'yes' },
            dateOfDeath: { attribute: 'dateOfDeath', date: true }
          },
          mandatory: ['deathDeclared', 'nationalIdNumber']
        }
      }
    )
    expect(fields).toEqual({
      nationalIdNumber: then.nationalIdNumber,
      deathDeclared: then.deathDeclared,
      dateOfDeath: then.dateOfDeath
    })
  })

  it('asks to review a revoked registration and a reversed death', async () => {
    const changes: Partial<MosipOptions> = {
      withdraw: {
        revocation: {},
        reversal: {
          fields: {
            deceasedDeclarationDate: { attribute: 'declaredOn', date: true }
          }
        }
      }
    }
    const person = { attributes: { declaredOn: '2026-11-20' } }
    const withdraw = {
      operation: 'withdraw',
      identifier: '123',
      person
    } as const
    expect(
      await packetFor({ ...withdraw, cause: 'revocation' }, changes)
    ).toMatchObject({
      fields: { VID: '123', deactivateId: 'Y' },
      process: 'CRVS_DEACTIVATE_ID'
    })
    expect(
      await packetFor({ ...withdraw, cause: 'reversal' }, changes)
    ).toMatchObject({
      fields: {
        VID: '123',
        declaredAsDeceased: 'N',
        deceasedDeclarationDate: '2026/11/20'
      },
      process: 'CRVS_DECEASED_STATUS_REVERSAL'
    })
  })

  it('waits for a review’s result where the country wants it', async () => {
    const { answer } = await packetFor(
      { operation: 'deactivateIdentity', identifier: '123' },
      { deactivateIdentity: { waitForResult: true }, status: true }
    )
    expect(answer).toMatchObject({ outcome: 'pending' })
  })
})

describe('what is wrong with a record is said before MOSIP sees it', () => {
  async function refusal(
    request: Partial<SystemRequest>,
    changes: Partial<MosipOptions> = {}
  ) {
    const failure = await failureOf(submitted(changes, birthRequest(request)))
    expect(failure).toMatchObject({
      code: 'ERR_SYSTEM_MAPPING',
      retryable: false
    })
    return everythingIn(failure)
  }

  it('names a field whose pattern a value does not fit, and not the value', async () => {
    const text = await refusal({
      person: {
        ...birthRequest().person,
        name: { firstname: 'Q'.repeat(60) },
        dateOfBirth: '1492-01-01'
      }
    })
    expect(text).toMatch(/fullName does not fit/)
    expect(text).toMatch(/dateOfBirth does not fit/)
    expect(text).not.toMatch(/QQQ|1492/)
  })

  it('names what is mandatory and missing', async () => {
    const person = { ...birthRequest().person, attributes: {} }
    expect(await refusal({ person })).toMatch(/addressLine1 is mandatory/)
  })

  it('names the person’s number where a death has none', async () => {
    expect(await refusal({ operation: 'notifyDeath' })).toMatch(
      /VID is mandatory/
    )
  })

  it('names a sex for which MOSIP has no word', async () => {
    const person = { ...birthRequest().person, sex: 'unknown' }
    expect(await refusal({ person })).toMatch(/gender is mandatory/)
  })

  it('names the field whose own function threw, and not what it threw', async () => {
    const text = await refusal(
      {},
      {
        createIdentity: {
          fields: {
            addressLine1: ({ person }) => {
              throw new Error(person.name?.firstname)
            }
          }
        }
      }
    )
    expect(text).toMatch(/the field addressLine1 threw/)
    expect(text).not.toMatch(/Amina/)
  })

  it('does not report a change of which the packet holds nothing', async () => {
    const changed = { operation: 'updateIdentity', identifier: '1' } as const
    expect(await refusal({ ...changed, changes: ['nickname'] })).toMatch(
      /holds none of what was changed/
    )
  })
})

describe('errors inside of a 200', () => {
  it.each(['004', '005', '010', '013', '014', '015', '016', '018'])(
    'tries KER-PUT-%s of createPacket again later, and starts nothing',
    async (number) => {
      tokens('t1')
      service('PUT', PACKET_PATH, errorAnswer(`KER-PUT-${number}`))
      expect(await failureOf(submitted())).toMatchObject({
        code: 'ERR_SYSTEM_ERRORS',
        systemCode: `KER-PUT-${number}`,
        retryable: true
      })
    }
  )

  it.each(['003', '006', '009', '017', '019', '020', '021', '024'])(
    'leaves KER-PUT-%s of createPacket to a person',
    async (number) => {
      tokens('t1')
      service('PUT', PACKET_PATH, errorAnswer(`KER-PUT-${number}`))
      expect(await failureOf(submitted())).toMatchObject({
        systemCode: `KER-PUT-${number}`,
        retryable: false
      })
    }
  )

  it('reads the envelopes of MOSIP’s documentation', async () => {
    const { createPacketNoProvider, workflowFailed } = fixture(
      'mosip-error-envelopes-synthesised.json'
    )
    tokens('t1')
    service('PUT', PACKET_PATH, { body: createPacketNoProvider })
    expect(await failureOf(submitted())).toMatchObject({
      systemCode: 'KER-PUT-006'
    })
    tokens('t1')
    service('PUT', PACKET_PATH, packetTaken())
    service('POST', WORKFLOW_PATH, { body: workflowFailed })
    expect(await failureOf(submitted())).toMatchObject({
      systemCode: 'RPR-WIN-xxx',
      retryable: false
    })
  })

  it('takes a success without a result for none', async () => {
    tokens('t1')
    service('PUT', PACKET_PATH, { body: { response: null, errors: [] } })
    expect(await failureOf(submitted())).toMatchObject({
      code: 'ERR_SYSTEM_UNREADABLE',
      retryable: true,
      outcomeUnknown: true
    })
  })

  it('keeps MOSIP’s words out of errors', async () => {
    tokens('t1')
    service(
      'PUT',
      PACKET_PATH,
      errorAnswer('KER-PUT-020', 'Amina Samplefamily is not valid')
    )
    expect(everythingIn(await failureOf(submitted()))).not.toMatch(/Amina/)
  })

  it('refuses a person by the codes that the country names, in MOSIP’s words', async () => {
    tokens('t1')
    service('PUT', PACKET_PATH, errorAnswer('KER-PUT-020', 'Too young.'))
    expect(await submitted({ refusalCodes: ['KER-PUT-020'] })).toEqual({
      outcome: 'refused',
      code: 'KER-PUT-020',
      reason: 'Too young.'
    })
  })
})

describe('one attempt', () => {
  it('repeats only the second step when that fails for a while', async () => {
    tokens('t1')
    const packets = service('PUT', PACKET_PATH, packetTaken())
    const workflows = service(
      'POST',
      WORKFLOW_PATH,
      { status: 503, body: 'down' },
      workflowStarted()
    )
    expect(await submitted()).toMatchObject({ outcome: 'pending' })
    expect(packets).toHaveLength(1)
    const ids = workflows.map(({ body }) => body.request.registrationId)
    expect(new Set(ids)).toEqual(new Set([birthRequest().reference]))
    expect(workflows).toHaveLength(2)
  })

  it('takes a workflow that an earlier attempt has started for done', async () => {
    tokens('t1')
    service('PUT', PACKET_PATH, packetTaken())
    service(
      'POST',
      WORKFLOW_PATH,
      { error: 'ECONNRESET' },
      errorAnswer('RPR-WIS-001')
    )
    expect(await submitted()).toMatchObject({ outcome: 'pending' })
  })

  it('does not repeat what cannot help', async () => {
    tokens('t1')
    service('PUT', PACKET_PATH, packetTaken())
    service('POST', WORKFLOW_PATH, errorAnswer('RPR-WIN-001'))
    expect(await failureOf(submitted())).toMatchObject({ retryable: false })
  })

  it('says that nobody knows the outcome when the packet’s answer is cut', async () => {
    tokens('t1')
    service('PUT', PACKET_PATH, { error: 'ECONNRESET' })
    expect(await failureOf(submitted())).toMatchObject({
      retryable: true,
      outcomeUnknown: true
    })
  })

  it('knows that nothing was done when MOSIP is not there', async () => {
    nock(BASE_URL)
      .post(TOKEN_PATH)
      .replyWithError(Object.assign(new Error('no'), { code: 'ECONNREFUSED' }))
    expect(await failureOf(submitted())).toMatchObject({
      code: 'ERR_SYSTEM_UNREACHABLE',
      retryable: true,
      outcomeUnknown: false
    })
  })
})

describe('tokens', () => {
  const jwt = (exp: number) =>
    `e30.${Buffer.from(JSON.stringify({ exp })).toString('base64url')}.c2ln`

  function workTwice() {
    const packets = service('PUT', PACKET_PATH, packetTaken(), packetTaken())
    service('POST', WORKFLOW_PATH, workflowStarted(), workflowStarted())
    return packets
  }

  it('are asked for as recorded', async () => {
    const got = tokens('t1')
    service('PUT', PACKET_PATH, packetTaken())
    service('POST', WORKFLOW_PATH, workflowStarted())
    await submitted()
    const then = fixture(
      'birth/03-mosip-api-to-mosip-post-clientidsecretkey.json'
    ).request.body
    // `id` and `version` are free texts: "string" in the recording.
    expect(got[0]!.body).toEqual({
      ...then,
      id: expect.any(String),
      version: expect.any(String)
    })
  })

  it('are kept until shortly before they end', async () => {
    const clock = new TestClock()
    const first = jwt(clock.at / 1000 + 600)
    tokens(first, 't2')
    const system = mosipSystem({}, clock)
    const packets = workTwice()
    await system.submit(birthRequest(), callContext())
    clock.at += 500_000
    await system.submit(birthRequest(), callContext())
    expect(packets.map(({ headers }) => headers.cookie)).toEqual([
      `Authorization=${first}`,
      `Authorization=${first}`
    ])
    clock.at += 80_000
    const more = service('PUT', PACKET_PATH, packetTaken())
    service('POST', WORKFLOW_PATH, workflowStarted())
    await system.submit(birthRequest(), callContext())
    expect(more[0]!.headers.cookie).toBe('Authorization=t2')
  })

  it('are fetched once for all who wait', async () => {
    tokens('t1')
    const system = mosipSystem()
    workTwice()
    await Promise.all([
      system.submit(birthRequest(), callContext()),
      system.submit(birthRequest(), callContext())
    ])
  })

  it.each([
    ['a 401', { status: 401, body: 'who?' }],
    ['KER-ATH-401 in a 200', errorAnswer('KER-ATH-401')]
  ])('are renewed once at %s', async (_how, refusal) => {
    tokens('t1', 't2')
    const packets = service('PUT', PACKET_PATH, refusal, packetTaken())
    service('POST', WORKFLOW_PATH, workflowStarted())
    expect(await submitted()).toMatchObject({ outcome: 'pending' })
    expect(packets[1]!.headers.cookie).toBe('Authorization=t2')
  })

  it('that are refused although fresh need a person', async () => {
    const { authExpired } = fixture('mosip-error-envelopes-synthesised.json')
    tokens('t1', 't2')
    service('PUT', PACKET_PATH, { body: authExpired }, { body: authExpired })
    expect(await failureOf(submitted())).toMatchObject({
      code: 'ERR_SYSTEM_UNAUTHORIZED',
      retryable: false
    })
  })

  it('that are not given, in a 200 with errors, stop nothing for good', async () => {
    nock(BASE_URL)
      .post(TOKEN_PATH)
      .reply(200, { response: null, errors: [{ errorCode: 'KER-ATH-003' }] })
    const failure = await failureOf(submitted())
    expect(failure).toMatchObject({
      code: 'ERR_SYSTEM_TOKEN',
      systemCode: 'KER-ATH-003',
      retryable: true
    })
    expect(everythingIn(failure)).not.toMatch(/lab-packet-secret/)
  })

  it.each([
    ['after another cookie', 'route=a=b; Path=/, Authorization=x.y.z=; Path=/'],
    [
      'with a date before it',
      'r=1; Expires=Wed, 21 Oct 2026 07:28:00 GMT, Authorization=x.y.z='
    ]
  ])('are read whole %s', async (_where, cookie) => {
    nock(BASE_URL)
      .post(TOKEN_PATH)
      .reply(200, { response: {}, errors: null }, { 'set-cookie': cookie })
    const got = service('PUT', PACKET_PATH, packetTaken())
    service('POST', WORKFLOW_PATH, workflowStarted())
    await submitted()
    expect(got[0]!.headers.cookie).toBe('Authorization=x.y.z=')
  })
})
