import { createPublicKey } from 'node:crypto'
import {
  SystemError,
  type NationalIdSystem,
  type StatusAnswer,
  type StatusQuery,
  type SystemAnswer,
  type SystemCapabilities,
  type SystemFinding,
  type SystemRequest,
  type VerificationAnswer,
  type VerificationRequest
} from 'opencrvs-national-id'
import { readRegisterCallback } from './callback'
import { answerOf } from './case-answer'
import {
  createRegisterCalls,
  failure,
  NAME,
  statusError,
  unusable,
  valueIn,
  type Call,
  type RegisterCalls,
  type RegisterConnection
} from './register-calls'

export type OwnRegisterOptions = RegisterConnection & {
  /** The register's public key, Ed25519 in PEM: it signs its callbacks. */
  callbackKey: string
  /** Milliseconds since 1970; tests hold it. */
  now?: () => number
}

export const capabilities: SystemCapabilities = {
  operations: ['createIdentity', 'notifyDeath'],
  idempotent: false,
  callback: true,
  status: true,
  verify: true,
  needsRegistrationNumber: true
}

/** The population register, as this package's worker calls it. */
export function ownRegister(options: OwnRegisterOptions): NationalIdSystem {
  const calls = createRegisterCalls(options)
  const key = createPublicKey(options.callbackKey)
  const { now = Date.now } = options
  return {
    name: NAME,
    capabilities,
    submit: (request, { signal }) => submit(calls, request, signal),
    status: (query, { signal }) => askStatus(calls, query, signal),
    verify: (request, { signal }) => compare(calls, request, signal),
    readCallback: async (request) => readRegisterCallback(request, key, now()),
    check: ({ signal }) => checkLogIn(calls, signal)
  }
}

async function submit(
  calls: RegisterCalls,
  request: SystemRequest,
  signal: AbortSignal
): Promise<SystemAnswer> {
  const call = callFor(request)
  const answer = await calls.send(call, signal)
  const { body, status } = answer
  const said = answerOf(body)
  const isRefusal = status === 409 && said?.outcome === 'refused'
  if ((status >= 200 && status < 300) || isRefusal) {
    return said ?? unusable(call, answer)
  }
  throw statusError(call, answer)
}

/** What to send. The reference goes with it, so that the answer finds the delivery. */
function callFor(request: SystemRequest): Call {
  const { identifier, operation, person, reference } = request
  const call = { what: `${operation} for ${reference}`, changes: true }
  switch (operation) {
    case 'createIdentity':
      return {
        ...call,
        path: '/enrolments',
        body: {
          reference,
          certificate: request.registrationNumber,
          given: person.name?.firstname,
          family: person.name?.surname,
          born: person.dateOfBirth,
          sex: person.sex
        }
      }
    case 'notifyDeath':
      if (identifier === undefined) {
        const words = 'has no number of the person; the record must hold one.'
        throw failure(call, words, { code: 'ERR_SYSTEM_NO_NUMBER' })
      }
      return {
        ...call,
        path: '/deaths',
        body: { reference, number: identifier }
      }
    default:
      throw failure(call, 'is nothing that the register takes.', {
        code: 'ERR_SYSTEM_CAPABILITY'
      })
  }
}

async function askStatus(
  calls: RegisterCalls,
  { reference }: StatusQuery,
  signal: AbortSignal
): Promise<StatusAnswer> {
  const path = `/cases?reference=${encodeURIComponent(reference)}`
  const call = { what: `the status of ${reference}`, path, changes: false }
  const answer = await calls.send(call, signal)
  if (answer.status !== 200) throw statusError(call, answer)
  const cases: unknown = valueIn(answer.body, 'cases')
  if (!Array.isArray(cases)) return unusable(call, answer)
  if (cases.length === 0) return { outcome: 'unknown' }
  // Two cases under one reference: a person must say which one counts.
  if (cases.length > 1) return { outcome: 'undetermined' }
  return answerOf(cases[0]) ?? unusable(call, answer)
}

async function compare(
  calls: RegisterCalls,
  { identifier, person }: VerificationRequest,
  signal: AbortSignal
): Promise<VerificationAnswer> {
  const call = {
    what: 'a comparison',
    path: '/comparisons',
    body: {
      number: identifier,
      given: person.name?.firstname,
      family: person.name?.surname,
      born: person.dateOfBirth
    },
    changes: false
  }
  const answer = await calls.send(call, signal)
  if (answer.status !== 200) throw statusError(call, answer)
  switch (valueIn(answer.body, 'same')) {
    case true:
      return { outcome: 'match' }
    case false:
      return { outcome: 'noMatch' }
    default:
      return unusable(call, answer)
  }
}

async function checkLogIn(
  calls: RegisterCalls,
  signal: AbortSignal
): Promise<SystemFinding[]> {
  const call = { what: 'a look', path: '/cases?reference=none', changes: false }
  try {
    const answer = await calls.send(call, signal)
    if (answer.status !== 200) throw statusError(call, answer)
    return [{ check: 'log-in', state: 'ok', found: 'The register lets us in.' }]
  } catch (error) {
    return [
      {
        check: 'log-in',
        state: 'failed',
        found: error instanceof SystemError ? error.message : 'It failed.',
        remedy:
          'Compare baseUrl, client and secret with what the register gave you.'
      }
    ]
  }
}
