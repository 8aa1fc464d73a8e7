import type { NationalIdSystem } from '../../../src/systems/system'
import { callContext } from '../contract'
import type { Loopback } from '../http/loopback'
import type { OsiaOptions } from '../../../src/systems/osia'
import { MOTHER, newborn, osiaSystem } from './made'
import {
  essence,
  openScript,
  recorded,
  recordedPairs,
  type Pair,
  type RecordedFile
} from './recorded'

type Answer = { status: number; rawBody: string }
type Drive = (system: NationalIdSystem) => Promise<unknown>

/** One recorded pair, and what makes the adapter send it. */
type Case = {
  file: RecordedFile
  name: string
  /** Answers to the calls that come before it. */
  before?: Answer[]
  after?: Answer[]
  options?: Partial<OsiaOptions>
  drive: Drive
  /** What differs, with the reason. */
  except?: (request: Pair['request']) => Pair['request']
}

const json = (body: unknown, status = 200): Answer => ({
  status,
  rawBody: JSON.stringify(body)
})
const EMPTY: Answer = { status: 200, rawBody: '' }
const UIN = '1235567890'
const TOPIC = '3f0c6ad2-1f0e-4d26-b7be-2d4f6fb0d222'
const ALIVE = json({ status: 'ACTIVE', physicalStatus: 'ALIVE' })

const create: Drive = (system) => system.submit(newborn(), callContext())
const announce =
  (changes = {}): Drive =>
  (system) =>
    system.announce?.(newborn(changes), { identifier: UIN }, callContext()) ??
    Promise.reject(new Error('cannot announce'))
const verify =
  (changes = {}): Drive =>
  (system) =>
    system.verify?.({ ...MOTHER, ...changes }, callContext()) ??
    Promise.reject(new Error('cannot verify'))
const ask =
  (
    operation: 'updateIdentity' | 'notifyDeath' | 'deactivateIdentity',
    changes = {}
  ): Drive =>
  (system) =>
    system.submit(
      newborn({ operation, identifier: UIN, ...changes }),
      callContext()
    )

const PLACE = { attributes: { more: { birthPlace: 'placeOfBirth' } } }
const PUSH = { mode: 'push', ...PLACE } as const
const identity = (identityId: string, status: string): Answer =>
  json([{ identityId, identityType: 'CIVIL_REGISTRATION', status }])
const CRVS_1 = {
  event: { id: 'e', type: 'birth', trackingId: '1' },
  person: {
    ...newborn().person,
    name: { firstname: 'Amarachi', surname: 'Nkandu' }
  }
}
const ONLY_FIRST_NAME = {
  ...CRVS_1,
  changes: ['name'],
  person: { name: { firstname: 'Amarachi' }, attributes: {} }
}

const only =
  (attributes: Record<string, string | number | boolean>): Drive =>
  (system) =>
    system.submit(
      newborn({
        person: {
          ...('firstName' in attributes
            ? { name: { firstname: 'Amara' } }
            : {}),
          attributes
        }
      }),
      callContext()
    )

