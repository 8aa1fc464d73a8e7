/** Where an outcome is shown: a test file below `test`, and the name of a test in it as it is written there. */
export type Shown = readonly [file: string, test: string]

/** A probe of the integration that countries have today, and what ours does. */
export type Probe = {
  /** As the measurements number it. */
  row: string
  probe: string
  outcome: string
  shown: readonly [Shown, ...Shown[]]
}

const OWN = 'systems/mosip/incumbent-reliability.test.ts'
const CRASH = 'systems/mosip/incumbent-crash.test.ts'
const SECURE = 'systems/mosip/incumbent-security.test.ts'
const LEAKS = 'systems/mosip/incumbent-privacy.property.test.ts'
const FLOWS = 'systems/mosip/registrations.test.ts'
const SIMULATED = 'systems/mosip/simulator.test.ts'
const DELIVERIES = 'systems/mosip/deliveries.test.ts'
const TOKENS = 'opencrvs/tokens.test.ts'
const SAFETY = 'integration/trigger-safety.test.ts'
const IDENTITY = 'integration/identity.test.ts'
const ROUTES = 'integration/attack-routes.test.ts'
const SIGN_IN = 'authentication/openid/sign-in.test.ts'
const HOSTILE = 'authentication/openid/hostile-answers.test.ts'

export const RELIABILITY: readonly Probe[] = [
  {
    row: '1',
    probe: 'core cannot be reached when the credential comes, 100',
    outcome: 'the hub is told 200 once it is on disk; all 100 reach core',
    shown: [
      [
        OWN,
        '100 that come while core is down are all stored, told so to the hub, and all reach core'
      ],
      [FLOWS, 'loses no credential that comes while core is down']
    ]
  },
  {
    row: '2',
    probe: 'core answers 500, 100',
    outcome: 'all 100 reach core once it works',
    shown: [
      [OWN, '100 that core answers with 500 all reach it once it works again']
    ]
  },
  {
    row: '2b',
    probe: 'core is slow, 50 at the same time',
    outcome: 'the hub does not wait for core',
    shown: [
      [
        OWN,
        '50 for a core that takes a second for each do not keep the hub waiting'
      ]
    ]
  },
  {
    row: '3',
    probe: 'kill -9 between MOSIP’s acceptance and the credential, 100',
    outcome: 'all 100 confirmed after the restart',
    shown: [
      [
        CRASH,
        'loses none of 100 registrations by a kill between MOSIP’s acceptance and its credential'
      ]
    ]
  },
  {
    row: '4',
    probe: 'kill -9 under load, and the same registrations again',
    outcome: 'every 202 is kept; the same trigger again is 202; no second UIN',
    shown: [
      [
        CRASH,
        'makes no second identity, and loses none, through three kills in the middle of registrations'
      ]
    ]
  },
  {
    row: '5',
    probe: 'each credential twice, 100',
    outcome: '200 each time, 100 acceptances',
    shown: [
      [
        OWN,
        '100 that come twice, and once more byte for byte, register 100 records once'
      ],
      [FLOWS, 'confirms once, however often the credential comes']
    ]
  },
  {
    row: '6',
    probe: 'a credential for an id that is not known, 50',
    outcome: '404, so that the hub comes again',
    shown: [
      [
        OWN,
        '50 about packets that nobody sent are asked for again, and change nothing'
      ],
      [
        FLOWS,
        'asks the hub to come again about a packet that it does not know, and lets go of an old one'
      ]
    ]
  },
  {
    row: '6b',
    probe: 'the credential before the workflow’s answer, 60',
    outcome: 'finds its registration',
    shown: [
      [
        OWN,
        '60 that overtake the workflow’s own answer find their registrations'
      ]
    ]
  },
  {
    row: '7',
    probe: 'createPacket answers 500, 100',
    outcome: 'core gets its 202, nothing is rejected, all 100 registered',
    shown: [
      [
        OWN,
        'that answers 100 packets with 500 costs no registration and no refusal'
      ]
    ]
  },
  {
    row: '7b',
    probe: 'createPacket answers 200 with errors, 100',
    outcome: 'no workflow without a packet; all 100 registered',
    shown: [
      [
        OWN,
        'that answers 100 packets with 200 and errors is not believed, and starts no workflow for them'
      ]
    ]
  },
  {
    row: '7c',
    probe: 'workflowinstance answers with errors, 50',
    outcome: 'the same application ids again, 50 identities',
    shown: [
      [
        OWN,
        'that refuses 50 workflows gets the same 50 packets again, under the ids that it has'
      ]
    ]
  },
  {
    row: '7d',
    probe: 'MOSIP hangs, 10',
    outcome: 'the registrar does not wait; 10 identities',
    shown: [
      [
        OWN,
        'that hangs keeps no registrar waiting, and gets the same packets once it answers'
      ]
    ]
  },
  {
    row: '7e',
    probe: 'MOSIP down, 50, then up',
    outcome: '50 x 202, 50 identities',
    shown: [
      [OWN, 'that is down for 50 registrations has them all once it is up']
    ]
  },
  {
    row: '8',
    probe: 'the record token has expired at registration',
    outcome: 'refused with a 4xx that core takes',
    shown: [[SAFETY, 'with an expired token is refused']]
  },
  {
    row: '8b',
    probe: 'the token ends while the registration waits, 30',
    outcome: 'it is replaced; all 30 registered',
    shown: [
      [
        OWN,
        'that end while 30 births wait are replaced, and all 30 are registered'
      ],
      [
        'delivery/record-tokens.test.ts',
        'is renewed, not given up, when it is about to end'
      ]
    ]
  },
  {
    row: '9',
    probe: 'two registrations with the same token',
    outcome: 'one for its own action: 202 both times, one identity',
    shown: [
      [
        OWN,
        'that come twice, and other ones for the same registration, ask for one identity'
      ]
    ]
  },
  {
    row: '9b',
    probe: 'the same number with another token',
    outcome: '202, one identity',
    shown: [
      [
        OWN,
        'that come twice, and other ones for the same registration, ask for one identity'
      ],
      [FLOWS, 'mints one identity through many restarts']
    ]
  },
  {
    row: '10',
    probe: 'the hub answers 500 at the start',
    outcome: 'the server stands and subscribes later',
    shown: [
      [
        OWN,
        'with a hub that answers 500 stands, takes registrations, and is subscribed later'
      ],
      [
        'systems/mosip/subscription.test.ts',
        'is asked for until the hub is there, and stops nothing meanwhile'
      ]
    ]
  },
  {
    row: '10b',
    probe: 'MOSIP down at the start',
    outcome: 'the server stands, takes registrations, and catches up',
    shown: [
      [
        OWN,
        'with MOSIP down stands, takes registrations, and is subscribed later'
      ],
      [SIMULATED, 'starts without MOSIP, and catches up']
    ]
  },
  {
    row: '11',
    probe: 'core’s public key cannot be reached at first',
    outcome: 'refused in a way that core takes, and asked for again',
    shown: [
      [TOKENS, 'is asked for again after it could not be had'],
      [SAFETY, 'is answered 400 when the public key of core cannot be had']
    ]
  },
  {
    row: '11b',
    probe: 'the key’s address answers with an error page',
    outcome: 'a page is no key, and is not kept',
    shown: [
      [TOKENS, 'is asked for again after it could not be had'],
      [TOKENS, 'cannot be had from %s']
    ]
  }
]

