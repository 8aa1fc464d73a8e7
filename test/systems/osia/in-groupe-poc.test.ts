import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { inGroupePoc, type InGroupePocOptions } from '../../../src/systems/osia'
import type { NationalIdSystem } from '../../../src/systems/system'
import { callContext } from '../contract'
import { failureOf, TestClock } from '../http/made'
import { openLoopback, type Loopback } from '../http/loopback'
import { newborn } from './made'

type Recorded = {
  create: {
    request: { body: Record<string, string> }
    response: { body: unknown }
  }
}

// The file is data of this repository, in this shape.
const { create } = JSON.parse(
  readFileSync(
    resolve(__dirname, '../../fixtures/osia/ingroupe-poc-create.json'),
    'utf8'
  )
) as Recorded

describe('inGroupePoc()', () => {
  let server: Loopback | undefined
  let system: NationalIdSystem | undefined

  afterEach(async () => {
    await system?.stop?.()
    await server?.close()
  })

  async function made(
    text: string | undefined,
    status = 200,
    changes: Partial<InGroupePocOptions> = {}
  ): Promise<NationalIdSystem> {
    server = await openLoopback((_, response) => {
      if (text === undefined) response.destroy()
      else response.writeHead(status).end(text)
    })
    system = inGroupePoc({
      url: `${server.url}/crvs/eid`,
      token: 'static-token',
      authority: '{issuing authority name}',
      birthPlace: 'birthPlace',
      uinPattern: /\d{10}/,
      ...changes
    }).create({ clock: new TestClock() })
    return system
  }

  const request = newborn({
    person: {
      ...newborn().person,
      attributes: { birthPlace: 'Ibombo District Hospital,Ibombo' }
    }
  })

  it('sends the call of the proof of concept, field by field', async () => {
    const here = await made(JSON.stringify(create.response.body))
    expect(await here.submit(request, callContext())).toEqual({
      outcome: 'accepted',
      identifier: '1235567890'
    })
    expect(server?.received).toMatchObject([
      {
        method: 'POST',
        path: '/crvs/eid',
        headers: {
          authorization: 'Bearer static-token',
          'content-type': 'application/json'
        }
      }
    ])
    expect(JSON.parse(server?.received[0]?.body ?? '')).toEqual(
      create.request.body
    )
  })

  it.each([
    ['{"success":"true","message":"","data":"1235567890"}'],
    ['{"message":"","data":"1235567890"}'],
    ['{"success":true,"message":"","data":""}'],
    ['{"success":true,"message":"","data":"no number"}'],
    ['{"success":true,"message":"","data":1235567890}'],
    ['"1235567890"'],
    ['<html>'],
    [undefined]
  ])('never takes a number from %s, nor calls again', async (text) => {
    const here = await made(text)
    const failure = await failureOf(here.submit(request, callContext()))
    expect(failure).toMatchObject({ outcomeUnknown: true })
    expect(String(failure)).not.toMatch(/Amara|1235567890|static-token/)
    expect(server?.received).toHaveLength(1)
  })

  it('says that no number was given, in their words', async () => {
    const here = await made('{"success":false,"message":"exists","data":""}')
    expect(await here.submit(request, callContext())).toEqual({
      outcome: 'refused',
      code: 'NOT_ISSUED',
      reason: 'exists'
    })
  })

  it.each([
    'updateIdentity',
    'notifyDeath',
    'withdraw',
    'deactivateIdentity'
  ] as const)('never says that %s was done', async (operation) => {
    const here = await made('{"success":true}')
    const failure = await failureOf(
      here.submit(
        newborn({ operation, identifier: '1235567890' }),
        callContext()
      )
    )
    expect(failure).toMatchObject({ code: 'ERR_SYSTEM_CAPABILITY' })
    expect(server?.received).toEqual([])
  })

  it('can do nothing else, and says so before it is made', async () => {
    const here = await made('')
    expect(here.capabilities).toEqual({
      operations: ['createIdentity'],
      idempotent: false,
      callback: false,
      status: false,
      verify: false
    })
    expect(here).not.toHaveProperty('verify')
    expect(here).not.toHaveProperty('status')
  })

  it('tells every mistake in its options', () => {
    const given: unknown = {
      url: 'http://x.example/eid',
      tokn: 'a-secret',
      uinPattern: /\d/g
    }
    // What is given here is wrong on purpose.
    const found = inGroupePoc(given as InGroupePocOptions).issues('system')
    expect(found.map(({ option }) => option).sort()).toEqual([
      'system.authority',
      'system.token',
      'system.tokn',
      'system.uinPattern',
      'system.url'
    ])
    expect(JSON.stringify(found)).not.toContain('a-secret')
  })
})