const CASES: Case[] = [
  { file: 'uin', name: 'generateUIN ok', options: PLACE, drive: create },
  {
    file: 'uin',
    name: 'generateUIN no token',
    options: { ...PLACE, authentication: { type: 'none' } },
    drive: create
  },
  {
    file: 'uin',
    name: 'generateUIN decimal attribute',
    options: { attributes: { more: { birthWeightKg: 'birthWeightKg' } } },
    drive: only({ birthWeightKg: 3.2 })
  },
  {
    file: 'uin',
    name: 'generateUIN boolean attribute',
    options: { attributes: { more: { multipleBirth: 'multipleBirth' } } },
    drive: only({ firstName: 'Amara', multipleBirth: false })
  },
  {
    file: 'pr',
    name: 'createPerson ok',
    options: PUSH,
    after: [json('', 201)],
    drive: announce()
  },
  {
    file: 'pr',
    name: 'createPerson conflict',
    options: PUSH,
    after: [ALIVE, json('', 201)],
    drive: announce()
  },
  {
    file: 'pr',
    name: 'createPerson no token',
    options: { ...PUSH, authentication: { type: 'none' } },
    drive: announce()
  },
  {
    file: 'pr',
    name: 'createIdentity ok',
    before: [json('', 201), json([])],
    options: {
      ...PUSH,
      push: {
        identityId: 'theirs',
        identityStatus: 'VALID',
        contextualData: { registrationNumber: 'trackingId' }
      }
    },
    drive: announce()
  },
  {
    file: 'pr',
    name: 'createIdentityWithId ok',
    before: [json('', 201)],
    options: { ...PUSH, push: { contextualData: {} } },
    drive: announce()
  },
  {
    file: 'pr',
    name: 'readIdentities',
    options: PUSH,
    drive: ask('updateIdentity')
  },
  {
    file: 'pr',
    name: 'updateIdentity ok',
    before: [identity('crvs-1', 'CLAIMED')],
    options: { ...PUSH, push: { updateMethod: 'PUT' } },
    drive: ask('updateIdentity', CRVS_1)
  },
  {
    file: 'pr',
    name: 'partialUpdateIdentity with required members',
    before: [identity('crvs-1', 'CLAIMED')],
    options: PUSH,
    drive: ask('updateIdentity', ONLY_FIRST_NAME)
  },
  {
    file: 'pr',
    name: 'partialUpdateIdentity merge-patch media type',
    before: [identity('crvs-1', 'CLAIMED')],
    options: {
      ...PUSH,
      push: { patchMediaType: 'application/merge-patch+json' }
    },
    drive: ask('updateIdentity', ONLY_FIRST_NAME)
  },
  {
    file: 'pr',
    name: 'setIdentityStatus ok',
    before: [identity('crvs-1', 'VALID')],
    options: { ...PUSH, push: { revoke: true } },
    drive: ask('deactivateIdentity', CRVS_1)
  },
  {
    file: 'pr',
    name: 'defineReference ok',
    before: [identity('crvs-1-B7K2QXM9', 'VALID')],
    options: PUSH,
    drive: ask('updateIdentity', CRVS_1),
    // A replacement has the delivery's own id besides.
    except: (request) => ({
      ...request,
      path: request.path.replace('crvs-1/', 'crvs-1-B7K2QXM9/')
    })
  },
  {
    file: 'pr',
    name: 'readPerson',
    options: PUSH,
    drive: ask('notifyDeath')
  },
  {
    file: 'pr',
    name: 'updatePerson DEAD',
    before: [ALIVE],
    options: PUSH,
    drive: ask('notifyDeath')
  },
  {
    file: 'dataaccess',
    name: 'queryPersonList flat UIN list',
    options: { duplicates: {} },
    drive: (system) =>
      system.submit(newborn({ person: MOTHER.person }), callContext())
  },
  {
    file: 'dataaccess',
    name: 'queryPersonList none found',
    options: { duplicates: { attributes: ['firstName'] } },
    after: [json(UIN)],
    drive: (system) =>
      system.submit(
        newborn({ person: { name: { firstname: 'Nobody' }, attributes: {} } }),
        callContext()
      ),
    // We always say how many we want.
    except: (request) => ({
      ...request,
      path: `${request.path}&offset=0&limit=10`
    })
  },
  {
    file: 'dataaccess',
    name: 'matchPersonAttributes mismatch (spec example)',
    options: { verify: { by: 'match' } },
    drive: verify()
  },
  {
    file: 'dataaccess',
    name: 'matchPersonAttributes no token',
    options: { verify: { by: 'match' }, authentication: { type: 'none' } },
    drive: verify()
  },
  {
    file: 'dataaccess',
    name: 'matchPersonAttributes unknown uin',
    options: { verify: { by: 'match' } },
    drive: verify({ identifier: '0000000000' })
  },
  {
    file: 'dataaccess',
    name: 'verifyPersonAttributes true',
    options: { verify: { by: 'verify', attributes: ['firstName'] } },
    drive: verify(),
    // We compare for equality alone.
    except: (request) => ({
      ...request,
      body: Array.isArray(request.body) ? request.body.slice(0, 1) : undefined
    })
  },
  {
    file: '3rdparty',
    name: 'verify ok',
    options: {
      verify: { by: 'thirdParty', matchCodes: [1], identifierType: 'uin' }
    },
    drive: verify(),
    // We ask for no proof, since nothing keeps one, and send no whole numbers
    // (D2); the mother's sex is not in the declaration.
    except: (request) => ({
      ...request,
      path: request.path.replace('&verificationProofRequired=true', ''),
      body: {
        biographicData: {
          firstName: 'Thandiwe',
          lastName: 'Nkandu',
          dateOfBirth: '1996-02-14'
        }
      }
    })
  },
  {
    file: '3rdparty',
    name: 'verify no token',
    options: {
      verify: { by: 'thirdParty', matchCodes: [1] },
      authentication: { type: 'none' }
    },
    drive: verify()
  },
  {
    file: '3rdparty',
    name: 'verify unknown identifier',
    options: { verify: { by: 'thirdParty', matchCodes: [1] } },
    drive: verify({ identifier: '0000000000' })
  },
  {
    file: 'notification',
    name: 'createTopic ok',
    after: [EMPTY],
    drive: announce()
  },
  {
    file: 'notification',
    name: 'publish liveBirth plain/text (as specified)',
    before: [json({ uuid: TOPIC, name: 'liveBirth' })],
    options: { parents: ['mother'] },
    drive: announce({ relatives: { mother: MOTHER } })
  },
  {
    file: 'notification',
    name: 'publish liveBirth text/plain',
    before: [json({ uuid: '3f0c6ad2', name: 'liveBirth' })],
    options: { publishMediaType: 'text/plain' },
    drive: announce()
  },
  {
    file: 'notification',
    name: 'publish liveBirth application/json',
    before: [json({ uuid: '3f0c6ad2', name: 'liveBirth' })],
    options: { publishMediaType: 'application/json' },
    drive: announce()
  },
  {
    file: 'notification',
    name: 'listTopics ok',
    before: Array.from({ length: 5 }, () => json({})),
    drive: (system) =>
      system.check?.({ signal: new AbortController().signal }) ??
      Promise.reject(new Error('cannot check'))
  }
]

