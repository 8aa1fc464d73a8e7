/*
 * A country configuration in a process of its own, on the built package. It kills itself, as an out-of-memory killer
 * would, at the step that the parent names: before or after one of its writes or calls.
 *
 * Steps are counted over everything durable or visible from outside: each write of the store and each call of the ID
 * system. With no step named it lives on, and tells the parent which steps it passed.
 */
const Hapi = require('@hapi/hapi')
const { createNationalId, http, sqlite, when } = require('../../dist')

const WRITES = ['insert', 'claim', 'update', 'receive']

process.once('message', (order) => {
  void start(order)
})

let passed = 0

async function step(name, order, work) {
  passed += 1
  const number = passed
  if (order.killBefore === number) kill(name)
  const result = await work()
  if (result === undefined && name === 'claim') return result
  process.send({ step: number, name })
  if (order.killAfter === number) kill(name)
  return result
}

function kill() {
  process.kill(process.pid, 'SIGKILL')
  // The signal arrives at once; nothing after this line is reached.
  for (;;);
}

function dying(factory, order) {
  return {
    ...factory,
    create(dependencies) {
      const store = factory.create(dependencies)
      const wrapped = Object.fromEntries(
        WRITES.map((name) => [
          name,
          async (...args) => {
            // An idle worker asks for work all the time; only a claim that gives some is a step.
            if (name === 'claim') {
              const claimed = await store.claim(...args)
              if (claimed.length > 0) await step(name, order, () => claimed)
              return claimed
            }
            return step(name, order, () => store[name](...args))
          }
        ])
      )
      return { ...store, ...wrapped }
    }
  }
}

function dyingSystem(factory, order) {
  return {
    ...factory,
    create(dependencies) {
      const system = factory.create(dependencies)
      return {
        ...system,
        submit: (...args) => step('submit', order, () => system.submit(...args))
      }
    }
  }
}

async function start(order) {
  const nationalId = createNationalId({
    publicUrl: 'http://127.0.0.1',
    opencrvs: {
      gatewayUrl: order.coreUrl,
      authUrl: order.coreUrl,
      acceptPauseMs: 20,
      checkAfterMs: 50
    },
    secrets: { encryption: 'for tests only, and long enough: 0123456789' },
    store: dying(sqlite({ path: order.database }), order),
    system: dyingSystem(
      http({
        baseUrl: order.idSystemUrl,
        authentication: {
          type: 'oauth2',
          tokenUrl: `${order.idSystemUrl}/oauth/token`,
          ...order.client
        },
        createIdentity: { path: '/identities' },
        callback: { secrets: order.callbackSecret },
        allowInsecureHttp: true
      }),
      order
    ),
    events: {
      birth: {
        subject: 'child',
        rules: {
          REGISTER: [
            { name: 'all', then: when.createIdentity({ mode: order.mode }) }
          ]
        }
      }
    },
    registrationNumber: ({ action }) => `RN-${action.id}`,
    delivery: {
      leaseMs: 1_000,
      pollMs: 20,
      submitTimeoutMs: 800,
      syncBudgetMs: 500,
      retry: { initialMs: 20, maxMs: 100 }
    },
    logger: { debug() {}, info() {}, warn() {}, error() {} }
  })
  const server = Hapi.server({ host: '127.0.0.1', port: 0 })
  await server.register(nationalId.plugin)
  server.route({
    method: 'POST',
    path: '/trigger/events/{event}/actions/{action}',
    handler: nationalId.handlers.action()
  })
  await server.start()
  process.send({ url: server.info.uri })
}
