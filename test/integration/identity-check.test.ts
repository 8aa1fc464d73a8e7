import type { FormAnswer } from '../../src/domain/identity'
import { AMARA, CHECK, formPage, useSignIn } from './sign-in-environment'

const world = useSignIn()

const CREDENTIAL = 'eyJhbGciOiJFUzI1NiJ9.cGVyc29u.c2lnbmF0dXJl'
const PENDING = {
  verificationStatus: 'pending',
  reference: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}$/)
}

function trust(content: unknown = CREDENTIAL): void {
  world.qr.verdicts.set(JSON.stringify(content), {
    proven: true,
    issuer: 'https://cards.example.org',
    subject: 'card-17',
    data: AMARA.data
  })
}

/** Sends a scan as the form of the 2.0.0 client does. */
async function scan(
  credential: string,
  options: { referer?: string; person?: string; token?: string } = {}
): Promise<FormAnswer> {
  const { person = 'mother', token = world.token, referer } = options
  const query = new URLSearchParams({ credential, person })
  const { answer } = await world.registrar.post(
    `${CHECK}?${query.toString()}`,
    {
      token,
      referer: referer ?? formPage().url
    }
  )
  return answer
}

describe('a scanned credential', () => {
  it('that is signed by a configured issuer gives status, evidence for this record, and attributes', async () => {
    await world.begin()
    trust()
    const page = formPage()
    const answer = await scan(CREDENTIAL, { referer: `${page.url}?from=x` })
    expect(answer).toEqual({
      verificationStatus: 'verified',
      evidence: expect.any(String),
      attributes: expect.objectContaining({ name: AMARA.data.name }),
      reference: PENDING.reference
    })
    const about = { person: 'mother', data: AMARA.data }
    expect(
      world.evidence.check(answer.evidence, { ...about, eventId: page.eventId })
    ).toMatchObject({
      proven: true,
      status: 'verified',
      method: 'qrCode',
      issuer: 'https://cards.example.org',
      subject: 'card-17',
      user: '55555555-5555-4555-8555-555555555555'
    })
    expect(
      world.evidence.check(answer.evidence, {
        ...about,
        eventId: formPage().eventId
      })
    ).toMatchObject({ proven: false, problem: 'otherRecord' })
    expect(world.audit().map(({ kind }) => kind)).toEqual([
      'credential.verified'
    ])
  })

  it('may come in the body, as text or as an object', async () => {
    await world.begin()
    const content = { credential: CREDENTIAL, name: 'Amara' }
    trust(content)
    const { eventId } = formPage()
    const body = JSON.stringify({ content, person: 'mother', eventId })
    const { answer } = await world.registrar.post(CHECK, {
      token: world.token,
      body
    })
    expect(answer.verificationStatus).toBe('verified')
    const expected = { person: 'mother', eventId, data: AMARA.data }
    expect(world.evidence.check(answer.evidence, expected).proven).toBe(true)
  })

  it.each(['unreadable', 'untrusted'] as const)(
    'that is %s is pending, whatever it says about itself',
    async (problem) => {
      await world.begin()
      const claim = JSON.stringify({
        verificationStatus: 'authenticated',
        verified: true
      })
      world.qr.verdicts.set(JSON.stringify(claim), {
        proven: false,
        problem,
        code: 'ERR_TEST'
      })
      expect(await scan(claim)).toEqual({ ...PENDING, problem })
      expect(world.qr.asked).toEqual([claim])
    }
  )

  it('is pending when checking it fails', async () => {
    await world.begin()
    world.qr.fault = new TypeError(CREDENTIAL)
    expect(await scan(CREDENTIAL)).toEqual({
      ...PENDING,
      problem: 'unavailable'
    })
    expect(JSON.stringify(world.environment.lines)).not.toContain(CREDENTIAL)
  })

  it.each([
    ['another site', `https://evil.example${new URL(formPage().url).pathname}`],
    ['no page', ''],
    ['a page of no record', 'http://register.land.test/workqueue'],
    ['no address', 'declare']
  ])('from %s is not checked', async (_, referer) => {
    await world.begin()
    trust()
    expect(await scan(CREDENTIAL, { referer })).toEqual({
      ...PENDING,
      problem: 'session'
    })
    expect(world.qr.asked).toHaveLength(0)
  })

  it('of a record that was never saved is checked later', async () => {
    await world.begin()
    trust()
    const referer = `http://register.land.test/events/declare/tmp-${formPage().eventId}/pages/mother`
    expect(await scan(CREDENTIAL, { referer })).toEqual({
      ...PENDING,
      problem: 'unsaved'
    })
  })

  it('of a person whom no event has is not checked', async () => {
    await world.begin()
    trust()
    for (const person of ['neighbour', '', '__proto__'])
      expect(await scan(CREDENTIAL, { person })).toEqual({
        ...PENDING,
        problem: 'unexpected'
      })
    expect(world.qr.asked).toHaveLength(0)
  })

  it('is checked for users of OpenCRVS alone; a cookie does not help', async () => {
    await world.begin()
    trust()
    const { core } = world.environment
    const { eventId } = formPage()
    for (const token of [
      '',
      'garbage',
      core.anonymousToken(),
      core.userToken({ signedWith: 'foreign' }),
      core.recordToken({ eventId, actionId: eventId })
    ])
      expect(await scan(CREDENTIAL, { token })).toEqual({
        ...PENDING,
        problem: 'session'
      })
    expect(world.qr.asked).toHaveLength(0)
  })

  it.each([
    ['no content', '{"person":"mother"}'],
    ['a text', '"text"'],
    ['a list', '[1,2]'],
    ['null', 'null'],
    ['no JSON', '{"content":'],
    ['a prototype', '{"content":"x","__proto__":{"person":"mother"}}'],
    ['a constructor', '{"content":"x","constructor":{"prototype":{}}}'],
    [
      '70 kB',
      JSON.stringify({ content: 'x'.repeat(70_000), person: 'mother' })
    ],
    ['1 MB', JSON.stringify({ content: 'x'.repeat(1_000_000) })],
    ['5 MB', JSON.stringify({ content: 'x'.repeat(5_000_000) })]
  ])('as a body of %s is refused in a friendly way', async (_, body) => {
    await world.begin()
    const { answer } = await world.registrar.post(CHECK, {
      token: world.token,
      body,
      referer: formPage().url
    })
    expect(answer.verificationStatus).toBe('pending')
    expect(['unreadable', 'unexpected']).toContain(answer.problem)
    expect(world.qr.asked).toHaveLength(0)
  })

  it('as a body of another type is refused in a friendly way', async () => {
    await world.begin()
    const page = await world.registrar.send(CHECK, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${world.token}`,
        'content-type': 'text/plain'
      },
      body: CREDENTIAL
    })
    expect(page.status).toBe(200)
    expect(JSON.parse(page.text)).toEqual({ ...PENDING, problem: 'unreadable' })
  })

  it('is not lost where the country has other checks before it', async () => {
    await world.begin({
      prepare: (server) => {
        server.ext('onPreAuth', (request) => {
          if (request.path.includes('identity-check'))
            throw new Error('the country fails')
          return Symbol.for('continue') as never
        })
      }
    })
    expect(await scan(CREDENTIAL)).toEqual({
      ...PENDING,
      problem: 'unavailable'
    })
  })
})
