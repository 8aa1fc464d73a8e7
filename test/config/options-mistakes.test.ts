import { when } from '../../src/config/rules/when'
import { minimalOptions } from './options-fixture'
import { issuesOf, problems } from './problems'

test('many mistakes are told at once, each with its option, what is wrong and where to read', () => {
  const options = {
    ...minimalOptions(),
    publicUrl: 'register.example.org',
    opencrvs: {
      gatewayURL: 'http://gateway:7070',
      authUrl: 'http://auth:4040',
      version: '3'
    },
    secrets: { encryption: 'short' },
    timeoutMs: 5,
    policies: { death: { deactivate: { gracePeriodDays: 0 } } },
    events: {
      birth: {
        subject: 'child',
        rules: { CREATE: [], REGISTER: [{ then: when.createIdentity }] }
      }
    }
  }
  const issues = issuesOf(options)
  expect(issues).toEqual(
    expect.arrayContaining([
      {
        option: 'publicUrl',
        problem:
          'must be a whole address that begins with https:// (or http:// inside a private network).',
        see: 'docs/options.md#publicUrl'
      },
      {
        option: 'opencrvs.gatewayUrl',
        problem:
          'is missing. Address of the OpenCRVS gateway: `http://gateway:7070`.',
        see: 'docs/options.md#opencrvs.gatewayUrl'
      },
      {
        option: 'opencrvs.gatewayURL',
        problem: 'is not an option; did you mean `gatewayUrl`?',
        see: 'docs/options.md#opencrvs'
      },
      {
        option: 'opencrvs.version',
        problem: 'must be one of `1.9`, `2`.',
        see: 'docs/options.md#opencrvs.version'
      },
      {
        option: 'secrets.encryption',
        problem: expect.stringContaining('5 characters, and at least 32'),
        see: 'docs/options.md#secrets.encryption'
      },
      {
        option: 'timeoutMs',
        problem: 'is not an option here; it belongs at `opencrvs.timeoutMs`.',
        see: 'docs/options.md'
      },
      {
        option: 'policies.death.deactivate.gracePeriodDays',
        problem: 'must be at least 1.',
        see: 'docs/options.md#policies.death.deactivate.gracePeriodDays'
      },
      {
        option: 'policies.death.deactivate.acknowledged',
        problem: expect.stringContaining('is missing. Must be `true`'),
        see: 'docs/options.md#policies.death.deactivate.acknowledged'
      },
      {
        option: 'events.birth.rules.REGISTER[0].name',
        problem: expect.stringContaining('is missing.'),
        see: 'docs/options.md#events.rules.name'
      },
      {
        option: 'events.birth.rules.REGISTER[0].then',
        problem:
          'is a function that was not called: write `when.createIdentity()`.',
        see: 'docs/options.md#events.rules.then'
      }
    ])
  )
  expect(issues).toHaveLength(10)
})

test.each([undefined, null, 'x', [], () => undefined])(
  'options that are no object (%p) are refused',
  (options) => {
    expect(issuesOf(options)).toHaveLength(1)
  }
)

test('the text of the error never holds a value, which may be a secret in the wrong place', () => {
  const secret = 'hunter2-hunter2'
  const options = {
    ...minimalOptions(),
    publicUrl: secret,
    routePrefix: secret,
    secrets: { encryption: secret },
    opencrvs: {
      gatewayUrl: `https://u:${secret}@gateway`,
      authUrl: `https://auth/?${secret}`,
      version: secret,
      timeoutMs: secret
    },
    metrics: { token: 5, allowAnonymous: secret },
    delivery: { modes: { withdraw: secret } }
  }
  const issues = issuesOf(options)
  expect(issues.length).toBeGreaterThanOrEqual(9)
  expect(JSON.stringify(issues)).not.toContain(secret)
})

test.each<[object, RegExp]>([
  [{ routePrefix: 5 }, /routePrefix: must be text/],
  [
    { routePrefix: 'x' },
    /routePrefix: cannot be used like this\. Path under which/
  ],
  [{ delivery: { pollMs: '5' } }, /pollMs: must be a number/],
  [{ delivery: { pollMs: 1.5 } }, /pollMs: must be a whole number/],
  [{ delivery: { pollMs: Infinity } }, /pollMs: must be a number/],
  [{ delivery: { pollMs: () => 5 } }, /pollMs: is a function here/],
  [{ delivery: [] }, /delivery: must be an object/],
  [{ policies: { trustFormStatuses: 'yes' } }, /must be true or false/],
  [{ operations: { scope: '' } }, /scope: is empty\. OpenCRVS scope/],
  [{ operations: { scope: ' x ' } }, /scope: has blanks around it/],
  [{ metrics: { token: 5 } }, /token: cannot be used like this/],
  [{ hooks: { onAcepted: () => undefined } }, /did you mean `onAccepted`/],
  [{ hooks: { zzz: 1 } }, /is not an option\. There are: `onAccepted`/],
  [{ secrets: { encryption: 5 } }, /must be text, or a function/],
  [
    { secrets: { encryption: { current: 'a', keys: { a: 'short' } } } },
    /keys\.a: is too short/
  ],
  [{ publicUrl: 'ftp://x' }, /must be a whole address/],
  [{ store: {} }, /must be a store/],
  [{ system: undefined }, /system: is missing\. The national ID system/],
  [{ system: { submit: 5 } }, /must be a national ID system/],
  [{ logger: { info: () => undefined } }, /must have the functions debug/],
  [{ events: {} }, /events: cannot be used/],
  [{ events: { 'b irth': {} } }, /is not an option/],
  [
    { events: { birth: { subject: 'child', rules: {}, people: 'mother' } } },
    /people: must be a list/
  ],
  [
    { events: { birth: { subject: 'child', rules: {}, people: ['a', 'a'] } } },
    /is in the list already/
  ],
  [
    { events: { birth: { subject: 'child', rules: {}, fields: {} } } },
    /must be a list of field ids/
  ],
  [
    { events: { birth: { subject: 'child', rules: { REGISTER: {} } } } },
    /REGISTER: must be a list/
  ]
])('a mistake is told in plain words: %p', (change, problem) => {
  expect(problems(change)).toEqual([expect.stringMatching(problem)])
})
