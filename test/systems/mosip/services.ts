import nock from 'nock'
import type { SystemRequest } from '../../../src/domain/delivery'
import { systemRequest } from '../contract'
import { BASE_URL, TOKEN_PATH, fixture, type Loose } from './made'

/** The requests that a service got, parsed. */
export type Got = Array<{ body: Loose; headers: Record<string, string> }>

/** No network, and no mock that nobody asked for. */
export function guardNetwork(): void {
  beforeAll(() => nock.disableNetConnect())
  afterEach(() => {
    const pending = nock.pendingMocks()
    nock.cleanAll()
    expect(pending).toEqual([])
  })
  afterAll(() => nock.restore())
}

/** Auth manager, giving one token per call. */
export function tokens(...given: string[]): Got {
  const got: Got = []
  for (const token of given) {
    nock(BASE_URL)
      .post(TOKEN_PATH)
      .reply(function (_uri, body) {
        got.push({ body, headers: this.req.headers })
        const { response } = fixture(
          'birth/03-mosip-api-to-mosip-post-clientidsecretkey.json'
        )
        return [
          200,
          response.body,
          {
            'set-cookie': `Authorization=${token}; Path=/; HttpOnly; Secure; SameSite=Strict`
          }
        ]
      })
  }
  return got
}

type Reply = { status?: number; body?: unknown; error?: string }

/** A service that gives these answers, one after the other. */
export function service(
  method: 'PUT' | 'POST',
  path: string,
  ...replies: Reply[]
): Got {
  const got: Got = []
  for (const { body: answer, error, status } of replies) {
    const one = nock(BASE_URL).intercept(path, method)
    if (error !== undefined) {
      one.replyWithError(Object.assign(new Error('cut'), { code: error }))
      continue
    }
    one.reply(function (_uri, body) {
      got.push({ body, headers: this.req.headers })
      return [status ?? 200, answer as nock.Body]
    })
  }
  return got
}

/** createPacket as it was recorded. */
export function packetTaken(): Reply {
  return {
    body: fixture('birth/04-mosip-api-to-mosip-put-createPacket.json').response
      .body
  }
}

/** workflowinstance as it was recorded. */
export function workflowStarted(): Reply {
  return {
    body: fixture('birth/05-mosip-api-to-mosip-post-workflowinstance.json')
      .response.body
  }
}

/** A 200 with this code in `errors`. */
export function errorAnswer(errorCode: string, message = 'no'): Reply {
  return { body: { response: null, errors: [{ errorCode, message }] } }
}

/** The child of the recording. */
export function birthRequest(
  changes: Partial<SystemRequest> = {}
): SystemRequest {
  return systemRequest({
    person: {
      name: {
        firstname: 'Amina',
        middlename: 'Testchild',
        surname: 'Samplefamily'
      },
      dateOfBirth: '2026-10-02',
      sex: 'female',
      attributes: {
        addressLine1: '1 Sample Street',
        informant: 'Zoya Testmother Samplefamily',
        email: 'nobody@example.org',
        phone: '0000000000',
        token: '405710304278395'
      }
    },
    registrationNumber: '2026B0000001',
    ...changes
  })
}
