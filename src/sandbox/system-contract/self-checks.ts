import * as assert from 'node:assert/strict'
import type { ContractCheck } from './contract-check'
import { contractRequest } from './under-test'

/** What a system says about itself, and how it bears being told to start and stop. */
export const selfChecks: readonly ContractCheck[] = [
  {
    name: 'says the same about itself before and after it is made',
    async keeps({ factory, system }) {
      assert.match(system.name, /./, 'name should be a short word')
      if (factory === undefined) return
      assert.deepEqual(factory.issues('system'), [], 'its options are right')
      assert.equal(system.name, factory.name)
      assert.deepEqual(system.capabilities, factory.capabilities)
    }
  },
  {
    name: 'has the function for each capability, and none besides',
    async keeps(under) {
      const { capabilities } = under.system
      const announces = (capabilities.announces ?? []).length > 0
      const wanted = [
        ['status', capabilities.status],
        ['verify', capabilities.verify],
        ['readCallback', capabilities.callback],
        ['announce', announces]
      ] as const
      for (const [name, isWanted] of wanted) {
        const problem = `the function ${name} and its capability disagree`
        assert.equal(under.system[name] !== undefined, isWanted, problem)
      }
      if (capabilities.callback) {
        assert.ok(
          under.callback !== undefined,
          'it calls back, so the contract needs `callback` to check that'
        )
      }
    }
  },
  {
    name: 'says of each route of its own who may call it',
    async keeps({ system }) {
      const { callbackRoutes = [], routes = [] } = system
      for (const { access, path } of [...routes, ...callbackRoutes]) {
        assert.match(path, /^\/[^/]/, 'a path begins with one slash')
        assert.ok(access.length > 10, `${path} does not say who may call it`)
      }
    }
  },
  {
    name: 'starts and stops as often as it is told, with or without the other side',
    async keeps({ system }, goAway) {
      await goAway()
      await system.start?.()
      await system.stop?.()
      await system.stop?.()
      await system.start?.()
    }
  },
  {
    name: 'looks at its own connection without failing, and knows a remedy',
    async keeps(under, goAway) {
      const { system } = under
      if (system.check === undefined) return
      const { signal } = new AbortController()
      const up = await system.check({ signal })
      assert.ok(up.length > 0, 'check() found nothing to look at')
      await goAway()
      const down = await system.check({ signal })
      const failed = down.filter(({ state }) => state === 'failed')
      assert.ok(failed.length > 0, 'check() does not notice that it is away')
      const said = JSON.stringify([...up, ...down])
      const { firstname = '' } = contractRequest().person.name ?? {}
      assert.ok(!said.includes(firstname), 'a finding holds a name')
      for (const { remedy } of failed) {
        assert.match(remedy ?? '', /\.$/, 'a remedy is a sentence')
      }
      assert.deepEqual(under.workDone(), [], 'check() changed something')
    }
  }
]
