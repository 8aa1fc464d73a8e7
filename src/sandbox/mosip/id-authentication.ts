import type { JsonObject } from '../../domain/json'
import type { Clock } from '../../internal/clock'
import { isJsonObject, parseJsonObject, textOf } from '../json-object'
import type { ServedAnswer, ServedRequest } from '../loopback-server'
import {
  demographicsIn,
  openRequest,
  signatureProblem
} from './authentication-request'
import type { MosipBehaviour } from './behaviour'
import type { ParsedKey } from './key-material'
import { json } from './mosip-answer'
import type { MosipPerson, People } from './people'

/** The three secrets in the address of an authentication request. */
export type IdaPartner = {
  mispLicenceKey: string
  partnerId: string
  partnerApiKey: string
}

export type IdaParts = {
  behaviour: MosipBehaviour
  clock: Clock
  people: People
  partner: IdaPartner
  keys: { ida: ParsedKey; partner: ParsedKey }
}

const NAME = { id: 'mosip.identity.auth', version: '1.0' }

/** Answers a demographic authentication (FACTS 4): 200, with yes, no or an error. */
export function answerAuthentication(
  parts: IdaParts,
  request: ServedRequest
): ServedAnswer {
  const body = parseJsonObject(request.body) ?? {}
  const outcome = authenticate(parts, request, body)
  const { code, person } = outcome
  return json(200, {
    transactionID: body.transactionID ?? null,
    version: NAME.version,
    id: NAME.id,
    ...(code === undefined ? {} : { errors: [errorOf(code)] }),
    responseTime: new Date(parts.clock.now()).toISOString(),
    response: {
      authStatus: code === undefined,
      authToken: person?.psut ?? null
    }
  })
}

type Outcome = { code?: string | undefined; person?: MosipPerson }

function authenticate(
  parts: IdaParts,
  request: ServedRequest,
  body: JsonObject
): Outcome {
  const code =
    partnerProblem(parts.partner, request) ??
    signatureProblem(
      request.headers.signature,
      request.body,
      parts.keys.partner
    ) ??
    formProblem(parts, body)
  if (code !== undefined) return { code }
  const opened = openRequest(body, parts.keys.ida)
  if (opened.code !== undefined) return { code: opened.code }
  const found = findPerson(parts, body)
  if (found.code !== undefined || found.person === undefined) return found
  return {
    person: found.person,
    code: differenceIn(demographicsIn(opened.content), found.person)
  }
}

function partnerProblem(
  { mispLicenceKey, partnerApiKey, partnerId }: IdaPartner,
  { params }: ServedRequest
): string | undefined {
  if (params.licence !== mispLicenceKey) return 'IDA-MPA-007'
  return params.partner === partnerId && params.key === partnerApiKey
    ? undefined
    : 'IDA-MPA-009'
}

const MANDATORY = [
  'id',
  'version',
  'individualId',
  'individualIdType',
  'transactionID',
  'requestTime',
  'domainUri',
  'env',
  'thumbprint',
  'request',
  'requestHMAC',
  'requestSessionKey'
]

function formProblem(
  { behaviour, clock }: IdaParts,
  body: JsonObject
): string | undefined {
  if (MANDATORY.some((name) => textOf(body[name]) === '')) return 'IDA-MLC-006'
  if (body.id !== NAME.id || !/^\d{10}$/.test(textOf(body.transactionID))) {
    return 'IDA-MLC-009'
  }
  if (body.consentObtained !== true) return 'IDA-MLC-012'
  if (body.individualIdType !== 'UIN' && body.individualIdType !== 'VID') {
    return 'IDA-MLC-015'
  }
  const apart = Math.abs(clock.now() - Date.parse(textOf(body.requestTime)))
  return apart <= behaviour.requestWindowMs ? undefined : 'IDA-MLC-001'
}

function findPerson(
  { behaviour, people }: IdaParts,
  { individualId, individualIdType }: JsonObject
): Outcome {
  const number = textOf(individualId)
  const scripted = behaviour.authenticationError(number)
  if (scripted !== undefined) return { code: scripted }
  const isUin = individualIdType === 'UIN'
  if (!(isUin ? /^\d{10}$/ : /^\d{10,16}$/).test(number)) {
    return { code: isUin ? 'IDA-MLC-002' : 'IDA-MLC-004' }
  }
  const person = people.find(number)
  if (person === undefined || (isUin ? person.uin : person.vid) !== number) {
    return { code: isUin ? 'IDA-MLC-018' : 'IDA-MLC-004' }
  }
  if (person.isDeactivated) return { code: 'IDA-MLC-003' }
  return { person, code: person.authenticationError }
}

/** IDA-DEA-001 when an attribute that was given is not the person's, or when none was given. */
function differenceIn(
  demographics: JsonObject,
  person: MosipPerson
): string | undefined {
  const given = [
    { said: textOf(demographics.dob), known: person.dateOfBirth },
    { said: firstIn(demographics.name), known: person.name },
    { said: firstIn(demographics.gender), known: person.gender }
  ].filter(({ said }) => said !== '')
  if (given.length === 0) return 'IDA-MLC-006'
  return given.every(({ known, said }) => plain(said) === plain(known))
    ? undefined
    : 'IDA-DEA-001'
}

function firstIn(value: unknown): string {
  const first: unknown = Array.isArray(value) ? value[0] : undefined
  return isJsonObject(first) ? textOf(first.value) : ''
}

function plain(text: string): string {
  return text.trim().replace(/\s+/g, ' ').toLowerCase()
}

function errorOf(code: string): JsonObject {
  return {
    errorCode: code,
    errorMessage: 'The simulator says no.',
    actionMessage: 'See docs.mosip.io for this code.'
  }
}
