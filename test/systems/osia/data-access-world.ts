import { when } from 'opencrvs-national-id'
import type {
  NationalIdSystem,
  SystemAnswer,
  SystemDependencies,
  SystemFactory
} from 'opencrvs-national-id'
import { dataAccessRoute } from '../../../src/systems/osia/data-access'
import {
  NEWBORN,
  scriptedSystem,
  startEnvironment,
  type Changes,
  type Environment
} from '../../integration/environment'
import { AUDIENCE, ISSUER, type Issuer } from './data-access-issuer'

export const CHILD_UIN = '9000000042'
export const MOTHER_UIN = '7000000017'
export const FATHER_UIN = '7000000025'

/** A birth whose parents are known. */
export const BIRTH = {
  ...NEWBORN,
  'mother.name': { firstname: 'Ana', surname: 'Exampleson' },
  'mother.dob': '1996-03-04',
  'mother.nid': MOTHER_UIN,
  'father.name': { firstname: 'Tom', surname: 'Exampleson' },
  'father.nid': FATHER_UIN,
  'informant.name': { firstname: 'Ida', surname: 'Exampleson' },
  'informant.nid': '7000000033'
}

const DICTIONARY = {
  attributes: {
    firstName: 'firstName',
    lastName: 'lastName',
    dateOfBirth: 'dateOfBirth',
    gender: 'gender',
    more: {}
  },
  sexCodes: { male: '1', female: '2', unknown: '0' },
  interfaceSexCodes: {},
  wholeNumbersAs: 'text'
} as const

/** A register that is told of births and then reads back, as the plugin sees it. */
export function readingSystem(
  issuer: Issuer,
  how: {
    forMs?: number
    answer?: SystemAnswer
    announce?: NonNullable<NationalIdSystem['announce']>
  } = {}
): SystemFactory {
  const { forMs = 60_000 } = how
  const answer = how.answer ?? { outcome: 'accepted', identifier: CHILD_UIN }
  const capabilities = {
    ...scriptedSystem().capabilities,
    relatives: ['mother', 'father'],
    announces: ['createIdentity'] as const,
    readsBack: { after: ['announceIdentity'] as const, forMs }
  }
  return {
    name: 'register',
    capabilities,
    issues: () => [],
    weakenings: () => [],
    create(dependencies: SystemDependencies): NationalIdSystem {
      const { people } = dependencies
      if (people === undefined) throw new Error('nobody to read')
      return {
        name: 'register',
        capabilities,
        submit: () => Promise.resolve(answer),
        announce: how.announce ?? (() => Promise.resolve()),
        routes: dataAccessRoute(
          { issuer: ISSUER, audience: AUDIENCE, jwksUrl: issuer.url },
          { ...dependencies, people, dictionary: DICTIONARY }
        )
      }
    }
  }
}

/** A country whose register reads back. */
export function startReading(
  system: SystemFactory,
  changes: Changes = {}
): Promise<Environment> {
  return startEnvironment(system, {
    events: {
      birth: {
        subject: 'child',
        people: ['mother', 'informant'],
        rules: {
          REGISTER: [{ name: 'every birth', then: when.createIdentity() }]
        }
      }
    },
    policies: { trustFormStatuses: true },
    ...changes
  })
}

export type Read = { status: number; body: string; headers: Headers }

/** Calls one of our Data Access paths. */
export async function ask(
  base: string,
  path: string,
  token: string | undefined,
  body?: unknown
): Promise<Read> {
  const response = await fetch(`${base}${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' })
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) })
  })
  const { headers, status } = response
  return { status, headers, body: await response.text() }
}
