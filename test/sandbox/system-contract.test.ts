import {
  AuthenticationError,
  SystemError,
  type CallbackMessage,
  type InboundRequest,
  type NationalIdSystem,
  type StatusAnswer,
  type SystemAnswer,
  type SystemRequest
} from 'opencrvs-national-id'
import {
  systemContract,
  type SystemUnderTest
} from 'opencrvs-national-id/sandbox'

/** The other side, in memory. */
type OtherSide = { done: string[]; mood: 'well' | 'refuse' | 'silent' | 'away' }

const PROOF = { 'x-proof': 'genuine' }

function systemError(
  about: { retryable: boolean; outcomeUnknown?: boolean },
  words = 'The call failed.'
): SystemError {
  return new SystemError(words, {
    code: 'ERR_SYSTEM_CALL',
    system: 'small',
    ...about
  })
}

/** A system that keeps the contract. */
function smallSystem(other: OtherSide): NationalIdSystem {
  return {
    name: 'small',
    capabilities: {
      operations: ['createIdentity'],
      idempotent: true,
      callback: true,
      status: true,
      verify: false
    },
    async submit({ operation, reference }, { signal }): Promise<SystemAnswer> {
      if (signal.aborted) throw systemError({ retryable: true })
      if (operation !== 'createIdentity') {
        throw systemError({ retryable: false })
      }
      if (other.mood === 'away') throw systemError({ retryable: true })
      if (other.mood === 'silent') {
        await new Promise((resolve) =>
          signal.addEventListener('abort', resolve)
        )
        throw systemError({ retryable: true, outcomeUnknown: true })
      }
      if (other.mood === 'refuse') {
        return { outcome: 'refused', code: 'KNOWN', reason: 'Has one.' }
      }
      if (!other.done.includes(reference)) other.done.push(reference)
      return { outcome: 'accepted', identifier: 'ID-1' }
    },
    async status(): Promise<StatusAnswer> {
      return { outcome: 'unknown' }
    },
    async readCallback({ headers, rawBody }): Promise<CallbackMessage[]> {
      const body = rawBody.toString()
      if (headers['x-proof'] !== 'genuine' || body.endsWith(' ')) {
        throw new AuthenticationError('Not proven.', { code: 'ERR_CALLBACK' })
      }
      return [
        {
          messageId: 'M-1',
          reference: body,
          answer: { outcome: 'accepted', identifier: 'ID-1' },
          agrees: () => true
        }
      ]
    },
    async check() {
      return [
        other.mood === 'away'
          ? { check: 'all', state: 'failed', found: 'Away.', remedy: 'Wait.' }
          : { check: 'all', state: 'ok', found: 'There.' }
      ]
    }
  }
}

type Change = (
  system: NationalIdSystem,
  other: OtherSide
) => Partial<NationalIdSystem>

/** The names of the checks that a changed system does not keep. */
async function broken(
  change: Change,
  more: Partial<SystemUnderTest> = {}
): Promise<string[]> {
  const failed: string[] = []
  const open = async (): Promise<SystemUnderTest> => {
    const other: OtherSide = { done: [], mood: 'well' }
    const system = smallSystem(other)
    return {
      system: { ...system, ...change(system, other) },
      workDone: () => other.done,
      refuseNext: () => (other.mood = 'refuse'),
      goSilent: () => (other.mood = 'silent'),
      callback: (reference): InboundRequest => ({
        method: 'POST',
        headers: PROOF,
        query: {},
        params: {},
        rawBody: Buffer.from(reference)
      }),
      close: async () => {
        other.mood = 'away'
      },
      ...more
    }
  }
  await Promise.all(
    systemContract(open).map(({ name, run }) =>
      run().catch(() => failed.push(name))
    )
  )
  return failed
}

/** `submit` with something done to the answer, the error or the request. */
function submitting(
  change: (
    submit: NationalIdSystem['submit'],
    other: OtherSide
  ) => NationalIdSystem['submit']
): Change {
  return (system, other) => ({
    submit: change((...call) => system.submit(...call), other)
  })
}

