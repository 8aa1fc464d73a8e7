import { resolveOptions } from '../../src/config/resolve'
import { when } from '../../src/config/rules/when'
import { minimalOptions, systemFactory } from './options-fixture'

describe('weakenings', () => {
  function weakenings(change: object) {
    return resolveOptions({ ...minimalOptions(), ...change }).weakenings
  }

  test.each([
    ['http://gateway:7070', false],
    ['http://127.0.0.1:7070', false],
    ['http://10.1.2.3', false],
    ['http://172.31.0.1', false],
    ['http://172.32.0.1', true],
    ['http://[::1]:7070', false],
    ['http://gateway.prod.svc', false],
    ['http://gateway.example.org', true],
    ['http://10.example.org', true],
    ['https://gateway.example.org', false]
  ])('plain http beyond a private network: %s (%s)', (gatewayUrl, weak) => {
    const opencrvs = { ...minimalOptions().opencrvs, gatewayUrl }
    const options = weakenings({ opencrvs }).map(({ option }) => option)
    expect(options).toEqual(weak ? ['opencrvs.gatewayUrl'] : [])
  })

  test('names each safeguard that is weakened, and those of the system', () => {
    const found = weakenings({
      policies: {
        trustFormStatuses: true,
        updates: { allowAdults: true },
        death: { deactivate: { gracePeriodDays: 30, acknowledged: true } }
      },
      metrics: { allowAnonymous: true },
      system: systemFactory({
        weakenings: (path) => [{ option: `${path}.insecure`, effect: 'x' }]
      })
    })
    expect(found.map(({ option }) => option)).toEqual([
      'policies.trustFormStatuses',
      'policies.updates.allowAdults',
      'policies.death.deactivate',
      'metrics.allowAnonymous',
      'system.insecure'
    ])
  })

  test('names rules that read what anyone can claim, while claims are believed', () => {
    const conditional = {
      properties: {
        $form: { properties: { 'mother.verified': { const: 'verified' } } }
      }
    }
    const rules = {
      DECLARE: [
        {
          name: 'claimed',
          when: when.all(conditional),
          then: when.registerOnly()
        }
      ]
    }
    const events = {
      birth: { subject: 'child', people: ['mother'], rules }
    }
    // Otherwise the rule reads what is proven.
    expect(weakenings({ events })).toEqual([])
    const found = weakenings({ events, policies: { trustFormStatuses: true } })
    expect(found).toEqual([
      expect.objectContaining({ option: 'policies.trustFormStatuses' }),
      {
        option: 'events.birth.rules.DECLARE[0].when',
        effect: expect.stringMatching(/"claimed" reads mother\.verified/)
      }
    ])
  })
})
