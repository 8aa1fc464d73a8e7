import type { OsiaVerify } from '../../../src/systems/osia'
import type { NationalIdSystem } from '../../../src/systems/system'
import { callContext } from '../contract'
import { failureOf } from '../http/made'
import { openLoopback, type Loopback } from '../http/loopback'
import { MOTHER, osiaSystem } from './made'

describe('verification by osia()', () => {
  let server: Loopback | undefined
  let system: NationalIdSystem | undefined

  afterEach(async () => {
    await system?.stop?.()
    await server?.close()
    server = undefined
  })

  async function answer(
    how: OsiaVerify,
    text: string,
    status = 200,
    changes = {}
  ) {
    server = await openLoopback((_, response) => {
      response.writeHead(status).end(text)
    })
    system = osiaSystem(server.url, { verify: how })
    return system.verify?.({ ...MOTHER, ...changes }, callContext())
  }

  const MATCH = { by: 'match' } as const
  const IGNORE = { by: 'match', onMissing: 'ignore' } as const
  const VERIFY = { by: 'verify' } as const
  const GATEWAY = { by: 'thirdParty', matchCodes: [1, 11] } as const
  const missing = (...names: string[]) =>
    JSON.stringify(
      names.map((attributeName) => ({ attributeName, errorCode: 0 }))
    )

  it.each<[string, OsiaVerify, string, string]>([
    ['an empty list', MATCH, '[]', 'match'],
    [
      'one that differs',
      MATCH,
      '[{"attributeName":"firstName","errorCode":1}]',
      'DIFFERS'
    ],
    [
      'one that differs, even where missing ones are ignored',
      IGNORE,
      '[{"attributeName":"firstName","errorCode":1}]',
      'DIFFERS'
    ],
    [
      'one that the register has not',
      MATCH,
      missing('lastName'),
      'NOT_IN_REGISTER'
    ],
    [
      'one that the register has not, ignored',
      IGNORE,
      missing('lastName'),
      'match'
    ],
    [
      'nothing but ignored ones',
      IGNORE,
      missing('firstName', 'lastName', 'dateOfBirth'),
      'NOT_IN_REGISTER'
    ],
    ['true', VERIFY, 'true', 'match'],
    ['false', VERIFY, 'false', 'DIFFERS'],
    [
      'D9: a code that means a match',
      GATEWAY,
      '{"verificationCode":11}',
      'match'
    ],
    ['D9: any other code', GATEWAY, '{"verificationCode":0}', '0']
  ])('reads %s', async (_, how, text, expected) => {
    const given = await answer(how, text)
    expect(given).toEqual(
      expected === 'match'
        ? { outcome: 'match' }
        : { outcome: 'noMatch', code: expected }
    )
  })

  it.each<[string, OsiaVerify, string]>([
    ['an object for a list', MATCH, '{}'],
    [
      'another error code',
      MATCH,
      '[{"attributeName":"firstName","errorCode":2}]'
    ],
    ['the word true in quotes', VERIFY, '"true"'],
    ['no code', GATEWAY, '{"verificationMessage":"ok"}'],
    ['a code in quotes', GATEWAY, '{"verificationCode":"1"}'],
    ['a page of something in between', MATCH, '<html>']
  ])('never takes %s for an answer', async (_, how, text) => {
    const failure = await failureOf(answer(how, text))
    expect(failure).toMatchObject({ system: 'osia' })
    expect(String(failure)).not.toMatch(/Thandiwe|2345678901/)
  })

  it.each([500, 503, 400, 403, 302])(
    'never tells trouble (%s) as no match',
    async (status) => {
      const failure = await failureOf(answer(MATCH, '', status))
      expect(failure).toMatchObject({ status })
    }
  )

  it.each([MATCH, VERIFY, GATEWAY])(
    'says that an unknown number matches nobody ($by)',
    async (how) => {
      expect(await answer(how, '', 404)).toEqual({
        outcome: 'noMatch',
        code: 'UNKNOWN'
      })
    }
  )

  it.each([MATCH, VERIFY, GATEWAY])(
    'matches nobody without a number, and asks nothing ($by)',
    async (how) => {
      const given = await answer(how, '[]', 200, { identifier: undefined })
      expect(given).toEqual({ outcome: 'noMatch', code: 'NO_IDENTIFIER' })
      expect(server?.received).toEqual([])
    }
  )

  it.each(['../1', 'a/b', '..', 'a\\b', '1 2', 'ü'])(
    'sends no number that would change the path (%s)',
    async (identifier) => {
      const failure = await failureOf(answer(MATCH, '[]', 200, { identifier }))
      expect(failure).toMatchObject({ code: 'ERR_SYSTEM_REQUEST' })
      expect(server?.received).toEqual([])
    }
  )

  it('compares nothing at all with nobody', async () => {
    const person = { attributes: {} }
    const failure = await failureOf(answer(MATCH, '[]', 200, { person }))
    expect(failure).toMatchObject({ code: 'ERR_SYSTEM_REQUEST' })
  })

  it('sends only the attributes that are named', async () => {
    await answer({ by: 'match', attributes: ['dateOfBirth'] }, '[]')
    expect(JSON.parse(server?.received[0]?.body ?? '')).toEqual({
      dateOfBirth: '1996-02-14'
    })
  })
})
