import { SystemError, when } from 'opencrvs-national-id'
import type { Decision, Delivery } from 'opencrvs-national-id'
import {
  pendingAction,
  pendingRegistration,
  trigger,
  type Answer
} from './attacker'
import {
  answersTo,
  DECEASED,
  eventually,
  NEWBORN,
  scriptedSystem,
  startEnvironment,
  type Changes,
  type Environment,
  type ScriptedSystem
} from './environment'

const TIMES = 20

let environment: Environment
let system: ScriptedSystem
let numbers: number
let rejections: number

async function start(changes: Changes = {}): Promise<void> {
  system = scriptedSystem()
  numbers = 0
  rejections = 0
  environment = await startEnvironment(system, {
    operations: { scope: 'record.reject' },
    registrationNumber: async () => {
      // A country's generator asks its own database.
      await new Promise((resolve) => setTimeout(resolve, 5))
      numbers += 1
      return `RN-${numbers}`
    },
    hooks: {
      onRejected: () => {
        rejections += 1
      }
    },
    ...changes
  })
}

afterEach(() => environment.stop())

function deciding(then: Decision): Changes {
  const rules = { REGISTER: [{ name: 'the rule', then }] }
  return {
    events: {
      birth: { subject: 'child', rules },
      death: { subject: 'deceased', rules }
    }
  }
}

async function deliveries(): Promise<Delivery[]> {
  const token = environment.core.userToken()
  const response = await fetch(`${environment.url}/national-id/deliveries`, {
    headers: { authorization: `Bearer ${token}` }
  })
  const body = (await response.json()) as { deliveries: Delivery[] }
  return body.deliveries
}

/** The same trigger, many times at once. All answers must be the same; it is given. */
async function allAtOnce(asked: Parameters<typeof trigger>[1]) {
  const answers = await Promise.all(
    Array.from({ length: TIMES }, () => trigger(environment, asked))
  )
  const different = new Set(answers.map((answer) => JSON.stringify(answer)))
  expect([...different]).toHaveLength(1)
  return answers[0] ?? noAnswer()
}

function noAnswer(): Answer {
  throw new Error('there was no answer')
}

const settled = () => new Promise((resolve) => setTimeout(resolve, 200))

describe(`the same trigger ${TIMES} times at once`, () => {
  it('makes one delivery and one submission in async mode', async () => {
    await start(deciding(when.createIdentity()))
    const asked = await pendingRegistration(environment, NEWBORN)
    expect(await allAtOnce(asked)).toMatchObject({ status: 202 })
    system.script({ outcome: 'accepted', identifier: '9000000001' })
    await eventually(deliveries, (all) => all.length > 0)
    await settled()
    expect(system.requests).toHaveLength(1)
    expect(await deliveries()).toHaveLength(1)
  })

  it('is answered with one identifier and one number in sync mode', async () => {
    await start(deciding(when.createIdentity({ mode: 'sync' })))
    system.script({ outcome: 'accepted', identifier: '9000000001' })
    const asked = await pendingRegistration(environment, NEWBORN)
    expect(await allAtOnce(asked)).toMatchObject({
      status: 200,
      body: {
        registrationNumber: 'RN-1',
        declaration: { 'child.nid': '9000000001' }
      }
    })
    expect(numbers).toBe(1)
    expect(system.requests).toHaveLength(1)
    expect(await deliveries()).toHaveLength(1)
  })

  it('is refused with one submission in sync mode', async () => {
    await start(deciding(when.createIdentity({ mode: 'sync' })))
    system.script({ outcome: 'refused', code: 'NO', reason: 'no' })
    const asked = await pendingRegistration(environment, NEWBORN)
    expect(await allAtOnce(asked)).toMatchObject({
      status: 400,
      body: { code: 'NO' }
    })
    expect(system.requests).toHaveLength(1)
  })

  it('takes one number and tells the system once in notify mode', async () => {
    // The last of them must still come before the registration is checked.
    await start({
      ...deciding(when.notifyDeath()),
      opencrvs: { checkAfterMs: 1_500 }
    })
    system.script({ outcome: 'accepted' })
    const asked = await pendingRegistration(environment, DECEASED, 'death')
    expect(await allAtOnce(asked)).toEqual({
      status: 200,
      body: { registrationNumber: 'RN-1' }
    })
    await eventually(
      () => system.requests.length,
      (n) => n > 0
    )
    await settled()
    expect(numbers).toBe(1)
    expect(system.requests).toHaveLength(1)
    expect(await deliveries()).toHaveLength(2)
  })

  it('takes one number where only the registration is wanted', async () => {
    await start({
      ...deciding(when.registerOnly()),
      opencrvs: { checkAfterMs: 1_500 }
    })
    const asked = await pendingRegistration(environment, NEWBORN)
    expect(await allAtOnce(asked)).toEqual({
      status: 200,
      body: { registrationNumber: 'RN-1' }
    })
    expect(numbers).toBe(1)
    expect(await deliveries()).toHaveLength(1)
  })

  it('tells the hook once when a rule rejects it', async () => {
    await start(deciding(when.reject('not here')))
    const asked = await pendingRegistration(environment, NEWBORN)
    expect(await allAtOnce(asked)).toMatchObject({
      status: 400,
      body: { code: 'RULE' }
    })
    // Neither does somebody who has got hold of the token and sends it on and on.
    await allAtOnce(asked)
    expect(rejections).toBe(1)
    expect(await deliveries()).toEqual([])
  })

  it('is answered with what was registered, in sync mode, when DECLARE asks twice', async () => {
    const rules = {
      DECLARE: [{ name: 'all', then: when.createIdentity({ mode: 'sync' }) }]
    }
    await start({ events: { birth: { subject: 'child', rules } } })
    system.script({ outcome: 'accepted', identifier: '9000000001' })
    const eventId = environment.core.createEvent('birth')
    const transactionId = '77777777-7777-4777-8777-777777777777'
    const declare = () =>
      environment.core.declare(eventId, NEWBORN, { transactionId })
    const answers = await Promise.all([declare(), declare()])
    expect(answers.map(({ status }) => status)).toEqual([200, 200])
    expect(system.requests).toHaveLength(1)
    expect(answersTo(environment.core, eventId, 'DECLARE')).toEqual([
      'Accepted'
    ])
    expect(environment.core.state(eventId)?.declaration['child.nid']).toBe(
      '9000000001'
    )
  })
})

