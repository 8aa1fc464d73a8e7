import { NationalIdError } from '../../../domain/errors'
import { systemClock, type Clock } from '../../../internal/clock'
import type { Logger } from '../../../internal/logger'
import { kindAndPlace } from '../../../internal/thrown'
import type {
  InboundRequest,
  ReadablePeople,
  ReadablePerson,
  SystemRoute
} from '../../system'
import type { AttributeOptions } from '../person-attributes'
import {
  failed,
  forbidden,
  json,
  notFound,
  UNKNOWN_ATTRIBUTE,
  type Answer
} from './answers'
import {
  given,
  readAttributes,
  readExpressions,
  readNames,
  readUin,
  readWholeNumber
} from './asked'
import { holds, isSame } from './compare'
import { createDictionary, type Dictionary } from './dictionary'
import type { DataAccessOptions } from './options'
import { createReaderKeys } from './reader-keys'
import {
  createReaderCheck,
  type ReaderCheck,
  type ReaderScope
} from './reader-token'

/** What the routes are made with. */
export type DataAccessDependencies = {
  /** The country's dictionary: what each attribute is called and how it is written. */
  dictionary: AttributeOptions
  /** Whom the register may read. */
  people: ReadablePeople
  clock?: Clock
  logger?: Logger
}

/** Under the plugin's prefix; the standard's paths follow. */
const PERSONS = '/osia/v1/persons'

/** A question about people is short. */
const MAX_BYTES = 64 * 1024

type Parts = {
  check: ReaderCheck
  dictionary: Dictionary
  people: ReadablePeople
  logger: Logger | undefined
}

/** One operation: what is asked, once the reader is known. */
type Operation = (
  parts: Parts,
  request: InboundRequest,
  reader: string
) => Promise<Answer>

/**
 * OSIA's Data Access interface (1.3.0) as a civil registry gives it, for the
 * deliveries in progress: `readPersonAttributes`, `matchPersonAttributes`,
 * `verifyPersonAttributes`, and `queryPersonList` by an exact number alone.
 * There is no search, no document and nobody else.
 *
 * Nothing but a bearer token with the scope of the call opens them. Every call
 * that got so far is in the audit trail.
 */
export function dataAccessRoute(
  options: DataAccessOptions,
  dependencies: DataAccessDependencies
): SystemRoute[] {
  const { clock = systemClock, logger, people } = dependencies
  const parts: Parts = {
    check: createReaderCheck(options, createReaderKeys(options, clock), clock),
    dictionary: createDictionary(dependencies.dictionary, options),
    people,
    logger
  }
  return [
    route(parts, 'GET', '/{uin}', 'cr.person.read', readPerson),
    route(parts, 'POST', '/{uin}/match', 'cr.person.match', matchPerson),
    route(parts, 'POST', '/{uin}/verify', 'cr.person.verify', verifyPerson),
    route(parts, 'GET', '', 'cr.person.read', queryPersons)
  ]
}

function route(
  parts: Parts,
  method: SystemRoute['method'],
  path: string,
  scope: ReaderScope,
  operation: Operation
): SystemRoute {
  return {
    method,
    path: `${PERSONS}${path}`,
    access: `A bearer token of the configured issuer with the scope ${scope}`,
    maxBytes: MAX_BYTES,
    async handle(request) {
      try {
        const { authorization } = request.headers
        const reader = await parts.check(authorization, scope)
        return await operation(parts, request, reader)
      } catch (failure) {
        if (!(failure instanceof NationalIdError))
          parts.logger?.error(
            { scope, error: kindAndPlace(failure) },
            'a reading failed in a way that it should not'
          )
        return failed(failure, scope)
      }
    }
  }
}

/** Names that are not ours are the reader's words: the trail has how they were taken, not what they were. */
const OTHER = 'OTHER'

