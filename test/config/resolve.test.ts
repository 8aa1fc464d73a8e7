import { resolveOptions } from '../../src/config/resolve'
import { when } from '../../src/config/rules/when'
import { minimalOptions, systemFactory } from './options-fixture'
import { birthProblems, issuesOf, problems } from './problems'

describe('options that are right', () => {
  test('are given back with all defaults filled in', () => {
    const resolved = resolveOptions(minimalOptions())
    expect(resolved).toMatchObject({
      publicUrl: 'https://countryconfig.example.org',
      routePrefix: '/national-id',
      opencrvs: {
        version: '2',
        issuer: 'opencrvs:auth-service',
        audience: 'opencrvs:countryconfig-user',
        timeoutMs: 30_000,
        acceptPauseMs: 2_000,
        checkAfterMs: 30_000
      },
      hooks: {},
      reasons: {},
      policies: {
        death: { withoutIdentifier: 'skip' },
        updates: {
          infantBelow: { years: 5 },
          allowAdults: false,
          otherwise: expect.stringContaining('national ID office')
        },
        trustFormStatuses: false
      },
      delivery: {
        concurrency: 8,
        submitTimeoutMs: 30_000,
        syncBudgetMs: 8_000,
        modes: {
          createIdentity: 'async',
          updateIdentity: 'notify',
          notifyDeath: 'notify',
          withdraw: 'notify'
        },
        retry: { initialMs: 5_000, maxMs: 21_600_000, maxAttempts: 40 },
        circuit: { failures: 5, openMs: 30_000 },
        stalledAfterMs: 86_400_000,
        statusEveryMs: 3_600_000,
        leaseMs: 60_000,
        pollMs: 1_000,
        renewTokenBeforeMs: 345_600_000,
        keepEndedDays: 90,
        stopTimeoutMs: 10_000
      },
      weakenings: []
    })
    expect(resolved.events.birth).toMatchObject({
      type: 'birth',
      subject: 'child',
      people: ['mother', 'father'],
      identifierField: 'child.nid',
      writeIdentifier: true,
      rules: {}
    })
    expect(resolved).not.toHaveProperty('metrics')
    expect(resolved).not.toHaveProperty('operations')
    expect(resolved.events.birth).not.toHaveProperty('fields')
  })

  test("cannot be changed afterwards, while what is the country's own stays as it was", () => {
    const options = minimalOptions()
    const resolved = resolveOptions(options)
    expect(Object.isFrozen(resolved)).toBe(true)
    expect(Object.isFrozen(resolved.delivery.retry)).toBe(true)
    expect(resolved.system).toBe(options.system)
    expect(Object.isFrozen(options.system)).toBe(false)
    expect(Object.isFrozen(options.events)).toBe(false)
  })

  test('have no event types but those that were named', () => {
    expect(
      resolveOptions(minimalOptions()).events['constructor']
    ).toBeUndefined()
  })

  test('give every decision its mode', () => {
    const rules = [
      { name: 'a', when: () => true, then: when.createIdentity() },
      {
        name: 'b',
        when: () => true,
        then: when.createIdentity({ mode: 'sync' })
      },
      { name: 'c', then: when.registerOnly() }
    ]
    const resolved = resolveOptions({
      ...minimalOptions(),
      registrationNumber: () => 'n',
      events: { birth: { subject: 'child', rules: { REGISTER: rules } } }
    })
    expect(
      resolved.events.birth?.rules.REGISTER?.map(({ then }) => then)
    ).toEqual([
      { kind: 'createIdentity', mode: 'async' },
      { kind: 'createIdentity', mode: 'sync' },
      { kind: 'registerOnly' }
    ])
  })

  test('take a slash off the end of addresses', () => {
    const resolved = resolveOptions({
      ...minimalOptions(),
      publicUrl: 'https://a.example/x/'
    })
    expect(resolved.publicUrl).toBe('https://a.example/x')
  })

  test('take the field ids of an event configuration of OpenCRVS', () => {
    const fields = {
      declaration: {
        pages: [
          { fields: [{ id: 'child.nid' }] },
          { fields: [{ id: 'child.dob' }] }
        ]
      }
    }
    const resolved = resolveOptions({
      ...minimalOptions(),
      events: { birth: { subject: 'child', fields, rules: {} } }
    })
    expect(resolved.events.birth?.fields).toEqual(
      new Set(['child.nid', 'child.dob'])
    )
  })

  test("take a system of the country's own, an instance of a class, as it is", () => {
    class Own {
      name = 'own'
      capabilities = {
        operations: [],
        idempotent: true,
        callback: false,
        status: false,
        verify: false
      }
      submit = () => Promise.resolve({ outcome: 'pending' })
    }
    const system = new Own()
    expect(resolveOptions({ ...minimalOptions(), system }).system).toBe(system)
  })

  test('take a ring of encryption keys', () => {
    const secrets = {
      encryption: {
        current: 'b',
        keys: { a: 'a'.repeat(32), b: () => 'b'.repeat(32) }
      }
    }
    expect(resolveOptions({ ...minimalOptions(), secrets }).secrets).toEqual(
      secrets
    )
  })
})

