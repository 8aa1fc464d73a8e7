// Uses that the declarations must refuse. Should one of them compile, the
// unused `@ts-expect-error` is itself reported.
import {
  sqlite,
  when,
  type Decision,
  type NationalIdOptions,
  type NationalIdSystem,
  type PolicyOptions,
  type Rule
} from 'opencrvs-national-id'
import { readEvent } from 'opencrvs-national-id/opencrvs'
import { options } from './accepted'

// @ts-expect-error an unknown option
export const unknownKey: NationalIdOptions = { ...options, gateway: 'http://x' }

// @ts-expect-error the store's factory, not its settings
export const noFactory: NationalIdOptions = { ...options, store: { path: 'x' } }

// @ts-expect-error there is no memory of deliveries without a place
export const noPath = sqlite({})

// @ts-expect-error a mode that does not exist
export const wrongMode = when.createIdentity({ mode: 'later' })

// @ts-expect-error a refusal needs its reason
export const noReason: Decision = { kind: 'reject' }

// @ts-expect-error a rule needs a decision
export const noDecision: Rule = { name: 'newborn' }

export const noPurpose: NationalIdOptions['events'] = {
  birth: {
    subject: 'child',
    // @ts-expect-error a further attribute needs its purpose
    attributes: { more: { district: { from: 'child.district' } } },
    rules: {}
  }
}

export const notAcknowledged: PolicyOptions = {
  // @ts-expect-error deactivation at death must be acknowledged
  death: { deactivate: { gracePeriodDays: 30 } }
}

// @ts-expect-error a system without `submit` is none
export const noSubmit: NationalIdSystem = {
  name: 'own',
  capabilities: {
    operations: [],
    idempotent: true,
    callback: false,
    status: false,
    verify: false
  }
}

// @ts-expect-error what is read must be checked for absence before its use
export const unchecked: string = readEvent({}).declaration['child.name']