/** What an error of the small system tells the worker. */
function saidBy(error: unknown): {
  retryable: boolean
  outcomeUnknown: boolean
} {
  if (!(error instanceof SystemError)) throw error
  const { outcomeUnknown, retryable } = error
  return { outcomeUnknown, retryable }
}

function inWords({ person }: SystemRequest): string {
  return `No place for ${person.name?.surname}.`
}

describe('the contract of a system', () => {
  it('is kept by a system that does what the worker relies on', async () => {
    expect(await broken(() => ({}))).toEqual([])
  })

  it('has a sentence for each thing that is kept, and each once', () => {
    const names = systemContract(() => Promise.reject(new Error())).map(
      ({ name }) => name
    )
    expect(names.length).toBeGreaterThan(12)
    expect(new Set(names).size).toBe(names.length)
  })

  it('is kept by a system that only takes deaths, of people with a number', async () => {
    const capabilities = {
      ...smallSystem({ done: [], mood: 'well' }).capabilities,
      operations: ['notifyDeath'] as const
    }
    const taking = submitting((submit) => (request, context) => {
      const isDeath = request.operation === 'notifyDeath'
      if (isDeath && request.identifier === undefined) throw new Error('none')
      const operation = isDeath ? 'createIdentity' : 'withdraw'
      return submit({ ...request, operation }, context)
    })
    const change: Change = (...parts) => ({ capabilities, ...taking(...parts) })
    const request = { identifier: 'ID-17' }
    expect(await broken(change, { request })).toEqual([])
    expect(await broken(change)).not.toEqual([])
  })

  it.each<[string, Change, string[]]>([
    [
      'names the person in an error',
      submitting(
        (submit) => (request, context) =>
          submit(request, context).catch((error: unknown) => {
            throw systemError(saidBy(error), inWords(request))
          })
      ),
      [
        'waits for a system that is away, and says nothing of the person',
        'refuses an operation that it says it does not take',
        'stops waiting when its signal aborts',
        'sends nothing when its signal was aborted before'
      ]
    ],
    [
      'keeps what was sent as the cause of an error',
      submitting((submit, other) => async (request, context) => {
        if (other.mood !== 'away') return submit(request, context)
        const cause = Object.assign(new Error('reset'), { sent: request })
        throw new SystemError('Cut.', {
          code: 'ERR_SYSTEM_CUT',
          system: 'small',
          retryable: true,
          cause
        })
      }),
      ['waits for a system that is away, and says nothing of the person']
    ],
    [
      'throws whatever its HTTP client throws',
      submitting((submit, other) => async (request, context) => {
        if (other.mood === 'away') throw new TypeError('fetch failed')
        return submit(request, context)
      }),
      ['waits for a system that is away, and says nothing of the person']
    ],
    [
      'gives up on a system that is away',
      submitting((submit, other) => async (request, context) => {
        if (other.mood === 'away') throw systemError({ retryable: false })
        return submit(request, context)
      }),
      ['waits for a system that is away, and says nothing of the person']
    ],
    [
      'cannot repeat, and is not sure that nothing was sent',
      (system, other) => ({
        capabilities: { ...system.capabilities, idempotent: false },
        async submit(request, context) {
          if (other.mood !== 'away') return system.submit(request, context)
          throw systemError({ retryable: true, outcomeUnknown: true })
        }
      }),
      ['waits for a system that is away, and says nothing of the person']
    ],
    [
      'makes a reference of its own',
      submitting(
        (submit) => (request, context) =>
          submit({ ...request, reference: `our-${request.reference}` }, context)
      ),
      ['passes our reference on']
    ],
    [
      'does the work twice',
      submitting((submit, other) => (request, context) => {
        const before = [...other.done]
        other.done.length = 0
        return submit(request, context).finally(() => {
          other.done.unshift(...before)
        })
      }),
      ['does the work once when the same reference is sent again']
    ],
    [
      'answers a repetition otherwise',
      submitting((submit, other) => async (request, context) => {
        const isKnown = other.done.includes(request.reference)
        const answer = await submit(request, context)
        return isKnown ? { ...answer, identifier: 'ID-2' } : answer
      }),
      ['does the work once when the same reference is sent again']
    ],
    [
      'throws a refusal of the person',
      submitting((submit) => async (request, context) => {
        const answer = await submit(request, context)
        if (answer.outcome !== 'refused') return answer
        throw systemError({ retryable: false })
      }),
      ['gives a refusal of the person as an answer']
    ],
    [
      'says no without a code',
      submitting((submit) => async (request, context) => {
        const answer = await submit(request, context)
        return answer.outcome === 'refused' ? { ...answer, code: '' } : answer
      }),
      ['gives a refusal of the person as an answer']
    ],
    [
      'takes any operation',
      submitting(
        (submit) => (request, context) =>
          submit({ ...request, operation: 'createIdentity' }, context)
      ),
      ['refuses an operation that it says it does not take']
    ],
    [
      'is certain that nothing was done when it stopped waiting',
      submitting(
        (submit) => (request, context) =>
          submit(request, context).catch((error: unknown) => {
            throw systemError({ ...saidBy(error), outcomeUnknown: false })
          })
      ),
      ['stops waiting when its signal aborts']
    ],
    [
      'sends all the same when nobody waits',
      submitting(
        (submit) => (request) =>
          submit(request, { signal: AbortSignal.timeout(100), attempt: 1 })
      ),
      ['sends nothing when its signal was aborted before']
    ],
    [
      'takes a reference that it has never seen for pending',
      () => ({ status: async () => ({ outcome: 'pending' }) }),
      ['does not know a reference that it has never seen']
    ],
    [
      'takes any callback for genuine',
      (system) => ({
        readCallback: (request) =>
          system.readCallback!({
            ...request,
            headers: PROOF,
            rawBody: Buffer.from(request.rawBody.toString().trim())
          })
      }),
      ['refuses a callback that was changed, or is signed by nobody']
    ],
    [
      'checks who sent a callback, and not what',
      (system) => ({
        readCallback: (request) =>
          system.readCallback!({
            ...request,
            rawBody: Buffer.from(request.rawBody.toString().trim())
          })
      }),
      ['refuses a callback that was changed, or is signed by nobody']
    ],
    [
      'gives each reading of a message another id',
      (system) => {
        let count = 0
        return {
          async readCallback(request) {
            const messages = await system.readCallback!(request)
            return messages.map((message) => ({
              ...message,
              messageId: `M-${(count += 1)}`
            }))
          }
        }
      },
      ['reads a genuine callback, the same each time']
    ],
    [
      'says that it can be asked, and cannot',
      (system) => {
        const { status: _status, ...rest } = system
        // Under this change only: a system in JavaScript may look so.
        return { ...rest, status: undefined } as unknown as NationalIdSystem
      },
      [
        'has the function for each capability, and none besides',
        'does not know a reference that it has never seen'
      ]
    ],
    [
      'has a route and does not say for whom',
      () => ({
        routes: [
          {
            method: 'GET',
            path: '/people',
            access: '',
            handle: async () => ({ status: 200 })
          }
        ]
      }),
      ['says of each route of its own who may call it']
    ],
    [
      'finds itself well while the other side is away',
      () => ({
        check: async () => [{ check: 'all', state: 'ok', found: 'Well.' }]
      }),
      ['looks at its own connection without failing, and knows a remedy']
    ],
    [
      'does not start without the other side',
      (_system, other) => ({
        async start() {
          if (other.mood === 'away') throw systemError({ retryable: true })
        }
      }),
      [
        'starts and stops as often as it is told, with or without the other side'
      ]
    ]
  ])('is broken by a system that %s', async (_what, change, checks) => {
    expect((await broken(change)).sort()).toEqual([...checks].sort())
  })

  it('wants to see a callback of a system that calls back', async () => {
    const more = { callback: undefined } as unknown as Partial<SystemUnderTest>
    expect(await broken(() => ({}), more)).toEqual([
      'has the function for each capability, and none besides'
    ])
  })

  it('closes what it opened, whether or not it is kept', async () => {
    let closed = 0
    const more = {
      close: async () => {
        closed += 1
      }
    }
    const checks = systemContract(() => Promise.reject(new Error('no'))).length
    await broken(() => ({}), more)
    expect(closed).toBe(checks)
  })
})
