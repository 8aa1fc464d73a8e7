import { systemClock } from '../../../src/internal/clock'
import { http } from '../../../src/systems/http'
import { describeSystem, type SystemUnderTest } from '../contract'
import { signedCallback, webhookSecret } from './callbacks'
import { json, openLoopback } from './loopback'

const KEY = Buffer.alloc(32, 7)

/** A small system that keeps what it has done by idempotency key. */
async function open(): Promise<SystemUnderTest> {
  const done = new Map<string, string>()
  let refusesNext = false
  let isSilent = false
  const server = await openLoopback(({ body, headers, path }, response) => {
    if (isSilent) return
    if (path.startsWith('/requests/')) {
      json(response, 404, { code: 'unknown' })
      return
    }
    const key = String(headers['idempotency-key'])
    if (refusesNext || JSON.parse(body).reference !== key) {
      refusesNext = false
      json(response, 409, { code: 'duplicate', reason: 'Already has one.' })
      return
    }
    if (!done.has(key)) done.set(key, `ID-${done.size + 1}`)
    json(response, 201, { identifier: done.get(key) })
  })
  const factory = http({
    baseUrl: server.url,
    authentication: { type: 'bearer', token: 'a-token' },
    createIdentity: { path: '/identities' },
    notifyDeath: { path: '/deaths' },
    status: { path: '/requests/{reference}' },
    callback: { secrets: webhookSecret(KEY) }
  })
  return {
    factory,
    system: factory.create({ clock: systemClock }),
    workDone: () => [...done.keys()],
    refuseNext: () => (refusesNext = true),
    goSilent: () => (isSilent = true),
    callback: (reference) =>
      signedCallback(
        JSON.stringify({ reference, outcome: 'accepted', identifier: 'ID-1' }),
        { key: KEY, seconds: Math.floor(systemClock.now() / 1000) }
      ),
    close: () => server.close()
  }
}

describeSystem('http()', open)
