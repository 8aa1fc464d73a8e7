import type { OptionsIssue } from '../../domain/errors'
import { isInsecure } from '../../internal/peer-address'
import { algorithmOf, readPrivateKey } from './client-key'
import { isRecord } from '../../internal/json'
import {
  problemOf,
  showPlace,
  type Explanations,
  type Place
} from '../../internal/option-problems'
import type { CheckedOpenIdOptions, SignatureAlgorithm } from './options'
import { keysAt, openIdSchema } from './options-schema'

const PAGE = 'docs/authentication.md'

/** One mistake, with the place in the docs that describes the option. */
export function issue(
  path: string,
  place: Place,
  problem: string
): OptionsIssue {
  const first = place[0]
  const anchor = typeof first === 'string' && keysAt([]).includes(first)
  return {
    option: showPlace(path, place),
    problem,
    see: anchor ? `${PAGE}#${first.toLowerCase()}` : PAGE
  }
}

/**
 * All mistakes in the options of a provider. None holds an option's value, which may be a secret in the wrong place.
 *
 * @param path where the options stand in all options: `authentication.oidc`
 * @param further keys that may stand there besides, for suggestions
 */
export function issuesOf(
  options: unknown,
  path: string,
  further: readonly string[] = []
): OptionsIssue[] {
  if (!isRecord(options)) return [issue(path, [], 'must be an object.')]
  const { error } = openIdSchema.validate(options, {
    abortEarly: false,
    convert: false
  })
  const found = (error?.details ?? []).map((detail) =>
    issue(path, detail.path, problemOf(detail, keysWith(further), SPECIAL))
  )
  const told = new Set(found.map(({ option }) => option))
  // What is wrong by itself needs no second complaint.
  return [
    ...found,
    ...crossIssues(options, path).filter(({ option }) => !told.has(option))
  ]
}

/**
 * The options with their defaults.
 *
 * @throws Joi.ValidationError when `issuesOf` has any issue; call that first
 */
export function withDefaults(options: unknown): CheckedOpenIdOptions {
  const checked = openIdSchema.validate(options, { convert: false })
  if (checked.error !== undefined) throw checked.error
  // The schema has just proven the shape; Joi's types cannot say so.
  const value = checked.value as CheckedOpenIdOptions
  const keys: unknown = value.decryptionKeys
  if (Array.isArray(keys)) return value
  return { ...value, decryptionKeys: [value.decryptionKeys].flat() }
}

/** Mistakes that only several options together make. */
function crossIssues(
  options: Record<string, unknown>,
  path: string
): OptionsIssue[] {
  return [
    ...insecureIssues(options, path),
    ...clientIssues(options, path),
    ...keyIssues(options, path),
    ...endpointIssues(options, path),
    ...encryptionIssues(options, path)
  ]
}

function insecureIssues(
  options: Record<string, unknown>,
  path: string
): OptionsIssue[] {
  if (options.allowInsecureHttp === true) return []
  const problem =
    'is http: to another machine, so whoever is on the way could sign in as anybody. Use https:, or say allowInsecureHttp: true.'
  return addressesOf(options)
    .filter(([, address]) => isInsecure(address))
    .map(([place]) => issue(path, place, problem))
}

/** The addresses among the options, whatever else is wrong with them. */
export function addressesOf(
  options: Readonly<Record<string, unknown>>
): Array<[place: Place, address: string]> {
  const { discovery, endpoints, issuer } = options
  const given: Array<[Place, unknown]> = [
    [['issuer'], issuer],
    [['discovery'], discovery],
    ...Object.entries(isRecord(endpoints) ? endpoints : {}).map(
      ([name, address]): [Place, unknown] => [['endpoints', name], address]
    )
  ]
  return given.flatMap(([place, address]): Array<[Place, string]> =>
    typeof address === 'string' ? [[place, address]] : []
  )
}

