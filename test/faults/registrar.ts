import { setTimeout as sleep } from 'node:timers/promises'
import type { Declaration } from 'opencrvs-national-id'
import { firstName } from './id-register'
import type { Planned } from './plan'
import type { World } from './world'

/** A record of the run, and how its registration stands in core. */
export type Registered = Planned & {
  eventId: string
  /** Times that the registrar pressed the button. */
  tries: number
  /** What was answered when the trigger was last sent again. */
  lastAnswer?: string
}

const TRIES = 60
const YEAR = new Date().getFullYear()

/**
 * Registers one person as a registrar does: presses the button, and again when core shows the registration as rejected
 * though the ID system has not refused the person (the country configuration could not take it just then).
 */
export async function registerOne(
  world: World,
  planned: Planned
): Promise<Registered> {
  const { core, register } = world
  const { number } = planned
  if (planned.isRefused) register.refuse(number)
  const eventId = await declare(core, planned)
  const registered: Registered = { ...planned, eventId, tries: 0 }
  await press(world, registered)
  return registered
}

/** Declares until core takes it: a trouble of core's own also meets those who declare. */
async function declare(core: World['core'], planned: Planned): Promise<string> {
  for (;;) {
    try {
      return await core.createDeclaredEvent(
        planned.type,
        declarationOf(planned)
      )
    } catch {
      await sleep(100)
    }
  }
}

/** Presses until there is nothing more to press for now. */
export async function press(
  world: World,
  registered: Registered
): Promise<void> {
  const { core, register } = world
  for (; registered.tries < TRIES; registered.tries += 1) {
    const isTwice = registered.isAskedAgain && registered.tries === 0
    const answer = await (isTwice
      ? registerTwice(world, registered)
      : core.register(registered.eventId))
    // Without an answer, core keeps the action as requested and lets nobody press again (FACTS B4): see `askAgain`.
    if (answer.status !== 200) return
    const isTurnedDown =
      lastAction(world, registered)?.answers.includes('Rejected') === true
    if (!isTurnedDown || register.of(registered.number).refused > 0) return
    await sleep(250)
  }
}

/** Core asks about the action while its first call is still running. */
async function registerTwice(
  world: World,
  registered: Registered
): ReturnType<World['core']['register']> {
  const { core, twice } = world
  twice.add(registered.number)
  const pressed = core.register(registered.eventId)
  const asked = sleep(registered.number % 40).then(() =>
    askAgain(world, registered)
  )
  void Promise.allSettled([pressed, asked]).then(() =>
    twice.delete(registered.number)
  )
  return pressed
}

/** The last time that core asked about the record, with the answers it has. */
export function lastAction(
  { core }: Pick<World, 'core'>,
  { eventId }: Pick<Registered, 'eventId'>
): { actionId: string; answers: string[] } | undefined {
  const rows = core.event(eventId)?.actions ?? []
  const asked = rows.findLast(
    (row) => row.type === 'REGISTER' && row.status === 'Requested'
  )
  if (asked === undefined) return undefined
  const answers = rows.filter((row) => row.originalActionId === asked.id)
  return { actionId: asked.id, answers: answers.map(({ status }) => status) }
}

/**
 * Sends the trigger of a waiting action once more, as an administrator does whose country configuration was away when
 * core asked. What is answered is noted.
 */
export async function askAgain(
  { core, frontDoor }: World,
  registered: Registered
): Promise<void> {
  const last = lastAction({ core }, registered)
  if (last === undefined || last.answers.length > 0) return
  const { eventId, type } = registered
  const token = core.recordToken({ eventId, actionId: last.actionId })
  try {
    const response = await fetch(
      `${frontDoor.url}/trigger/events/${type}/actions/REGISTER`,
      {
        method: 'POST',
        headers: {
          authorization: `Bearer ${token}`,
          'content-type': 'application/json'
        },
        body: JSON.stringify(core.event(eventId)),
        signal: AbortSignal.timeout(8_000)
      }
    )
    registered.lastAnswer = `${response.status} ${await response.text()}`
  } catch (failure) {
    registered.lastAnswer = String(failure)
  }
}

function declarationOf({ number, sex, type }: Planned): Declaration {
  const subject = type === 'birth' ? 'child' : 'deceased'
  return {
    [`${subject}.name`]: { firstname: firstName(number), surname: 'Quist' },
    [`${subject}.dob`]: type === 'birth' ? `${YEAR}-01-01` : '1950-02-03',
    [`${subject}.gender`]: sex,
    ...(type === 'death' ? { 'deceased.nid': '8000000017' } : {})
  }
}