describe('options that do not fit together', () => {
  test.each<[string, object, RegExp]>([
    [
      'a number is needed',
      { events: { birth: { subject: 'c', rules: { REGISTER: [] } } } },
      /registrationNumber: is missing: birth has rules for REGISTER/
    ],
    ['metrics without protection', { metrics: {} }, /metrics: needs a `token`/],
    [
      'metrics with useless protection',
      { metrics: { token: 't', allowAnonymous: true } },
      /choose one/
    ],
    [
      'a first pause beyond the longest',
      { delivery: { retry: { maxMs: 10 } } },
      /initialMs: must not be longer/
    ],
    [
      'a lease shorter than a call',
      { delivery: { leaseMs: 10 } },
      /leaseMs: must be longer/
    ],
    [
      'a key ring without its current key',
      {
        secrets: { encryption: { current: 'k2', keys: { k1: 'k'.repeat(32) } } }
      },
      /did you mean `k1`/
    ],
    [
      'a sync budget beyond the proxy',
      { delivery: { syncBudgetMs: 60_000 } },
      /at most 55000/
    ],
    [
      'infants of eighteen',
      { policies: { updates: { infantBelow: { years: 18 } } } },
      /at most 17/
    ],
    [
      'the gateway with its path',
      {
        opencrvs: {
          gatewayUrl: 'http://gateway:7070/events/',
          authUrl: 'http://a:1'
        }
      },
      /leave out `\/events`/
    ],
    [
      'no acknowledgement',
      {
        policies: {
          death: { deactivate: { gracePeriodDays: 3, acknowledged: false } }
        }
      },
      /acknowledged: must be `true`/
    ]
  ])('are refused: %s', (_, change, problem) => {
    expect(problems(change)).toEqual([expect.stringMatching(problem)])
  })

  test('a deactivation needs a system that takes it', () => {
    const system = systemFactory({
      capabilities: { ...systemFactory().capabilities, operations: [] }
    })
    const policies = {
      death: { deactivate: { gracePeriodDays: 3, acknowledged: true } }
    }
    expect(problems({ system, policies })).toEqual([
      expect.stringMatching(/does not take deactivateIdentity/)
    ])
  })
})

