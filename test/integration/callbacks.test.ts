import { http } from 'opencrvs-national-id'
import {
  createIdSystemSimulator,
  type IdSystemSimulator
} from 'opencrvs-national-id/sandbox'
import {
  answersTo,
  eventually,
  NEWBORN,
  startEnvironment,
  type Environment
} from './environment'

let idSystem: IdSystemSimulator
let environment: Environment

beforeEach(async () => {
  idSystem = createIdSystemSimulator()
  idSystem.behave({ callbacks: { delivery: 'hold' } })
  await idSystem.start()
  environment = await startEnvironment(systemAt(idSystem))
  idSystem.connectTo(`${environment.url}/national-id/confirmation`)
})

afterEach(async () => {
  await environment.stop()
  await idSystem.stop()
})

function systemAt(simulator: IdSystemSimulator) {
  return http({
    baseUrl: simulator.url,
    authentication: {
      type: 'oauth2',
      tokenUrl: `${simulator.url}/oauth/token`,
      ...simulator.client
    },
    createIdentity: { path: '/identities' },
    notifyDeath: { path: '/deaths' },
    callback: { secrets: simulator.callbackSecret }
  })
}

/** A registration that waits for its callback, and the reference that the ID system has for it. */
async function waiting(): Promise<{ eventId: string; reference: string }> {
  const before = idSystem.heldCallbacks.length
  const eventId = await environment.core.createDeclaredEvent('birth', NEWBORN)
  await environment.core.register(eventId)
  await eventually(
    () => idSystem.heldCallbacks.length,
    (held) => held > before
  )
  return { eventId, reference: idSystem.heldCallbacks.at(-1) ?? '' }
}

const answers = (eventId: string) =>
  answersTo(environment.core, eventId, 'REGISTER')

async function settle(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 250))
}

describe('a callback of the ID system', () => {
  it('brings the identifier into the record', async () => {
    const { eventId, reference } = await waiting()
    await idSystem.releaseCallbacks()
    await eventually(
      () => answers(eventId),
      (rows) => rows.length > 0
    )
    expect(environment.core.state(eventId)?.declaration['child.nid']).toBe(
      idSystem.ledger.issuedFor(reference)[0]
    )
  })

  it('brings a refusal into the record', async () => {
    const { eventId, reference } = await waiting()
    const status = await idSystem.sendCallback(reference, {
      outcome: 'refused',
      code: 'NO',
      reason: 'not eligible'
    })
    expect(status).toBe(200)
    await eventually(
      () => answers(eventId),
      (rows) => rows.length > 0
    )
    expect(answers(eventId)).toEqual(['Rejected'])
  })

  it.each(['unsigned', 'wrongSecret', 'tampered', 'oldTimestamp'] as const)(
    'that is forged (%s) changes nothing, whatever it says',
    async (how) => {
      const { eventId, reference } = await waiting()
      const status = await idSystem.forgeCallback(reference, how)
      expect(status).toBe(how === 'unsigned' ? 401 : 401)
      await settle()
      expect(answers(eventId)).toEqual([])
      expect(
        environment.lines.find(({ message }) => message === 'call refused')
      ).toMatchObject({ route: 'confirmation' })
    }
  )

  it('that comes again, even later, changes nothing', async () => {
    const { eventId, reference } = await waiting()
    await idSystem.releaseCallbacks()
    expect(await idSystem.replayCallback(reference)).toBe(200)
    await eventually(
      () => answers(eventId),
      (rows) => rows.length > 0
    )
    expect(await idSystem.replayCallback(reference)).toBe(200)
    await settle()
    expect(answers(eventId)).toEqual(['Accepted'])
  })

  it('that says something else after the first changes nothing', async () => {
    const { eventId, reference } = await waiting()
    await idSystem.releaseCallbacks()
    const status = await idSystem.sendCallback(reference, {
      outcome: 'refused',
      code: 'NO',
      reason: 'a change of mind'
    })
    expect(status).toBe(200)
    await eventually(
      () => answers(eventId),
      (rows) => rows.length > 0
    )
    expect(answers(eventId)).toEqual(['Accepted'])
  })

  it('about a reference that we never gave is told so', async () => {
    await waiting()
    const status = await idSystem.sendCallback(
      '11111111-1111-4111-8111-111111111111',
      { outcome: 'accepted', identifier: '1' }
    )
    expect(status).toBe(404)
  })

  it('that says an identity was issued and not which is refused', async () => {
    const { eventId, reference } = await waiting()
    const status = await idSystem.sendCallback(reference, {
      outcome: 'accepted'
    })
    expect(status).toBe(400)
    await settle()
    expect(answers(eventId)).toEqual([])
    await idSystem.releaseCallbacks()
    await eventually(
      () => answers(eventId),
      (rows) => rows.length > 0
    )
    expect(answers(eventId)).toEqual(['Accepted'])
  })

  it('that is no JSON, too large or a GET is refused', async () => {
    const url = `${environment.url}/national-id/confirmation`
    const post = (body: string) => fetch(url, { method: 'POST', body })
    expect((await post('not json')).status).toBe(401)
    expect((await post('x'.repeat(300_000))).status).toBe(413)
    expect((await fetch(url)).status).toBe(404)
  })

  it('is asked for again while it cannot be stored', async () => {
    const { eventId } = await waiting()
    await environment.server.stop({ timeout: 50 })
    idSystem.behave({ callbacks: { retryAfterMs: [50, 100, 200, 400, 800] } })
    const released = idSystem.releaseCallbacks()
    await environment.restart()
    idSystem.connectTo(`${environment.url}/national-id/confirmation`)
    await released
    await eventually(
      () => answers(eventId),
      (rows) => rows.length > 0
    )
    expect(answers(eventId)).toEqual(['Accepted'])
  })
})
