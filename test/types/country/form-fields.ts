// What a country does with the form fields. The shapes below are those of the toolkit's `FieldConfigInput` that matter
// to a compiler: unions told apart by a literal `type`, lists that may be written to, a conditional that only the
// toolkit's own functions make.
import {
  externalValidationWorkqueue,
  identityFields,
  identitySummary,
  methodsFrom,
  qrCode,
  signIn,
  translationRows,
  workqueueScope,
  type FormSettings,
  type IdentityField,
  type IdentityFields
} from 'opencrvs-national-id/form-fields'

type Message = { id: string; defaultMessage: string; description: string }
type Reference = { $$field: string; $$subfield?: string[] }
type JsonSchema = { $id: string; readonly __nominal__type: 'JSONSchema' }

type Conditional =
  | { type: 'SHOW'; conditional: JsonSchema }
  | { type: 'ENABLE'; conditional: JsonSchema }
  | { type: 'DISPLAY_ON_REVIEW'; conditional: JsonSchema }

type Base = {
  id: string
  label: Message
  helperText?: Message | undefined
  parent?: Reference | Reference[] | undefined
  value?: Reference | Reference[] | undefined
  required?: boolean | { message: Message } | undefined
  conditionals?: Conditional[] | undefined
  secured?: boolean | undefined
  hideLabel?: boolean | undefined
}

type Http = {
  url: string
  method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  params?: Record<string, string | Reference> | undefined
  errorValue?: unknown
  timeout?: number | undefined
}

type Link = Base & {
  type: 'LINK_BUTTON'
  configuration: { url: string; text: Message; icon?: string | undefined }
}
type Qr = Base & { type: 'QR_READER' }

type Field19 =
  | (Base & {
      type: 'VERIFICATION_STATUS'
      defaultValue?: 'verified' | 'authenticated' | 'failed' | 'pending'
      configuration: { status: Message; description: Message }
    })
  | (Base & {
      type: 'QUERY_PARAM_READER'
      configuration: { pickParams: string[] }
    })
  | (Base & { type: 'HTTP'; configuration: Http & { trigger: Reference } })
  | (Base & { type: 'LOADER'; configuration: { text: Message } })
  | (Base & { type: 'ID_READER'; methods: Array<Link | Qr> })
  | (Base & {
      type: 'PARAGRAPH'
      configuration?: { styles?: { hint?: boolean | undefined } }
    })
  | (Base & { type: 'NAME'; configuration?: { maxLength?: number } })
  | (Base & { type: 'DATE' })
  | (Base & { type: 'TEXT'; configuration?: { type?: 'text' | 'password' } })
  | Link
  | Qr

type Field2 =
  | Exclude<Field19, { type: 'HTTP' }>
  | (Base & { type: 'HTTP'; configuration: Http & { trigger?: Reference } })
  | (Base & { type: 'ALPHA_HIDDEN'; defaultValue?: string })

// What the toolkit's functions give, and take.
declare function isEqualTo(value: string): JsonSchema
declare function and(...conditions: JsonSchema[]): JsonSchema
declare function definePage(page: { fields: Field2[] }): void
declare function definePage19(page: { fields: Field19[] }): void

const label: Message = { id: 'a', defaultMessage: 'a', description: 'a' }

const methods = [
  signIn({
    startUrl: 'https://register.example.org/national-id/authentication/start',
    redeemUrl: '/national-id/authentication/redeem'
  }),
  qrCode({
    checkUrl: '/national-id/identity-check',
    read: { name: ['name'] }
  })
]

export const mother = identityFields('mother', {
  event: 'birth',
  methods,
  show: isEqualTo('x')
})

export const father: IdentityFields<'1.9'> = identityFields('father', {
  event: 'birth',
  version: '1.9',
  methods,
  show: [{ type: 'SHOW', conditional: isEqualTo('x') }]
})

const name: Field2 = { id: 'mother.name', type: 'NAME', label, required: true }

// A page takes them as they are, and fields that are written in place keep the type that the page expects.
definePage({
  fields: [
    ...mother.fields,
    mother.fill('name', name),
    mother.fill('dateOfBirth', { id: 'mother.dob', type: 'DATE', label }),
    mother.fill(
      'identifier',
      {
        id: 'mother.nid',
        type: 'TEXT',
        label,
        conditionals: [
          { type: 'SHOW', conditional: and(mother.conditions.proven) }
        ]
      },
      { lock: 'hide', from: ['id'] }
    )
  ]
})
definePage19({
  fields: [
    ...father.fields,
    father.fill('name', { id: 'father.name', type: 'NAME', label })
  ]
})

// One that is made beforehand keeps its type as well.
const born = mother.fill('dateOfBirth', { id: 'a.b', type: 'DATE', label })
definePage({ fields: [born] })

export const assigned: Field2[] = mother.fields
export const one: Field2 = mother.fill('name', name)
export const ids: string[] = [mother.ids.status, mother.ids.notice('expired')]

// @ts-expect-error 1.9 does not know what 2.x has
export const newer: Field19[] = mother.fields

// @ts-expect-error no such line of OpenCRVS
identityFields('mother', { event: 'birth', version: '3' })

// @ts-expect-error no such problem
mother.ids.notice('tired')

// @ts-expect-error no such lock
mother.fill('name', name, { lock: 'hidden' })

// @ts-expect-error a sign-in needs the place where its result is fetched
signIn({ startUrl: 'https://register.example.org/start' })

// @ts-expect-error no such text
identityFields('mother', { event: 'birth', texts: { title: label } })

export const settings: FormSettings = {
  version: '2',
  signIn: {
    startUrl: 'https://register.example.org/national-id/authentication/start',
    redeemUrl: '/national-id/authentication/redeem'
  },
  qrCode: { checkUrl: '/national-id/identity-check', credentialPath: ['vc'] }
}

/** As a library wraps it: the version is known when the server runs. */
export function fromSettings(
  person: string
): Array<IdentityField | IdentityField<'1.9'>> {
  const { version } = settings
  return identityFields(person, {
    event: 'birth',
    version,
    methods: methodsFrom(settings, { signIn: { icon: 'User' } })
  }).fields
}

export const workqueues: Array<{ slug: string; action: { type: 'READ' } }> = [
  externalValidationWorkqueue()
]
export const workqueues19: Array<{ slug: string; actions: unknown[] }> = [
  externalValidationWorkqueue({ version: '1.9' })
]
export const scopes: [string, { options: { ids: string[] } }] = [
  workqueueScope({ version: '1.9', others: ['recent'] }),
  workqueueScope()
]
export const summary: {
  fieldId: string
  conditionals?: Array<{ type: 'SHOW'; conditional: JsonSchema }>
} = identitySummary(mother)
export const english: string[] = translationRows().map(({ en }) => en)