function clientIssues(
  options: Record<string, unknown>,
  path: string
): OptionsIssue[] {
  const { clientAuthentication, clientKey, clientSecret } = options
  const isSecret = clientAuthentication === 'client_secret_basic'
  const found: OptionsIssue[] = []
  if (!isSecret && clientKey === undefined) {
    const problem =
      'is missing: give the private key whose public half the provider has, in PEM or as a JWK.'
    found.push(issue(path, ['clientKey'], problem))
  }
  if (!isSecret && clientSecret !== undefined) {
    const problem =
      'is only used with clientAuthentication: `client_secret_basic`.'
    found.push(issue(path, ['clientSecret'], problem))
  }
  if (isSecret && clientSecret === undefined) {
    const problem = 'is missing: give the secret that the provider gave you.'
    found.push(issue(path, ['clientSecret'], problem))
  }
  return found
}

/** A key that is text can be looked at now; one behind a function, only when it is used. */
function keyIssues(
  options: Record<string, unknown>,
  path: string
): OptionsIssue[] {
  const { clientKey, signatureAlgorithm } = options
  if (typeof clientKey !== 'string') return []
  const read = readPrivateKey(clientKey)
  if (!('key' in read)) return []
  // Any other value was refused by the schema already.
  const asked = signatureAlgorithm as SignatureAlgorithm | undefined
  if (algorithmOf(read.key, asked) !== undefined) return []
  const place = asked === undefined ? 'clientKey' : 'signatureAlgorithm'
  const problem =
    'does not go together: an RSA key signs with RS256 or PS256, one on P-256 with ES256.'
  return [issue(path, [place], problem)]
}

const NEEDED = ['authorization', 'token', 'userInfo', 'jwks'] as const

function endpointIssues(
  options: Record<string, unknown>,
  path: string
): OptionsIssue[] {
  if (options.discovery !== false) return []
  const given = isRecord(options.endpoints) ? options.endpoints : {}
  const needed =
    options.pushedAuthorization === true
      ? [...NEEDED, 'pushedAuthorization']
      : NEEDED
  return needed
    .filter((name) => given[name] === undefined)
    .map((name) => {
      const problem =
        'is missing: without a discovery document, nothing else says it.'
      return issue(path, ['endpoints', name], problem)
    })
}

function encryptionIssues(
  { decryptionKeys, userInfo }: Record<string, unknown>,
  path: string
): OptionsIssue[] {
  const has =
    decryptionKeys !== undefined &&
    !(Array.isArray(decryptionKeys) && decryptionKeys.length === 0)
  if (userInfo !== 'encrypted' || has) return []
  const problem =
    'is missing: give the private key whose public half the provider encrypts UserInfo to.'
  return [issue(path, ['decryptionKeys'], problem)]
}

const SPECIAL: Explanations = {
  'any.required': ({ key }) => `is missing${toGive(key)}.`,
  'string.empty': ({ key }) => `is empty${toGive(key)}.`,
  'string.pattern.base': () => 'must be words with one blank between them.',
  'array.hasUnknown': () =>
    'must contain `openid`, or it is no OpenID Connect.',
  'alternatives.types': () => 'must be `auto`, true or false.',
  'alternatives.match': () => 'must be `auto`, true or false.'
}

/** What the options are whose value somebody else hands out, or that stand in an environment that lacks them. */
const TO_GIVE: Readonly<Partial<Record<string, string>>> = {
  issuer: 'give the address of the provider, as its discovery document has it',
  clientId: 'give the id under which the provider knows this client',
  clientKey:
    'give the private key whose public half the provider has, in PEM or as a JWK',
  clientSecret: 'give the secret that the provider gave you',
  decryptionKeys:
    'give the private key whose public half the provider encrypts to, in PEM or as a JWK',
  keyId: 'give the id under which the provider knows the key, or leave it out'
}

function toGive(key: unknown): string {
  const words = typeof key === 'string' ? TO_GIVE[key] : undefined
  return words === undefined ? '' : `: ${words}`
}

/** The names that may stand at a place, with those that somebody else takes out of these options first. */
function keysWith(further: readonly string[]): (place: Place) => string[] {
  return (place) =>
    place.length === 0 ? [...keysAt(place), ...further] : keysAt(place)
}
