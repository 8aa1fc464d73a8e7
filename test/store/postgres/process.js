// A process of its own that works on a schema: it makes the tables, writes some
// deliveries, then claims and ends whatever it gets until nothing is due.
const { readFileSync } = require('node:fs')
const { transformSync } = require('@swc/core')

require.extensions['.ts'] = (module, filename) => {
  const { code } = transformSync(readFileSync(filename, 'utf8'), {
    filename,
    jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
    module: { type: 'commonjs' }
  })
  module._compile(code, filename)
}

const { createCipher } = require('../../../src/internal/encryption.ts')
const { systemClock } = require('../../../src/internal/clock.ts')
const { postgres } = require('../../../src/store/postgres/index.ts')
const { ENCRYPTION, entry, sampleDelivery } = require('../sample-delivery.ts')

async function work({ options, owner, count }) {
  const cipher = await createCipher(ENCRYPTION)
  const store = postgres(options).create({ cipher, clock: systemClock })
  await store.open()
  await Promise.all(
    Array.from({ length: count }, () => {
      const delivery = sampleDelivery()
      return store.insert(delivery, [entry(delivery, 'decision.taken')])
    })
  )
  const ended = []
  for (;;) {
    const claimed = await store.claim({
      owner,
      now: systemClock.now(),
      leaseMs: 60_000,
      limit: 7,
      states: ['queued']
    })
    if (claimed.length === 0) break
    const results = await Promise.all(
      claimed.map((delivery) =>
        store.update(
          delivery.id,
          { states: ['queued'], leaseOwner: owner },
          { state: 'delivered' },
          [entry(delivery, 'delivery.delivered')],
          systemClock.now()
        )
      )
    )
    ended.push(...results.flatMap((result) => (result ? [result.id] : [])))
  }
  await store.close()
  return ended
}

// Told that it may begin once everything is loaded, so that all begin at once.
process.send({ loaded: true })
process.once('message', (order) => {
  work(order).then(
    (ended) => process.send({ ended }, () => process.disconnect()),
    (error) =>
      process.send(
        {
          failed: `${error.code} ${error.cause?.code} ${error.cause?.message}`
        },
        () => process.disconnect()
      )
  )
})
