// A process of its own that works on the SQLite file it is given: it writes
// some deliveries, then claims and ends whatever it gets until nothing is due.
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
const { sqlite } = require('../../../src/store/sqlite/index.ts')
const { ENCRYPTION, entry, sampleDelivery } = require('../sample-delivery.ts')

async function work({ path, owner, count }) {
  const cipher = await createCipher(ENCRYPTION)
  const store = sqlite({ path }).create({ cipher, clock: systemClock })
  await store.open()
  const written = Array.from({ length: count }, () => sampleDelivery())
  await Promise.all(
    written.map((delivery) =>
      store.insert(delivery, [entry(delivery, 'decision.taken')])
    )
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
    for (const delivery of claimed) {
      const result = await store.update(
        delivery.id,
        { states: ['queued'], leaseOwner: owner },
        { state: 'delivered' },
        [entry(delivery, 'delivery.delivered')],
        systemClock.now()
      )
      if (result !== undefined) ended.push(delivery.id)
    }
  }
  await store.close()
  return ended
}

process.once('message', (order) => {
  work(order).then(
    (ended) => process.send({ ended }, () => process.disconnect()),
    (error) =>
      process.send({ failed: `${error.code} ${error.cause?.code}` }, () =>
        process.disconnect()
      )
  )
})
