import { systemClock } from '../../../src/internal/clock'
import { osia } from '../../../src/systems/osia'
import { describeSystem, type SystemUnderTest } from '../contract'
import { urlsAt } from './made'
import { openRegister } from './register'

/** `osia()` in the way the standard has it, with everything on. */
async function open(): Promise<SystemUnderTest> {
  const register = await openRegister()
  const factory = osia({
    urls: urlsAt(register.url),
    authentication: { type: 'bearer', token: 'a-token' },
    duplicates: {},
    referenceAttribute: { name: 'crvsReference', holds: 'reference' },
    lookUp: { by: 'reference', showsAtOnce: true },
    verify: { by: 'match' }
  })
  return {
    factory,
    system: factory.create({ clock: systemClock }),
    workDone: () =>
      register.minted.map(({ transactionId }) =>
        transactionId.replace(/^opencrvs-/, '')
      ),
    refuseNext: () =>
      register.known.push({
        uin: '1111111111',
        firstName: 'Amara',
        lastName: 'Okonjo',
        dateOfBirth: '2026-03-02'
      }),
    goSilent: () =>
      (register.instead = ({ path }) => path.startsWith('/v1/uin')),
    close: () => register.close()
  }
}

describeSystem('osia()', open)
