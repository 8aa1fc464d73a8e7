import { isJsonObject, parseJsonObject, textOf } from '../json-object'
import type { JsonObject } from '../../domain/json'
import type { SandboxPerson } from '../people/sandbox-people'
import type { OpenIdProviderOptions } from './options'

/** Claims by scope (OIDC Core 5.4), the ones that eSignet has (mosip FACTS 8). */
export const CLAIMS_BY_SCOPE: Readonly<Record<string, readonly string[]>> = {
  profile: [
    'name',
    'given_name',
    'middle_name',
    'family_name',
    'gender',
    'birthdate',
    'locale'
  ],
  email: ['email'],
  phone: ['phone_number'],
  address: ['address']
}

/** Claims that come only when they are asked for by name. A picture is never given. */
export const CLAIMS_BY_NAME = ['individual_id']

/** Claims that exist in several languages, as `name#fr`. */
const TRANSLATED = ['name']

/** What the provider knows of a person, by claim. */
export function claimsOf(
  person: SandboxPerson,
  options: Pick<OpenIdProviderOptions, 'names' | 'birthdates'>
): JsonObject {
  const { address } = person
  return {
    name: person.name,
    ...(options.names === 'parts' ? nameParts(person) : {}),
    ...Object.fromEntries(
      Object.entries(person.names).map(([language, name]) => [
        `name#${language}`,
        name
      ])
    ),
    gender: person.sex,
    birthdate:
      options.birthdates === 'iso'
        ? person.dateOfBirth
        : person.dateOfBirth.replaceAll('-', '/'),
    locale: 'en',
    individual_id: person.individualId,
    ...(person.email === undefined ? {} : { email: person.email }),
    ...(person.phoneNumber === undefined
      ? {}
      : { phone_number: person.phoneNumber }),
    address: {
      formatted: `${address.street}, ${address.locality}, ${address.country}`,
      street_address: address.street,
      locality: address.locality,
      region: address.region,
      country: address.country
    }
  }
}

function nameParts(person: SandboxPerson): JsonObject {
  return {
    given_name: person.givenName,
    ...(person.middleName === undefined
      ? {}
      : { middle_name: person.middleName }),
    ...(person.familyName === undefined
      ? {}
      : { family_name: person.familyName })
  }
}

/** A claim that a relying party asks for. */
export type RequestedClaim = { name: string; essential: boolean }

/**
 * Which claims a request asks for: by its scopes, by its `claims` parameter, and
 * with several `claims_locales` in each of these languages.
 *
 * @param parameters of the authorization request
 */
export function requestedClaims(
  parameters: Readonly<Record<string, unknown>>
): RequestedClaim[] {
  const byScope = textOf(parameters['scope'])
    .split(' ')
    .flatMap((scope) => CLAIMS_BY_SCOPE[scope] ?? [])
  const wanted = new Map(byScope.map((name) => [name, false]))
  const userInfo = parseJsonObject(textOf(parameters['claims']))?.['userinfo']
  if (isJsonObject(userInfo)) {
    for (const [name, detail] of Object.entries(userInfo)) {
      wanted.set(name, isJsonObject(detail) && detail['essential'] === true)
    }
  }
  for (const language of languages(parameters)) {
    for (const name of TRANSLATED) {
      if (wanted.has(name)) wanted.set(`${name}#${language}`, false)
    }
  }
  return [...wanted].map(([name, essential]) => ({ name, essential }))
}

/** eSignet answers in one language without tags, in several with them. */
function languages(parameters: Readonly<Record<string, unknown>>): string[] {
  const asked = textOf(parameters['claims_locales']).split(' ').filter(Boolean)
  return asked.length > 1 ? asked : []
}
