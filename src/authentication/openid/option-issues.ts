import { closest, distance } from 'fastest-levenshtein'
import type Joi from 'joi'
import type { OptionsIssue } from '../../domain/errors'
import { isInsecure } from './address'
import { algorithmOf, readPrivateKey } from './client-key'
import { isRecord } from '../../internal/json'
import type { CheckedOpenIdOptions, SignatureAlgorithm } from './options'
import { keysAt, openIdSchema, PROBLEM } from './options-schema'

type Place = ReadonlyArray<string | number>

const PAGE = 'docs/authentication.md'

/** Where an option stands in all options: `authentication.oidc.tls.key`. */
function show(path: string, place: Place): string {
  const parts = place.map((part) =>
    typeof part === 'number' ? `[${part}]` : `.${part}`
  )
  return `${path}${parts.join('')}`
}

/** One mistake, with the place in the docs that describes the option. */
export function issue(
  path: string,
  place: Place,
  problem: string
): OptionsIssue {
  const first = place[0]
  const anchor = typeof first === 'string' && keysAt([]).includes(first)
  return {
    option: show(path, place),
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
    issue(path, detail.path, problemOf(detail, further))
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
    found.push(issue(path, ['clientSecret'], 'is missing.'))
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

function limited(words: string): (context: Joi.Context) => string {
  return ({ limit }) => `${words} ${String(limit)}.`
}

const EXPLANATIONS: Readonly<
  Partial<Record<string, (context: Joi.Context) => string>>
> = {
  [PROBLEM]: ({ problem }) => String(problem),
  'any.required': () => 'is missing.',
  'any.only': ({ valids }) =>
    `must be one of \`${(Array.isArray(valids) ? valids : []).map(String).join('`, `')}\`.`,
  'string.base': () => 'must be text.',
  'string.empty': () => 'is empty.',
  'string.pattern.base': () => 'must be words with one blank between them.',
  'number.base': () => 'must be a number.',
  'number.integer': () => 'must be a whole number.',
  'number.min': limited('must be at least'),
  'number.max': limited('must be at most'),
  'boolean.base': () => 'must be true or false.',
  'array.base': () => 'must be a list.',
  'array.min': () => 'is an empty list.',
  'array.unique': () => 'is in the list already.',
  'array.hasUnknown': () =>
    'must contain `openid`, or it is no OpenID Connect.',
  'object.base': () => 'must be an object.',
  'object.and': () => 'needs `cert` and `key` together.',
  'object.with': () => 'has a `passphrase` without the `key` that it opens.',
  'alternatives.types': () => 'must be `auto`, true or false.',
  'alternatives.match': () => 'must be `auto`, true or false.'
}

function problemOf(
  { context, path, type }: Joi.ValidationErrorItem,
  further: readonly string[]
): string {
  if (type === 'object.unknown') return unknownKey(path, further)
  return EXPLANATIONS[type]?.(context ?? {}) ?? 'cannot be used like this.'
}

function unknownKey(place: Place, further: readonly string[]): string {
  const keys = keysAt(place.slice(0, -1))
  if (place.length === 1) keys.push(...further)
  const name = String(place.at(-1))
  const lower = new Map(keys.map((key) => [key.toLowerCase(), key]))
  const best = closest(name.toLowerCase(), [...lower.keys()])
  const limit = Math.max(2, Math.floor(name.length / 3))
  return distance(name.toLowerCase(), best) <= limit
    ? `is not an option; did you mean \`${lower.get(best) ?? best}\`?`
    : `is not an option. There are: \`${keys.join('`, `')}\`.`
}
