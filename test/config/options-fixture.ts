import type { RuleContext } from '../../src/config/options'
import type { SystemFactory } from '../../src/systems/system'

/** A system that takes everything; its parts can be replaced. */
export function systemFactory(
  change: Partial<SystemFactory> = {}
): SystemFactory {
  return {
    name: 'register',
    capabilities: {
      operations: [
        'createIdentity',
        'updateIdentity',
        'notifyDeath',
        'withdraw',
        'deactivateIdentity'
      ],
      idempotent: true,
      callback: true,
      status: false,
      verify: true
    },
    issues: () => [],
    weakenings: () => [],
    create: () => {
      throw new Error('options must not make a system')
    },
    ...change
  }
}

/** The least that a country can write. */
export function minimalOptions() {
  return {
    publicUrl: 'https://countryconfig.example.org',
    opencrvs: {
      gatewayUrl: 'http://gateway:7070',
      authUrl: 'http://auth:4040'
    },
    secrets: { encryption: 'k'.repeat(32) },
    store: {
      name: 'test',
      issues: () => [],
      create: () => {
        throw new Error('options must not make a store')
      }
    },
    system: systemFactory(),
    events: {
      birth: { subject: 'child', people: ['mother', 'father'], rules: {} }
    }
  }
}

/** What a rule looks at, about a REGISTER of a birth. */
export function ruleContext(change: Partial<RuleContext> = {}): RuleContext {
  return {
    event: {
      id: '00000000-0000-4000-8000-000000000001',
      type: 'birth',
      trackingId: 'ABC123'
    },
    action: { id: '00000000-0000-4000-8000-000000000002', type: 'REGISTER' },
    declaration: {},
    changes: [],
    annotation: {},
    now: '2026-06-15',
    user: { id: 'registrar', scopes: [] },
    statuses: {},
    eventDocument: {},
    ...change
  }
}
