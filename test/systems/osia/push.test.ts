import type { SystemRequest } from '../../../src/domain/delivery'
import type { OsiaOptions } from '../../../src/systems/osia'
import type { NationalIdSystem } from '../../../src/systems/system'
import { callContext } from '../contract'
import { failureOf } from '../http/made'
import { newborn, osiaSystem } from './made'
import { openRegister, type Register } from './register'

const UIN = '1235567890'
const ID = 'crvs-2026B7K2QXM9'

describe('osia() in mode push', () => {
  let register: Register
  let system: NationalIdSystem | undefined

  beforeEach(async () => {
    register = await openRegister()
  })

  afterEach(async () => {
    await system?.stop?.()
    await register.close()
  })

  function made(options: Partial<OsiaOptions> = {}): NationalIdSystem {
    system = osiaSystem(register.url, { mode: 'push', ...options })
    return system
  }

  async function announced(options: Partial<OsiaOptions> = {}): Promise<void> {
    await made(options).announce?.(
      newborn(),
      { identifier: UIN, registrationNumber: '2026-17' },
      callContext()
    )
  }

  const submitted = (
    changes: Partial<SystemRequest>,
    options: Partial<OsiaOptions> = {}
  ) =>
    made(options).submit(
      newborn({ identifier: UIN, ...changes }),
      callContext()
    )

  const identities = () => register.identities.get(UIN) ?? []
  const correction: Partial<SystemRequest> = {
    operation: 'updateIdentity',
    changes: ['name'],
    person: {
      ...newborn().person,
      name: { firstname: 'Amarachi', surname: 'Nkandu' }
    }
  }

  it('writes the person and one identity once core has accepted', async () => {
    await announced()
    expect(register.persons.get(UIN)).toEqual({
      status: 'ACTIVE',
      physicalStatus: 'ALIVE'
    })
    expect(identities()).toEqual([
      {
        identityId: ID,
        identityType: 'CIVIL_REGISTRATION',
        status: 'CLAIMED',
        biographicData: {
          firstName: 'Amara',
          lastName: 'Nkandu',
          dateOfBirth: '2026-10-30',
          gender: '2'
        },
        contextualData: {
          registrationNumber: '2026-17',
          trackingId: '2026B7K2QXM9'
        }
      }
    ])
    expect(register.published).toEqual([])
  })

  it('publishes as well in mode both, after it has written', async () => {
    await announced({ mode: 'both' })
    expect(identities()).toHaveLength(1)
    expect(register.published.map(({ topic }) => topic)).toEqual(['liveBirth'])
  })

  it.each(['ours', 'theirs'] as const)(
    'writes each thing once however often an answer is lost (identityId %s)',
    async (identityId) => {
      let lost = 0
      // Every write is done, and its first answer lost.
      register.cutAfter = ({ method }) => method === 'POST' && (lost += 1) <= 2
      const options = { push: { identityId } }
      for (let attempt = 0; attempt < 3; attempt += 1) {
        await announced(options).catch(() => undefined)
      }
      await announced(options)
      expect(lost).toBeGreaterThan(2)
      expect(register.persons.size).toBe(1)
      expect(identities()).toHaveLength(1)
    }
  )

  it('never takes an identity of the same id for its own when it says something else', async () => {
    await announced()
    const [first] = identities()
    if (first !== undefined) first.biographicData = { firstName: 'Somebody' }
    const failure = await failureOf(announced())
    expect(failure).toMatchObject({
      code: 'ERR_SYSTEM_CONFLICT',
      retryable: false
    })
    expect(String(failure)).not.toMatch(/Somebody|Amara|1235567890/)
  })

  it('changes a CLAIMED identity by what changed alone', async () => {
    await announced()
    await submitted(correction)
    expect(identities()).toMatchObject([
      { biographicData: { firstName: 'Amarachi', gender: '2' } }
    ])
    const patch = register.received.at(-1)
    expect(patch?.method).toBe('PATCH')
    expect(JSON.parse(patch?.body ?? '')).toEqual({
      identityType: 'CIVIL_REGISTRATION',
      status: 'CLAIMED',
      biographicData: { firstName: 'Amarachi', lastName: 'Nkandu' }
    })
  })

  it('replaces a VALID identity by a new one that the register refers to', async () => {
    await announced({ push: { identityStatus: 'VALID' } })
    await submitted(correction)
    // The same delivery again, as after a lost answer.
    await submitted(correction)
    expect(identities()).toMatchObject([
      {
        identityId: ID,
        status: 'VALID',
        biographicData: { firstName: 'Amara' }
      },
      {
        identityId: `${ID}-B7K2QXM9`,
        status: 'VALID',
        biographicData: { firstName: 'Amarachi' }
      }
    ])
    expect(register.references.get(UIN)).toBe(`${ID}-B7K2QXM9`)
  })

  it('finishes a replacement that stopped half way', async () => {
    await announced({ push: { identityStatus: 'VALID' } })
    register.cutAfter = ({ path }) => path.includes('/status')
    await submitted(correction).catch(() => undefined)
    register.cutAfter = () => false
    await submitted(correction)
    expect(identities()).toHaveLength(2)
    expect(register.references.get(UIN)).toBe(`${ID}-B7K2QXM9`)
  })

  it('leaves a VALID identity to a person where the country says so', async () => {
    const push = { identityStatus: 'VALID', onValid: 'refuse' } as const
    await announced({ push })
    const failure = await failureOf(submitted(correction, { push }))
    expect(failure).toMatchObject({ code: 'ERR_SYSTEM_IDENTITY_VALID' })
    expect(identities()).toHaveLength(1)
  })

  it('changes nothing when the register has no identity of the record', async () => {
    register.persons.set(UIN, { status: 'ACTIVE', physicalStatus: 'ALIVE' })
    const failure = await failureOf(submitted(correction))
    expect(failure).toMatchObject({ code: 'ERR_SYSTEM_NO_IDENTITY' })
  })

  it.each(['ACTIVE', 'INACTIVE'])(
    'flags a death and leaves the person as %s as it was',
    async (status) => {
      register.persons.set(UIN, { status, physicalStatus: 'ALIVE' })
      await submitted({ operation: 'notifyDeath' })
      expect(register.persons.get(UIN)).toEqual({
        status,
        physicalStatus: 'DEAD'
      })
    }
  )

  it('undoes the flag when the death is reversed', async () => {
    register.persons.set(UIN, { status: 'ACTIVE', physicalStatus: 'DEAD' })
    await submitted({ operation: 'withdraw', cause: 'reversal' })
    expect(register.persons.get(UIN)?.physicalStatus).toBe('ALIVE')
  })

  it('says so when the register has nobody of that number', async () => {
    const failure = await failureOf(submitted({ operation: 'notifyDeath' }))
    expect(failure).toMatchObject({
      code: 'ERR_SYSTEM_NO_PERSON',
      retryable: false
    })
  })

  it('ends no identity unless the country has it in its options', async () => {
    await announced()
    const failure = await failureOf(
      submitted({ operation: 'deactivateIdentity' })
    )
    expect(failure).toMatchObject({ code: 'ERR_SYSTEM_CAPABILITY' })
    expect(identities()).toMatchObject([{ status: 'CLAIMED' }])
  })

  it('ends identities by the transitions that the standard allows', async () => {
    register.persons.set(UIN, { status: 'ACTIVE', physicalStatus: 'DEAD' })
    register.identities.set(UIN, [
      { identityId: 'a', status: 'VALID' },
      { identityId: 'b', status: 'CLAIMED' },
      { identityId: 'c', status: 'INVALID' }
    ])
    await submitted(
      { operation: 'deactivateIdentity' },
      { push: { revoke: true } }
    )
    expect(identities().map(({ status }) => status)).toEqual([
      'REVOKED',
      'INVALID',
      'INVALID'
    ])
  })

  it('ends only identities of its own when a birth is withdrawn', async () => {
    await announced()
    register.identities.set(UIN, [
      ...identities(),
      { identityId: 'passport', status: 'VALID' }
    ])
    await submitted(
      { operation: 'withdraw', cause: 'revocation' },
      { push: { revoke: true } }
    )
    expect(identities()).toMatchObject([
      { identityId: ID, status: 'INVALID' },
      { identityId: 'passport', status: 'VALID' }
    ])
  })

  it('pushes a birth without a number under a name of its own', async () => {
    const answer = await made({
      uin: 'newPerson',
      referenceAttribute: { name: 'trackingNumber' },
      lookUp: { by: 'reference' }
    }).submit(newborn(), callContext())
    expect(answer).toMatchObject({ outcome: 'pending' })
    expect([...register.persons.keys()]).toEqual([ID])
    expect(register.minted).toEqual([])
  })
})