function find(
  { dictionary, people }: Parts,
  reader: string,
  identifier: string,
  names: readonly string[]
): Promise<ReadablePerson | undefined> {
  const attributes = names.map((name) => (dictionary.has(name) ? name : OTHER))
  return people.find({ identifier, reader, attributes })
}

async function readPerson(
  parts: Parts,
  request: InboundRequest,
  reader: string
): Promise<Answer> {
  const uin = readUin(request)
  const names = readNames(request, 'attributeNames')
  if (names.length === 0) {
    const message = 'attributeNames is missing.'
    return { ...json(400, { code: 400, message }), refused: 'ERR_READING' }
  }
  const person = await find(parts, reader, uin, names)
  if (person === undefined) return notFound()
  return json(200, valuesOf(parts.dictionary, person, names))
}

/** What is unknown, not allowed or not told stands as an error beside the values. */
function valuesOf(
  dictionary: Dictionary,
  person: ReadablePerson,
  names: readonly string[]
) {
  const known = new Map(Object.entries(dictionary.of(person)))
  return Object.fromEntries(
    names.map((name) => [name, known.get(name) ?? UNKNOWN_ATTRIBUTE])
  )
}

async function matchPerson(
  parts: Parts,
  request: InboundRequest,
  reader: string
): Promise<Answer> {
  const uin = readUin(request)
  const asked = readAttributes(request)
  const names = asked.map(([name]) => name)
  const person = await find(parts, reader, uin, names)
  if (person === undefined) return notFound()
  const known = new Map(Object.entries(parts.dictionary.of(person)))
  const mismatches = asked.flatMap(([attributeName, value]) => {
    const ours = known.get(attributeName)
    // 0: there is no such attribute; 1: it differs.
    if (ours === undefined) return [{ attributeName, errorCode: 0 }]
    return isSame(ours, value) ? [] : [{ attributeName, errorCode: 1 }]
  })
  return json(200, mismatches)
}

async function verifyPerson(
  parts: Parts,
  request: InboundRequest,
  reader: string
): Promise<Answer> {
  const uin = readUin(request)
  const expressions = readExpressions(request)
  const names = expressions.map(({ attributeName }) => attributeName)
  const person = await find(parts, reader, uin, names)
  // The same whoever it is about, but not the same as for nobody.
  if (person === undefined) return notFound()
  if (names.some((name) => !parts.dictionary.has(name)))
    return forbidden('ERR_ATTRIBUTE')
  const known = new Map(Object.entries(parts.dictionary.of(person)))
  const all = expressions.every(({ attributeName, operator, value }) => {
    const ours = known.get(attributeName)
    return ours !== undefined && holds(ours, operator, value)
  })
  return json(200, all)
}

/** Parameters beside the attributes that are searched for (D14). */
const OWN_PARAMETERS = ['names', 'offset', 'limit']

/** Asked with an exact number it tells no more than reading that person; anything else would be a search. */
async function queryPersons(
  parts: Parts,
  request: InboundRequest,
  reader: string
): Promise<Answer> {
  const uin = uinAlone(request)
  if (uin === undefined) return forbidden('ERR_SEARCH')
  const names = readNames(request, 'names')
  const offset = readWholeNumber(request, 'offset', 0)
  const limit = readWholeNumber(request, 'limit', 1)
  const wanted = names.length === 0 ? ['uin'] : names
  const person = await find(parts, reader, uin, wanted)
  if (person === undefined || offset > 0 || limit === 0) return notFound()
  return json(200, [
    names.length === 0
      ? person.identifier
      : valuesOf(parts.dictionary, person, names)
  ])
}

function uinAlone(request: InboundRequest): string | undefined {
  const asked = Object.keys(request.queryAll ?? request.query).filter(
    (name) => !OWN_PARAMETERS.includes(name)
  )
  const [uin, ...others] = given(request, 'uin')
  const isAlone = asked.length === 1 && others.length === 0
  return isAlone && uin !== '' ? uin : undefined
}
