import type { StoreFactory } from 'opencrvs-national-id'
import { percentile } from '../statistics'
import type { Usage } from './order'

/** How long the worker has each delivery, from taking it to having written down what became of it. */
export type StepTimes = {
  /** The same store, watched. */
  watch(factory: StoreFactory): StoreFactory
  /** Of what ended since this was asked last. */
  take(): Usage['steps']
}

export function createStepTimes(): StepTimes {
  const begun = new Map<string, number>()
  let durations: number[] = []

  function end(id: string): void {
    const began = begun.get(id)
    if (began === undefined) return
    begun.delete(id)
    durations.push(performance.now() - began)
  }

  return {
    watch: (factory) => ({
      ...factory,
      create(dependencies) {
        const store = factory.create(dependencies)
        return {
          ...store,
          async claim(request) {
            const claimed = await store.claim(request)
            const now = performance.now()
            for (const { id } of claimed) begun.set(id, now)
            return claimed
          },
          async update(id, guard, patch, audit, now) {
            const updated = await store.update(id, guard, patch, audit, now)
            if (patch.state !== undefined) end(id)
            return updated
          }
        }
      }
    }),
    take() {
      const sorted = durations.sort((a, b) => a - b)
      durations = []
      return { p50Ms: percentile(sorted, 0.5), p99Ms: percentile(sorted, 0.99) }
    }
  }
}
