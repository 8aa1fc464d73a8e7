import { systemClock } from '../../../src/internal/clock'
import { mosip } from '../../../src/systems/mosip'
import { describeSystem, type SystemUnderTest } from '../contract'
import { json, openLoopback } from '../http/loopback'
import { CALLBACK_URL, IDA, WEBSUB, mosipOptions } from './made'
import { credentialBody, signed } from './deliveries'
import { PACKET_PATH, TOKEN_PATH, WORKFLOW_PATH } from './services'

/** A small MOSIP that mints one identity for each application id. */
async function open(): Promise<SystemUnderTest> {
  const done: string[] = []
  let refusesNext = false
  let isSilent = false
  const server = await openLoopback(({ body, path }, response) => {
    if (path === TOKEN_PATH) {
      response.setHeader('set-cookie', 'Authorization=token; Path=/')
      json(response, 200, { response: { status: 'Success' }, errors: null })
      return
    }
    if (isSilent) return
    if (path === PACKET_PATH && refusesNext) {
      refusesNext = false
      const error = { errorCode: 'KER-PUT-020', message: 'Not this person.' }
      json(response, 200, { response: null, errors: [error] })
      return
    }
    const { request } = JSON.parse(body)
    if (path === PACKET_PATH) {
      json(response, 200, { response: [{ id: request.id }], errors: [] })
      return
    }
    if (path === WORKFLOW_PATH) {
      if (done.includes(request.registrationId)) {
        const error = { errorCode: 'RPR-WIS-001', message: 'already present' }
        json(response, 200, { response: null, errors: [error] })
        return
      }
      done.push(request.registrationId)
      const workflowInstanceId = `w-${done.length}`
      json(response, 200, { response: { workflowInstanceId }, errors: null })
      return
    }
    json(response, 202, {})
  })
  const factory = mosip(
    mosipOptions({
      baseUrl: server.url,
      createIdentity: { mandatory: ['fullName', 'dateOfBirth'] },
      refusalCodes: ['KER-PUT-020'],
      status: true,
      ida: { ...IDA, url: server.url },
      websub: { ...WEBSUB, hubUrl: `${server.url}/hub` }
    })
  )
  return {
    factory,
    system: factory.create({ clock: systemClock, callbackUrl: CALLBACK_URL }),
    workDone: () => done,
    refuseNext: () => (refusesNext = true),
    goSilent: () => (isSilent = true),
    callback: (reference) => {
      const timestamp = new Date(systemClock.now()).toISOString()
      return signed(credentialBody({ aid: reference, timestamp }))
    },
    close: () => server.close()
  }
}

describeSystem('mosip()', open)
