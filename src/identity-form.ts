import type { ResolvedOptions, ResolvedPerson } from './config/resolved'
import { NationalIdError } from './domain/errors'
import {
  identityFields,
  methodsFrom,
  type FormMethod,
  type FormSettings,
  type FormVersion,
  type IdentityFields,
  type IdentityFieldsOptions,
  type QrCodeOptions,
  type SignInOptions
} from './form-fields'

/** What a page says about one person; addresses, version and methods come from `createNationalId`'s options. */
export type FormOptions<V extends FormVersion = '2'> = Omit<
  IdentityFieldsOptions<V>,
  'methods' | 'version'
> & {
  /** Only where `opencrvs.version` is not `2`: says so to the compiler. */
  version?: V
  /** Which of the configured methods this person is offered. Default: all of them. */
  methods?: ReadonlyArray<FormMethod['method']>
  signIn?: Omit<SignInOptions, 'startUrl' | 'redeemUrl'>
  qrCode?: Omit<QrCodeOptions, 'checkUrl' | 'credentialPath'>
}

/**
 * Where the form finds our routes. The browser calls them on the origin that the form comes from and nowhere else: its
 * calls carry the user's token (forms FACTS 4).
 */
function formSettings(options: ResolvedOptions): FormSettings {
  const { authentication, opencrvs, publicUrl, routePrefix } = options
  const path = opencrvs.countryConfigPath + routePrefix
  const { oidc, qr } = authentication
  return {
    version: opencrvs.version,
    ...(oidc === undefined
      ? {}
      : {
          signIn: {
            startUrl: `${publicUrl}${routePrefix}/authentication/start`,
            redeemUrl: `${path}/authentication/redeem`
          }
        }),
    ...(qr === undefined
      ? {}
      : {
          qrCode: {
            checkUrl: `${path}/identity-check`,
            credentialPath: qr.credentialPath
          }
        })
  }
}

/**
 * The identity fields of a person, as this instance's server expects them.
 *
 * @throws NationalIdError `ERR_FORM_FIELDS` when the person, the version, a method or an id is not what the server has
 */
export function instanceFields<V extends FormVersion = '2'>(
  options: ResolvedOptions,
  person: string,
  form: FormOptions<V>
): IdentityFields<V> {
  const known = knownPerson(options, person, form.event)
  const { version = '2', methods, signIn, qrCode, ...rest } = form
  if (version !== options.opencrvs.version) {
    throw mistake(
      `identityFields('${person}') is for OpenCRVS ${version}, and opencrvs.version is ${options.opencrvs.version}. Say \`version: '${options.opencrvs.version}'\` there too, so that the fields have the right types.`
    )
  }
  const offered = methodsFrom(formSettings(options), {
    ...(signIn === undefined ? {} : { signIn }),
    ...(qrCode === undefined ? {} : { qrCode })
  })
  const fields = identityFields<V>(person, {
    ...rest,
    version: version as V,
    methods: chosen(offered, methods, person)
  })
  checkIds(fields.ids, known, version)
  return fields
}

function knownPerson(
  { events }: ResolvedOptions,
  person: string,
  event: string
): ResolvedPerson {
  const settings = Object.hasOwn(events, event) ? events[event] : undefined
  if (settings === undefined) {
    throw mistake(
      `identityFields('${person}') is for the event "${event}", which is not in options.events.`
    )
  }
  const known = settings.persons.find((each) => each.person === person)
  if (known !== undefined) return known
  throw mistake(
    `identityFields('${person}') asks for somebody whom the server would not check: add '${person}' to options.events.${event}.people.`
  )
}

function chosen(
  offered: readonly FormMethod[],
  wanted: FormOptions['methods'],
  person: string
): FormMethod[] {
  if (wanted === undefined) return [...offered]
  return wanted.map((name) => {
    const method = offered.find((each) => each.method === name)
    if (method !== undefined) return method
    throw mistake(
      `identityFields('${person}') offers ${name}, which the server does not have: set options.authentication.${name === 'signIn' ? 'oidc' : 'qr'}.`
    )
  })
}

/** A status or evidence in a field that the server does not read would count for nothing. */
function checkIds(
  ids: IdentityFields['ids'],
  known: ResolvedPerson,
  version: FormVersion
): void {
  // OpenCRVS 1.9 has no hidden texts: the evidence stays in the field that fetched it.
  const evidence = version === '1.9' ? 'fetch' : 'evidence'
  const pairs = [
    ['status', 'statusField'],
    [evidence, 'evidenceField'],
    ['reader', 'scanField']
  ] as const
  for (const [name, option] of pairs) {
    if (ids[name] === known[option]) continue
    throw mistake(
      `The form of ${known.person} has ${ids[name]} where the server reads ${known[option]}. Give both the same: \`ids.${name}\` here, and \`${option}\` of ${known.person} in options.events.`
    )
  }
}

function mistake(message: string): NationalIdError {
  return new NationalIdError(message, { code: 'ERR_FORM_FIELDS' })
}