describe('events', () => {
  test('an attribute beyond the minimum needs a purpose', () => {
    const more = {
      weight: { from: 'child.weight' },
      name: { from: 'x', purpose: 'y' }
    }
    expect(birthProblems({ attributes: { more } })).toEqual([
      expect.stringMatching(
        /more\.weight\.purpose: is missing\. Why the ID system needs/
      ),
      expect.stringMatching(/attributes\.more\.name: /)
    ])
  })

  test('a misspelt subject is noticed where the fields are known', () => {
    const fields = ['child.nid', 'child.dob']
    expect(birthProblems({ subject: 'chid', fields }).join(' ')).toMatch(
      /subject: is `chid`.*did you mean `child`/
    )
  })

  test('a rule about a field that is not there is noticed, by its name', () => {
    const rule = {
      name: 'a newborn',
      when: when.ageBelow('child.dateofbirth', { years: 1 }),
      then: when.registerOnly()
    }
    const fields = ['child.nid', 'child.dob']
    const change = { fields, rules: { DECLARE: [rule] } }
    expect(birthProblems(change).join(' ')).toMatch(
      /rule "a newborn" is about the field `child\.dateofbirth`, which is not among `fields`/
    )
  })

  test('fields that are named must be among the known ones', () => {
    const change = {
      fields: ['child.nid', 'child.birthDate'],
      attributes: { dateOfBirth: 'child.birthdat' },
      identifierField: 'child.id'
    }
    expect(birthProblems(change)).toEqual([
      expect.stringMatching(
        /identifierField: `child\.id` is not among `fields`.*did you mean `child\.nid`/
      ),
      expect.stringMatching(
        /attributes\.dateOfBirth: names the field `child\.birthdat`.*did you mean `child\.birthDate`/
      )
    ])
  })

  test('the subject is not one of the others', () => {
    expect(birthProblems({ people: ['child'] })).toEqual([
      expect.stringMatching(/lists the subject/)
    ])
  })
})

describe('parts', () => {
  test('tell their own mistakes among the others', () => {
    const mistake = (path: string) => [
      { option: `${path}.own`, problem: 'is wrong.', see: 'docs/x.md' }
    ]
    const store = { ...minimalOptions().store, issues: mistake }
    const found = issuesOf({
      ...minimalOptions(),
      store,
      system: systemFactory({ issues: mistake }),
      routePrefix: 'x'
    })
    expect(found.map(({ option }) => option)).toEqual([
      'routePrefix',
      'store.own',
      'system.own'
    ])
  })

  test('a system without capabilities is told what they are', () => {
    const system = { name: 'own', submit: () => undefined }
    const abilities = {
      idempotent: true,
      callback: false,
      status: false,
      verify: false
    }
    expect(problems({ system })).toEqual([
      expect.stringMatching(
        /capabilities: is missing: \{ operations, idempotent/
      )
    ])
    expect(
      problems({ system: { ...system, capabilities: abilities } })
    ).toEqual([expect.stringMatching(/operations: must be a list/)])
  })

  test("a system of the country's own must do what it says", () => {
    const capabilities = {
      operations: ['createIdentiy'],
      idempotent: 'yes',
      callback: true,
      status: false,
      verify: false
    }
    const system = { name: '', capabilities, submit: () => undefined }
    expect(problems({ system })).toEqual([
      expect.stringMatching(/system\.name: is missing/),
      expect.stringMatching(
        /operations\[0\]: is no operation; did you mean `createIdentity`/
      ),
      expect.stringMatching(/idempotent: must be true or false/),
      expect.stringMatching(
        /callback: says true, but the system has no function `readCallback`/
      )
    ])
  })

  test.each([
    [{ announces: ['createIdentity'] }, [/announces: names operations, but/]],
    [{ announces: [] }, []],
    [{ readsBack: { after: ['notifyDeath'], forMs: 604_800_000 } }, []],
    [
      { readsBack: { after: ['notifyDeath'], forMs: 604_800_001 } },
      [/readsBack\.forMs: must be .* at most 7 days/]
    ],
    [{ readsBack: { after: [], forMs: 0 } }, [/readsBack\.forMs/]],
    [{ readsBack: true }, [/readsBack\.forMs/, /readsBack\.after/]]
  ])('a system that wants to be told afterwards: %j', (more, found) => {
    const capabilities = {
      operations: ['createIdentity'],
      idempotent: true,
      callback: false,
      status: false,
      verify: false,
      ...more
    }
    const system = { name: 'own', capabilities, submit: () => undefined }
    expect(problems({ system })).toEqual(
      found.map((problem): unknown => expect.stringMatching(problem))
    )
  })
})
