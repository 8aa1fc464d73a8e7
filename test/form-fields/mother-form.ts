import {
  identityFields,
  qrCode,
  signIn,
  type FormMethod,
  type IdentityFieldsOptions
} from 'opencrvs-national-id/form-fields'
import type { FormVersion } from '../../src/form-fields/field-types'
import { FormClient } from './form-client'
import type { AnyField } from './form-evaluator'

export const label = { id: 'a', defaultMessage: 'A', description: 'a' }

export const SIGN_IN = signIn({
  startUrl:
    'https://register.example.org/api/countryconfig/national-id/authentication/start',
  redeemUrl: '/api/countryconfig/national-id/authentication/redeem'
})

export const QR_CODE = qrCode({
  checkUrl: '/api/countryconfig/national-id/identity-check',
  read: { name: ['name'], dateOfBirth: ['person', 'birthDate'] }
})

export const METHODS: Record<string, FormMethod[]> = {
  none: [],
  'sign-in': [SIGN_IN],
  'QR code': [QR_CODE],
  'QR code without a check': [qrCode()],
  both: [SIGN_IN, QR_CODE]
}

export const FETCH = 'mother.verify-nid-http-fetch'

/** A mother's page: her identity, three fields that it fills, one that it does not. */
export function motherForm<V extends FormVersion = '2'>(
  options: Partial<IdentityFieldsOptions<V>> = {}
) {
  const mother = identityFields('mother', {
    event: 'birth',
    methods: [SIGN_IN, QR_CODE],
    ...options
  })
  const fields = [
    ...mother.fields,
    mother.fill('name', { id: 'mother.name', type: 'NAME', label }),
    mother.fill('dateOfBirth', { id: 'mother.dob', type: 'DATE', label }),
    mother.fill('identifier', { id: 'mother.nid', type: 'ID', label }),
    { id: 'mother.note', type: 'TEXT', label }
  ]
  // A client sees no more of a field than this.
  const seen = fields as unknown as AnyField[]
  return { mother, fields: seen }
}

/** The same in front of a registrar. */
export function openForm<V extends FormVersion = '2'>(
  options: Partial<IdentityFieldsOptions<V>> = {}
): FormClient {
  return new FormClient(motherForm(options).fields, options.version)
}

export const AUTHENTICATED = {
  verificationStatus: 'authenticated',
  evidence: 'header.payload.signature',
  attributes: {
    name: { firstname: 'Amina', surname: 'Diallo' },
    dateOfBirth: '1996-02-03',
    identifier: '4837294610'
  },
  reference: 'R-1'
}

export const VERIFIED_CARD = {
  verificationStatus: 'verified',
  evidence: 'header.card.signature',
  attributes: {
    name: { firstname: 'Amina', surname: 'Diallo' },
    dateOfBirth: '1996-02-03'
  },
  reference: 'R-2'
}

export const CARD = {
  credential: 'card.one.signed',
  name: { firstname: 'Amina', surname: 'D.' },
  person: { birthDate: '1996-02-03' }
}

export function failed(problem: string) {
  return { verificationStatus: 'failed', problem, reference: 'R-3' }
}
