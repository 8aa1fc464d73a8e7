import { when } from 'opencrvs-national-id'
import { MOST_TRIGGERS } from '../../src/handlers/trigger-limit'
import {
  eventually,
  NEWBORN,
  scriptedSystem,
  startEnvironment,
  type Environment
} from './environment'

let environment: Environment

afterEach(() => environment.stop())

/** A rule that decides nothing before it is let go. */
function heldRule() {
  let release = () => {}
  const held = new Promise<void>((resolve) => {
    release = resolve
  })
  let waiting = 0
  const rule = {
    name: 'held',
    when: async () => {
      waiting += 1
      await held
      return true
    },
    then: when.createIdentity()
  }
  return { rule, release: () => release(), waiting: () => waiting }
}

it('bounds the triggers under way: one too many may be tried again, and none of the others is lost', async () => {
  const { rule, release, waiting } = heldRule()
  const system = scriptedSystem()
  environment = await startEnvironment(system, {
    events: { birth: { subject: 'child', rules: { REGISTER: [rule] } } }
  })
  const { core } = environment
  const declare = () => core.createDeclaredEvent('birth', NEWBORN)
  const outcome = (eventId: string) =>
    core.event(eventId)?.actions.at(-1)?.status

  const taken: string[] = []
  for (let count = 0; count < MOST_TRIGGERS; count += 1)
    taken.push(await declare())
  const answers = taken.map((eventId) => core.register(eventId))
  await eventually(waiting, (count) => count === MOST_TRIGGERS)
  const oneTooMany = await declare()
  await core.register(oneTooMany)
  expect(outcome(oneTooMany)).toBe('Rejected')
  expect(environment.lines).toContainEqual(
    expect.objectContaining({ code: 'ERR_TOO_MANY_TRIGGERS' })
  )

  release()
  await Promise.all(answers)
  expect(new Set(taken.map(outcome))).toEqual(new Set(['Requested']))
  await core.register(oneTooMany)
  expect(outcome(oneTooMany)).toBe('Requested')
  await eventually(
    () => system.requests.length,
    (count) => count === MOST_TRIGGERS + 1,
    20_000
  )
}, 30_000)
