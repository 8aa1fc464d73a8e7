import type { SystemAnswer, SystemRequest } from '../../../domain/delivery'
import { OptionsError } from '../../../domain/errors'
import type { JsonObject } from '../../../domain/json'
import type { Clock } from '../../../internal/clock'
import type { HttpResponse } from '../../../internal/http'
import { isRecord } from '../../../internal/json'
import {
  createConnection,
  type Connection
} from '../../../internal/peer-connection'
import { failure, type CallName } from '../../../internal/system-call'
import type {
  NationalIdSystem,
  SystemCallContext,
  SystemCapabilities,
  SystemFactory
} from '../../system'
import { answerError, requestError, statusError } from '../failures'
import { readUin } from '../generate-uin'
import { headerSecret } from '../../../internal/header-secret'
import { readJson } from '../osia-http'
import {
  isOpen,
  pocIssuesOf,
  withPocDefaults,
  type CheckedInGroupePocOptions,
  type InGroupePocOptions
} from './in-groupe-poc-options'

/** Create, and nothing else: what the proof of concept did not do is not supported, and never reported as done. */
const CAPABILITIES: SystemCapabilities = {
  operations: ['createIdentity'],
  // Not known, so assumed not to be.
  idempotent: false,
  callback: false,
  status: false,
  verify: false
}

/** Longest text of theirs that is shown to a registrar. */
const MAX_REASON = 500

/**
 * The one call that an OpenCRVS proof of concept made to IN Groupe in 2023: a
 * `POST` to one address that brings a number.
 *
 * ```ts
 * system: inGroupePoc({
 *   url: 'https://…/crvs/eid',
 *   token: readToken,
 *   authority: 'Civil Registration Office',
 *   birthPlace: 'placeOfBirth',
 *   uinPattern: /\d{10}/
 * })
 * ```
 *
 * From the public source of that proof of concept. NOT tested against any
 * system of IN Groupe's, then or now: error codes, repeated calls, time limits
 * and how tokens are issued are unknown. A call whose outcome is unknown is
 * therefore left to a person. New work begins with `inGroupe()`.
 */
export function inGroupePoc(options: InGroupePocOptions): SystemFactory {
  // A country may write JavaScript, so the type proves nothing.
  const given: unknown = options
  const name =
    isRecord(given) && typeof given.name === 'string' && given.name !== ''
      ? given.name
      : 'inGroupePoc'
  return {
    name,
    capabilities: CAPABILITIES,
    issues: (path) => pocIssuesOf(given, path),
    weakenings: (path) =>
      isOpen(given)
        ? [
            {
              option: `${path}.allowInsecureHttp`,
              effect:
                'personal data and the token go to another machine unencrypted, so anybody on the way can read and change them'
            }
          ]
        : [],
    create: ({ clock }) => createSystem(given, clock)
  }
}

/** @throws OptionsError when the options have mistakes */
function createSystem(given: unknown, clock: Clock): NationalIdSystem {
  const issues = pocIssuesOf(given, 'system')
  if (issues.length > 0) throw new OptionsError(issues)
  const options = withPocDefaults(given)
  const connection = createConnection(options.tls)
  return {
    name: options.name,
    capabilities: CAPABILITIES,
    submit: (request, context) =>
      submit(options, connection, clock, request, context),
    stop: async () => connection.close()
  }
}

async function submit(
  options: CheckedInGroupePocOptions,
  connection: Connection,
  clock: Clock,
  request: SystemRequest,
  { signal }: SystemCallContext
): Promise<SystemAnswer> {
  const { operation, reference } = request
  const what = `${operation} for ${reference}`
  const call: CallName = { system: options.name, what, changes: true }
  if (operation !== 'createIdentity') {
    throw failure(
      call,
      'was asked for, but the proof of concept has no such call. Nothing was sent.',
      { code: 'ERR_SYSTEM_CAPABILITY' }
    )
  }
  const body = bodyOf(options, request, call)
  const token = await headerSecret(options.token, 'token')
  const response = await connection.request(call, {
    method: 'POST',
    url: options.url,
    timeoutMs: options.timeoutMs,
    signal,
    headers: {
      accept: 'application/json',
      'content-type': 'application/json',
      authorization: `Bearer ${token}`
    },
    body: JSON.stringify(body)
  })
  if (response.status < 200 || response.status >= 300) {
    throw statusError(call, response, clock.now())
  }
  return readAnswer(options, call, response)
}

/** `birthDate`, not `dateOfBirth`, and an empty `legalName`: theirs are not OSIA's attributes. */
function bodyOf(
  { authority, birthPlace, genders }: CheckedInGroupePocOptions,
  { person }: SystemRequest,
  call: CallName
): JsonObject {
  const { dateOfBirth = '', name = {}, sex = '' } = person
  const gender = new Map(Object.entries(genders)).get(sex)
  const firstName = [name.firstname, name.middlename]
    .map((part) => part?.trim() ?? '')
    .filter((part) => part !== '')
    .join(' ')
  if (gender === undefined) {
    throw requestError(
      call,
      "the record's word for the sex is not in `genders`."
    )
  }
  const place =
    birthPlace === undefined ? undefined : person.attributes[birthPlace]
  return {
    firstName,
    lastName: name.surname?.trim() ?? '',
    legalName: '',
    gender,
    birthDate: dateOfBirth,
    birthPlace: typeof place === 'string' ? place : '',
    authority
  }
}

/** The proof of concept took `data` without looking at `success`. */
function readAnswer(
  options: CheckedInGroupePocOptions,
  call: CallName,
  response: HttpResponse
): SystemAnswer {
  const body = readJson(call, response)
  const { data, message, success } = isRecord(body) ? body : {}
  if (success === false) {
    const reason = typeof message === 'string' ? message : ''
    return {
      outcome: 'refused',
      code: 'NOT_ISSUED',
      reason: reason.slice(0, MAX_REASON) || `${options.name} gave no number.`
    }
  }
  const identifier = readUin(options, data)
  if (success === true && identifier !== undefined) {
    return { outcome: 'accepted', identifier }
  }
  throw answerError(
    call,
    response.status,
    '`success` is not true, or `data` is no number by `uinPattern`.'
  )
}
