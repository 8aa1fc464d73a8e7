/*
 * A country configuration in a process of its own, on the built package. It lives until somebody kills it, freezes it,
 * stops it, or puts its clock wrong.
 */
const { randomUUID } = require('node:crypto')
const { openSync, writeSync } = require('node:fs')

let clockOffsetMs = 0
holdClock()

const Hapi = require('@hapi/hapi')
const product = require('opencrvs-national-id')
const { createNationalId, http, when } = product

/** All that asks for the time in this process, our package and its libraries, is told the wrong one. */
function holdClock() {
  const RealDate = globalThis.Date
  const now = () => RealDate.now() + clockOffsetMs
  globalThis.Date = class Date extends RealDate {
    constructor(...parts) {
      super(...(parts.length === 0 ? [now()] : parts))
    }
    static now() {
      return now()
    }
  }
}

let server
const commands = {
  start: (order) => start(order),
  clock: ({ offsetMs }) => {
    clockOffsetMs = offsetMs
  },
  stop: async () => {
    await server?.stop({ timeout: 100 })
    process.exit(0)
  }
}

process.on('message', (message) => {
  const work = commands[message.command](message)
  Promise.resolve(work).catch((failure) => {
    say({ failed: failure.code ?? failure.name, what: failure.message })
    process.exit(1)
  })
})
process.on('disconnect', () => process.exit(0))
for (const event of ['uncaughtException', 'unhandledRejection']) {
  process.on(event, (failure) => {
    say({ died: `${event}: ${failure?.stack ?? failure}` })
    process.exit(70)
  })
}

function say(message) {
  if (process.connected) process.send(message)
}

function storeOf({ kind, ...options }) {
  const factory = product[kind]
  if (factory === undefined) throw new Error(`there is no store ${kind}`)
  return factory(options)
}

/** What was said must outlive a kill, so each line is written at once. */
function loggerTo(file) {
  const descriptor = openSync(file, 'a')
  const write = (level) => (fields, message) =>
    writeSync(descriptor, `${JSON.stringify({ level, ...fields, message })}\n`)
  return {
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error')
  }
}

/** Leaves out the last migration, as the version before it would. */
function keepTablesOld() {
  const { Migrator } = require('kysely')
  Migrator.prototype.migrateToLatest = async function () {
    const migrations = await this.getMigrations()
    return this.migrateTo(migrations.at(-2).name)
  }
}

async function start(order) {
  clockOffsetMs = order.clockOffsetMs
  if (order.oldTables) keepTablesOld()
  const nationalId = createNationalId({
    publicUrl: 'http://127.0.0.1',
    opencrvs: {
      gatewayUrl: order.coreUrl,
      authUrl: order.coreUrl,
      systemClient: order.systemClient,
      timeoutMs: 900,
      acceptPauseMs: 15,
      checkAfterMs: 60
    },
    secrets: { encryption: 'for tests only, and long enough: 0123456789' },
    store: storeOf(order.store),
    system: http({
      baseUrl: order.idSystemUrl,
      authentication: {
        type: 'oauth2',
        tokenUrl: `${order.idSystemUrl}/oauth/token`,
        ...order.client
      },
      tls: { ca: order.authorities },
      timeoutMs: 900,
      ...(order.idempotent ? {} : { idempotencyKeyHeader: false }),
      createIdentity: { path: '/identities' },
      notifyDeath: { path: '/deaths' },
      status: { path: '/requests/{reference}' },
      callback: { secrets: order.callbackSecret }
    }),
    events: {
      birth: {
        subject: 'child',
        rules: {
          REGISTER: [
            {
              name: 'boys, while core waits',
              when: when.equals('child.gender', 'male'),
              then: when.createIdentity({ mode: 'sync' })
            },
            { name: 'girls, behind', then: when.createIdentity() }
          ]
        }
      },
      death: {
        subject: 'deceased',
        rules: { REGISTER: [{ name: 'deaths', then: when.notifyDeath() }] }
      }
    },
    // Another one each time that it is asked, so that a second acceptance would show.
    registrationNumber: () => `R-${randomUUID()}`,
    operations: { scope: 'record.reject' },
    delivery: {
      leaseMs: 2_000,
      pollMs: 50,
      submitTimeoutMs: 900,
      syncBudgetMs: 1_200,
      statusEveryMs: 400,
      stopTimeoutMs: 500,
      renewTokenBeforeMs: 4_000,
      retry: { initialMs: 30, maxMs: 600, maxAttempts: 25 },
      circuit: { failures: 5, openMs: 250 }
    },
    logger: loggerTo(order.logFile)
  })
  server = Hapi.server({
    host: '127.0.0.1',
    port: 0,
    routes: { payload: { maxBytes: 20 * 1024 * 1024 } }
  })
  await server.register(nationalId.plugin)
  server.route({
    method: 'POST',
    path: '/trigger/events/{event}/actions/{action}',
    handler: nationalId.handlers.action()
  })
  await server.start()
  say({ port: server.info.port })
}