export const SECURITY: readonly Probe[] = [
  {
    row: '1',
    probe: 'a forged credential for a pending id',
    outcome: '401 without the hub’s secret, 400 without the issuer’s key',
    shown: [
      [
        SECURE,
        'is told nothing about strangers’ credentials by whoever has the certificate and a pending id'
      ],
      [SIMULATED, 'takes nothing from a credential that is flawed or forged']
    ]
  },
  {
    row: '1b',
    probe: 'a credential with another registration number than ours',
    outcome: '400, nothing confirmed',
    shown: [
      [FLOWS, 'a credential about another registration number'],
      [SIMULATED, 'takes nothing from a credential that is flawed or forged']
    ]
  },
  {
    row: '1c',
    probe: 'a credential without the kind of number that is configured',
    outcome: '400, never an empty confirmation',
    shown: [
      [FLOWS, 'a credential without the number that is configured'],
      [
        DELIVERIES,
        'has no answer to give without the configured kind of number'
      ]
    ]
  },
  {
    row: '2',
    probe: 'a replay',
    outcome: 'known, and changes nothing',
    shown: [
      [FLOWS, 'confirms once, however often the credential comes'],
      [
        OWN,
        '100 that come twice, and once more byte for byte, register 100 records once'
      ]
    ]
  },
  {
    row: '3',
    probe: 'HMAC missing or wrong',
    outcome: '401, before anything is decrypted',
    shown: [
      [FLOWS, 'whoever does not have the hub’s secret'],
      [DELIVERIES, 'is proven before anything is decrypted']
    ]
  },
  {
    row: '4',
    probe: 'UserInfo that is forged, expired or for another audience',
    outcome: 'refused, each of them',
    shown: [
      [HOSTILE, 'UserInfo $name is refused'],
      [HOSTILE, 'with another key’s signature'],
      [HOSTILE, 'with alg none'],
      [HOSTILE, 'that has ended'],
      [HOSTILE, 'for another client'],
      [
        'authentication/openid/outages.test.ts',
        'UserInfo that refuses our token is a refusal, whatever the header says'
      ]
    ]
  },
  {
    row: '5',
    probe: 'any state',
    outcome: 'only the one that this browser began with',
    shown: [
      [HOSTILE, 'a redirect $name is refused before anything is exchanged'],
      [HOSTILE, 'with another state'],
      [
        'integration/sign-in-redirects.test.ts',
        'that belongs to another browser goes nowhere, and shows nothing of what was asked'
      ]
    ]
  },
  {
    row: '6',
    probe: 'client id and redirect from the browser; no PKCE, nonce, jti',
    outcome: 'both from the options; all three sent and checked',
    shown: [
      [
        SIGN_IN,
        'the request asks for what the country wants, with PKCE, state and nonce'
      ],
      [
        SIGN_IN,
        'the client assertion is for the token endpoint, short-lived and never the same twice'
      ],
      [HOSTILE, 'with another nonce']
    ]
  },
  {
    row: '7',
    probe: 'personal data and secrets in the log',
    outcome: 'none, in no log line, error, metric, audit entry or address',
    shown: [
      [
        LEAKS,
        'holds nothing personal and nothing secret: no log, error, metric, audit entry, address or file'
      ],
      [
        'integration/sign-in-privacy.property.test.ts',
        'holds nothing personal and nothing secret: no log, no address, no audit entry, no metric, no row'
      ],
      [
        'integration/sign-in-privacy.property.test.ts',
        'holds no query in another spelling of the address'
      ]
    ]
  },
  {
    row: '8',
    probe: 'the record token at rest',
    outcome: 'encrypted, in a file for its owner alone, erased at the end',
    shown: [
      [
        'store/contract-secrets.ts',
        'are nowhere on disk in clear text, before the end and after it'
      ],
      [
        'store/sqlite/file.test.ts',
        'is made for its owner alone, with the files beside it'
      ],
      [
        LEAKS,
        'holds nothing personal and nothing secret: no log, error, metric, audit entry, address or file'
      ]
    ]
  },
  {
    row: '8b',
    probe: 'a debug route that gives out other records’ tokens',
    outcome: 'there is none; every route is listed',
    shown: [
      [ROUTES, 'is one of these, and none is open that does not say so'],
      [ROUTES, 'but health is closed to everybody who is not meant']
    ]
  },
  {
    row: '9',
    probe: 'any valid token, without scope, audience or end',
    outcome: 'refused; nobody can ask about numbers',
    shown: [
      [TOKENS, 'needs both scopes'],
      [TOKENS, 'is for this record and this action only'],
      [TOKENS, 'another audience'],
      [TOKENS, 'no end'],
      [ROUTES, 'is one of these, and none is open that does not say so']
    ]
  },
  {
    row: '9b',
    probe: 'HS256 with the public key, alg none, no token',
    outcome: 'refused',
    shown: [
      [TOKENS, 'the public key used as a shared secret'],
      [TOKENS, 'another algorithm'],
      [SAFETY, '%s is refused with %s, and leaves a trace']
    ]
  },
  {
    row: '10',
    probe: 'malformed bodies',
    outcome: '4xx, and the next call as usual',
    shown: [
      [
        SECURE,
        'because it %s is answered 4xx, whoever sends it, and changes nothing'
      ],
      [
        'integration/attack-triggers.test.ts',
        '(%s) is answered 400 even with a good token, and the next trigger as usual'
      ],
      [
        'integration/attack-fuzz.property.test.ts',
        'as bytes never brings one down, and never says what was sent'
      ]
    ]
  },
  {
    row: '10b',
    probe: 'a birth’s and a death’s number in one body',
    outcome: 'the event decides; the members are not read',
    shown: [
      [
        SECURE,
        'takes a trigger with a birth’s and a death’s number for the one event that it is'
      ]
    ]
  },
  {
    row: '11',
    probe: 'a flood of junk callbacks',
    outcome: '401 each, without a decryption; others are served',
    shown: [
      [
        SECURE,
        'serves others while strangers flood it with credentials that cost a decryption'
      ],
      [DELIVERIES, 'is proven before anything is decrypted']
    ]
  },
  {
    row: '12',
    probe: 'an intent check for an unsubscription, and denials',
    outcome: '404; a denial about ours alone counts',
    shown: [
      [
        FLOWS,
        'takes a delivery at the address with a slash, and says so to the hub’s check'
      ],
      [
        'systems/mosip/subscription.test.ts',
        'that denies a topic which is not ours changes nothing'
      ],
      [
        'systems/mosip/subscription.test.ts',
        'that the hub denies is told with its reason, and asked for later'
      ]
    ]
  },
  {
    row: '13',
    probe: 'a forged QR code, a claimed status, a future birth date',
    outcome: 'data, never status; no date of birth for a rule',
    shown: [
      [
        'handlers/identity-step.test.ts',
        'that calls itself authenticated stays what it is: data'
      ],
      [IDENTITY, 'of a scanned card proves nothing either'],
      [
        IDENTITY,
        'is no proof for a rule that reads the status as OpenCRVS does'
      ],
      ['config/policies.test.ts', 'of somebody born in the future']
    ]
  }
]

/** Read in today's country configuration, and not numbered there. */
export const ALSO_SEEN: readonly Probe[] = [
  {
    row: 'number',
    probe: 'one registration number is told, and another one registered',
    outcome: 'the packet’s number is the record’s',
    shown: [
      [
        FLOWS,
        'registers a birth with the number that MOSIP was told, and MOSIP’s identifier'
      ]
    ]
  },
  {
    row: 'demo',
    probe: 'verified is set without any check',
    outcome: 'a claim counts for what is proven',
    shown: [
      [
        IDENTITY,
        'gives the child no identity, and the record shows what is proven'
      ]
    ]
  }
]
