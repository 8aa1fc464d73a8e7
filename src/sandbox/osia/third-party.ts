import type { JsonObject } from '../../domain/json'
import type { ServedAnswer, ServedRequest } from '../loopback-server'
import { isJsonObject, parseJsonObject } from '../json-object'
import { textsIn } from './attributes'
import { differences, type DataAccessParts } from './data-access'
import { emptyAnswer, invalidAnswer, jsonAnswer } from './osia-answer'

const MEMBERS = [
  'biographicData',
  'contactData',
  'credentialData',
  'biometricData',
  'encryption',
  'integrity'
]

/** verify of the third-party interface. What its codes mean the standard does not say (FACTS D9). */
export function answerThirdParty(
  { behaviour, people }: DataAccessParts,
  { body, params, query }: ServedRequest
): ServedAnswer {
  const data = biographicDataIn(body)
  if (query.get('transactionId') === null) {
    return invalidAnswer('no transactionId')
  }
  if (!isFlag(query.get('verificationProofRequired'))) {
    return invalidAnswer('verificationProofRequired is a boolean')
  }
  if (data === undefined) return invalidAnswer('no attribute set')
  if ((query.get('identifierType') ?? 'uin') !== 'uin') return emptyAnswer(404)
  const person = people.find(params.identifier ?? '')
  if (person === undefined) return emptyAnswer(404)
  const isSame = differences(person, textsIn(data)).length === 0
  const { match, noMatch } = behaviour.verificationCodes
  return jsonAnswer(200, {
    verificationCode: isSame ? match : noMatch,
    verificationMessage: isSame ? 'The data match.' : 'The data differ.'
  })
}

function isFlag(value: string | null): boolean {
  return value === null || value === 'true' || value === 'false'
}

/** A flat map of attributes is no attribute set (FACTS 2.3). */
function biographicDataIn(text: string): JsonObject | undefined {
  const set = parseJsonObject(text)
  if (set === undefined) return undefined
  const isSet = Object.keys(set).every((member) => MEMBERS.includes(member))
  const { biographicData } = set
  return isSet && isJsonObject(biographicData) ? biographicData : undefined
}