/** Pairs that the client never sends, each with the reason. */
const NOT_SENT: Record<RecordedFile, Record<string, string[]>> = {
  uin: {
    'shows what a server refuses, which we never send': [
      'generateUIN missing transactionId',
      'generateUIN nested attribute refused',
      'generateUIN null attribute',
      'generateUIN integer attribute (oneOf integer+number overlap)',
      'generateUIN empty body',
      'generateUIN invalid JSON'
    ],
    'the same request as the first, with an answer that other tests give': [
      'generateUIN 403',
      'generateUIN 500'
    ]
  },
  pr: {
    'shows what a server refuses, which we never send': [
      'createPerson lower-case status refused',
      'createPerson with personId in body (readOnly)',
      'createPerson biographic data refused',
      'createPerson missing transactionId',
      'createIdentity with identityId in body',
      'createIdentityWithId lacking identityType',
      'partialUpdateIdentity as the spec example',
      'createPerson empty body',
      'createIdentity wrong scalar for galleries',
      'setIdentityStatus any string accepted',
      'updatePerson lacking status'
    ],
    'has a body without biographic data, which is no newborn': [
      'createIdentityWithId conflict'
    ],
    'we read the person first, and stop there': ['updatePerson unknown'],
    'we read all identities at once': ['readIdentity', 'readReference'],
    'an operation of the register alone': [
      'findPersons',
      'deletePerson ok',
      'mergePerson ok'
    ]
  },
  dataaccess: {
    'shows what a server refuses, which we never send': [
      'queryPersonList no attributes',
      'queryPersonList bad limit',
      'readPersonAttributes missing names',
      'matchPersonAttributes nested refused',
      'matchPersonAttributes integer gender',
      'verifyPersonAttributes bad operator',
      'verifyPersonAttributes integer value',
      'verifyPersonAttributes missing value'
    ],
    'we ask for numbers alone': ['queryPersonList with names'],
    'sent by the subscription side, which reads a person back': [
      'readPersonAttributes ok',
      'readPersonAttributes unknown'
    ],
    'documents are not fetched (D15)': [
      'readDocument pdf',
      'readDocument bad format'
    ]
  },
  '3rdparty': {
    'shows what a server refuses, which we never send': [
      'verify missing transactionId',
      'verify flat attributes refused',
      'verify bad boolean query',
      'readAttributes extra key refused',
      'identify missing outputAttributeSetName'
    ],
    'attributes leave a register through a sign-in alone': [
      'readAttributeSet DEFAULT_SET_01',
      'readAttributes',
      'identify 200',
      'identify 202 async',
      'readIdentifyResult 200',
      'readIdentifyResult 204 pending'
    ]
  },
  notification: {
    'shows what a server refuses, which we never send': [
      'createTopic missing name',
      'createTopic name in body refused',
      'publish empty'
    ],
    'sent by the subscription side': [
      'subscribe ok',
      'subscribe no token',
      'subscribe missing address',
      'subscribe bad protocol',
      'listSubscription ok',
      'confirm ok',
      'confirm missing token',
      'confirm invalid token',
      'unsubscribe ok',
      'unsubscribe unknown'
    ],
    'topics are not ours to delete': ['deleteTopic ok']
  }
}

describe('the recorded pairs of OSIA 7.1', () => {
  let server: Loopback | undefined

  it.each(['uin', 'pr', 'dataaccess', '3rdparty', 'notification'] as const)(
    'are all either sent or left out for a reason: %s',
    (file) => {
      const sent = CASES.filter((one) => one.file === file)
      const named = [
        ...sent.map(({ name }) => name),
        ...Object.values(NOT_SENT[file]).flat()
      ]
      const all = recordedPairs(file).map(({ name }) => name)
      expect(named.sort()).toEqual(all.sort())
    }
  )

  afterEach(() => server?.close())

  it.each(CASES.map((one) => [`${one.file}: ${one.name}`, one] as const))(
    'sends what was recorded for %s',
    async (
      _,
      { after = [], before = [], drive, except, file, name, options }
    ) => {
      const pair = recorded(file, name)
      server = await openScript(...before, pair.response, ...after)
      const system = osiaSystem(server.url, options)
      await drive(system).catch(() => undefined)
      await system.stop?.()
      const expected = except?.(pair.request) ?? pair.request
      expect(server.received[before.length]).toBeDefined()
      expect(server.received.slice(before.length).map(essence)).toContainEqual(
        essence(expected)
      )
    }
  )
})
