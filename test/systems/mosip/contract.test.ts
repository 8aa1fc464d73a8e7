import { systemClock } from '../../../src/internal/clock'
import { mosip } from '../../../src/systems/mosip'
import { describeSystem, type SystemUnderTest } from '../contract'
import { CALLBACK_URL, IDA, WEBSUB, mosipOptions } from './made'
import { credentialBody, signed } from './deliveries'
import { openSmallMosip } from './small-mosip'

async function open(): Promise<SystemUnderTest> {
  const other = await openSmallMosip()
  const factory = mosip(
    mosipOptions({
      baseUrl: other.url,
      createIdentity: { mandatory: ['fullName', 'dateOfBirth'] },
      refusalCodes: ['KER-PUT-020'],
      status: true,
      ida: { ...IDA, url: other.url },
      websub: { ...WEBSUB, hubUrl: `${other.url}/hub` }
    })
  )
  const system = factory.create({
    clock: systemClock,
    callbackUrl: CALLBACK_URL
  })
  // Fetches the tokens, so that what is given up is a packet and not its token.
  await system.check?.({ signal: new AbortController().signal })
  return {
    factory,
    system,
    workDone: () => other.minted,
    refuseNext: () => (other.fail.packet = 'KER-PUT-020'),
    goSilent: () => (other.isSilent = true),
    callback: (reference) => {
      const timestamp = new Date(systemClock.now()).toISOString()
      return signed(credentialBody({ aid: reference, timestamp }))
    },
    close: () => other.close()
  }
}

describeSystem('mosip()', open)
