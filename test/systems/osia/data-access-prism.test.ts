import { createServer as createHttpServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import * as path from 'node:path'
import { eventually, type Environment } from '../../integration/environment'
import { startIssuer, type Issuer } from './data-access-issuer'
import {
  ask,
  CHILD_UIN,
  readingSystem,
  startReading,
  BIRTH,
  type Read
} from './data-access-world'
import { publishedFiles, startPrism, type Prism } from './prism-process'

const FOLDER = publishedFiles()
const OFFICIAL =
  FOLDER === undefined ? undefined : path.join(FOLDER, 'dataaccess.yaml')
const itWithFile = OFFICIAL === undefined ? it.skip : it
if (OFFICIAL === undefined)
  process.stderr.write(
    "SKIPPED: OSIA's dataaccess.yaml is not here, so our answers are not held against it.\n"
  )

let issuer: Issuer | undefined
let environment: Environment | undefined
let prism: Prism | undefined
let token = ''

beforeAll(async () => {
  if (OFFICIAL === undefined) return
  issuer = await startIssuer()
  environment = await startReading(readingSystem(issuer))
  const { core, url } = environment
  const base = `${url}/national-id/osia`
  prism = await startPrism(OFFICIAL, base)
  token = await issuer.token()
  const eventId = await core.createDeclaredEvent('birth', BIRTH)
  await core.register(eventId)
  await eventually(
    () => ask(base, `/v1/persons?uin=${CHILD_UIN}`, token),
    ({ status }) => status === 200
  )
}, 60_000)

afterAll(async () => {
  await prism?.stop()
  await environment?.stop()
  await issuer?.stop()
})

const CHILD = `/v1/persons/${CHILD_UIN}`
const KNOWN = { attributeName: 'dateOfBirth', operator: '<' }

type Case = {
  path: string
  status: number
  body?: unknown
  answer?: unknown
  as?: () => Promise<string>
}

const CASES: Array<[string, Case]> = [
  [
    'a person',
    {
      path: `${CHILD}?attributeNames=firstName&attributeNames=gender`,
      status: 200,
      answer: { firstName: 'Juno', gender: '2' }
    }
  ],
  [
    'a person, with an attribute that is unknown',
    {
      path: `${CHILD}?attributeNames=firstName&attributeNames=dob`,
      status: 200,
      answer: {
        firstName: 'Juno',
        dob: { code: 1023, message: 'Unknown attribute name' }
      }
    }
  ],
  [
    'nobody of that number',
    {
      path: '/v1/persons/4711?attributeNames=firstName',
      status: 404,
      answer: ''
    }
  ],
  [
    'a name without end',
    { path: `${CHILD}?attributeNames=${'a'.repeat(257)}`, status: 400 }
  ],
  [
    'that all matches',
    {
      path: `${CHILD}/match`,
      body: { firstName: 'Juno', gender: '2' },
      status: 200,
      answer: []
    }
  ],
  [
    'what does not match',
    {
      path: `${CHILD}/match`,
      body: { firstName: 'Ada', dob: '2026-01-01' },
      status: 200,
      answer: [
        { attributeName: 'firstName', errorCode: 1 },
        { attributeName: 'dob', errorCode: 0 }
      ]
    }
  ],
  ['a match of nothing', { path: `${CHILD}/match`, body: {}, status: 400 }],
  [
    'a match of nobody',
    {
      path: '/v1/persons/4711/match',
      body: { firstName: 'Ada' },
      status: 404,
      answer: ''
    }
  ],
  [
    'that all is true',
    {
      path: `${CHILD}/verify`,
      body: [{ ...KNOWN, value: '2999-01-01' }],
      status: 200,
      answer: true
    }
  ],
  [
    'that one is false',
    {
      path: `${CHILD}/verify`,
      body: [{ ...KNOWN, value: '1999-01-01' }],
      status: 200,
      answer: false
    }
  ],
  ['no expression', { path: `${CHILD}/verify`, body: [], status: 400 }],
  [
    'an attribute that is forbidden',
    {
      path: `${CHILD}/verify`,
      body: [{ attributeName: 'religion', operator: '=', value: 'x' }],
      status: 403,
      answer: ''
    }
  ],
  [
    'an expression about nobody',
    {
      path: '/v1/persons/4711/verify',
      body: [{ ...KNOWN, value: '2999-01-01' }],
      status: 404,
      answer: ''
    }
  ],
  [
    'a number that was looked for',
    {
      path: `/v1/persons?uin=${CHILD_UIN}`,
      status: 200,
      answer: [CHILD_UIN]
    }
  ],
  [
    'a person who was looked for',
    {
      path: `/v1/persons?uin=${CHILD_UIN}&names=firstName&names=dob`,
      status: 200,
      answer: [
        {
          firstName: 'Juno',
          dob: { code: 1023, message: 'Unknown attribute name' }
        }
      ]
    }
  ],
  ['a search', { path: '/v1/persons?firstName=Juno', status: 403, answer: '' }],
  [
    'a search for nobody',
    { path: '/v1/persons?uin=4711', status: 404, answer: '' }
  ],
  [
    'a page that is none',
    { path: `/v1/persons?uin=${CHILD_UIN}&limit=-1`, status: 400 }
  ],
  [
    'a token of somebody else',
    {
      path: `${CHILD}?attributeNames=firstName`,
      as: () => Promise.resolve('somebody.elses.token'),
      status: 401,
      answer: ''
    }
  ],
  [
    'a token without the scope',
    {
      path: `${CHILD}?attributeNames=firstName`,
      as: async () => (await issuer?.token({ scope: 'pr.person.read' })) ?? '',
      status: 403,
      answer: ''
    }
  ]
]

type Wrong = [status: number, body: unknown]

/** Answers that are not the standard's. */
const WRONG: Wrong[] = [
  [200, { dob: { code: 1023 } }],
  [200, { dob: { year: 2026 } }],
  [400, { code: 'ERR', message: 'no' }],
  [503, { code: 503, message: 'no' }]
]

/** What Prism found wrong, with the call or with the answer. */
function violationsOf({ headers }: Read): string | null {
  return headers.get('sl-violations')
}

describe("our Data Access interface, held against OSIA's own file", () => {
  itWithFile.each(CASES)(
    'answers %s as the standard says',
    async (_what, one) => {
      const shown = one.as === undefined ? token : await one.as()
      const answer = await ask(prism?.url ?? '', one.path, shown, one.body)
      expect(violationsOf(answer)).toBeNull()
      expect(answer.status).toBe(one.status)
      const body: unknown = answer.body === '' ? '' : JSON.parse(answer.body)
      expect(body).toEqual(
        one.answer ?? {
          code: one.status,
          message: expect.any(String) as string
        }
      )
    }
  )

  itWithFile(
    'would be found out if it were wrong',
    async () => {
      let wrong: Wrong = [200, {}]
      const server = createHttpServer((_request, response) => {
        const [status, body] = wrong
        response.writeHead(status, { 'content-type': 'application/json' })
        response.end(JSON.stringify(body))
      })
      await new Promise<void>((resolve) => {
        server.listen(0, '127.0.0.1', resolve)
      })
      // Listening on a port, it has an address of this kind.
      const { port } = server.address() as AddressInfo
      const between = await startPrism(
        OFFICIAL ?? '',
        `http://127.0.0.1:${port}`
      )
      try {
        const path = `${CHILD}?attributeNames=dob`
        expect(violationsOf(await ask(between.url, path, token))).toBeNull()
        for (const next of WRONG) {
          wrong = next
          const answer = await ask(between.url, path, token)
          expect(violationsOf(answer)).not.toBeNull()
        }
      } finally {
        await between.stop()
        server.close()
      }
    },
    30_000
  )
})