describe('a trigger that comes again later', () => {
  async function untilState(state: Delivery['state']): Promise<void> {
    await eventually(deliveries, (all) => all[0]?.state === state)
  }

  it('is answered 202 while a person looks after its delivery', async () => {
    await start(deciding(when.createIdentity()))
    system.script(
      new SystemError('no', { code: 'ERR_SCHEMA', system: 'scripted' })
    )
    const asked = await pendingRegistration(environment, NEWBORN)
    const first = await trigger(environment, asked)
    await untilState('parked')
    expect(await trigger(environment, asked)).toEqual(first)
    expect(system.requests).toHaveLength(1)
  })

  it('is answered 202 once it is confirmed, and 400 once it was refused', async () => {
    await start(deciding(when.createIdentity()))
    const outcomes = [
      ['confirmed', 202, { outcome: 'accepted', identifier: '9000000001' }],
      ['refused', 400, { outcome: 'refused', code: 'NO', reason: 'no' }]
    ] as const
    for (const [state, status, answer] of outcomes) {
      system.script(answer)
      const asked = await pendingRegistration(environment, NEWBORN)
      await trigger(environment, asked)
      await untilState(state)
      expect((await trigger(environment, asked)).status).toBe(status)
    }
    expect(system.requests).toHaveLength(2)
  })

  it('is answered 200 once an operator has given up what core does not wait for', async () => {
    const rules = { DECLARE: [{ name: 'all', then: when.updateIdentity() }] }
    const policies = { updates: { allowAdults: true } }
    await start({ policies, events: { birth: { subject: 'child', rules } } })
    const eventId = environment.core.createEvent('birth')
    await environment.core.declare(eventId, NEWBORN, {
      answeredWith: { status: 500 }
    })
    const asked = pendingAction(environment, eventId)
    expect(await trigger(environment, asked)).toEqual({ status: 200, body: {} })
    const [delivery] = await eventually(
      deliveries,
      (all) => all[0]?.state === 'submitted'
    )
    const response = await fetch(
      `${environment.url}/national-id/deliveries/${delivery?.id}/reject`,
      {
        method: 'POST',
        headers: {
          authorization: `Bearer ${environment.core.userToken()}`,
          'content-type': 'application/json'
        },
        body: '{"reason":"not needed"}'
      }
    )
    expect(response.status).toBe(200)
    await untilState('cancelled')
    expect(await trigger(environment, asked)).toEqual({ status: 200, body: {} })
    expect(system.requests).toHaveLength(1)
  })

  it('is deferred, not refused, when what was answered first cannot be looked up', async () => {
    await start({
      ...deciding(when.createIdentity({ mode: 'sync' })),
      opencrvs: { checkAfterMs: 60_000 }
    })
    system.script({ outcome: 'accepted', identifier: '9000000001' })
    const asked = await pendingRegistration(environment, NEWBORN)
    expect((await trigger(environment, asked)).status).toBe(200)
    await environment.restart()
    environment.core.faults.add(
      'config',
      { kind: 'status', status: 503 },
      Infinity
    )
    expect((await trigger(environment, asked)).status).toBe(202)
  })
})

describe('a caller that hangs up', () => {
  it('before the answer is made does not keep the delivery waiting for ever', async () => {
    const slow = () =>
      new Promise<boolean>((resolve) => setTimeout(resolve, 150, true))
    const rule = { name: 'slow', when: slow, then: when.createIdentity() }
    await start({
      events: { birth: { subject: 'child', rules: { REGISTER: [rule] } } }
    })
    system.script({ outcome: 'accepted', identifier: '9000000001' })
    const { core } = environment
    const { event, target } = await pendingRegistration(environment, NEWBORN)
    await fetch(`${environment.url}/trigger/events/birth/actions/REGISTER`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${core.recordToken(target)}`,
        'content-type': 'application/json'
      },
      body: JSON.stringify(event),
      signal: AbortSignal.timeout(40)
    }).catch(() => undefined)
    const rows = await eventually(
      () => answersTo(core, target.eventId, 'REGISTER'),
      (found) => found.length > 0
    )
    expect(rows).toEqual(['Accepted'])
  })
})
