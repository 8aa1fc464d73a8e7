import type {
  ServedAnswer,
  ServedRequest,
  ServedRoute
} from '../loopback-server'
import {
  answerMatch,
  answerQuery,
  answerRead,
  answerVerify,
  type DataAccessParts
} from './data-access'
import type { NotificationEngine } from './notification-engine'
import {
  answerConfirm,
  answerCreateTopic,
  answerDeleteTopic,
  answerPublish,
  answerSubscribe,
  answerUnsubscribe
} from './notification-interface'
import { invalidAnswer, jsonAnswer } from './osia-answer'
import * as registry from './population-registry'
import type { PopulationRegister } from './population-register'
import { answerThirdParty } from './third-party'
import type { OsiaTokens } from './tokens'
import type { UinGenerator } from './uin-generator'

export type OsiaRouteParts = DataAccessParts & {
  engine: NotificationEngine
  register: PopulationRegister
  tokens: OsiaTokens
  uin: UinGenerator
}

type Answer = (request: ServedRequest) => ServedAnswer

/** Kind, method, path, scope and answer. */
type Row = readonly [string, ServedRoute['method'], string, string, Answer]

/** Every path of the simulated system, each interface under a base path of its own (FACTS D8). */
export function osiaRoutes(parts: OsiaRouteParts): ServedRoute[] {
  const rows = [
    ...registryRows(parts),
    ...dataAccessRows(parts),
    ...notificationRows(parts)
  ]
  return [
    ...oauthRoutes(parts),
    ...rows.map(([kind, method, path, scope, answer]) => ({
      kind,
      method,
      path,
      serve: (request: ServedRequest) =>
        Promise.resolve(parts.tokens.refusal(request, scope) ?? answer(request))
    }))
  ]
}

function oauthRoutes({ tokens }: OsiaRouteParts): ServedRoute[] {
  return [
    {
      kind: 'token',
      method: 'POST',
      path: '/oauth/token',
      isSecret: true,
      serve: async (request) => tokens.answerTokenRequest(request)
    },
    {
      kind: 'keys',
      method: 'GET',
      path: '/oauth/keys',
      serve: async () => tokens.answerKeys()
    }
  ]
}

const PERSON = '/population-registry/v1/persons/{personId}'
const IDENTITIES = `${PERSON}/identities`
const IDENTITY = `${IDENTITIES}/{identityId}`
const READ_IDENTITY = 'pr.identity.read'
const WRITE_IDENTITY = 'pr.identity.write'

/** All of them have a mandatory `transactionId`. */
const REGISTRY: ReadonlyArray<
  readonly [string, Row[1], string, string, registry.RegistryOperation]
> = [
  ['createPerson', 'POST', PERSON, 'pr.person.write', registry.createPerson],
  ['readPerson', 'GET', PERSON, 'pr.person.read', registry.readPerson],
  ['updatePerson', 'PUT', PERSON, 'pr.person.write', registry.updatePerson],
  ['readIdentities', 'GET', IDENTITIES, READ_IDENTITY, registry.readIdentities],
  [
    'createIdentity',
    'POST',
    IDENTITIES,
    WRITE_IDENTITY,
    registry.createIdentity
  ],
  [
    'createIdentity',
    'POST',
    IDENTITY,
    WRITE_IDENTITY,
    registry.createIdentityWithId
  ],
  ['readIdentity', 'GET', IDENTITY, READ_IDENTITY, registry.readOneIdentity],
  ['updateIdentity', 'PUT', IDENTITY, WRITE_IDENTITY, registry.updateIdentity],
  [
    'updateIdentity',
    'PATCH',
    IDENTITY,
    WRITE_IDENTITY,
    registry.partialUpdateIdentity
  ],
  [
    'identityStatus',
    'PUT',
    `${IDENTITY}/status`,
    WRITE_IDENTITY,
    registry.setIdentityStatus
  ],
  [
    'reference',
    'PUT',
    `${IDENTITY}/reference`,
    'pr.reference.write',
    registry.defineReference
  ],
  [
    'readReference',
    'GET',
    `${PERSON}/reference`,
    READ_IDENTITY,
    registry.readReference
  ]
]

function registryRows({ register, uin }: OsiaRouteParts): Row[] {
  const rows = REGISTRY.map(([kind, method, path, scope, run]): Row => [
    kind,
    method,
    path,
    scope,
    (request) =>
      request.query.get('transactionId') === null
        ? invalidAnswer('no transactionId')
        : run(register, request)
  ])
  return [
    ['uin', 'POST', '/uin/v1/uin', 'uin.generate', (one) => uin.answer(one)],
    ...rows
  ]
}

function dataAccessRows(parts: OsiaRouteParts): Row[] {
  const persons = '/data-access/v1/persons'
  const read = 'pr.person.read'
  return [
    ['query', 'GET', persons, read, (one) => answerQuery(parts, one)],
    ['read', 'GET', `${persons}/{uin}`, read, (one) => answerRead(parts, one)],
    [
      'match',
      'POST',
      `${persons}/{uin}/match`,
      'pr.person.match',
      (one) => answerMatch(parts, one)
    ],
    [
      'verify',
      'POST',
      `${persons}/{uin}/verify`,
      'pr.person.verify',
      (one) => answerVerify(parts, one)
    ],
    [
      'thirdParty',
      'POST',
      '/third-party/v1/verify/{identifier}',
      'id.verify',
      (one) => answerThirdParty(parts, one)
    ]
  ]
}

const TOPICS = '/notification/v1/topics'
const SUBSCRIPTIONS = '/notification/v1/subscriptions'

function notificationRows(parts: OsiaRouteParts): Row[] {
  return [...topicRows(parts), ...subscriptionRows(parts)]
}

function topicRows({ behaviour, engine }: OsiaRouteParts): Row[] {
  const write = 'notif.topic.write'
  const topics = () => jsonAnswer(200, engine.topics.all)
  return [
    ['topic', 'POST', TOPICS, write, (one) => answerCreateTopic(engine, one)],
    ['topics', 'GET', TOPICS, 'notif.topic.read', topics],
    [
      'deleteTopic',
      'DELETE',
      `${TOPICS}/{uuid}`,
      write,
      (one) => answerDeleteTopic(engine, one)
    ],
    [
      'publish',
      'POST',
      `${TOPICS}/{uuid}/publish`,
      'notif.topic.publish',
      (one) => answerPublish(engine, behaviour, one)
    ]
  ]
}

function subscriptionRows({ engine }: OsiaRouteParts): Row[] {
  const write = 'notif.sub.write'
  const all = () => jsonAnswer(200, engine.subscribers.all)
  return [
    [
      'subscribe',
      'POST',
      SUBSCRIPTIONS,
      write,
      (one) => answerSubscribe(engine, one)
    ],
    ['subscriptions', 'GET', SUBSCRIPTIONS, 'notif.sub.read', all],
    [
      'confirm',
      'GET',
      `${SUBSCRIPTIONS}/confirm`,
      write,
      (one) => answerConfirm(engine, one)
    ],
    [
      'unsubscribe',
      'DELETE',
      `${SUBSCRIPTIONS}/{uuid}`,
      write,
      (one) => answerUnsubscribe(engine, one)
    ]
  ]
}
